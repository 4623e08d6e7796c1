// Is the new version well? What decides whether a roll-out goes on or back. Blocking: worker threads only. Executor's own.
#pragma once

#include "strategy/executor/steps.h"
#include "strategy/executor/world.h"

namespace timonier::rollout {

struct Finding {
    std::string name;           // "restarts", "http": what a machine reads
    bool good = true;
    std::string words;          // "no container was started again", "web-5f…: 503 for /healthz"
};

// Every check of the plan; `watching`: all pods must be ready as well. Nothing runs yet: nothing is found. Errors: those of the API server
// itself; a probe that cannot reach its pod is a finding.
Result<std::vector<Finding>> check(const Api &api, const Record &record, const World &world, bool watching);

} // namespace timonier::rollout
