// Looks at all hosts at once: facts, who has begun there, whether the package source answers, which ports pass between them. Changes nothing there.
#pragma once

#include "provision/kubeadm/cluster_tool.h"
#include "provision/kubeadm/preflight.h"

namespace timonier::kubeadm {

// `seen`: hears of each host as soon as it is known. Blocks. Errors: Cancelled; all others are in what is found.
Result<Looked> look(const ClusterTool &cluster, const std::function<void(const HostLook &)> &seen, std::stop_token stop);

// Runs what a fix shows, one command after the other, as root; the first that fails ends it. Errors: Process, those of the session.
Result<> press(const HostTool &host, const form::Fix &fix, const Heard &heard, std::stop_token stop);

} // namespace timonier::kubeadm
