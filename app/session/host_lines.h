// Hosts as a person types them, one a line, and as they stand in a spec. Pure.
//
//     ops@198.51.100.11
//     198.51.100.12:2222 name=worker-a label=disk=ssd taint=gpu=yes:NoSchedule
//
// Words behind the host are fields of it (core/provision/kubeadm): name, address, user, key, jump; label and taint may stand more than once.
#pragma once

#include "provision/kubeadm/kubeadm_spec.h"

#include <string>
#include <vector>

namespace timonier {

// As pairs of field and value, in the order in which they stand there; "label" and "taint" as they are. Nothing is checked: the spec's reader says what is wrong.
using HostFields = std::vector<std::pair<std::string, std::string>>;
HostFields hostFields(const std::string &line);

// What a form holds lines against before that, and how it says so.
extern const char *const hostsPattern;
std::string hostLineWords();

// What `common` has is left out.
std::string hostLine(const kubeadm::Host &host, const kubeadm::Host &common);

} // namespace timonier
