// What the plan of an image works with, put together: processes, the system's store of passwords, the cluster at hand.
#pragma once

#include "base/secret_store.h"
#include "plan/plan.h"
#include "session/session.h"

namespace timonier {

// Errors: those of image::readSpec(). The cluster (the spec's, or the current context) is asked for only by a step that needs it. `session` lives
// longer than the plan.
Result<plan::Plan> planOfImage(Session &session, const std::string &spec, const std::string &where);
Result<plan::Plan> planOfImage(Session &session, const std::string &spec, const std::string &where, std::shared_ptr<ProcessRunner> runner, std::shared_ptr<SecretStore> secrets);

} // namespace timonier
