// What hosts need to become a cluster, held against what they have: a pure function, before anything is touched. The list is that of
// cmd/kubeadm/app/preflight/checks.go, what it dropped (bridge-nf-call, kubernetes#123464), and what people stumble over before it.
#pragma once

#include "form/check.h"
#include "provision/kubeadm/kubeadm_spec.h"
#include "remote/host_facts.h"

#include <optional>
#include <string>
#include <vector>

namespace timonier::kubeadm {

// One host as it was found.
struct HostLook {
    Host host{};
    std::optional<remote::HostFacts> facts{};
    std::optional<Error> error{};  // why there are none
    // What the package source said to the host; empty: it answers, or was not asked.
    std::string sourceProblem{};
    bool sourceAsked = false;
};

// Whether a packet gets from one host to another's port.
struct PortLook {
    std::string from{}, to{};      // shown()
    int port = 0;
    bool udp = false;
    bool passes = false;
};

struct Looked {
    std::vector<HostLook> hosts{}; // in the spec's order
    std::vector<PortLook> ports{};
    std::string portsProblem{};    // why they could not be tried; empty: they were
    bool addressTaken = false;     // something answers at the virtual address
};

// Host by host, each with the same checks in the same order, `subject` is shown(host). A host that another cluster is on is Bad; of one that this plan has begun only
// what may still stand against it is looked at.
std::vector<form::Check> preflight(const Spec &spec, const Looked &looked);

// Those that Kubernetes needs on a host (kubernetes.io/docs/reference/networking/ports-and-protocols), by role and pod network.
struct NeededPort {
    int port = 0;
    bool udp = false;
    bool fromWorkers = false;      // else from control planes only
    const char *what = "";
};
std::vector<NeededPort> neededPorts(const Spec &spec, bool controlPlane);

} // namespace timonier::kubeadm
