// One step on the cluster: what is still to be done of it is done, by writes that are conditional on what was just read; or what it
// waits for is told. May be called again at any moment, after a crash too. Blocking: worker threads only. Executor's own.
#pragma once

#include "strategy/executor/steps.h"
#include "strategy/executor/world.h"

namespace timonier::rollout {

struct Turn {
    bool done = false;          // nothing of it is left
    bool wrote = false;         // look again at once
    std::string waiting{};      // for what, in words
    std::string failed{};       // the new version does not come up: it is to go back
};

// Conflict: somebody else wrote meanwhile: look again. Other errors: those of the calls. `record` is changed where the step learns something
// that the next turns need (written by the caller).
Result<Turn> act(const Api &api, Record &record, const World &world, const Step &step, std::int64_t now);

// The same without effect: the Deployment and the Service beside it made, a route changed, as dry runs.
Result<> tryNext(const Api &api, const Record &record, const World &world, std::int64_t replicas);
Result<> tryRoute(const Api &api, const Record &record, const World &world, const Step &step);

// The Deployment's template is the old one, the new one, or somebody else's.
enum class Whose { Old, New, Foreign };
Whose templateOf(const Json &deployment, const Record &record);

} // namespace timonier::rollout
