// How many objects of a kind there are, without reading them. Blocking: worker threads only.
#pragma once

#include "base/result.h"
#include "kube/scope.h"
#include "kube/transport.h"

#include <cstdint>
#include <stop_token>

namespace timonier {

// A LIST of one item, whose metadata.remainingItemCount says how many are left (an estimate by the API's own words). Only
// without selectors: with them the server does not say. Errors: those of fetch().
Result<std::int64_t> countObjects(Transport &transport, const KindSpec &kind, const std::string &ns, std::stop_token stop);

} // namespace timonier
