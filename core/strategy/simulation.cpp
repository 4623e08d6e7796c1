// The clock, what people do, and the Deployment controller's queue.
#include "strategy/simulation.h"

#include <algorithm>
#include <cmath>

namespace timonier::strategy {

Simulation::Simulation(Cluster cluster) : m_cluster(std::move(cluster)), m_room(m_cluster.nodes), m_tokens(m_cluster.delays.burst) {}

void Simulation::push(Time at, Kind kind, int id, std::uint32_t life)
{
    m_events.push_back({at, m_order++, life, id, kind});
    std::ranges::push_heap(m_events, std::greater{});
}

void Simulation::step()
{
    std::ranges::pop_heap(m_events, std::greater{});
    const Event event = m_events.back();
    m_events.pop_back();
    m_now = std::max(m_now, event.at);
    handle(event);
}

void Simulation::handle(const Event &event)
{
    const bool current = event.kind < Kind::PodBound || event.life == m_pods[index(event.id)].life;
    switch (event.kind) {
    case Kind::DeploymentSync: syncDeployment(event.id); break;
    case Kind::ProgressCheck: {
        Run &run = m_runs[index(event.id)];
        run.checking = false;
        if (run.checkAt <= m_now)
            queueDeployment(event.id);
        else if (run.checkAt != never) {
            run.checking = true;
            push(run.checkAt, Kind::ProgressCheck, event.id);
        }
        break;
    }
    case Kind::SetSync: syncSet(event.id); break;
    case Kind::CreateBatch: createBatch(event.id); break;
    case Kind::EndSync: endSync(event.id); break;
    case Kind::StatusWritten: writeStatus(event.id); break;
    case Kind::Retry: retry(); break;
    case Kind::PodCreated: newPod(event.id, m_now); break;
    case Kind::PodBound: bind(event.id); break;
    case Kind::PodStarted:
        if (current)
            start(event.id);
        break;
    case Kind::PodReady:
        if (current)
            becomeReady(event.id, wholeSecond(m_now));
        break;
    case Kind::PodAvailable:
        if (current)
            becomeAvailable(event.id);
        break;
    case Kind::PodCrashed:
        if (current)
            crash(event.id);
        break;
    case Kind::PodDeleted: deletePod(event.id); break;
    case Kind::PodGone: gone(event.id); break;
    }
}

void Simulation::runUntil(Time time)
{
    while (!m_events.empty() && m_events.front().at <= time)
        step();
    m_now = std::max(m_now, time);
}

Time Simulation::runUntilComplete(int deployment, Time limit)
{
    while (!complete(deployment)) {
        if (m_events.empty() || m_events.front().at > limit) {
            runUntil(limit);
            return never;
        }
        step();
    }
    return m_now;
}

void Simulation::runUntilIdle(Time limit)
{
    while (!m_events.empty() && m_events.front().at <= limit)
        step();
}

int Simulation::versionNumber(Version version)
{
    const auto found = std::ranges::find(m_versions, version.name, &Version::name);
    if (found != m_versions.end())
        return static_cast<int>(found - m_versions.begin());
    m_versions.push_back(std::move(version));
    return static_cast<int>(m_versions.size()) - 1;
}

int Simulation::addDeployment(DeploymentSpec spec, Version version)
{
    m_deployments.push_back({.spec = std::move(spec), .version = versionNumber(std::move(version)), .sets = {}, .status = {}});
    m_runs.emplace_back().onNode.resize(index(m_room.nodes()));
    return static_cast<int>(m_deployments.size()) - 1;
}

int Simulation::addNew(DeploymentSpec spec, Version version)
{
    const int number = addDeployment(std::move(spec), std::move(version));
    queueDeployment(number);
    return number;
}

int Simulation::addSettled(DeploymentSpec spec, Version version, int unhealthy)
{
    constexpr Time before(-3'600'000);
    const int number = addDeployment(std::move(spec), std::move(version));
    DeploymentState &deployment = m_deployments.back();
    const int replicas = deployment.spec.replicas;
    unhealthy = std::min(unhealthy, replicas);
    ReplicaSetState set{.id = m_nextSet++, .version = deployment.version, .spec = replicas, .replicas = replicas,
                        .ready = replicas - unhealthy, .available = replicas - unhealthy};
    set.desired = replicas;
    set.maxReplicas = replicas + maxSurge(deployment.spec);
    deployment.sets.push_back(set);
    deployment.status = {replicas, replicas, set.ready, set.available, 0};
    deployment.progress = Progress::Complete;
    adoptNewSets(number);
    std::vector<int> nodes; // where they run: as the nodes say, the rest in turn
    for (int i = 0; i < m_room.nodes(); ++i)
        nodes.insert(nodes.end(), index(m_cluster.nodes.empty() ? 0 : m_cluster.nodes[index(i)].own), i);
    for (int i = 0; i < replicas; ++i) {
        const int pod = newPod(set.id, before);
        Pod &made = m_pods[index(pod)];
        made.node = i < static_cast<int>(nodes.size()) ? nodes[index(i)] : i % m_room.nodes();
        if (i >= static_cast<int>(nodes.size()))
            m_room.adopt(made.node);
        ++m_runs[index(number)].onNode[index(made.node)];
        made.state = PodState::Running;
        PodRecord &record = m_timeline.pods[index(pod)];
        record.node = made.node;
        record.scheduled = record.started = before;
        if (i < replicas - unhealthy) {
            record.ready = record.available = before;
            becomeReady(pod, before);
        }
        if (const Version &v = versionOf(made); v.crashAfter && m_now > Time(0))
            push(m_now + *v.crashAfter, Kind::PodCrashed, pod, made.life);
    }
    noteSet(set.id, m_now);
    return number;
}

void Simulation::setVersion(int deployment, Version version)
{
    m_deployments[index(deployment)].version = versionNumber(std::move(version));
    queueDeployment(deployment);
}

void Simulation::setReplicas(int deployment, int replicas)
{
    m_deployments[index(deployment)].spec.replicas = replicas;
    queueDeployment(deployment);
}

void Simulation::setPaused(int deployment, bool paused)
{
    m_deployments[index(deployment)].spec.paused = paused;
    queueDeployment(deployment);
}

void Simulation::setSpec(int deployment, const DeploymentSpec &spec)
{
    m_deployments[index(deployment)].spec = spec;
    queueDeployment(deployment);
}

void Simulation::queueDeployment(int deployment)
{
    if (std::exchange(m_runs[index(deployment)].queued, true))
        return;
    push(m_now + m_cluster.delays.sync, Kind::DeploymentSync, deployment);
}

void Simulation::syncDeployment(int number)
{
    DeploymentState &deployment = m_deployments[index(number)];
    Run &run = m_runs[index(number)];
    run.queued = false;
    const DeploymentStatus before = deployment.status;
    const Progress progress = deployment.progress;
    const Sync sync = strategy::syncDeployment(deployment, m_now, m_nextSet, [&](int newSet) {
        const Counts mine = newSet < 0 || index(newSet) >= m_sets.size() ? Counts{} : m_sets[index(newSet)].counts;
        return run.alive > mine.active + mine.terminating;
    });
    adoptNewSets(number);
    for (const Scaling &scaling : sync.done) {
        m_timeline.steps.push_back({m_now, scaling.set, scaling.from, scaling.to});
        noteSet(scaling.set, m_now);
        queueSet(scaling.set);
    }
    if (deployment.progress == Progress::TimedOut && progress != Progress::TimedOut)
        m_timeline.deadlineExceeded = std::min(m_timeline.deadlineExceeded, m_now);
    run.checkAt = sync.again.value_or(never);
    if (sync.again && !run.checking) {
        run.checking = true;
        push(*sync.again, Kind::ProgressCheck, number);
    }
    // Its own writes wake the controller once more.
    if (!sync.done.empty() || deployment.status != before)
        queueDeployment(number);
}

void Simulation::adoptNewSets(int number)
{
    while (m_sets.size() < index(m_nextSet)) {
        const ReplicaSetState &created = m_deployments[index(number)].sets.back();
        Set set{.deployment = number, .version = created.version, .counts = {}, .seen = {}, .notReady = {}, .readyOnNode = {}};
        set.readyOnNode.resize(index(m_room.nodes()));
        m_sets.push_back(std::move(set));
        m_timeline.setInfo.push_back({number, created.version});
    }
}

ReplicaSetState &Simulation::state(int set)
{
    auto &sets = m_deployments[index(m_sets[index(set)].deployment)].sets;
    return *std::ranges::find(sets, set, &ReplicaSetState::id);
}

} // namespace timonier::strategy
