// Whether there is room: what the pods of a set ask for, against what the nodes have free. As the scheduler counts (NodeResourcesFit:
// requests, not use), without affinity and tolerations.
#pragma once

#include "base/result.h"
#include "kube/transport.h"
#include "manifest/manifest_object.h"

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace timonier::catalog {

struct NodeRoom {
    std::string name{};
    std::int64_t cpuMilli = 0, memoryBytes = 0, pods = 0; // free
};

struct Wanted {
    std::string what{};            // "Deployment web/front"
    std::int64_t cpuMilli = 0, memoryBytes = 0; // of one pod
    std::int64_t count = 1;
    bool everyNode = false;        // a DaemonSet: count is of no matter
};

struct Fit {
    std::int64_t cpuMilli = 0, memoryBytes = 0, pods = 0; // wanted, all together
    std::int64_t freeCpu = 0, freeMemory = 0;             // over all nodes
    std::int64_t placed = 0;                              // pods that find a node
    std::vector<std::string> tooLarge{};                  // whose pod is larger than what is free on any node
    std::vector<std::string> unplaced{};                  // who has pods that find none
};

// Nodes that take pods. `own`: namespace and labels of pods that are not counted, for the set will replace them. Reads pods 500 at a
// time. Errors: those of fetch().
Result<std::vector<NodeRoom>> readRoom(Transport &transport, const std::function<bool(const std::string &ns, const std::string &instance)> &own, std::stop_token stop);

// Pure.
std::vector<Wanted> wantedOf(const std::vector<ManifestObject> &objects);
Fit fitOf(std::vector<NodeRoom> nodes, std::vector<Wanted> wanted);

} // namespace timonier::catalog
