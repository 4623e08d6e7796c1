// What every form asks whose cluster is made by kubeadm, whoever brings its hosts: where packages and images come from; and what their specs say alike.
#pragma once

#include "provision/kubeadm/kubeadm_spec.h"
#include "session/spec_text.h"

namespace timonier::kubeadm_fields {

std::vector<form::Parameter> sources(const std::string &group);
// Addresses, names, features, and the sources.
void putCluster(SpecText &spec);
void takeSources(const kubeadm::Spec &spec, form::Values &values);

} // namespace timonier::kubeadm_fields
