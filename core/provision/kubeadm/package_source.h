// Where a host gets Kubernetes' packages from: an apt source and the key it is signed with.
#pragma once

#include "base/result.h"
#include "provision/kubeadm/kubeadm_spec.h"

#include <stop_token>

namespace timonier::kubeadm {

struct PackageSource {
    std::string line{};      // "deb [signed-by=…] URL /"
    std::string keyFile{};   // on the host; "-": none, the source is not signed
    std::string key{};       // what stands in it
};

// Reads or downloads the key. Errors: those of download(), Io (the key's file cannot be read), Invalid (what is there is no key).
Result<PackageSource> packageSource(const Spec &spec, std::stop_token stop);

} // namespace timonier::kubeadm
