// Runs a roll-out, and tells how it goes. What is known of it lies in the cluster (record.h): whoever resumes goes on from there. Blocking:
// worker threads only. Nothing here needs a controller in the cluster.
#pragma once

#include "strategy/executor/preflight.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace timonier::rollout {

// What a person is told at each turn.
struct Progress {
    std::string deployment, ns;
    Strategy strategy = Strategy::Rolling;
    std::string phase;          // "running", "paused", "going-back", "finished", "went-back"
    std::string why;            // it is paused or goes back
    int step = 0, steps = 0;    // 1-based
    std::string words;          // what is being done
    std::string waiting{};      // for what
    bool promotable = false;    // "promote" would make it go on
    std::int64_t begun = 0;     // milliseconds since 1970
    Time at{0};                 // since it began
    std::int64_t oldReady = 0, newReady = 0, wanted = 0; // pods
    double newShare = 0;        // of the requests, 0 to 1, as the routing stands
    std::vector<std::pair<std::string, bool>> checks{}; // in words, and whether it is good
    std::string holder;         // who drives it, or did; empty: nobody
    std::int64_t renewed = 0;   // when the holder last said that it lives, by its own clock; milliseconds since 1970
    bool operator==(const Progress &) const = default;
};
using Sink = std::function<void(const Progress &)>;

enum class End { Finished, WentBack, LeftStanding };

struct Self {
    std::string name;           // "ada@desk/4711-8f2c": unique to this run
    bool takeOver = false;      // the one who drove it is known to be no more
};
// user@host/process-random.
Self whoIAm();

// Writes down where it stands, then drives. Errors: Conflict (somebody else's roll-out), those of the calls.
Result<End> start(Transport &transport, const Prepared &prepared, const Self &self, const Sink &sink, std::stop_token stop);
// Goes on with one. Errors: NotFound (none is under way), Conflict (somebody drives it, or took it over meanwhile), Forbidden, Invalid … in the
// middle: then it is paused where it stands, and can be resumed or aborted. LeftStanding: asked to stop.
Result<End> resume(Transport &transport, const std::string &ns, const std::string &deployment, const Self &self, const Sink &sink, std::stop_token stop);

enum class Order { Pause, Resume, Promote, PromoteAll, Abort };
std::string_view key(Order order);
// Tells whoever drives it. True: it was taken; false: nobody drives it (within some seconds), and it was not: resume() would carry it out.
Result<bool> give(Transport &transport, const std::string &ns, const std::string &deployment, Order order, std::stop_token stop);

// How it stands; reads only. NotFound: none is under way.
Result<Progress> status(Transport &transport, const std::string &ns, const std::string &deployment, std::stop_token stop);
// The roll-outs under way; ns empty: in all namespaces. {namespace, deployment}.
Result<std::vector<std::pair<std::string, std::string>>> underWay(Transport &transport, const std::string &ns, std::stop_token stop);
// The plan that leads back to the version before this one, as the Deployment's ReplicaSets remember it (kubectl rollout undo). NotFound: there is
// no earlier one.
Result<Prepared> prepareUndo(Transport &transport, const std::string &ns, const std::string &deployment, std::stop_token stop);

} // namespace timonier::rollout
