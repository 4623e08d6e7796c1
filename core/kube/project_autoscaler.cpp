// Horizontal pod autoscalers (autoscaling/v2): formatHPAMetrics of printers.go.
#include "kube/project.h"

#include <fmt/format.h>

namespace timonier {

namespace {

// {"averageValue":"10","averageUtilization":80,"value":"5"}, of a target or of a current status.
struct MetricValue {
    std::string_view average, utilization, value;
};

struct Metric {
    std::string_view type, resource;
    bool present = false;           // the object that `type` names is there
    MetricValue value;
};

void readValue(Json &json, MetricValue &value)
{
    const auto quantity = [&] { return json.ahead() == '"' ? json.text() : json.ahead() == 'n' ? std::string_view{} : json.raw(); };
    json.fields([&](std::string_view key) {
        if (key == "averageValue")
            value.average = quantity();
        else if (key == "averageUtilization")
            value.utilization = quantity();
        else if (key == "value")
            value.value = quantity();
    });
}

std::string_view sourceKey(std::string_view type)
{
    return type == "External" ? "external"
        : type == "Pods"      ? "pods"
        : type == "Object"    ? "object"
        : type == "Resource"  ? "resource"
        : type == "ContainerResource" ? "containerResource"
                              : "";
}

std::vector<Metric> readMetrics(Json &json)
{
    std::vector<Metric> out;
    json.elements([&] {
        Metric &metric = out.emplace_back();
        std::vector<std::pair<std::string_view, Metric>> sources;
        json.fields([&](std::string_view key) {
            if (key == "type") {
                metric.type = json.text();
                return;
            }
            if (json.ahead() != '{')
                return;
            Metric &source = sources.emplace_back(key, Metric{}).second;
            source.present = true;
            json.fields([&](std::string_view field) {
                if (field == "name")
                    source.resource = json.text();
                else if (field == "target" || field == "current")
                    readValue(json, source.value);
            });
        });
        const std::string_view type = metric.type;
        for (const auto &[key, source] : sources) {
            if (key == sourceKey(type))
                metric = source;
        }
        metric.type = type;
    });
    return out;
}

// The i-th status, as far as it is of the same source.
std::string formatMetric(const Metric &spec, const Metric &status)
{
    constexpr std::string_view unknown = "<unknown>";
    constexpr std::string_view nil = "<nil>"; // what Go prints for a missing quantity
    const MetricValue &target = spec.value;
    const MetricValue &now = status.value;
    if (spec.type == "Pods")
        return fmt::format("{}/{}", status.present ? orElse(now.average, nil) : unknown, orElse(target.average, nil));
    if (spec.type == "External" || spec.type == "Object") {
        if (!target.average.empty())
            return fmt::format("{}/{} (avg)", orElse(now.average, unknown), target.average);
        return fmt::format("{}/{}", status.present ? orElse(now.value, nil) : unknown, orElse(target.value, nil));
    }
    if (spec.type == "Resource" || spec.type == "ContainerResource") {
        if (!target.average.empty())
            return fmt::format("{}: {}/{}", spec.resource, status.present ? orElse(now.average, nil) : unknown, target.average);
        const std::string current = now.utilization.empty() ? std::string(unknown) : fmt::format("{}%", now.utilization);
        const std::string wanted = target.utilization.empty() ? "<auto>" : fmt::format("{}%", target.utilization);
        return fmt::format("{}: {}/{}", spec.resource, current, wanted);
    }
    return "<unknown type>";
}

} // namespace

void projectAutoscaler(Json &json, ObjectMeta &meta, RowBuilder &row)
{
    std::string_view targetKind, targetName;
    std::int64_t least = noNumber, most = 0, current = 0;
    std::vector<Metric> specs, statuses;
    json.fields([&](std::string_view key) {
        if (key == "metadata") {
            meta.read(json);
        } else if (key == "spec") {
            json.fields([&](std::string_view field) {
                if (field == "scaleTargetRef") {
                    json.fields([&](std::string_view part) {
                        if (part == "kind")
                            targetKind = json.text();
                        else if (part == "name")
                            targetName = json.text();
                    });
                } else if (field == "minReplicas" && json.ahead() != 'n') {
                    least = json.integer();
                } else if (field == "maxReplicas") {
                    most = json.integer();
                } else if (field == "metrics") {
                    specs = readMetrics(json);
                }
            });
        } else if (key == "status") {
            json.fields([&](std::string_view field) {
                if (field == "currentReplicas")
                    current = json.integer();
                else if (field == "currentMetrics")
                    statuses = readMetrics(json);
            });
        }
    });
    std::string targets = specs.empty() ? "<none>" : "";
    for (std::size_t i = 0; i < specs.size() && i < 2; ++i) {
        Metric status = i < statuses.size() ? statuses[i] : Metric{};
        if (status.type != specs[i].type)
            status = {};
        targets.append(i ? ", " : "").append(formatMetric(specs[i], status));
    }
    if (specs.size() > 2)
        targets += fmt::format(" + {} more...", specs.size() - 2);
    meta.put(row);
    row.cell(row.head.name);
    row.text(fmt::format("{}/{}", targetKind, targetName));
    row.text(targets);
    row.cell(least == noNumber ? RowBuilder::fixed("<unset>") : RowBuilder::Piece{}, least);
    row.number(most);
    row.number(current);
    row.number(meta.created);
}

} // namespace timonier
