// A cluster taken away, and looked for afterwards. Blocking; any thread.
#pragma once

#include "plan/runner.h"
#include "session/local_clusters.h"

namespace timonier {

struct Deleted {
    plan::Summary summary{};
    // What the account still has of it, asked of the cloud when all was over, whatever the ledger says; not set: nothing outside this computer is its own, or the way back failed
    // before its end.
    std::optional<std::vector<form::Trace>> left{};
};

// Taken back by the ledger, and in a cloud by its tags too where the ledger does not know it: another computer made it, or the journal is lost. The run's end is told to `sink`
// once it is known whether something is left; then, or where that cannot be found out, the run has failed. Errors: those of Runner::undo().
Result<Deleted> deleteCluster(plan::Runner &runner, const plan::Plan &plan, const LocalCluster &cluster, const plan::Sink &sink, std::stop_token stop);

// The same of a run that is gone on with, forwards or back.
Result<Deleted> resumeCluster(plan::Runner &runner, const plan::RunRecord &run, const plan::Plan &plan, const LocalCluster &cluster, const plan::Sink &sink, std::stop_token stop);

} // namespace timonier
