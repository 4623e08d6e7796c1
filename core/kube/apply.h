// Server-side apply of single objects (KEP-555), as field manager "timonier". Blocking: worker threads only.
#pragma once

#include "base/result.h"
#include "kube/transport.h"

#include <stop_token>
#include <string>
#include <vector>

namespace timonier {

struct AppliedObject {
    std::string path;     // of the object itself: "/api/v1/namespaces/x/services/y"
    std::string json;
    std::string title;    // "Service metrics-server", for people
};

// One after another; the first that fails ends it. Unknown fields are errors (fieldValidation=Strict); what another field
// manager owns is not taken from it (Conflict). Errors: those of fetch(), with the object in the context.
Result<> applyObjects(Transport &transport, const std::vector<AppliedObject> &objects, std::stop_token stop);

// What makes CPU and memory in use known (resources/manifests/metrics-server.json, as the project's own releases have it).
// `checkKubelets`: kubelets have certificates that the cluster's authority has signed; those of kind, minikube and a plain
// kubeadm have not.
std::vector<AppliedObject> metricsServerObjects(bool checkKubelets);

} // namespace timonier
