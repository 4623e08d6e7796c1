// The dry run: what a plan would do now. Asks the world, changes nothing. Blocking.
#pragma once

#include "plan/journal.h"

#include <stop_token>

namespace timonier::plan {

struct Foreseen {
    enum class Verdict {
        Already, // nothing to do
        Will,    // it will be done
        Later,   // only what it needs being there will tell
        Unknown, // it could not be found out: `error`
    };
    std::size_t step = 0;        // its place in the plan
    Verdict verdict = Verdict::Later;
    Span estimate{0};
    std::vector<Creates> creates{}; // what it would make
    std::optional<Error> error{};
};

// In the plan's order. `journal`: null where there is none yet; it serves for what earlier runs took and made.
Result<std::vector<Foreseen>> foresee(const Plan &plan, Journal *journal, std::stop_token stop);

// The steps whose undo would be called, in the order in which that would begin, with what would go.
Result<std::vector<Foreseen>> foreseeUndo(const Plan &plan, Journal &journal);

} // namespace timonier::plan
