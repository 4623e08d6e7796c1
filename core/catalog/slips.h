// Slips in manifests that a server takes, or refuses in words that help nobody: found before anything is sent. Pure, but for the
// question to the cluster, which the caller answers.
#pragma once

#include "form/check.h"
#include "manifest/manifest_object.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace timonier::catalog {

struct TakenPort {
    int port = 0;
    std::string ns{}, service{};
};

// What stands in the cluster already.
struct Surroundings {
    std::vector<TakenPort> nodePorts{};
    // Whether there is a pod with these labels; empty: it is not known, and nothing is said of Services that select nothing here.
    std::function<bool(const std::string &ns, const std::map<std::string, std::string> &labels)> anyPod{};
    int portsFrom = 30000, portsTo = 32767; // --service-node-port-range of the API server, which no API tells
};

// One for each slip; none: nothing was found. A workload without selector or template, or whose selector does not find its own pods; a
// Service that selects nothing, whose port and targetPort are swapped, or whose named targetPort no container has; a NodePort out of
// range or taken. Namespaces are filled in (planApply).
std::vector<form::Check> slipsOf(const std::vector<ManifestObject> &objects, const Surroundings &around);

} // namespace timonier::catalog
