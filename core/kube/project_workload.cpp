// Deployments, replica sets, stateful sets, daemon sets, jobs, cron jobs, horizontal pod autoscalers' targets.
#include "kube/project.h"

#include "kube/timestamp.h"

#include <algorithm>

#include <fmt/format.h>

namespace timonier {

namespace {

// The fields that these kinds have in common; 0 where one has not.
struct Workload {
    std::int64_t replicas = 0;                                   // spec
    std::int64_t current = 0, ready = 0, updated = 0, available = 0, desired = 0;  // status
    PodTemplate podTemplate;
    LabelSelector selector;
};

void readWorkload(Json &json, ObjectMeta &meta, Workload &work)
{
    json.fields([&](std::string_view key) {
        if (key == "metadata") {
            meta.read(json);
        } else if (key == "spec") {
            json.fields([&](std::string_view field) {
                if (field == "replicas")
                    work.replicas = json.integer();
                else if (field == "template")
                    work.podTemplate.read(json);
                else if (field == "selector")
                    work.selector.read(json);
            });
        } else if (key == "status") {
            json.fields([&](std::string_view field) {
                if (field == "replicas" || field == "currentNumberScheduled")
                    work.current = json.integer();
                else if (field == "readyReplicas" || field == "numberReady")
                    work.ready = json.integer();
                else if (field == "updatedReplicas" || field == "updatedNumberScheduled")
                    work.updated = json.integer();
                else if (field == "availableReplicas" || field == "numberAvailable")
                    work.available = json.integer();
                else if (field == "desiredNumberScheduled")
                    work.desired = json.integer();
            });
        }
    });
}

// metav1.FormatLabelSelector
void selectorCell(RowBuilder &row, LabelSelector &selector)
{
    row.text(orElse(selector.text(), "<none>"));
}

void templateCells(RowBuilder &row, const PodTemplate &podTemplate)
{
    row.cell(row.common(podTemplate.names));
    row.cell(row.common(podTemplate.images));
}

// What the rows of all four begin with: what they select, and the name.
Workload begin(Json &json, ObjectMeta &meta, RowBuilder &row)
{
    Workload work;
    readWorkload(json, meta, work);
    meta.put(row);
    row.link(Relation::Selector, row.own(work.selector.equalities()));
    row.cell(row.head.name);
    return work;
}

} // namespace

void projectDeployment(Json &json, ObjectMeta &meta, RowBuilder &row)
{
    Workload work = begin(json, meta, row);
    row.fraction(work.ready, work.replicas);
    row.number(work.updated);
    row.number(work.available);
    row.number(meta.created);
    templateCells(row, work.podTemplate);
    row.text(work.selector.text());
}

void projectReplicaSet(Json &json, ObjectMeta &meta, RowBuilder &row)
{
    Workload work = begin(json, meta, row);
    row.number(work.replicas);
    row.number(work.current);
    row.number(work.ready);
    row.number(meta.created);
    templateCells(row, work.podTemplate);
    selectorCell(row, work.selector);
}

void projectStatefulSet(Json &json, ObjectMeta &meta, RowBuilder &row)
{
    Workload work = begin(json, meta, row);
    row.fraction(work.ready, work.replicas);
    row.number(meta.created);
    templateCells(row, work.podTemplate);
}

void projectDaemonSet(Json &json, ObjectMeta &meta, RowBuilder &row)
{
    Workload work = begin(json, meta, row);
    row.number(work.desired);
    row.number(work.current);
    row.number(work.ready);
    row.number(work.updated);
    row.number(work.available);
    std::string &nodes = row.scratch();
    work.podTemplate.nodeSelector.join(nodes);
    row.text(orElse(nodes, "<none>"));
    row.number(meta.created);
    templateCells(row, work.podTemplate);
    selectorCell(row, work.selector);
}

void projectJob(Json &json, ObjectMeta &meta, RowBuilder &row)
{
    std::int64_t completions = noNumber, parallelism = 0, succeeded = 0, started = 0, completed = 0;
    bool hasStart = false, hasEnd = false;
    PodTemplate podTemplate;
    LabelSelector selector;
    StringMap conditions; // type -> status, the first of each type counts
    json.fields([&](std::string_view key) {
        if (key == "metadata") {
            meta.read(json);
        } else if (key == "spec") {
            json.fields([&](std::string_view field) {
                if (field == "completions" && json.ahead() != 'n')
                    completions = json.integer();
                else if (field == "parallelism")
                    parallelism = json.integer();
                else if (field == "template")
                    podTemplate.read(json);
                else if (field == "selector")
                    selector.read(json);
            });
        } else if (key == "status") {
            json.fields([&](std::string_view field) {
                if (field == "succeeded") {
                    succeeded = json.integer();
                } else if (field == "startTime") {
                    hasStart = json.ahead() == '"';
                    started = unixSeconds(json.text());
                } else if (field == "completionTime") {
                    hasEnd = json.ahead() == '"';
                    completed = unixSeconds(json.text());
                } else if (field == "conditions") {
                    json.elements([&] {
                        std::string_view type, status;
                        json.fields([&](std::string_view part) {
                            if (part == "type")
                                type = json.text();
                            else if (part == "status")
                                status = json.text();
                        });
                        conditions.entries.emplace_back(type, status);
                    });
                }
            });
        }
    });
    const auto is = [&](std::string_view type) { return conditions.value(type) == "True"; };
    const std::string_view status = is("Complete") ? "Complete"
        : is("Failed")                             ? "Failed"
        : meta.isDeleting                          ? "Terminating"
        : is("Suspended")                          ? "Suspended"
        : is("FailureTarget")                      ? "FailureTarget"
        : is("SuccessCriteriaMet")                 ? "SuccessCriteriaMet"
                                                   : "Running";
    meta.put(row);
    row.link(Relation::Selector, row.own(selector.equalities()));
    row.cell(row.head.name);
    row.cell(RowBuilder::fixed(status));
    if (completions != noNumber)
        row.fraction(succeeded, completions);
    else if (parallelism > 1)
        row.cell(row.common(fmt::format("{}/1 of {}", succeeded, parallelism)), RowBuilder::share(succeeded, 1));
    else
        row.fraction(succeeded, 1);
    const std::int64_t took = completed - started;
    row.number(!hasStart ? noNumber : !hasEnd ? -started : std::max<std::int64_t>(took, 0));
    row.number(meta.created);
    templateCells(row, podTemplate);
    selectorCell(row, selector);
}

void projectCronJob(Json &json, ObjectMeta &meta, RowBuilder &row)
{
    std::string_view schedule, zone = "<none>", suspend = "<unset>";
    std::int64_t active = 0, last = 0;
    bool hasLast = false;
    PodTemplate podTemplate;
    LabelSelector selector;
    json.fields([&](std::string_view key) {
        if (key == "metadata") {
            meta.read(json);
        } else if (key == "spec") {
            json.fields([&](std::string_view field) {
                if (field == "schedule") {
                    schedule = json.text();
                } else if (field == "timeZone" && json.ahead() == '"') {
                    zone = json.text();
                } else if (field == "suspend" && json.ahead() != 'n') {
                    suspend = json.boolean() ? "True" : "False";
                } else if (field == "jobTemplate") {
                    json.fields([&](std::string_view part) {
                        if (part != "spec")
                            return;
                        json.fields([&](std::string_view inner) {
                            if (inner == "template")
                                podTemplate.read(json);
                            else if (inner == "selector")
                                selector.read(json);
                        });
                    });
                }
            });
        } else if (key == "status") {
            json.fields([&](std::string_view field) {
                if (field == "active") {
                    json.elements([&] { ++active; });
                } else if (field == "lastScheduleTime") {
                    hasLast = json.ahead() == '"';
                    last = unixSeconds(json.text());
                }
            });
        }
    });
    meta.put(row);
    row.cell(row.head.name);
    row.cell(row.common(schedule));
    row.cell(row.common(zone));
    row.cell(RowBuilder::fixed(suspend));
    row.number(active);
    row.cell(hasLast ? RowBuilder::Piece{} : RowBuilder::fixed("<none>"), last);
    row.number(meta.created);
    templateCells(row, podTemplate);
    selectorCell(row, selector);
}

} // namespace timonier
