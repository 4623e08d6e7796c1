// What a kind cluster is to be: read from YAML, and told to kind in its own format. Pure.
#pragma once

#include "base/result.h"
#include "provision/local/preflight.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace timonier::kind {

struct PortMap {
    int container = 0, host = 0; // 1 to 65535
    std::string protocol = "TCP";
    std::string address = "127.0.0.1"; // of this computer; "0.0.0.0" lets others in
};

struct Mount {
    std::string host{}, container{};
    bool readOnly = false;
};

struct Node {
    std::string role = "worker"; // or "control-plane"
    std::string image{};         // empty: the cluster's
    std::vector<PortMap> ports{};
    std::vector<Mount> mounts{};
    std::map<std::string, std::string> labels{};
};

// A registry on this computer that all nodes know (kind.sigs.k8s.io/docs/user/local-registry): pushed to as localhost:PORT.
struct Registry {
    std::string name = "kind-registry"; // of its container, which other kind clusters may share
    int port = 0;                       // of this computer; 0: none is wanted
    std::string image = "registry:2";
};

struct Spec {
    std::string name = "kind";
    std::string image{};      // of the nodes; empty: the one kind was released with
    std::vector<Node> nodes{}; // the first control plane has the ports of the spec
    Registry registry{};
    std::map<std::string, std::vector<std::string>> mirrors{}; // "docker.io" -> where to ask instead
    std::vector<std::string> images{}; // of this computer's engine, to be loaded into the nodes
    std::string podSubnet{}, serviceSubnet{};
    bool defaultNetwork = true; // false: no pod network, for Calico or another
    std::string kubeProxy{};    // iptables, ipvs, nftables, none
    std::string apiAddress{};   // empty: 127.0.0.1
    int apiPort = 0;            // 0: any
    std::map<std::string, bool> featureGates{};
    std::vector<std::string> kubeadmPatches{}; // YAML, merged into kubeadm's and kubelet's configuration
    std::string engine = "docker"; // or "podman", "nerdctl"
    std::string kubeconfig{}; // where the cluster is entered; empty: where kubectl looks
    bool current = false;     // it becomes the current context

    std::string context() const { return "kind-" + name; } // as kind calls it
};

// Invalid: no YAML, an unknown field, a wrong value; "file" and "line" are in the context.
Result<Spec> readSpec(std::string_view yaml, const std::string &file);

// kind's own: kind.x-k8s.io/v1alpha4 (kind.sigs.k8s.io/docs/user/configuration).
std::string configText(const Spec &spec);

local::Need needOf(const Spec &spec);

} // namespace timonier::kind
