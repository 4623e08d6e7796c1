// etcd as it runs on the control planes (stacked, as kubeadm makes it): asked on the host itself, by the tools of its own image. Any thread; blocks.
#pragma once

#include "provision/kubeadm/cluster_tool.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace timonier::kubeadm {

struct EtcdStatus {
    std::int64_t revision = 0;
    std::uint64_t size = 0;     // bytes of its file
};

struct EtcdMember {
    std::uint64_t id = 0;
    std::string name{};         // the node's; empty: it was added and never began
    std::string peer{};         // "https://192.0.2.1:2380"
    bool healthy = false;       // it answers, and has a leader
};

// A member as its manifest has it, whether it runs or not.
struct EtcdFacts {
    std::string name{}, peer{};
};

// `etcdctl endpoint status -w json`, of one endpoint. Errors: Protocol.
Result<EtcdStatus> readEtcdStatus(std::string_view json);
// `etcdctl member list -w json` and `endpoint health --cluster -w json`, a line each. Errors: Protocol.
Result<std::vector<EtcdMember>> readEtcdMembers(std::string_view lines);

// Errors: Process (it does not run there), those of the session, Protocol.
Result<EtcdStatus> etcdStatus(const HostTool &host, std::stop_token stop);
Result<EtcdFacts> etcdFacts(const HostTool &host, std::stop_token stop);
// As the first control plane that can tell has it; `besides`: it is not asked. Errors: the last one's.
Result<std::vector<EtcdMember>> etcdMembers(const ClusterTool &cluster, std::string_view besides, std::stop_token stop);

// Whether too few members answer for anything to be decided. None: enough do. Pure.
std::optional<Error> majorityLoss(const std::vector<EtcdMember> &members);
// Why a member may not go: etcd decides by a majority of all members, which must answer now and afterwards. None: it may. Pure.
std::optional<Error> quorumLoss(const std::vector<EtcdMember> &members, const EtcdMember &leaving);

} // namespace timonier::kubeadm
