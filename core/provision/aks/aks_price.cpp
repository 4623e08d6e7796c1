#include "provision/aks/aks_price.h"

#include "base/say.h"
#include "form/node_price.h"

#include <QFile>

#include <nlohmann/json.hpp>

namespace timonier::aks {

namespace {

nlohmann::json table(const QString &name)
{
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? nlohmann::json::parse(file.readAll().toStdString(), nullptr, false) : nlohmann::json::object();
}

std::optional<double> priceOf(const nlohmann::json &group, const std::string &name)
{
    const auto at = group.find(name);
    return at != group.end() && at->is_number() ? std::optional(at->get<double>()) : std::nullopt;
}

// A managed disk is billed for as the next size that there is.
std::optional<double> diskHour(const nlohmann::json &sizes, int gib)
{
    std::optional<double> best;
    int least = 0;
    for (const auto &[size, month] : sizes.items())
        if (const int one = std::stoi(size); one >= gib && (!best || one < least)) {
            least = one;
            best = month.get<double>() / form::hoursOfMonth;
        }
    return best;
}

} // namespace

form::Costs costsOf(const Spec &spec)
{
    static const nlohmann::json parts = table(QStringLiteral(":/aks/aks.json"));
    const auto hour = [](const std::string &name) { return priceOf(parts["hour"], name); };
    form::Costs costs;
    costs.add(spec.tier == "Free" ? say("Core", "Control plane (without an agreed availability)") : say("Core", "Control plane"), hour("control plane, " + spec.tier), 1, false);
    for (const Pool &pool : spec.pools) {
        // What a spot machine costs changes by the hour: its full price is the most that it can be.
        costs.add(pool.spot ? say("Core", "{} × {}, at most (spot)", pool.count, pool.size) : say("Core", "{} × {}", pool.count, pool.size), form::nodePrice(pool.size), pool.count, false);
        costs.add(say("Core", "{} × {} GiB of disk", pool.count, pool.disk), diskHour(parts["disk month"], pool.disk), pool.count, true);
    }
    costs.add(say("Core", "Load balancer, without its traffic"), hour("load balancer"), 1, true);
    costs.add(say("Core", "Its public address"), hour("public IPv4 address"), 1, true);
    if (!spec.registry.name.empty())
        costs.add(say("Core", "Registry {}", spec.registry.name), hour("registry, " + spec.registry.tier), 1, true);
    costs.source = say("Core", "List prices of {} as of {}, not verified since; other regions cost up to a third more. Volumes and traffic are not in it.", parts.value("region", ""), parts.value("as of", ""));
    return costs;
}

} // namespace timonier::aks
