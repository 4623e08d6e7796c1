// What becomes of what runs on a host when it leaves the cluster, told before it is drained.
#pragma once

#include "form/check.h"
#include "provision/kubeadm/cluster_tool.h"

namespace timonier::kubeadm {

// What the API server says: lists in JSON, as kubectl prints them.
struct LeavingFacts {
    std::string pods{};      // on that node
    std::string around{};    // nodes, PodDisruptionBudgets and PersistentVolumes, in one list
    std::string requests{};  // of all pods: "NODE PHASE CPU,MEMORY CPU,MEMORY …" a line
};

// By kubectl drain's own rules (k8s.io/kubectl/pkg/drain/filters.go). Bad: it cannot be drained as things stand. Pure. Errors: Protocol.
Result<std::vector<form::Check>> leavingChecks(const std::string &node, const LeavingFacts &facts);

// Blocks. Errors: those of kubectl, and of a host that does not say its name.
Result<std::vector<form::Check>> lookAtLeaving(const ClusterTool &cluster, const HostTool &host, std::stop_token stop);

} // namespace timonier::kubeadm
