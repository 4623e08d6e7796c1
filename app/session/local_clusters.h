// Clusters, whichever provider makes them: of this computer, on hosts of one's own, in a cloud. Looked at before, while and after they are there. Blocking.
#pragma once

#include "base/process.h"
#include "form/check.h"
#include "form/cost.h"
#include "form/trace.h"
#include "plan/journal.h"
#include "provision/kubeadm/access.h"
#include "provision/local/cluster_state.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace timonier {

// What not every provider can do with a cluster that is there.
enum class ClusterAbility { Addons, ServiceUrls, Tunnel, Load, Logs, Stop };

using Heard = std::function<void(std::string_view)>; // what a tool prints, in pieces of any size

// Whether clusters of a provider are in somebody's account, where what is left of one costs. Of "eks", not of "eks scale".
inline bool isOfCloud(std::string_view provider) { return provider == "eks" || provider == "ec2" || provider == "aks"; }

// What can be done with the cluster of one spec beside its plan (plans.h).
struct LocalCluster {
    std::string provider{}, name{}, context{};
    std::function<Result<local::ClusterState>(std::stop_token)> state{};
    std::function<Result<std::vector<form::Check>>(std::stop_token)> checks{};
    std::function<Result<>(const Heard &heard, std::stop_token)> halt{};
    // Into a folder.
    std::function<Result<>(const std::string &folder, const Heard &heard, std::stop_token)> exportLogs{};
    // An image of this computer's engine, or an archive of some (local::isArchive), into all nodes.
    std::function<Result<>(const std::string &image, const Heard &heard, std::stop_token)> load{};

    // Unsupported: why it cannot, and another way to the same. What stands here has no function below.
    std::map<ClusterAbility, Error> cannot{};
    std::function<Result<std::vector<local::Addon>>(std::stop_token)> addons{};
    std::function<Result<>(const std::string &name, bool on, const Heard &heard, std::stop_token)> setAddon{};
    std::function<Result<std::vector<std::string>>(const std::string &ns, const std::string &service, std::stop_token)> serviceUrls{};
    std::function<Result<>(const Heard &heard, std::stop_token)> tunnel{}; // until it is stopped, which is no error
    // Of a cloud's: what it costs, for which the cloud's price list may be asked (some seconds at most); and all of it that is in the account, whether the ledger knows of it or not.
    std::function<form::Costs(std::stop_token)> costs{};
    std::function<Result<std::vector<form::Trace>>(std::stop_token)> traces{};
    std::function<form::Costs(const std::vector<form::Trace> &, std::stop_token)> tracesCosts{}; // a line for each
};

// Whether it is there, and runs. Errors: NotFound, Conflict (it is stopped), those of its state.
Result<> mustRun(const LocalCluster &cluster, std::stop_token stop);

// Errors: Invalid (the spec), Unsupported (a provider whose clusters are elsewhere).
Result<LocalCluster> localClusterOfSpec(const std::string &yaml, const std::string &file, std::shared_ptr<ProcessRunner> runner, const kubeadm::Access &hosts = {});

// "kind/dev", "minikube/mini": the spec that Timonier made it with, as the journal has it, or one that has nothing but the name. Errors: Invalid (no such
// name), the journal's.
Result<std::string> specOfCluster(const std::string &name, plan::Journal *journal);

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
