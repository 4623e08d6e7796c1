// What makes CPU and memory in use known: the catalogue's entry metrics-server, for those who offer it in one click. Any thread.
#pragma once

#include "manifest/manifest_object.h"

#include <vector>

namespace timonier {

// `checkKubelets`: kubelets have certificates that the cluster's authority has signed; those of kind, minikube and a plain kubeadm have not.
std::vector<ManifestObject> metricsServerObjects(bool checkKubelets);

} // namespace timonier
