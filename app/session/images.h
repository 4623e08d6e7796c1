// What the plan of an image works with, put together: processes, the system's store of passwords, the cluster at hand.
#pragma once

#include "plan/plan.h"
#include "session/session.h"

namespace timonier {

// Errors: those of image::readSpec(). The cluster (the current context) is asked for only by a step that needs it.
Result<plan::Plan> planOfImage(Session &session, const std::string &spec, const std::string &where);

} // namespace timonier
