// May this person do it all? SelfSubjectAccessReview (authorization.k8s.io/v1), for each verb on each kind. Executor's own.
#pragma once

#include "strategy/executor/preflight.h"
#include "strategy/executor/record.h"

namespace timonier::rollout {

// What the steps need and this person may not becomes one concern each. First what every roll-out by this strategy needs, before
// anything is tried; the routes when it is known which.
Result<> mayDo(const Api &api, const Record &record, Prepared &out);
Result<> mayRoute(const Api &api, const Record &record, Prepared &out);

} // namespace timonier::rollout
