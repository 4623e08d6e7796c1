// The hosts of one spec as one cluster: what steps share, asked once. Any thread; blocks.
#pragma once

#include "provision/kubeadm/host_tool.h"
#include "provision/local/cluster_state.h"

#include <chrono>
#include <vector>

namespace timonier::kubeadm {

// A node as the API server has it.
struct NodeState {
    std::string name{};
    bool ready = false;
    std::string reason{};      // why it is not, in the kubelet's words
    bool lacksNetwork = false; // and it is only the pod network
    bool controlPlane = false;
    bool unschedulable = false;
    std::string version{};     // of the kubelet, "v1.36.3"
    std::map<std::string, std::string> labels{};
    std::vector<std::string> taints{}; // as kubectl takes them
    std::vector<std::string> addresses{}; // and its host name
};

// `kubectl get nodes -o json`. Errors: Protocol.
Result<std::vector<NodeState>> readNodes(std::string_view json);

using HostPtr = std::shared_ptr<const HostTool>;

class ClusterTool
{
public:
    ClusterTool(Spec spec, const Access &access, Outside outside = {});

    const Spec &spec() const { return m_spec; }
    const std::vector<HostPtr> &hosts() const { return m_hosts; }
    const HostTool &first() const { return *m_hosts.front(); }
    // By what it is called in the spec: host, "host:port", or the node's name. Null: no such host.
    HostPtr find(std::string_view name) const;

    // "v1.36.3": of kubeadm on that host.
    Result<std::string> version(const HostTool &host, std::stop_token stop) const;
    // Where nodes find the API server: "name:6443".
    Result<std::string> endpoint(std::stop_token stop) const;
    // The cluster's authority, in PEM.
    Result<std::string> authority(std::stop_token stop) const;

    Result<> init(const Heard &heard, const std::function<void(double)> &progress, std::stop_token stop) const;
    // Lets hosts join for an hour; certificates too, where a control plane is among them.
    Result<> openDoor(bool certificates, std::stop_token stop) const;
    Result<> closeDoor(std::stop_token stop) const;
    Result<bool> isDoorOpen(std::stop_token stop) const;
    Result<> join(const HostTool &host, const Heard &heard, const std::function<void(double)> &progress, std::stop_token stop) const;

    Result<bool> isInitialised(std::stop_token stop) const;
    // It has joined this cluster, and the cluster has a node of its name.
    Result<bool> isNode(const HostTool &host, std::stop_token stop) const;
    // What an attempt left on it.
    Result<bool> hasRemains(const HostTool &host, std::stop_token stop) const;
    // kubeadm reset, and what that leaves behind.
    Result<> leave(const HostTool &host, const Heard &heard, std::stop_token stop) const;

    Result<std::vector<NodeState>> nodes(std::stop_token stop) const;
    // The administrator's, with a server that this computer reaches, where there is one; `told` says so where there is none.
    Result<std::string> kubeconfig(const Heard &told, std::stop_token stop) const;

private:
    Result<InitFacts> initFacts(std::stop_token stop) const;

    Spec m_spec;
    Outside m_outside;
    std::vector<HostPtr> m_hosts{};
    Token m_token = makeToken(m_spec.name);
    Secret m_certificateKey = makeCertificateKey();
};

// As the API server has it; absent where no host has been initialised.
Result<local::ClusterState> stateOf(const ClusterTool &cluster, std::stop_token stop);

// `server:` of a kubeconfig made by kubeadm.
std::string withServer(const std::string &kubeconfig, const std::string &server);

} // namespace timonier::kubeadm
