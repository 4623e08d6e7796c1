// One pass of the Deployment controller over one Deployment: syncDeployment of pkg/controller/deployment
// (deployment_controller.go, sync.go, rolling.go, recreate.go, progress.go), Kubernetes 1.36.3. Pure but for its argument.
#pragma once

#include "strategy/rules.h"

#include <functional>
#include <vector>

namespace timonier::strategy {

enum class Progress { None, NewReplicaSet, Updated, Complete, TimedOut, Paused, Resumed };

struct DeploymentStatus {
    int replicas = 0, updated = 0, ready = 0, available = 0, terminating = 0;
    bool operator==(const DeploymentStatus &) const = default;
};

struct DeploymentState {
    DeploymentSpec spec;
    int version = 0;                   // the template it is to run
    std::vector<ReplicaSetState> sets; // in order of creation
    DeploymentStatus status;
    Progress progress = Progress::None;
    Time lastProgress{0};              // lastUpdateTime of the condition Progressing
};

struct Sync {
    Scalings done;              // in the order they were written; a set that was created begins at 0
    std::optional<Time> again;  // look once more then: the progress deadline
};

// `nextId`: the id of a ReplicaSet that has to be created; counted up. `oldPodsExist(newSet)`: pods of any other set, those
// that terminate among them, are not gone yet (newSet: the id, or -1): asked for Recreate only.
Sync syncDeployment(DeploymentState &deployment, Time now, int &nextId, const std::function<bool(int)> &oldPodsExist);

// DeploymentComplete: all replicas are updated and available, and no old ones counted.
bool isComplete(const DeploymentState &deployment);

} // namespace timonier::strategy
