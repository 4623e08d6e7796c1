#include "strategy/executor/report.h"

#include "base/say.h"
#include "strategy/executor/act.h"
#include "strategy/executor/lease.h"

namespace timonier::rollout {

namespace {

// The share of the requests that goes to the new version, as the Services and routes are meant to stand at this step.
double shareOf(const Record &record, const World &world, std::int64_t oldReady, std::int64_t newReady)
{
    const double byPods = oldReady + newReady > 0 ? static_cast<double>(newReady) / static_cast<double>(oldReady + newReady) : 0;
    if (!isPinned(record.plan, record.before))
        return byPods;
    for (const Json &service : world.services) {
        const std::string hash = jsonAt(service, "/spec/selector").value(hashLabel, "");
        if (!hash.empty() && hash != record.before.hash)
            return 1;
        if (hash.empty())
            return record.state.phase == Phase::GoingBack ? 0 : byPods;
    }
    if (record.state.phase == Phase::GoingBack || record.plan.strategy == Strategy::Shadow || record.plan.strategy == Strategy::BlueGreen)
        return 0;
    double share = 0;
    const std::vector<Step> steps = stepsForward(record.plan, record.before);
    for (int i = 0; i < record.state.step && i < static_cast<int>(steps.size()); ++i) {
        const Step &step = steps[static_cast<std::size_t>(i)];
        if (step.what == Do::Route)
            share = static_cast<double>(step.count) / 100;
        if (step.what == Do::RouteRule)
            share = record.plan.share / 100.0; // as many as were counted on: who they are is the rule's
    }
    return share;
}

} // namespace

Progress progressOf(const Record &record, const World &world)
{
    const std::vector<Step> steps = stepsOf(record);
    const auto at = static_cast<std::size_t>(std::clamp(record.state.step, 0, static_cast<int>(steps.size()) - 1));
    Progress progress{.deployment = record.plan.deployment, .ns = record.plan.ns, .strategy = record.plan.strategy,
                      .phase = record.state.phase == Phase::Running ? "running" : record.state.phase == Phase::Paused ? "paused" : "going-back",
                      .why = record.state.why, .step = static_cast<int>(at) + 1, .steps = static_cast<int>(steps.size()),
                      .words = words(steps[at], record), .promotable = record.state.phase == Phase::Running && steps[at].promotable,
                      .begun = record.state.begun, .at = Time(wallNow() - record.state.begun), .oldReady = world.readyOld(record),
                      .newReady = world.readyNew(record), .wanted = record.before.replicas, .holder = record.state.holder, .renewed = record.state.renewed};
    progress.newShare = shareOf(record, world, progress.oldReady, progress.newReady);
    return progress;
}

std::string lastWriter(const Json &object)
{
    std::string writer = "?", time;
    for (const Json &entry : jsonAt(object, "/metadata/managedFields")) {
        if (entry.value("subresource", "").empty() && entry.value("time", "") >= time) {
            time = entry.value("time", "");
            writer = entry.value("manager", "?");
        }
    }
    return writer;
}

std::string_view key(Order order)
{
    constexpr std::string_view keys[] = {"pause", "resume", "promote", "promote-all", "abort"};
    return keys[static_cast<std::size_t>(order)];
}

Result<Progress> status(Transport &transport, const std::string &ns, const std::string &deployment, std::stop_token stop)
{
    const Api api(transport, stop);
    const Record record = TRY(readRecord(api, ns, deployment));
    return progressOf(record, TRY(look(api, record)));
}

Result<std::vector<std::pair<std::string, std::string>>> underWay(Transport &transport, const std::string &ns, std::stop_token stop)
{
    const Api api(transport, stop);
    const std::string in = ns.empty() ? std::string() : "/namespaces/" + ns;
    std::vector<std::pair<std::string, std::string>> found;
    for (const Json &map : TRY(api.list("/api/v1" + in + "/configmaps?labelSelector=timonier.dev%2Fkind%3Drollout")))
        found.emplace_back(textAt(map, "/metadata/namespace"), jsonAt(map, "/metadata/annotations").value("timonier.dev/deployment", ""));
    return found;
}

} // namespace timonier::rollout
