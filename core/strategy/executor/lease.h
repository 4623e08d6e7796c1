// Who drives a roll-out: at most one program, named in the record. It says every two seconds that it is alive; who has not said so for ten,
// as seen by a watcher's own clock, is no more (the way of Kubernetes' own leader election). Executor's own.
#pragma once

#include "strategy/executor/driver.h"
#include "strategy/executor/record.h"

namespace timonier::rollout {

std::int64_t wallNow(); // milliseconds since 1970

// The record, with `self` as its holder. Waits where the last holder may be alive. Conflict: it is alive.
Result<Record> takeLease(const Api &api, const std::string &ns, const std::string &deployment, const Self &self);

} // namespace timonier::rollout
