#include "strategy/executor/record.h"

#include "base/say.h"
#include "kube/scope.h"

namespace timonier::rollout {

namespace {

constexpr const char *phases[] = {"running", "paused", "going-back"};

Json stateJson(const State &state)
{
    return {{"phase", phases[static_cast<std::size_t>(state.phase)]}, {"why", state.why}, {"step", state.step}, {"begun", state.begun},
            {"since", state.since}, {"expected", state.expected}, {"failures", state.failures}, {"failed", state.failed},
            {"checked", state.checked}, {"order", state.order}, {"holder", state.holder}, {"renewed", state.renewed}};
}

State stateOf(const Json &json)
{
    State state;
    const std::string phase = json.value("phase", "");
    for (const Phase one : {Phase::Running, Phase::Paused, Phase::GoingBack})
        if (phase == phases[static_cast<std::size_t>(one)])
            state.phase = one;
    state.why = json.value("why", "");
    state.step = json.value("step", 0);
    state.begun = json.value("begun", std::int64_t(0));
    state.since = json.value("since", std::int64_t(0));
    state.expected = json.value("expected", std::int64_t(-1));
    state.failures = json.value("failures", 0);
    state.failed = json.value("failed", "");
    state.checked = json.value("checked", std::int64_t(0));
    state.order = json.value("order", "");
    state.holder = json.value("holder", "");
    state.renewed = json.value("renewed", std::int64_t(0));
    return state;
}

Json beforeJson(const Before &before)
{
    return {{"spec", before.spec}, {"next", before.next}, {"hash", before.hash}, {"replicas", before.replicas}, {"autoscaled", before.autoscaled},
            {"router", key(before.router)}, {"services", before.services}, {"routes", before.routes}};
}

Before beforeOf(const Json &json)
{
    Before before{.spec = json.at("spec"), .next = json.at("next"), .hash = json.at("hash"), .replicas = json.at("replicas"),
                  .autoscaled = json.at("autoscaled"), .services = json.at("services"), .routes = json.at("routes")};
    for (const Router router : {Router::Service, Router::Gateway, Router::Istio, Router::Nginx})
        if (json.at("router") == key(router))
            before.router = router;
    return before;
}

} // namespace

std::string recordName(const std::string &deployment) { return "timonier-rollout-" + deployment; }

std::string recordPath(const std::string &ns, const std::string &deployment)
{
    return "/api/v1/namespaces/" + percentEncoded(ns) + "/configmaps/" + percentEncoded(recordName(deployment));
}

Record recordOf(const Json &map, Result<> &problem)
{
    Record record{.revision = revisionOf(map), .uid = textAt(map, "/metadata/uid")};
    // nlohmann throws where a field is missing or of another type; what is thrown stays here.
    try {
        auto plan = readPlan(textAt(map, "/data/plan"), nameOf(map));
        if (!plan) {
            problem = std::unexpected(plan.error());
            return record;
        }
        record.plan = std::move(*plan);
        record.before = beforeOf(Json::parse(textAt(map, "/data/before")));
        record.state = stateOf(Json::parse(textAt(map, "/data/state")));
    } catch (const Json::exception &) {
        problem = fail(ErrorKind::Invalid, say("Core", "the record of the roll-out, ConfigMap {}, cannot be read: it was changed by hand", nameOf(map)),
                       say("Core", "Put the Deployment and its Services in order by hand, then delete this ConfigMap."));
    }
    return record;
}

Result<Record> readRecord(const Api &api, const std::string &ns, const std::string &deployment)
{
    auto found = TRY(api.find(recordPath(ns, deployment)));
    if (!found)
        return fail(ErrorKind::NotFound, say("Core", "no roll-out of {} is under way in {}", deployment, ns));
    Result<> problem;
    Record record = recordOf(*found, problem);
    TRY(problem);
    return record;
}

Result<> writeRecord(const Api &api, Record &record)
{
    const std::string &ns = record.plan.ns, &deployment = record.plan.deployment;
    Json map = {{"apiVersion", "v1"}, {"kind", "ConfigMap"},
                {"metadata", {{"name", recordName(deployment)}, {"namespace", ns},
                              {"labels", {{"app.kubernetes.io/managed-by", "timonier"}, {"timonier.dev/kind", "rollout"}}},
                              {"annotations", {{"timonier.dev/deployment", deployment}}}}},
                {"data", {{"plan", planText(record.plan)}, {"before", beforeJson(record.before).dump()}, {"state", stateJson(record.state).dump()}}}};
    if (!record.revision.empty())
        map["metadata"]["resourceVersion"] = record.revision;
    const auto written = record.revision.empty() ? api.create("/api/v1/namespaces/" + percentEncoded(ns) + "/configmaps", map)
                                                 : api.replace(recordPath(ns, deployment), map);
    if (!written)
        return std::unexpected(written.error());
    record.revision = revisionOf(*written);
    record.uid = textAt(*written, "/metadata/uid");
    return {};
}

} // namespace timonier::rollout
