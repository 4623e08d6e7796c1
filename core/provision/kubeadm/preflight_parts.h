// The single checks of preflight(): each a pure function of one host among all. An empty id: it makes no sense there.
#pragma once

#include "provision/kubeadm/preflight.h"

namespace timonier::kubeadm {

struct At {
    const Spec &spec;
    const Looked &all;
    const HostLook &look;
    const remote::HostFacts &facts;
    bool begun = false;            // by this plan: what it made is no obstacle
};
using Part = form::Check (*)(const At &);

// preflight_machine.cpp
form::Check system(const At &at);
form::Check rights(const At &at);
form::Check processors(const At &at);
form::Check memory(const At &at);
form::Check disk(const At &at);
form::Check swap(const At &at);
form::Check cgroups(const At &at);
form::Check kernel(const At &at);
// preflight_software.cpp
form::Check runtime(const At &at);
form::Check packages(const At &at);
form::Check sources(const At &at);
form::Check leftOvers(const At &at);
// preflight_endpoint.cpp
form::Check endpoint(const At &at);
// preflight_network.cpp
form::Check ports(const At &at);
form::Check naming(const At &at);
form::Check identity(const At &at);
form::Check clock(const At &at);
form::Check networks(const At &at);
form::Check names(const At &at);
form::Check firewall(const At &at);
form::Check proxy(const At &at);
form::Check between(const At &at);

std::string gib(std::uint64_t bytes);

} // namespace timonier::kubeadm
