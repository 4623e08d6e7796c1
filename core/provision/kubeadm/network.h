// The pod network: which manifests bring it, and how it is told the cluster's pod subnet.
#pragma once

#include "base/result.h"
#include "provision/kubeadm/kubeadm_spec.h"

#include <stop_token>

namespace timonier::kubeadm {

struct Manifest {
    std::string text{};
    bool serverSide = false;   // larger than what `kubectl apply` keeps in an annotation (256 KiB)
    std::string waitFor{};     // a CRD that the next one needs: "crd/installations.operator.tigera.io"; empty: nothing
};

// In their order; none: there is none to be installed. Errors: those of download(), Io (the manifest of one's own cannot be read).
Result<std::vector<Manifest>> networkManifests(const Spec &spec, std::stop_token stop);

// Flannel's manifest with another pod subnet than the one it comes with.
std::string withPodSubnet(std::string manifest, const std::string &podSubnet);

} // namespace timonier::kubeadm
