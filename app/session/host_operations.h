// What is done to a cluster on hosts of one's own that is there, as a wizard asks for it: one entry each. The plans are kubeadm::planOf()'s, which timonierctl runs too;
// a new one is an entry in hostOperations(), and the window has it: a button, a wizard, a run that can be resumed.
#pragma once

#include "provision/kubeadm/kubeadm_spec.h"
#include "session/cluster_forms.h"

namespace timonier {

struct HostCluster {
    form::Values values{}; // of kubeadmForm(), as it is now (host_clusters.h)
    kubeadm::Access hosts{};
};

struct HostOperation {
    std::string verb{};          // of its plan: "remove-host"
    std::string title{}, help{}; // of what opens it
    bool onHost = false;         // it is about one host, whose name stands behind the verb
    // Why not with that one; empty: it can be done. Not set: with each.
    std::function<std::string(const kubeadm::Spec &, const kubeadm::Host &)> refusal{};
    std::function<ClusterForm(const HostCluster &, const std::string &about)> form{};
};

const std::vector<HostOperation> &hostOperations();

// Of a run that was left unfinished, by what it says of itself: "kubeadm remove-host h3" and its spec. Errors: Unsupported (no such operation here), Invalid (the spec).
Result<ClusterForm> operationOfRun(std::string_view provider, const std::string &spec, const std::string &where, const kubeadm::Access &hosts);

// "120 days left", "it has ended"; of a certificate, in seconds.
std::string expiryWords(std::int64_t left);

} // namespace timonier
