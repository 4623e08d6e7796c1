// What the plans of applications work with, put together: the cluster's connection, the catalogue, what downloads.
#pragma once

#include "catalog/app_plan.h"
#include "session/session.h"

namespace timonier {

// `context` empty: the current one. `kubeconfig`: as it was given; empty: the usual one. Nothing is sent yet. Errors: those of connect().
Result<catalog::Ground> groundOf(Session &session, const std::string &context, const std::string &kubeconfig);

// A run's plan again, from the spec that the journal kept; its secrets are read back from the cluster, or made up anew. A kubeconfig of
// its own is opened with a session of its own. Errors: those of readSpec(), connect(), deployPlan().
Result<plan::Plan> planOfApplication(Session &session, const std::string &spec);

} // namespace timonier
