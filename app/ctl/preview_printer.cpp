#include "ctl/preview_printer.h"

#include "base/say.h"
#include "strategy/advice.h"
#include "strategy/figures_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace timonier::ctl {

namespace {

using namespace strategy;
using json = nlohmann::ordered_json;

double seconds(Time time) { return static_cast<double>(time.count()) / 1000; }
json orNull(Time time) { return time == never ? json() : json(seconds(time)); }

const SetInfo &infoOf(const Run &run, int set) { return run.timeline.setInfo[static_cast<std::size_t>(set)]; }
const std::string &versionOf(const Run &run, int set) { return run.versions[static_cast<std::size_t>(infoOf(run, set).version)].name; }

json toJson(const Figures &f)
{
    return {{"duration_s", orNull(f.duration)},       {"until_promoted_s", orNull(f.untilPromoted)},
            {"peak_pods", f.peakPods},                {"extra_pods", f.extraPods},
            {"least_serving", f.leastServing},        {"least_capacity", f.leastCapacity},
            {"without_service_s", seconds(f.withoutService)}, {"below_capacity_s", seconds(f.belowCapacity)},
            {"requests_lost", f.lost},                {"requests_overloaded", f.overloaded},
            {"requests_wrong", f.wrongAnswers},       {"requests_on_trial", f.onTrial},
            {"extra_pod_hours", f.extraPodHours},     {"cost", f.cost},
            {"deadline_exceeded_s", orNull(f.deadlineExceeded)}, {"restarts", f.restarts},
            {"unschedulable", f.neverPlaced},         {"rollback_at_s", orNull(f.rollbackAt)},
            {"rollback_s", orNull(f.rollback)}};
}

json toJson(const Outcome &outcome)
{
    const Run &run = outcome.run;
    constexpr const char *levels[] = {"good", "caution", "bad"};
    json steps = json::array(), sets = json::array(), pods = json::array(), points = json::array(), stages = json::array();
    for (const ScaleStep &step : run.timeline.steps)
        steps.push_back({{"at_s", seconds(step.at)}, {"set", step.set}, {"version", versionOf(run, step.set)}, {"from", step.from}, {"to", step.to}});
    for (const SetChange &set : run.timeline.sets)
        sets.push_back({{"at_s", seconds(set.at)}, {"set", set.set}, {"spec", set.spec}, {"replicas", set.replicas},
                        {"ready", set.ready}, {"available", set.available}, {"terminating", set.terminating}});
    for (const PodRecord &pod : run.timeline.pods)
        pods.push_back({{"set", pod.set}, {"created_s", orNull(pod.created)}, {"scheduled_s", orNull(pod.scheduled)},
                        {"started_s", orNull(pod.started)}, {"ready_s", orNull(pod.ready)}, {"available_s", orNull(pod.available)},
                        {"terminating_s", orNull(pod.terminating)}, {"gone_s", orNull(pod.gone)}, {"restarts", pod.restarts}});
    for (const TrafficPoint &point : outcome.traffic)
        points.push_back({{"at_s", seconds(point.at)}, {"new_share", point.next}, {"failing_share", point.failing},
                          {"serving", point.serving}, {"serving_new", point.servingNext}, {"pods", point.pods}});
    for (const Stage &stage : run.stages)
        stages.push_back({{"at_s", seconds(stage.at)}, {"what", stage.words}});
    return {{"strategy", key(outcome.strategy)},
            {"verdict", {{"level", levels[static_cast<std::size_t>(outcome.verdict.level)]}, {"summary", outcome.verdict.summary},
                         {"reasons", outcome.verdict.reasons}, {"users", outcome.verdict.users}}},
            {"figures", toJson(outcome.figures)},
            {"stages", stages}, {"steps", steps}, {"sets", sets}, {"traffic", points}, {"pods", pods}};
}

// One row of a table on stdout, in as many columns as there are outcomes.
void row(std::FILE *to, const std::string &title, const std::vector<std::string> &cells)
{
    fmt::print(to, "  {:<26}", title);
    for (const std::string &cell : cells)
        fmt::print(to, " {:>14}", cell);
    fmt::print(to, "\n");
}

template <class Cell>
std::vector<std::string> cells(const std::vector<Outcome> &outcomes, Cell cell)
{
    std::vector<std::string> found;
    for (const Outcome &outcome : outcomes)
        found.push_back(cell(outcome.figures));
    return found;
}

} // namespace

void printText(std::FILE *to, const Application &application, const Parameters &p, const std::vector<Outcome> &outcomes)
{
    fmt::print(to, "{}\n\n", say("Ctl", "{}: {} pods, {} -> {}", p.name, p.spec.replicas, p.current.name, p.next.name));
    for (const Outcome &outcome : outcomes) {
        fmt::print(to, "{}: {}\n", title(outcome.strategy), outcome.verdict.summary);
        for (const std::string &reason : outcome.verdict.reasons)
            fmt::print(to, "  - {}\n", reason);
        fmt::print(to, "  {}\n", say("Ctl", "Users notice: {}", outcome.verdict.users));
        for (const Stage &stage : outcome.run.stages)
            fmt::print(to, "  {:>12}  {}\n", spanText(stage.at), stage.words);
        if (outcomes.size() == 1)
            for (const ScaleStep &step : outcome.run.timeline.steps)
                fmt::print(to, "  {:>12}  {}\n", spanText(step.at), say("Ctl", "{}: {} -> {} pods", versionOf(outcome.run, step.set), step.from, step.to));
        fmt::print(to, "\n");
    }
    std::vector<std::string> titles;
    for (const Outcome &outcome : outcomes)
        titles.emplace_back(key(outcome.strategy));
    row(to, "", titles);
    row(to, say("Ctl", "takes"), cells(outcomes, [](const Figures &f) { return spanText(f.duration); }));
    row(to, say("Ctl", "most pods at once"), cells(outcomes, [](const Figures &f) { return fmt::to_string(f.peakPods); }));
    row(to, say("Ctl", "fewest that answer"), cells(outcomes, [](const Figures &f) { return fmt::to_string(f.leastServing); }));
    row(to, say("Ctl", "nobody answers for"), cells(outcomes, [](const Figures &f) { return spanText(f.withoutService); }));
    row(to, say("Ctl", "requests lost"), cells(outcomes, [](const Figures &f) { return fmt::format("{:.0f}", f.lost); }));
    row(to, say("Ctl", "requests on trial"), cells(outcomes, [](const Figures &f) { return fmt::format("{:.0f}", f.onTrial); }));
    row(to, say("Ctl", "going back takes"), cells(outcomes, [](const Figures &f) { return spanText(f.rollback); }));
    row(to, say("Ctl", "cost"), cells(outcomes, [](const Figures &f) { return priceText(f.cost); }));
    fmt::print(to, "\n{}\n", say("Ctl", "At {} requests per second and {:.2f} for a node and hour (--set rps=…, nodeHour=…)", numberText(p.requestsPerSecond), p.nodeHour));
    if (outcomes.size() < 2)
        return;
    const Advice advice = advise(application, p, outcomes);
    fmt::print(to, "\n{}\n", advice.sentence);
    for (const Advice::Instead &other : advice.instead)
        fmt::print(to, "  - {}\n", say("Core", "Not {}: {}", title(other.strategy), other.why));
    if (!advice.tip.empty())
        fmt::print(to, "{}\n", advice.tip);
}

void printJson(std::FILE *to, const Parameters &p, const std::vector<Outcome> &outcomes)
{
    json all = json::array();
    for (const Outcome &outcome : outcomes)
        all.push_back(toJson(outcome));
    const json document = {{"name", p.name}, {"replicas", p.spec.replicas}, {"current", p.current.name}, {"new", p.next.name}, {"outcomes", all}};
    fmt::print(to, "{}\n", document.dump(1, ' ', false, json::error_handler_t::replace));
}

} // namespace timonier::ctl
