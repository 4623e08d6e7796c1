// Which pods a ReplicaSet gives up first: ActivePodsWithRanks.Less of pkg/controller/controller_utils.go. Pure; any thread.
#pragma once

#include "strategy/spec.h"

#include <vector>

namespace timonier::strategy {

struct RankedPod {
    int id = 0;
    bool assigned = false, running = false, ready = false;
    int colocated = 0; // active pods of all sets of the same Deployment on its node
    Time readySince{0};
    int restarts = 0;
    Time created{0};
};

// The real order puts ready times and ages into buckets (powers of two) and leaves the rest to the random UIDs; here, among
// those that may come in any order, the younger goes first: one of the orders that Kubernetes may take.
bool deletedBefore(const RankedPod &a, const RankedPod &b);

// The first `count`, in order.
std::vector<int> podsToDelete(std::vector<RankedPod> pods, std::size_t count);

} // namespace timonier::strategy
