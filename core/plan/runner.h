// Runs a plan, and takes it back. Blocking: the caller's thread hands out the events, each step has a thread of its own.
#pragma once

#include "plan/event.h"
#include "plan/journal.h"

#include <stop_token>

namespace timonier::plan {

struct Summary {
    RunId run = 0;
    RunState end = RunState::Finished; // Finished, Failed or Cancelled
    int changed = 0;                   // steps that changed something; none, and Finished: it was so already
    std::optional<Error> error{};      // of the step that failed first
};

// How far a way back goes.
enum class Reach {
    Ledger, // what the ledger has
    Marks,  // and what it does not have, of the steps that ask a provider: their undo finds what is this plan's by its marks (tags), whoever made it, wherever the journal is
};

class Runner
{
public:
    // Both outlive it.
    Runner(Journal &journal, const Clock &clock) : m_journal(journal), m_clock(clock) {}

    // Errors, of all four, when nothing could begin: Conflict (a run of this target is under way), Invalid (the plan), Io.
    // A step that fails ends in the summary: what runs beside it goes on to its end, nothing else begins.
    Result<Summary> run(const Plan &plan, const Sink &sink, std::stop_token stop);
    // Back over the ledger: every resource of the target that may be there, in the reverse order of the plan.
    Result<Summary> undo(const Plan &plan, const Sink &sink, std::stop_token stop, Reach reach = Reach::Ledger);
    // Goes on with a run, in its own direction, after whatever ended it. Each step is checked anew: the world may have changed.
    Result<Summary> resume(const RunRecord &run, const Plan &plan, const Sink &sink, std::stop_token stop);

private:
    Result<Summary> go(const Plan &plan, Direction direction, std::optional<RunId> resumed, const Sink &sink, std::stop_token stop, Reach reach = Reach::Ledger);

    Journal &m_journal;
    const Clock &m_clock;
};

} // namespace timonier::plan
