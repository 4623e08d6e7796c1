// CPU and memory in use, from metrics.k8s.io where it is served. Polled, and never in the way of a table.
#pragma once

#include "base/error.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace timonier {

struct Usage {
    static constexpr std::uint32_t noPlace = UINT32_MAX;
    std::int64_t cpu = 0;             // millicores
    std::int64_t memory = 0;          // bytes
    std::uint32_t place = noPlace;    // of its figures in each sample of its snapshot
};

// One figure of the past, small: 10,000 pods have 200,000 of them.
struct UsagePoint {
    static constexpr std::uint32_t none = UINT32_MAX;
    std::uint32_t cpu = none;         // millicores
    std::uint32_t memory = none;      // KiB
};
using UsageSample = std::vector<UsagePoint>;

struct MetricsSnapshot {
    static constexpr std::size_t mostSamples = 20;   // ten minutes, at one in 30 s
    std::unordered_map<std::string, Usage> usage;    // "namespace/name" of a pod, "name" of a node
    std::optional<Error> unavailable;                // why there is nothing: NotFound (no metrics-server), Forbidden …
    std::chrono::system_clock::time_point taken;
    // The oldest first, this one last; shared with the snapshots before and after. Usage::place counts in each of them,
    // and may be beyond the end of an older one.
    std::vector<std::shared_ptr<const UsageSample>> samples;

    UsagePoint at(std::size_t sample, std::uint32_t place) const
    {
        return place < samples[sample]->size() ? (*samples[sample])[place] : UsagePoint{};
    }
};

using MetricsPtr = std::shared_ptr<const MetricsSnapshot>;

} // namespace timonier
