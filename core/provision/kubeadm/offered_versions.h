// Which versions of Kubernetes a cluster may be upgraded to: what its hosts' package source has.
#pragma once

#include "provision/kubeadm/cluster_tool.h"

namespace timonier::kubeadm {

struct OfferedVersions {
    std::string now{};                    // the oldest of the nodes', "1.36.3"
    std::vector<std::string> newer{};     // of this minor and the next one, the newest first
    bool isUneven = false;                // nodes differ: an upgrade that was cut, or a host that was away
};

// Of all that a source has, those that `now` may become without leaving a minor out (kubernetes.io/releases/version-skew-policy). Pure.
std::vector<std::string> newerOf(const std::string &now, const std::vector<std::string> &all);

// Asks the API server, and the package source by apt's own means, from the first control plane. Blocks. Errors: those of kubectl; Unreachable (the source does not answer).
Result<OfferedVersions> offeredVersions(const ClusterTool &cluster, std::stop_token stop);

} // namespace timonier::kubeadm
