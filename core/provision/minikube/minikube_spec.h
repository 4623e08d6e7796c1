// What a minikube profile is to be: read from YAML, and told to minikube as its arguments. Pure.
#pragma once

#include "base/result.h"
#include "provision/local/preflight.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace timonier::minikube {

struct Spec {
    std::string name = "minikube";     // of the profile
    std::string driver{};              // docker, podman, kvm2, hyperv, virtualbox, qemu2, none, ssh; empty: minikube chooses
    std::string kubernetes{};          // "v1.34.2", "stable", "latest"; empty: the one minikube was released with
    std::string runtime{};             // docker (by cri-dockerd), containerd, cri-o; empty: minikube's
    int cpus = 2;
    std::string memory{};              // "4g", "4096m"; empty: minikube's
    std::string disk{};                // "20g"
    int nodes = 1;
    std::string cni{};                 // auto, bridge, calico, cilium, flannel, kindnet, or a file
    std::vector<std::string> addons{};
    std::vector<std::string> registryMirrors{}, insecureRegistries{};
    std::string imageRepository{};     // where Kubernetes' own images come from instead
    bool prefetch = false;             // everything is downloaded into minikube's cache first: later starts need no network
    std::vector<std::string> images{}; // of this computer, to be loaded
    std::vector<std::string> extraConfig{}; // "kubelet.max-pods=200"
    std::string sshHost{}, sshUser{}, sshKey{}; // of the driver ssh; the key is a file
    bool force = false;                // minikube's own checks are skipped: docker as root, for instance
    std::string kubeconfig{};          // where the cluster is entered; empty: where kubectl looks
    bool current = false;
};

// Invalid, with "file" and "line" in the context. That cannot work together is said too (driver none with several nodes).
Result<Spec> readSpec(std::string_view yaml, const std::string &file);

// Of `minikube start`, without those that every call has. `downloadOnly`: nothing is made.
std::vector<std::string> startArguments(const Spec &spec, bool downloadOnly);

local::Need needOf(const Spec &spec);

// Bytes of "4g", "4096m", "4096" (MiB, as minikube reads it); 0: it is none.
std::uint64_t bytesOf(std::string_view size);

} // namespace timonier::minikube
