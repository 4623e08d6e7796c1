// timonierctl cluster addons, service-url, tunnel, load-image: what is done with a cluster that runs, by the tool that made it.
#pragma once

#include "ctl/command.h"

#include <string_view>

namespace timonier {

struct LocalCluster;

} // namespace timonier

namespace timonier::ctl {

QStringList clusterVerbs(); // all of `cluster`, for completion too

bool isClusterTool(std::string_view verb);
// Its arguments stand behind the verb.
Outcome runClusterTool(Invocation &invocation, const LocalCluster &cluster);

} // namespace timonier::ctl
