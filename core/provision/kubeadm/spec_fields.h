// The fields that every spec has whose cluster is made by kubeadm, whoever brings its hosts. Included by .cpp files only, as spec_reader.h is.
#pragma once

#include "provision/kubeadm/kubeadm_spec.h"
#include "provision/local/spec_reader.h"

namespace timonier::kubeadm {

// False: it is none of those.
bool takeCommon(Spec &spec, const std::string &field, const YAML::Node &value);
// The pod network: `name` is what the field is called.
Network readNetwork(const YAML::Node &value, const std::string &name);
// Networks that overlap.
void checkSubnets(const Spec &spec, const YAML::Node &root);

} // namespace timonier::kubeadm
