// A pod's life: created, given a node, started, ready, available, perhaps crashed, deleted, gone.
#include "strategy/simulation.h"

#include <algorithm>

namespace timonier::strategy {

int Simulation::newPod(int set, Time created)
{
    const int number = static_cast<int>(m_pods.size());
    m_pods.push_back({.set = set, .created = created});
    m_timeline.pods.push_back({.set = set, .created = created});
    Set &owner = m_sets[index(set)];
    ++owner.counts.active;
    ++m_runs[index(owner.deployment)].alive;
    owner.notReady.push_back(number);
    if (created < Time(0))
        return number;
    note(number, PodEvent::Created);
    queueSet(set);
    push(m_now + m_cluster.delays.bind, Kind::PodBound, number);
    return number;
}

void Simulation::bind(int number)
{
    Pod &pod = m_pods[index(number)];
    if (pod.state != PodState::Waiting)
        return;
    if (const auto node = m_room.place(versionOf(pod))) {
        assign(number, *node);
        return;
    }
    ++m_timeline.unschedulable;
    pod.backOff = Time(1'000); // the scheduler's own, not the kubelet's: 1 s doubled to 10 s
    pod.notBefore = m_now + pod.backOff;
    m_waiting.push_back(number);
}

void Simulation::assign(int number, int node)
{
    Pod &pod = m_pods[index(number)];
    const Version &version = versionOf(pod);
    pod.node = node;
    pod.state = PodState::Assigned;
    pod.backOff = Time(0);
    ++m_runs[index(m_sets[index(pod.set)].deployment)].onNode[index(node)];
    m_timeline.pods[index(number)].node = node;
    m_timeline.pods[index(number)].scheduled = m_now;
    note(number, PodEvent::Scheduled);
    push(m_now + std::max(Time(0), version.startUp + jitter(number, version.jitter)), Kind::PodStarted, number, pod.life);
}

void Simulation::wakeScheduler()
{
    std::erase_if(m_waiting, [&](int pod) { return m_pods[index(pod)].state != PodState::Waiting; });
    if (m_waiting.empty() || std::exchange(m_retrying, true))
        return;
    push(std::max(m_now + m_cluster.delays.bind, m_pods[index(m_waiting.front())].notBefore), Kind::Retry, 0);
}

void Simulation::retry()
{
    m_retrying = false;
    while (!m_waiting.empty()) {
        const int number = m_waiting.front();
        Pod &pod = m_pods[index(number)];
        if (pod.state == PodState::Waiting) {
            if (pod.notBefore > m_now) {
                wakeScheduler();
                return;
            }
            const auto node = m_room.place(versionOf(pod));
            if (!node) { // nor will those behind it, which ask for as much
                pod.backOff = std::min(2 * pod.backOff, Time(10'000));
                pod.notBefore = m_now + pod.backOff;
                return;
            }
            assign(number, *node);
        }
        m_waiting.erase(m_waiting.begin());
    }
}

void Simulation::start(int number)
{
    Pod &pod = m_pods[index(number)];
    const Version &version = versionOf(pod);
    pod.state = PodState::Running;
    PodRecord &record = m_timeline.pods[index(number)];
    record.started = std::min(record.started, m_now);
    note(number, PodEvent::Started);
    queueSet(pod.set);
    const Time ready = untilReady(version);
    if (ready != never && (!version.crashAfter || ready < *version.crashAfter)) {
        if (ready == Time(0))
            becomeReady(number, wholeSecond(m_now));
        else
            push(m_now + ready, Kind::PodReady, number, pod.life);
    }
    if (version.crashAfter)
        push(m_now + *version.crashAfter, Kind::PodCrashed, number, pod.life);
}

void Simulation::becomeReady(int number, Time since)
{
    Pod &pod = m_pods[index(number)];
    Set &set = m_sets[index(pod.set)];
    pod.ready = true;
    pod.readySince = since;
    ++set.counts.ready;
    set.readyOnNode[index(pod.node)].emplace_back(since, number);
    PodRecord &record = m_timeline.pods[index(number)];
    record.ready = std::min(record.ready, m_now);
    const bool settled = since < Time(-1'000); // it was so before the simulation began
    if (!settled)
        note(number, PodEvent::Ready);
    const Time at = since + m_deployments[index(set.deployment)].spec.minReady;
    if (at <= m_now)
        becomeAvailable(number);
    else
        push(at, Kind::PodAvailable, number, pod.life);
    if (!settled)
        queueSet(pod.set);
}

void Simulation::becomeAvailable(int number)
{
    Pod &pod = m_pods[index(number)];
    if (!pod.ready || pod.available)
        return;
    pod.available = true;
    ++m_sets[index(pod.set)].counts.available;
    PodRecord &record = m_timeline.pods[index(number)];
    if (record.available == never) {
        record.available = m_now;
        note(number, PodEvent::Available);
    }
    if (pod.readySince >= Time(-1'000))
        queueSet(pod.set);
}

void Simulation::notReady(int number, PodEvent why)
{
    Pod &pod = m_pods[index(number)];
    Set &set = m_sets[index(pod.set)];
    set.counts.ready -= pod.ready;
    set.counts.available -= pod.available;
    if (why == PodEvent::Crashed && pod.ready) {
        set.notReady.push_back(number);
        note(number, PodEvent::NotReady);
    }
    pod.ready = pod.available = false;
    ++pod.life;
    note(number, why);
    queueSet(pod.set);
}

void Simulation::crash(int number)
{
    notReady(number, PodEvent::Crashed);
    Pod &pod = m_pods[index(number)];
    ++pod.restarts;
    m_timeline.pods[index(number)].restarts = pod.restarts;
    const Time wait = restartDelay(pod.backOff, m_now - pod.lastBackOff);
    pod.lastBackOff = m_now + wait;
    // The image and the sandbox are there: only the process starts again.
    push(m_now + wait, Kind::PodStarted, number, pod.life);
}

void Simulation::deletePod(int number)
{
    Pod &pod = m_pods[index(number)];
    if (pod.state >= PodState::Terminating)
        return;
    const bool assigned = pod.node >= 0;
    Set &set = m_sets[index(pod.set)];
    pod.state = PodState::Terminating;
    --set.counts.active;
    ++set.counts.terminating;
    m_timeline.pods[index(number)].terminating = m_now;
    if (assigned)
        --m_runs[index(set.deployment)].onNode[index(pod.node)];
    notReady(number, PodEvent::Terminating);
    const Time left = assigned ? untilGone(versionOf(pod)) : Time(0);
    if (left == Time(0))
        gone(number);
    else
        push(m_now + left, Kind::PodGone, number);
}

void Simulation::gone(int number)
{
    Pod &pod = m_pods[index(number)];
    Set &set = m_sets[index(pod.set)];
    pod.state = PodState::Gone;
    --set.counts.terminating;
    Run &run = m_runs[index(set.deployment)];
    --run.alive;
    m_timeline.pods[index(number)].gone = m_now;
    note(number, PodEvent::Gone);
    queueSet(pod.set);
    // deletePod of the Deployment controller wakes a Recreate one when no pod is left.
    if (m_deployments[index(set.deployment)].spec.recreate && run.alive == 0)
        queueDeployment(set.deployment);
    if (pod.node < 0)
        return;
    m_room.release(pod.node, versionOf(pod));
    wakeScheduler();
}

Time Simulation::wholeSecond(Time time) const
{
    const auto offset = m_cluster.clockOffset;
    const auto shifted = (time + offset).count();
    const auto floored = shifted >= 0 ? shifted / 1000 * 1000 : -((-shifted + 999) / 1000 * 1000);
    return Time(floored) - offset;
}

// splitmix64 of the seed and the pod's number: no state, so that a copy of the simulation goes on alike.
Time Simulation::jitter(int number, Time most) const
{
    if (most <= Time(0))
        return Time(0);
    std::uint64_t z = m_cluster.seed + 0x9e3779b97f4a7c15ull * (static_cast<std::uint64_t>(number) + 1);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    z ^= z >> 31;
    const auto span = static_cast<std::uint64_t>(2 * most.count() + 1);
    return Time(static_cast<std::int64_t>(z % span)) - most;
}

} // namespace timonier::strategy
