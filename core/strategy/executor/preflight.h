// Before anything is changed: can this roll-out be done here, by this person, and what will be done? Everything is read, tried without
// effect (server-side dry run) and asked (access reviews). Blocking: worker threads only.
#pragma once

#include "kube/transport.h"
#include "strategy/executor/plan.h"

#include <memory>
#include <stop_token>

namespace timonier::rollout {

struct Record;

struct Concern {
    bool blocks = false;        // it cannot be begun like this
    std::string words;          // what, in a sentence
    std::string hint;           // what to do
};

struct RouterState {
    Router router;
    bool served = false;        // the cluster has the kind
    std::vector<std::string> routes; // those that lead to this application
};

struct Prepared {
    Plan plan;                  // with what was left open decided
    std::vector<Concern> concerns;
    std::vector<std::string> steps; // what will be done, in order
    std::vector<RouterState> routers;
    std::shared_ptr<const Record> record; // what start() writes down
    bool ok() const
    {
        for (const Concern &concern : concerns)
            if (concern.blocks)
                return false;
        return true;
    }
    // The first that blocks, as an error.
    Error refusal() const;
};

// Errors: NotFound (no such Deployment), Invalid (the new version is refused by the server: its own words), those of the calls. What else
// stands against it is a concern.
Result<Prepared> prepare(Transport &transport, Plan plan, std::stop_token stop);

} // namespace timonier::rollout
