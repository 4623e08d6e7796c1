#include "strategy/deployment_sync.h"

#include <algorithm>

namespace timonier::strategy {

namespace {

struct View {
    ReplicaSetState *newSet = nullptr;
    Sets old, all; // `all` ends with the new one
};

View view(DeploymentState &deployment)
{
    View v;
    for (ReplicaSetState &set : deployment.sets) { // FindNewReplicaSet takes the oldest that has the template
        if (!v.newSet && set.version == deployment.version)
            v.newSet = &set;
        else
            v.old.push_back(&set);
    }
    v.all = v.old;
    if (v.newSet)
        v.all.push_back(v.newSet);
    return v;
}

// getNewReplicaSet with createIfNotExisted.
View withNewSet(DeploymentState &deployment, Time now, int &nextId, Scalings &done)
{
    View v = view(deployment);
    if (v.newSet)
        return v;
    const DeploymentSpec &spec = deployment.spec;
    ReplicaSetState created{.id = nextId++, .version = deployment.version};
    created.spec = newSetReplicas(spec, specReplicas(v.all), 0);
    created.desired = spec.replicas;
    created.maxReplicas = spec.replicas + maxSurge(spec);
    done.push_back({created.id, 0, created.spec});
    deployment.sets.push_back(created);
    if (spec.progressDeadline) {
        deployment.progress = Progress::NewReplicaSet;
        deployment.lastProgress = now;
    }
    return view(deployment);
}

DeploymentStatus calculateStatus(const View &v)
{
    DeploymentStatus status;
    for (const ReplicaSetState *set : v.all) {
        status.replicas += set->replicas;
        status.ready += set->ready;
        status.available += set->available;
        status.terminating += set->terminating;
    }
    status.updated = v.newSet ? v.newSet->replicas : 0;
    return status;
}

bool complete(const DeploymentSpec &spec, const DeploymentStatus &status)
{
    return status.updated == spec.replicas && status.replicas == spec.replicas && status.available == spec.replicas;
}

// syncRolloutStatus: progress, and when to look whether it has stopped.
std::optional<Time> updateStatus(DeploymentState &deployment, const View &v, Time now)
{
    const DeploymentStatus before = deployment.status;
    const DeploymentStatus after = calculateStatus(v);
    const bool done = after.replicas == after.updated && deployment.progress == Progress::Complete;
    deployment.status = after;
    if (!deployment.spec.progressDeadline || done)
        return {};
    const Time deadline = deployment.lastProgress + *deployment.spec.progressDeadline;
    if (complete(deployment.spec, after)) {
        deployment.progress = Progress::Complete;
        deployment.lastProgress = now;
        return {};
    }
    if (after.updated > before.updated || after.replicas - after.updated < before.replicas - before.updated ||
        after.ready > before.ready || after.available > before.available) {
        deployment.progress = Progress::Updated;
        deployment.lastProgress = now;
        return now + *deployment.spec.progressDeadline + Time(1000);
    }
    if (deployment.progress == Progress::None || deployment.progress == Progress::Complete || deployment.progress == Progress::TimedOut)
        return {};
    if (deadline < now) {
        deployment.progress = Progress::TimedOut;
        return {};
    }
    return deadline + Time(1000);
}

Sets active(const Sets &sets)
{
    Sets found;
    std::ranges::copy_if(sets, std::back_inserter(found), [](const ReplicaSetState *set) { return set->spec > 0; });
    return found;
}

View rolloutRolling(DeploymentState &deployment, Time now, int &nextId, Scalings &done)
{
    const View v = withNewSet(deployment, now, nextId, done);
    // Up first; down only in a pass that had nothing to add.
    if (!reconcileNewSet(deployment.spec, v.all, *v.newSet, done))
        reconcileOldSets(deployment.spec, v.all, active(v.old), *v.newSet, done);
    return v;
}

View rolloutRecreate(DeploymentState &deployment, Time now, int &nextId, const std::function<bool(int)> &oldPodsExist, Scalings &done)
{
    View v = view(deployment);
    bool scaled = false;
    for (ReplicaSetState *set : v.old)
        scaled |= scaleSet(deployment.spec, *set, 0, false, done);
    const bool counted = std::ranges::any_of(v.old, [](const ReplicaSetState *set) { return set->replicas > 0; });
    if (scaled || counted || oldPodsExist(v.newSet ? v.newSet->id : -1))
        return v;
    v = withNewSet(deployment, now, nextId, done);
    scaleSet(deployment.spec, *v.newSet, deployment.spec.replicas, false, done);
    return v;
}

// checkPausedConditions: pausing and resuming begin the deadline anew.
void checkPaused(DeploymentState &deployment, Time now)
{
    if (!deployment.spec.progressDeadline || deployment.progress == Progress::TimedOut)
        return;
    const bool known = deployment.progress == Progress::Paused;
    if (deployment.spec.paused == known)
        return;
    deployment.progress = known ? Progress::Resumed : Progress::Paused;
    deployment.lastProgress = now;
}

} // namespace

Sync syncDeployment(DeploymentState &deployment, Time now, int &nextId, const std::function<bool(int)> &oldPodsExist)
{
    Sync sync;
    checkPaused(deployment, now);
    View v = view(deployment);
    if (deployment.spec.paused || isScalingEvent(deployment.spec, v.all)) {
        scale(deployment.spec, v.newSet, v.old, sync.done);
        deployment.status = calculateStatus(v);
        return sync;
    }
    v = deployment.spec.recreate ? rolloutRecreate(deployment, now, nextId, oldPodsExist, sync.done)
                                 : rolloutRolling(deployment, now, nextId, sync.done);
    sync.again = updateStatus(deployment, v, now);
    return sync;
}

bool isComplete(const DeploymentState &deployment)
{
    const auto newSet = std::ranges::find(deployment.sets, deployment.version, &ReplicaSetState::version);
    return newSet != deployment.sets.end() && newSet->spec == deployment.spec.replicas && complete(deployment.spec, deployment.status) &&
           deployment.status.updated == newSet->replicas;
}

} // namespace timonier::strategy
