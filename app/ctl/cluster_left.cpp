#include "ctl/cluster_left.h"

#include "base/say.h"
#include "session/cluster_delete.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace timonier::ctl {

namespace {

using Json = nlohmann::ordered_json;
using Traces = std::vector<form::Trace>;

Json jsonOf(const Traces &left, const form::Costs &costs)
{
    Json all = Json::array();
    for (std::size_t i = 0; i < left.size(); ++i)
        all.push_back({{"kind", left[i].kind}, {"id", left[i].id}, {"hour", i < costs.each.size() && costs.each[i].hour ? Json(*costs.each[i].hour) : Json()}, {"removal", left[i].removal}});
    return all;
}

std::string priceWords(const form::Cost &cost)
{
    return !cost.hour ? say("Ctl", "its price is not known") : *cost.hour == 0 ? say("Ctl", "costs nothing") : say("Ctl", "{:.3f} $ an hour", *cost.hour);
}

void print(const Traces &left, const form::Costs &costs)
{
    for (std::size_t i = 0; i < left.size(); ++i) {
        fmt::print("  {} {}: {}\n", left[i].kind, left[i].id, priceWords(costs.each[i]));
        if (!left[i].removal.empty())
            fmt::print("    → {}\n", left[i].removal);
    }
    if (costs.hour > 0)
        fmt::print("  {}\n", sumWords(costs));
}

Outcome tell(Invocation &invocation, const LocalCluster &cluster, plan::Journal &journal, const std::function<Result<Deleted>(plan::Runner &, const plan::Sink &)> &work)
{
    std::optional<Traces> left;
    const Outcome ended = runPlan(invocation, [&](plan::Runner &runner, const plan::Sink &sink) -> Result<plan::Summary> {
        Deleted done = TRY(work(runner, sink));
        left = std::move(done.left);
        return done.summary;
    }, journal);
    if (!left)
        return ended;
    const form::Costs costs = left->empty() ? form::Costs{} : cluster.tracesCosts(*left, invocation.stop);
    if (wantsJson(invocation)) {
        fmt::print("{}\n", Json{{"event", "left"}, {"left", jsonOf(*left, costs)}}.dump(-1, ' ', false, Json::error_handler_t::replace));
    } else if (!left->empty()) { // that nothing is, the run's end says
        fmt::print("{}\n", say("Ctl", "Left in the account, by its tags:"));
        print(*left, costs);
    }
    return ended;
}

} // namespace

std::string sumWords(const form::Costs &costs)
{
    const double month = costs.hour * form::hoursOfMonth;
    return costs.complete ? say("Ctl", "together {:.2f} an hour, {:.0f} a month", costs.hour, month) : say("Ctl", "together at least {:.2f} an hour, {:.0f} a month: the price of some is not known", costs.hour, month);
}

Outcome listLeft(Invocation &invocation, const LocalCluster &cluster, const std::string &title, const std::string &spec)
{
    if (!cluster.traces)
        return failed({.kind = ErrorKind::Unsupported, .message = say("Ctl", "clusters of {} leave nothing in a cloud's account", cluster.provider), .hint = say("Ctl", "What there is of one, timonierctl cluster status says")});
    const Traces left = TRY_OUTCOME(cluster.traces(invocation.stop));
    const form::Costs costs = left.empty() ? form::Costs{} : cluster.tracesCosts(left, invocation.stop);
    if (wantsJson(invocation)) {
        fmt::print("{}\n", Json{{"title", title}, {"left", jsonOf(left, costs)}, {"hour", costs.hour}, {"complete", costs.complete}, {"source", costs.source}}.dump(-1, ' ', false, Json::error_handler_t::replace));
        return Success;
    }
    fmt::print("{}\n", title);
    if (left.empty()) {
        fmt::print("  {}\n", say("Core", "Nothing of it is left in the account, by its tags."));
        return Success;
    }
    print(left, costs);
    fmt::print("  {}\n", costs.source);
    fmt::print("{}\n", say("Ctl", "All of it is taken away, in the right order, by: timonierctl cluster delete {}", spec));
    return Success;
}

Outcome deleteAndLook(Invocation &invocation, const plan::Plan &plan, const LocalCluster &cluster, plan::Journal &journal)
{
    return tell(invocation, cluster, journal, [&](plan::Runner &runner, const plan::Sink &sink) { return deleteCluster(runner, plan, cluster, sink, invocation.stop); });
}

Outcome resumeAndLook(Invocation &invocation, const plan::RunRecord &run, const plan::Plan &plan, const LocalCluster &cluster, plan::Journal &journal)
{
    return tell(invocation, cluster, journal, [&](plan::Runner &runner, const plan::Sink &sink) { return resumeCluster(runner, run, plan, cluster, sink, invocation.stop); });
}

} // namespace timonier::ctl
