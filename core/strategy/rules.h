// The arithmetic of the Deployment controller: pkg/controller/deployment/util/deployment_util.go, rolling.go and sync.go of
// Kubernetes 1.36.3, function by function, so that their own table tests can be replayed. Pure; any thread.
#pragma once

#include "base/result.h"
#include "strategy/spec.h"

#include <span>
#include <string_view>
#include <vector>

namespace timonier::strategy {

// A ReplicaSet as the controller sees it: what it asked for, what the status says, and its own two annotations.
struct ReplicaSetState {
    int id = 0;                     // in order of creation: a larger one is newer
    int version = 0;                // which template
    int spec = 0;                   // spec.replicas
    int replicas = 0, ready = 0, available = 0, terminating = 0; // status
    std::optional<int> desired{};   // deployment.kubernetes.io/desired-replicas
    std::optional<int> maxReplicas{}; // deployment.kubernetes.io/max-replicas
};

struct Scaling {
    int set = 0; // id
    int from = 0, to = 0;
    bool operator==(const Scaling &) const = default;
};
using Scalings = std::vector<Scaling>;
using Sets = std::vector<ReplicaSetState *>;

// "25%" or "3"; Invalid for anything else.
Result<Amount> parseAmount(std::string_view text);

struct Fenceposts {
    int surge = 0, unavailable = 0;
};
// ResolveFenceposts: surge rounds up, unavailable down; both 0 make unavailable 1.
Fenceposts resolveFenceposts(Amount maxSurge, Amount maxUnavailable, int desired);
int maxSurge(const DeploymentSpec &spec);
int maxUnavailable(const DeploymentSpec &spec);

int specReplicas(std::span<ReplicaSetState *const> sets); // GetReplicaCountForReplicaSets
// NewRSNewReplicas. `total`: the sum of all sets' spec.replicas, the new one's among them.
int newSetReplicas(const DeploymentSpec &spec, int total, int newReplicas);

// scaleReplicaSet: true when spec.replicas changed. The annotations follow where it was written or `force` is set.
bool scaleSet(const DeploymentSpec &spec, ReplicaSetState &set, int replicas, bool force, Scalings &done);

bool reconcileNewSet(const DeploymentSpec &spec, const Sets &all, ReplicaSetState &newSet, Scalings &done);
// `old`: only those with spec.replicas > 0, oldest first.
bool reconcileOldSets(const DeploymentSpec &spec, const Sets &all, const Sets &old, ReplicaSetState &newSet, Scalings &done);
// How many were taken away; none where the controller gives up with an error, which it does when a status still counts more
// available pods than spec.replicas.
std::optional<int> cleanUpUnhealthy(const DeploymentSpec &spec, const Sets &old, int most, Scalings &done);
int scaleDownOldSets(const DeploymentSpec &spec, const Sets &all, const Sets &old, Scalings &done);

// isScalingEvent, over all sets.
bool isScalingEvent(const DeploymentSpec &spec, const Sets &all);
// scale(): the deployment was rescaled, or is paused. `newSet` may be null; `old` all others, oldest first.
void scale(const DeploymentSpec &spec, ReplicaSetState *newSet, const Sets &old, Scalings &done);

} // namespace timonier::strategy
