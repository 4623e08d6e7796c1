// An application as it runs: its Deployment, what its pods tell of their start, the room on the nodes. Blocking: worker threads.
#pragma once

#include "kube/transport.h"
#include "strategy/application.h"

#include <stop_token>

namespace timonier::strategy {

// Not everybody may see the nodes, and a very large cluster is more than this reads: then `nodes` is 0, and there is room.
// Errors: those of fetch() for the Deployment and its pods, of readDeployment().
Result<Application> readLive(Transport &transport, const std::string &ns, const std::string &name, const std::string &image, std::stop_token stop);

// "a=b,c=d" of spec.selector.matchLabels of a Deployment's JSON; empty where there is none.
std::string selectorOf(std::string_view deployment);

} // namespace timonier::strategy
