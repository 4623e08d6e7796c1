// A record and the cluster as they stand, told to people. Executor's own.
#pragma once

#include "strategy/executor/driver.h"
#include "strategy/executor/world.h"

namespace timonier::rollout {

Progress progressOf(const Record &record, const World &world);
// The field manager that wrote to an object last, and when: "kubectl-edit".
std::string lastWriter(const Json &object);

} // namespace timonier::rollout
