// The last samples of CPU and memory of one poller, for its sparklines: 8 bytes for a figure, and no copy from snapshot to
// snapshot. Lives on the cluster's worker.
#pragma once

#include "kube/metrics.h"

namespace timonier {

class MetricsHistory
{
public:
    // Gives everything in the new snapshot its place, and the snapshot the samples up to its own.
    void add(MetricsSnapshot &snapshot);

private:
    struct Holder {
        std::uint32_t place = 0;
        std::uint64_t seen = 0;      // the number of the last sample it was in
    };
    std::unordered_map<std::string, Holder> m_holders;
    std::vector<std::uint32_t> m_free;
    std::uint32_t m_places = 0;
    std::uint64_t m_count = 0;       // samples so far
    std::vector<std::shared_ptr<const UsageSample>> m_samples;
};

} // namespace timonier
