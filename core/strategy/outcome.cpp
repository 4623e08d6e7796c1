#include "strategy/outcome.h"

#include "strategy/kubelet.h"

#include <algorithm>
#include <cmath>

namespace timonier::strategy {

namespace {

// Clients know of a pod a moment after it is ready, and still use it a moment after it has gone out of service.
enum class What : std::uint8_t { Known, Able, Alive, Routed };
struct Step {
    Time at;
    What what;
    std::int8_t by;
    int deployment, version;
};

std::vector<Step> steps(const Parameters &parameters, const Run &run)
{
    const Time late = parameters.cluster.delays.endpoints;
    std::vector<Step> found;
    std::vector<bool> able(run.timeline.pods.size()); // ready as far as the pod itself goes
    const auto put = [&](Time at, What what, int by, const SetInfo &set) {
        found.push_back({at, what, static_cast<std::int8_t>(by), set.deployment, set.version});
    };
    for (std::size_t i = 0; i < run.timeline.pods.size(); ++i) {
        const PodRecord &pod = run.timeline.pods[i];
        if (pod.created >= Time(0))
            continue; // there from the beginning
        const SetInfo &set = run.timeline.setInfo[static_cast<std::size_t>(pod.set)];
        put(Time(-1), What::Alive, 1, set);
        if (pod.ready < Time(0)) {
            able[i] = true;
            put(Time(-1), What::Known, 1, set);
            put(Time(-1), What::Able, 1, set);
        }
    }
    for (const PodChange &change : run.timeline.changes) {
        const PodRecord &pod = run.timeline.pods[static_cast<std::size_t>(change.pod)];
        const SetInfo &set = run.timeline.setInfo[static_cast<std::size_t>(pod.set)];
        auto mine = able[static_cast<std::size_t>(change.pod)];
        switch (change.event) {
        case PodEvent::Created: put(change.at, What::Alive, 1, set); break;
        case PodEvent::Gone: put(change.at, What::Alive, -1, set); break;
        case PodEvent::Ready:
            mine = true;
            put(change.at + late, What::Known, 1, set);
            put(change.at, What::Able, 1, set);
            break;
        case PodEvent::NotReady:
        case PodEvent::Terminating:
            if (!mine)
                break;
            mine = false;
            put(change.at + late, What::Known, -1, set);
            // While its preStop hook runs, a leaving pod still answers.
            put(change.at + (change.event == PodEvent::Terminating ? untilSigterm(run.versions[static_cast<std::size_t>(set.version)]) : Time(0)),
                What::Able, -1, set);
            break;
        case PodEvent::Scheduled:
        case PodEvent::Started:
        case PodEvent::Available:
        case PodEvent::Crashed: break;
        }
    }
    for (std::size_t i = 0; i < run.routing.size(); ++i)
        put(run.routing[i].at + (i ? late : Time(-1)), What::Routed, 0, {static_cast<int>(i), 0});
    std::ranges::stable_sort(found, {}, &Step::at);
    return found;
}

struct Count {
    int known = 0, able = 0;
};

} // namespace

std::vector<TrafficPoint> traffic(const Parameters &parameters, const Run &run)
{
    std::vector<std::vector<Count>> counts(2, std::vector<Count>(std::max<std::size_t>(run.versions.size(), 2))); // [deployment][version]
    const Routing *routing = nullptr;
    int alive = 0;
    std::vector<TrafficPoint> points;
    const auto now = [&](Time at) {
        TrafficPoint point{.at = std::max(at, Time(0)), .pods = alive};
        for (const Route &route : routing->routes) {
            int known = 0, knownNext = 0, answering = 0;
            for (const int deployment : route.deployments)
                for (std::size_t version = 0; version < counts[static_cast<std::size_t>(deployment)].size(); ++version) {
                    const Count &count = counts[static_cast<std::size_t>(deployment)][version];
                    known += count.known;
                    answering += std::min(count.known, count.able);
                    point.serving += count.able;
                    if (version != 0) {
                        knownNext += count.known;
                        point.servingNext += count.able;
                    }
                }
            point.next += known ? route.weight * knownNext / known : 0;
            point.failing += route.weight * (known ? 1 - static_cast<double>(answering) / known : 1);
        }
        return point;
    };
    const std::vector<Step> all = steps(parameters, run);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Step &step = all[i];
        if (step.what == What::Routed)
            routing = &run.routing[static_cast<std::size_t>(step.deployment)];
        else if (step.what == What::Alive)
            alive += step.by;
        else {
            Count &count = counts[static_cast<std::size_t>(step.deployment)][static_cast<std::size_t>(step.version)];
            (step.what == What::Known ? count.known : count.able) += step.by;
        }
        if ((i + 1 < all.size() && all[i + 1].at == step.at) || !routing)
            continue;
        const TrafficPoint point = now(step.at);
        if (!points.empty() && points.back().at == point.at)
            points.pop_back();
        points.push_back(point);
    }
    return points;
}

Figures figures(const Parameters &parameters, const Run &run, const std::vector<TrafficPoint> &traffic)
{
    Figures f;
    const int wanted = parameters.spec.replicas;
    f.duration = run.finished;
    f.untilPromoted = run.promoted;
    f.deadlineExceeded = run.timeline.deadlineExceeded;
    f.neverPlaced = run.timeline.unschedulable;
    for (const PodRecord &pod : run.timeline.pods)
        f.restarts += pod.restarts;
    f.leastServing = traffic.empty() ? 0 : traffic.front().serving;
    double weightedPods = 0;
    Time end = run.finished != never ? run.finished : traffic.empty() ? Time(0) : traffic.back().at;
    if (run.finished == never && run.timeline.deadlineExceeded != never)
        end = std::max(end, run.timeline.deadlineExceeded); // it stands still; this is when it is noticed
    for (std::size_t i = 0; i < traffic.size(); ++i) {
        const TrafficPoint &point = traffic[i];
        const Time until = i + 1 < traffic.size() ? traffic[i + 1].at : std::max(end, point.at);
        const Time span = until - point.at;
        const double seconds = static_cast<double>(span.count()) / 1000, requests = parameters.requestsPerSecond * seconds;
        f.peakPods = std::max(f.peakPods, point.pods);
        f.newSeen |= point.next > 0;
        weightedPods += std::max(0, point.pods - wanted) * seconds;
        if (span == Time(0))
            continue;
        f.leastServing = std::min(f.leastServing, point.serving);
        if (wanted > 0 && (point.serving == 0 || point.failing > 0.999))
            f.withoutService += span;
        if (point.serving < wanted)
            f.belowCapacity += span;
        f.lost += requests * point.failing;
        if (parameters.podCapacity > 0)
            f.overloaded += std::max(0.0, parameters.requestsPerSecond * (1 - point.failing) - point.serving * parameters.podCapacity) * seconds;
        f.wrongAnswers += requests * point.next * parameters.next.errorShare;
        if (point.at < run.promoted)
            f.onTrial += requests * point.next;
    }
    f.extraPods = std::max(0, f.peakPods - wanted);
    f.leastCapacity = wanted ? std::min(1.0, static_cast<double>(f.leastServing) / wanted) : 1;
    f.extraPodHours = weightedPods / 3600;
    const Node &node = parameters.nodeSize;
    const double share = std::max({static_cast<double>(parameters.next.cpuMilli) / static_cast<double>(std::max<std::int64_t>(node.cpuMilli, 1)),
                                   static_cast<double>(parameters.next.memoryBytes) / static_cast<double>(std::max<std::int64_t>(node.memoryBytes, 1)),
                                   1.0 / std::max(node.pods, 1)});
    f.cost = f.extraPodHours * share * parameters.nodeHour;
    return f;
}

Outcome foretell(const Parameters &parameters, Strategy strategy)
{
    Outcome outcome{.strategy = strategy, .run = run(parameters, strategy), .traffic = {}, .figures = {}, .verdict = {}};
    outcome.traffic = traffic(parameters, outcome.run);
    outcome.figures = figures(parameters, outcome.run, outcome.traffic);
    if (outcome.run.aborted == never) {
        const Time usual = outcome.run.finished != never                 ? outcome.run.finished / 2
                           : outcome.figures.deadlineExceeded != never ? outcome.figures.deadlineExceeded
                                                                       : parameters.limit / 2;
        outcome.figures.rollbackAt = parameters.rollbackAt.value_or(usual);
        const Run back = run(parameters, strategy, outcome.figures.rollbackAt);
        if (back.aborted != never)
            outcome.figures.rollbackAt = back.aborted;
        if (back.rolledBack != never)
            outcome.figures.rollback = back.rolledBack - back.aborted;
    } else if (outcome.run.rolledBack != never) {
        outcome.figures.rollbackAt = outcome.run.aborted;
        outcome.figures.rollback = outcome.run.rolledBack - outcome.run.aborted;
    }
    outcome.verdict = verdict(parameters, strategy, outcome.run, outcome.figures);
    return outcome;
}

} // namespace timonier::strategy
