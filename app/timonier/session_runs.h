// What the journal knows that the window offers: clusters that Timonier has made, and the runs of plans. Blocking: worker threads only.
#pragma once

#include "plan/journal.h"
#include "session/cluster_forms.h"
#include "ui/wizards/runs_dialog.h"

#include <set>

namespace timonier {

struct MadeCluster {
    std::string context{}, provider{};
    form::Values values{};             // it was made with
};

// Those of which something may still be there. Errors: the journal's.
Result<std::vector<MadeCluster>> madeClusters(plan::Journal &journal, const std::vector<ClusterForm> &forms);

// Can the window go on with it?
bool canResume(const plan::RunRecord &run, const std::vector<ClusterForm> &forms);
RunLine lineOf(const plan::RunRecord &run, const std::vector<ClusterForm> &forms);
// Those of which something can be taken back: the newest of each cluster that is there. Errors: the journal's.
Result<std::set<plan::RunId>> undoable(plan::Journal &journal, const std::vector<plan::RunRecord> &runs, const std::vector<ClusterForm> &forms);

} // namespace timonier
