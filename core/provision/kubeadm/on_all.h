// The same on several hosts at once: each on a thread of its own, which blocks.
#pragma once

#include "base/result.h"
#include "provision/kubeadm/cluster_tool.h"

#include <thread>
#include <vector>

namespace timonier::kubeadm {

// All are let end; the first one's error (in the order given) is the whole's.
template <class Work>
Result<> onAll(const std::vector<HostPtr> &hosts, Work work)
{
    std::vector<Result<>> results(hosts.size());
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < hosts.size(); ++i)
            threads.emplace_back([&, i] { results[i] = work(*hosts[i]); });
    }
    for (Result<> &result : results)
        TRY(std::move(result));
    return {};
}

} // namespace timonier::kubeadm
