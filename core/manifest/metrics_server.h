// What makes CPU and memory in use known: metrics-server, as the project's own releases have it. Any thread.
#pragma once

#include "manifest/manifest_object.h"

#include <vector>

namespace timonier {

// resources/manifests/metrics-server.json. `checkKubelets`: kubelets have certificates that the cluster's authority has signed; those
// of kind, minikube and a plain kubeadm have not.
std::vector<ManifestObject> metricsServerObjects(bool checkKubelets);

} // namespace timonier
