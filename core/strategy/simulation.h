// The controllers, the scheduler and the kubelets on a virtual clock: the same input gives the same timeline, always. A value:
// copy it to try something and go on from where it was. One thread at a time.
#pragma once

#include "strategy/deployment_sync.h"
#include "strategy/kubelet.h"
#include "strategy/ranking.h"
#include "strategy/scheduler.h"
#include "strategy/timeline.h"

#include <functional>

namespace timonier::strategy {

class Simulation
{
public:
    explicit Simulation(Cluster cluster = {});

    // A Deployment whose pods have all been available for an hour, but for `unhealthy` ones, which never will be.
    int addSettled(DeploymentSpec spec, Version version, int unhealthy = 0);
    // One that is created now.
    int addNew(DeploymentSpec spec, Version version);

    // What a person does to it, at now().
    void setVersion(int deployment, Version version); // a new pod template, or an old one again if it has the same name
    void setReplicas(int deployment, int replicas);
    void setPaused(int deployment, bool paused);
    void setSpec(int deployment, const DeploymentSpec &spec);

    Time now() const { return m_now; }
    void runUntil(Time time);
    // Until every replica is of the current template and available; `never` if that is not so at `limit`, where it stops.
    Time runUntilComplete(int deployment, Time limit);
    // Until nothing is left to happen.
    void runUntilIdle(Time limit);
    bool complete(int deployment) const { return isComplete(m_deployments[index(deployment)]); }

    const Timeline &timeline() const { return m_timeline; }
    const DeploymentState &deployment(int number) const { return m_deployments[index(number)]; }
    const std::vector<Version> &versions() const { return m_versions; }
    const Cluster &cluster() const { return m_cluster; }

private:
    enum class Kind : std::uint8_t {
        DeploymentSync, ProgressCheck, SetSync, CreateBatch, EndSync, StatusWritten, Retry,
        PodCreated, PodBound, PodStarted, PodReady, PodAvailable, PodCrashed, PodDeleted, PodGone
    };
    struct Event {
        Time at;
        std::uint32_t order;
        std::uint32_t life; // of the container: what was planned for an earlier one does not come
        int id;
        Kind kind;
        bool operator>(const Event &o) const { return at != o.at ? at > o.at : order > o.order; }
    };
    enum class PodState : std::uint8_t { Waiting, Assigned, Running, Terminating, Gone };
    struct Pod {
        int set = 0, node = -1;
        PodState state = PodState::Waiting;
        bool ready = false, available = false;
        int restarts = 0;
        std::uint32_t life = 0;
        Time created{0}, readySince{0}, backOff{0}, lastBackOff{0}, notBefore{0};
    };
    struct Counts {
        int active = 0, ready = 0, available = 0, terminating = 0;
        bool operator==(const Counts &) const = default;
    };
    struct Set { // a ReplicaSet, as its controller and its pods know it
        int deployment = 0, version = 0;
        Counts counts, seen; // now, and at the beginning of the pass that runs
        bool queued = false, busy = false;
        int toCreate = 0, batch = 0;
        std::vector<int> notReady;                                  // may hold some that are no longer so
        std::vector<std::vector<std::pair<Time, int>>> readyOnNode; // likewise; in order of ready time
    };
    struct Run { // of a Deployment, beside its state
        bool queued = false;
        bool checking = false; // a ProgressCheck is on its way
        Time checkAt = never;
        std::vector<int> onNode; // active pods, all sets
        int alive = 0;           // not gone
    };

    static std::size_t index(int number) { return static_cast<std::size_t>(number); }
    void push(Time at, Kind kind, int id, std::uint32_t life = 0);
    void handle(const Event &event);
    void step();

    int addDeployment(DeploymentSpec spec, Version version);
    int versionNumber(Version version);
    void queueDeployment(int deployment);
    void syncDeployment(int deployment);
    void adoptNewSets(int deployment);
    ReplicaSetState &state(int set);

    void queueSet(int set);
    void syncSet(int set);
    void createBatch(int set);
    void endSync(int set);
    void writeStatus(int set);
    void noteSet(int set, Time at);
    std::vector<int> victims(int set, int count);
    Time token(Time at); // when the client of the ReplicaSet controller may make its next call

    int newPod(int set, Time created);
    void bind(int pod);
    void assign(int pod, int node);
    void retry();
    void wakeScheduler();
    void start(int pod);
    void becomeReady(int pod, Time since);
    void becomeAvailable(int pod);
    void crash(int pod);
    void notReady(int pod, PodEvent why);
    void deletePod(int pod);
    void gone(int pod);
    RankedPod ranked(int pod) const;
    Time wholeSecond(Time time) const;
    Time jitter(int pod, Time most) const;
    void note(int pod, PodEvent event) { m_timeline.changes.push_back({m_now, pod, event}); }
    const Version &versionOf(const Pod &pod) const { return m_versions[index(m_sets[index(pod.set)].version)]; }

    Cluster m_cluster;
    Room m_room;
    Time m_now{0};
    std::uint32_t m_order = 0;
    std::vector<Event> m_events; // a heap
    std::vector<Version> m_versions;
    std::vector<DeploymentState> m_deployments;
    std::vector<Run> m_runs;
    std::vector<Set> m_sets;
    std::vector<Pod> m_pods;
    std::vector<int> m_waiting; // pods without a node, in order
    bool m_retrying = false;
    int m_nextSet = 0;
    double m_tokens;
    Time m_tokensAt{0};
    Timeline m_timeline;
};

} // namespace timonier::strategy
