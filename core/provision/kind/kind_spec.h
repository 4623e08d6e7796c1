// What a kind cluster is to be: read from YAML, and told to kind in its own format. Pure.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace timonier::kind {

struct PortMap {
    int container = 0, host = 0; // 1 to 65535
    std::string protocol = "TCP";
    std::string address = "127.0.0.1"; // of this computer; "0.0.0.0" lets others in
};

struct Spec {
    std::string name = "kind";
    std::string image{};      // of the nodes; empty: the one kind was released with
    int controlPlanes = 1;
    int workers = 0;
    std::vector<PortMap> ports{}; // of the first control plane
    std::string engine = "docker"; // or "podman", "nerdctl"
    std::string kubeconfig{}; // where kind enters the cluster; empty: where kubectl looks
};

// Invalid: no YAML, an unknown field, a wrong value; "file" and "line" are in the context.
Result<Spec> readSpec(std::string_view yaml, const std::string &file);

// kind's own: kind.x-k8s.io/v1alpha4 (kind.sigs.k8s.io/docs/user/configuration).
std::string configText(const Spec &spec);

} // namespace timonier::kind
