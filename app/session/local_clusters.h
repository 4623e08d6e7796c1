// Clusters, whichever provider makes them: looked at before, while and after they are there; and those of this computer. Blocking.
#pragma once

#include "base/process.h"
#include "form/check.h"
#include "form/cost.h"
#include "plan/journal.h"
#include "provision/local/cluster_state.h"

#include <functional>
#include <memory>
#include <optional>

namespace timonier {

// What can be done with the cluster of one spec beside its plan (plans.h).
struct LocalCluster {
    std::string provider{}, name{}, context{};
    std::function<Result<local::ClusterState>(std::stop_token)> state{};
    std::function<Result<std::vector<form::Check>>(std::stop_token)> checks{};
    // Empty: it cannot be stopped without being deleted.
    std::function<Result<>(const std::function<void(std::string_view)> &heard, std::stop_token)> halt{};
    // Into a folder; empty: this provider has no such thing.
    std::function<Result<>(const std::string &folder, const std::function<void(std::string_view)> &heard, std::stop_token)> exportLogs{};
    // Of a cloud's: what it costs, and all of it that is in the account, whether the ledger knows of it or not.
    std::optional<form::Costs> costs{};
    std::function<Result<std::vector<std::string>>(std::stop_token)> traces{};
};

// Errors: Invalid (the spec), Unsupported (a provider whose clusters are elsewhere).
Result<LocalCluster> localClusterOfSpec(const std::string &yaml, const std::string &file, std::shared_ptr<ProcessRunner> runner);

struct FoundCluster {
    std::string provider{}, name{}, context{};
    local::Phase phase = local::Phase::Unknown;
    bool ours = false;     // Timonier made it
    std::string words{};
};

// What the tools know, what Timonier made (also if its tool does not know it any more), what desktop programs bring. `journal`: null where there is
// none. A tool that is not there has no clusters; one that cannot be asked is told of in `problems`.
struct FoundClusters {
    std::vector<FoundCluster> clusters{};
    std::vector<Error> problems{};
};
Result<FoundClusters> findLocalClusters(const std::shared_ptr<ProcessRunner> &runner, plan::Journal *journal, std::stop_token stop);

} // namespace timonier
