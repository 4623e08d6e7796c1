#include "strategy/course.h"

#include "base/say.h"

#include <algorithm>

namespace timonier::strategy {

namespace {

bool isNew(const Run &run, const PodRecord &pod) { return run.timeline.setInfo[static_cast<std::size_t>(pod.set)].version != 0; }

Time endOf(const Outcome &outcome)
{
    const Run &run = outcome.run;
    Time end(0);
    const bool finished = run.finished != never || run.aborted != never;
    for (const Time time : {run.finished, run.aborted, run.rolledBack})
        if (time != never)
            end = std::max(end, time);
    for (const PodRecord &pod : run.timeline.pods)
        for (const Time time : {pod.created, pod.ready, pod.terminating, pod.gone})
            if (time != never)
                end = std::max(end, time);
    if (const Time noticed = outcome.figures.deadlineExceeded; !finished && noticed != never)
        end = std::max(noticed, std::min(end, noticed * 5 / 4)); // containers that crash on and on say nothing new
    if (finished && !outcome.traffic.empty()) // the last client learns of it a moment later
        end = std::max(end, outcome.traffic.back().at);
    return std::max(end + std::clamp(end / 50, Time(100), Time(3'000)), Time(1'000)); // and a little of how it is then
}

// Each pod's change of state, as a step up and a step down.
struct Count {
    Time at;
    int what; // which number of the Moment
    int by;
};

void count(Moment &moment, const Count &step)
{
    int *const numbers[] = {&moment.oldReady, &moment.newReady, &moment.starting, &moment.terminating};
    *numbers[step.what] += step.by;
}

enum { OldReady, NewReady, Starting, Terminating, Nowhere };

std::vector<Count> counts(const Run &run)
{
    const auto &pods = run.timeline.pods;
    std::vector<int> where(pods.size(), Nowhere);
    std::vector<Count> steps;
    steps.reserve(pods.size() * 6);
    const auto move = [&](std::size_t pod, int to, Time at) {
        if (where[pod] == to)
            return;
        if (where[pod] != Nowhere)
            steps.push_back({at, where[pod], -1});
        if (to != Nowhere)
            steps.push_back({at, to, 1});
        where[pod] = to;
    };
    for (std::size_t i = 0; i < pods.size(); ++i)
        if (pods[i].created < Time(0))
            move(i, pods[i].ready < Time(0) ? isNew(run, pods[i]) ? NewReady : OldReady : Starting, Time(0));
    for (const PodChange &change : run.timeline.changes) {
        const auto pod = static_cast<std::size_t>(change.pod);
        switch (change.event) {
        case PodEvent::Created:
        case PodEvent::NotReady: move(pod, Starting, change.at); break;
        case PodEvent::Ready: move(pod, isNew(run, pods[pod]) ? NewReady : OldReady, change.at); break;
        case PodEvent::Terminating: move(pod, Terminating, change.at); break;
        case PodEvent::Gone: move(pod, Nowhere, change.at); break;
        case PodEvent::Scheduled:
        case PodEvent::Started:
        case PodEvent::Available:
        case PodEvent::Crashed: break;
        }
    }
    return steps;
}

std::vector<Moment> moments(const Outcome &outcome)
{
    const std::vector<Count> steps = counts(outcome.run);
    std::vector<Moment> found;
    Moment now;
    for (std::size_t i = 0, j = 0; i < steps.size() || j < outcome.traffic.size();) {
        const Time at = std::min(i < steps.size() ? steps[i].at : never, j < outcome.traffic.size() ? outcome.traffic[j].at : never);
        for (; i < steps.size() && steps[i].at == at; ++i)
            count(now, steps[i]);
        for (; j < outcome.traffic.size() && outcome.traffic[j].at == at; ++j) {
            now.newShare = outcome.traffic[j].next;
            now.failing = outcome.traffic[j].failing;
            now.serving = outcome.traffic[j].serving;
        }
        now.at = at;
        found.push_back(now);
    }
    if (found.empty() || found.front().at > Time(0))
        found.insert(found.begin(), Moment{});
    return found;
}

std::vector<Lane> lanes(const Run &run, Time end)
{
    const auto &pods = run.timeline.pods;
    std::vector<Lane> all(pods.size());
    int numbers[2] = {0, 0};
    for (std::size_t i = 0; i < pods.size(); ++i) {
        all[i].isNew = isNew(run, pods[i]);
        all[i].number = ++numbers[all[i].isNew];
        if (pods[i].created < Time(0))
            all[i].bars.push_back({Time(0), never, pods[i].ready < Time(0) ? PodState::Ready : PodState::Starting});
    }
    for (const PodChange &change : run.timeline.changes) {
        std::vector<Bar> &bars = all[static_cast<std::size_t>(change.pod)].bars;
        const auto next = [&](PodState state) {
            if (!bars.empty() && bars.back().state == state)
                return;
            if (!bars.empty())
                bars.back().to = change.at;
            bars.push_back({change.at, never, state});
        };
        switch (change.event) {
        case PodEvent::Created: next(PodState::Waiting); break;
        case PodEvent::Scheduled:
        case PodEvent::NotReady: next(PodState::Starting); break;
        case PodEvent::Ready: next(PodState::Ready); break;
        case PodEvent::Terminating: next(PodState::Terminating); break;
        case PodEvent::Gone:
            if (!bars.empty())
                bars.back().to = change.at;
            break;
        case PodEvent::Started:
        case PodEvent::Available:
        case PodEvent::Crashed: break;
        }
    }
    for (Lane &lane : all) {
        for (Bar &bar : lane.bars)
            bar.to = std::min(bar.to, end);
        std::erase_if(lane.bars, [](const Bar &bar) { return bar.to <= bar.from; });
    }
    std::ranges::stable_sort(all, {}, &Lane::isNew); // the old version above
    return all;
}

// What Kubernetes does by itself has no script: its stages are read off the timeline.
std::vector<Stage> stages(const Outcome &outcome)
{
    const Run &run = outcome.run;
    if (!run.stages.empty())
        return run.stages;
    std::vector<Stage> found;
    Time created = never, ready = never, lastReady(0);
    int news = 0;
    for (const PodRecord &pod : run.timeline.pods) {
        if (!isNew(run, pod))
            continue;
        ++news;
        created = std::min(created, pod.created);
        ready = std::min(ready, pod.ready);
        if (pod.ready != never)
            lastReady = std::max(lastReady, pod.ready);
    }
    const bool recreate = outcome.strategy == Strategy::Recreate;
    if (recreate)
        found.push_back({Time(0), say("Core", "all old pods end")});
    if (created != never)
        found.push_back({created, recreate ? say("Core", "the new pods start") : say("Core", "the first new pods start")});
    if (ready != never)
        found.push_back({ready, say("Core", "the first new pod answers")});
    if (run.finished != never && news > 1 && lastReady > ready)
        found.push_back({lastReady, say("Core", "all new pods answer")});
    if (run.finished == never && outcome.figures.deadlineExceeded != never)
        found.push_back({outcome.figures.deadlineExceeded, say("Core", "Kubernetes reports that it does not go on")});
    return found;
}

} // namespace

Course courseOf(const Outcome &outcome, int lanesUpTo)
{
    Course course;
    course.end = endOf(outcome);
    course.ends = outcome.run.finished != never || outcome.run.aborted != never;
    course.moments = moments(outcome);
    std::erase_if(course.moments, [&](const Moment &moment) { return moment.at > course.end; });
    for (const Moment &moment : course.moments)
        course.most = std::max(course.most, moment.pods());
    if (outcome.run.timeline.pods.size() <= static_cast<std::size_t>(std::max(lanesUpTo, 0)))
        course.lanes = lanes(outcome.run, course.end);
    course.stages = stages(outcome);
    std::erase_if(course.stages, [&](const Stage &stage) { return stage.at > course.end; });
    return course;
}

const Moment &momentAt(const Course &course, Time at)
{
    const auto after = std::ranges::upper_bound(course.moments, at, {}, &Moment::at);
    return after == course.moments.begin() ? course.moments.front() : *(after - 1);
}

} // namespace timonier::strategy
