// What `timonierctl cluster` can do with a cluster on hosts that is there.
#pragma once

#include "ctl/command.h"
#include "ctl/plan_commands.h"
#include "provision/kubeadm/access.h"

#include <string_view>

namespace timonier::ctl {

// add-host, remove-host, certs, upgrade, fix, backup, restore.
bool isClusterOnHosts(std::string_view verb);
void declareClusterOnHosts(QCommandLineParser &parser);
// `spec` is one of kubeadm.
Outcome runClusterOnHosts(Invocation &invocation, const SpecFile &spec, const kubeadm::Access &hosts);

} // namespace timonier::ctl
