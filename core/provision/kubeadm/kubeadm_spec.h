// What a cluster on hosts of one's own is to be: read from YAML. Pure; no password stands in it.
#pragma once

#include "base/result.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace timonier::kubeadm {

// A computer that is reached over ssh. What is empty comes from the spec's own `user`, `port`, `key`, then from ~/.ssh/config.
struct Host {
    std::string host{};      // a name or an address; also what ~/.ssh/config calls it
    int port = 0;            // 0: ssh's own
    std::string user{};
    std::string key{};       // a file with a private key
    std::string jump{};      // "user@host:port", through which it is reached
    std::string name{};      // of the node; empty: its host name
    std::string address{};   // where the other hosts reach it; empty: `host`, or what its default route has
    std::map<std::string, std::string> labels{};
    std::vector<std::string> taints{}; // "key=value:NoSchedule"
    bool controlPlane = false;
    // Of machines that somebody made for us, and no part of the YAML: a known_hosts of their own, and what it has this one under. Empty: the person's.
    std::string knownHosts{}, keyName{};
};

struct Network {
    enum class Kind { Flannel, Calico, Manifest, None };
    Kind kind = Kind::Flannel;
    std::string file{};      // of Manifest
};

struct Packages {
    std::string url{};       // of an apt repository: "https://…/deb" (flat), or with suite and components, "https://… stable main"; empty: pkgs.k8s.io, of the minor
    std::string key{};       // a file, or an https address; empty with a `url`: the repository is not signed, and `unsigned` says so
    bool isUnsigned = false;
};

struct Images {
    std::string repository{};             // instead of registry.k8s.io
    std::vector<std::string> archives{};  // files of this computer that are imported on each host
    std::vector<std::string> workerArchives{}; // on workers instead of those: they need neither API server nor etcd

    const std::vector<std::string> &of(bool controlPlane) const { return controlPlane || workerArchives.empty() ? archives : workerArchives; }
};

struct Spec {
    std::string name = "kubeadm";
    std::string kubernetes = "1.36";      // "1.36" (its newest patch) or "1.36.3"
    std::vector<Host> hosts{};            // control planes first; one at least
    std::string endpoint{};               // "name:port", that all control planes answer; empty: the first one's address
    std::string virtualAddress{};         // the endpoint's, that the control planes hold by kube-vip; empty: it leads there by itself
    std::string podSubnet = "10.244.0.0/16", serviceSubnet = "10.96.0.0/12";
    Network network{};
    Packages packages{};
    Images images{};
    std::vector<std::string> names{};     // more names and addresses in the API server's certificate
    std::string criSocket{};              // a runtime that is there already, and left alone; empty: containerd, installed if need be
    std::vector<std::string> features{};  // "metrics-server", "headlamp", "admin", "helm"
    std::string kubeconfig{};             // where the cluster is entered; empty: where kubectl looks
    bool current = false;                 // it becomes the current context

    std::string context() const { return name; }
    std::string minor() const;            // "1.36"
    const Host &first() const { return hosts.front(); }
    std::size_t controlPlanes() const;
};

// "host", or "host:port" where that is not 22: what it is called in steps, checks and messages.
std::string shown(const Host &host);

// Invalid: no YAML, an unknown field, a wrong value, two or four control planes, several without an endpoint, a host twice; "file" and "line" are in the context.
Result<Spec> readSpec(std::string_view yaml, const std::string &file);

} // namespace timonier::kubeadm
