// The larger parts of the preflight. Executor's own.
#pragma once

#include "strategy/executor/preflight.h"
#include "strategy/executor/record.h"

namespace timonier::rollout {

// The Deployment's template with the plan's images, as the server would store it. Invalid for a container that is not there; else what
// the server says of it. `wanted`: that template instead.
Result<Json> newTemplate(const Api &api, const Plan &plan, const Json &deployment, const std::optional<Json> &wanted);
// Into before.router and before.routes; blocks what cannot be routed here, saying what to install.
Result<> chooseRouter(const Api &api, Record &record, Prepared &out);
// What is going to be made, without effect: a quota, a webhook, a schema that refuses it is found now.
Result<> tryOut(const Api &api, const Record &record, Prepared &out);

} // namespace timonier::rollout
