// The plan that makes a kind cluster: its node image fetched, then the cluster.
#pragma once

#include "base/process.h"
#include "provision/kind/kind_spec.h"
#include "plan/plan.h"

#include <memory>

namespace timonier::kind {

// `specText`: what was read as `spec`, for the journal. The steps keep the runner. A cluster of that name that we did not make counts as
// there, and is never deleted.
plan::Plan planOf(const Spec &spec, std::string specText, std::shared_ptr<ProcessRunner> runner);

} // namespace timonier::kind
