// The ReplicaSet controller: pkg/controller/replicaset/replica_set.go (syncReplicaSet, manageReplicas, slowStartBatch).
#include "strategy/simulation.h"

#include <algorithm>
#include <cmath>

namespace timonier::strategy {

namespace {
constexpr int burstReplicas = 500; // BurstReplicas: creations or deletions in one pass
}

void Simulation::noteSet(int set, Time at)
{
    const ReplicaSetState &s = state(set);
    m_timeline.sets.push_back({at, set, s.spec, s.replicas, s.ready, s.available, s.terminating});
}

// client-go's token bucket: calls queue up in the order in which they are made.
Time Simulation::token(Time at)
{
    const double qps = m_cluster.delays.qps;
    if (qps <= 0)
        return at;
    at = std::max(at, m_now);
    if (at > m_tokensAt) {
        m_tokens = std::min<double>(m_cluster.delays.burst, m_tokens + static_cast<double>((at - m_tokensAt).count()) * qps / 1000);
        m_tokensAt = at;
    }
    m_tokens -= 1;
    return m_tokens >= 0 ? at : m_tokensAt + Time(static_cast<std::int64_t>(std::ceil(-m_tokens * 1000 / qps)));
}

void Simulation::queueSet(int number)
{
    Set &set = m_sets[index(number)];
    if (std::exchange(set.queued, true) || set.busy)
        return;
    push(m_now + m_cluster.delays.sync, Kind::SetSync, number);
}

void Simulation::syncSet(int number)
{
    Set &set = m_sets[index(number)];
    set.queued = false;
    set.busy = true;
    set.seen = set.counts; // what the status will say at the end: the pods as they were before this pass
    const int diff = set.counts.active - state(number).spec;
    if (diff < 0) {
        set.toCreate = std::min(-diff, burstReplicas);
        set.batch = 1;
        createBatch(number);
        return;
    }
    Time end = m_now;
    if (diff > 0)
        for (const int pod : victims(number, std::min(diff, burstReplicas))) {
            end = token(m_now) + m_cluster.delays.write;
            push(end, Kind::PodDeleted, pod);
        }
    push(end, Kind::EndSync, number);
}

void Simulation::createBatch(int number)
{
    Set &set = m_sets[index(number)];
    const int count = std::min(set.batch, set.toCreate);
    if (count == 0) {
        endSync(number);
        return;
    }
    Time end = m_now;
    for (int i = 0; i < count; ++i) {
        end = token(m_now) + m_cluster.delays.write;
        push(end, Kind::PodCreated, number);
    }
    set.toCreate -= count;
    set.batch *= 2;
    push(end, Kind::CreateBatch, number);
}

void Simulation::endSync(int number)
{
    const Set &set = m_sets[index(number)];
    const ReplicaSetState &known = state(number);
    const Counts told{known.replicas, known.ready, known.available, known.terminating};
    if (told == set.seen)
        writeStatus(number);
    else
        push(token(m_now) + m_cluster.delays.write, Kind::StatusWritten, number);
}

void Simulation::writeStatus(int number)
{
    Set &set = m_sets[index(number)];
    ReplicaSetState &known = state(number);
    const Counts told{known.replicas, known.ready, known.available, known.terminating};
    if (told != set.seen) {
        known.replicas = set.seen.active;
        known.ready = set.seen.ready;
        known.available = set.seen.available;
        known.terminating = set.seen.terminating;
        noteSet(number, m_now);
        queueDeployment(set.deployment);
    }
    set.busy = false;
    const bool more = std::exchange(set.queued, false) || set.counts != set.seen || set.counts.active != known.spec;
    if (more)
        queueSet(number);
}

RankedPod Simulation::ranked(int number) const
{
    const Pod &pod = m_pods[index(number)];
    const Run &run = m_runs[index(m_sets[index(pod.set)].deployment)];
    return {.id = number, .assigned = pod.node >= 0, .running = pod.state == PodState::Running, .ready = pod.ready,
            .colocated = pod.node < 0 ? 0 : run.onNode[index(pod.node)], .readySince = pod.readySince, .restarts = pod.restarts,
            .created = pod.created};
}

// The order of podsToDelete(), without sorting every pod of a large set for each that goes: those that are not ready first,
// then, from the tops of the nodes' stacks, the ready ones.
std::vector<int> Simulation::victims(int number, int count)
{
    Set &set = m_sets[index(number)];
    const auto alive = [&](int pod) { return m_pods[index(pod)].state < PodState::Terminating; };
    std::ranges::sort(set.notReady);
    set.notReady.erase(std::ranges::unique(set.notReady).begin(), set.notReady.end());
    std::erase_if(set.notReady, [&](int pod) { return !alive(pod) || m_pods[index(pod)].ready; });
    std::vector<RankedPod> candidates;
    for (const int pod : set.notReady)
        candidates.push_back(ranked(pod));
    std::vector<int> chosen = podsToDelete(std::move(candidates), index(count));

    const auto top = [&](std::size_t node) -> std::optional<RankedPod> {
        auto &stack = set.readyOnNode[node];
        while (!stack.empty()) {
            const auto [since, pod] = stack.back();
            const Pod &known = m_pods[index(pod)];
            if (alive(pod) && known.ready && known.readySince == since)
                return ranked(pod);
            stack.pop_back();
        }
        return {};
    };
    if (static_cast<int>(chosen.size()) == count)
        return chosen;
    std::vector<std::pair<RankedPod, std::size_t>> tops;
    for (std::size_t node = 0; node < set.readyOnNode.size(); ++node)
        if (const auto pod = top(node))
            tops.emplace_back(*pod, node);
    const auto later = [](const auto &a, const auto &b) { return deletedBefore(b.first, a.first); };
    std::ranges::make_heap(tops, later);
    while (static_cast<int>(chosen.size()) < count && !tops.empty()) {
        std::ranges::pop_heap(tops, later);
        auto [pod, node] = tops.back();
        tops.pop_back();
        chosen.push_back(pod.id);
        set.readyOnNode[node].pop_back();
        if (const auto next = top(node)) {
            tops.emplace_back(*next, node);
            std::ranges::push_heap(tops, later);
        }
    }
    return chosen;
}

} // namespace timonier::strategy
