// CPU and memory in use, from metrics.k8s.io where it is served. Polled, and never in the way of a table.
#pragma once

#include "base/error.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace timonier {

struct Usage {
    std::int64_t cpu = 0;      // millicores
    std::int64_t memory = 0;   // bytes
};

struct MetricsSnapshot {
    std::unordered_map<std::string, Usage> usage;    // "namespace/name" of a pod, "name" of a node
    std::optional<Error> unavailable;                // why there is nothing: NotFound (no metrics-server), Forbidden …
    std::chrono::system_clock::time_point taken;
};

using MetricsPtr = std::shared_ptr<const MetricsSnapshot>;

} // namespace timonier
