// What kinds the server has. Aggregated discovery (KEP-3352) v2, then v2beta1, then the old way, group by group.
#pragma once

#include "base/result.h"
#include "kube/resource.h"
#include "kube/transport.h"

#include <stop_token>
#include <string>
#include <vector>

namespace timonier {

struct Discovery {
    std::vector<Resource> resources;       // the preferred version of each group's resources; subresources left out
    std::vector<std::string> warnings;     // groups that could not be read (a broken aggregated API), in words

    // By plural, singular, kind, short name or full name ("po", "Deployment", "certificates.cert-manager.io"), without
    // regard to case. Several match: the core group first, then the order of the server, as kubectl does. nullptr: none.
    const Resource *find(std::string_view name) const;
    // The name that is nearest to one that was not found; empty when none is near.
    std::string suggestion(std::string_view name) const;
};

// Asks the server. Blocking: worker threads only. Errors: those of fetch(); never for one broken group.
Result<Discovery> discover(Transport &transport, std::stop_token stop);

} // namespace timonier
