// Deploying, updating and removing an application as plans (core/plan): checked, applied, awaited, opened. Run by the same runner as
// clusters are, so that what was cut off goes on where it was.
#pragma once

#include "catalog/deployment.h"
#include "kube/websocket.h"
#include "plan/plan.h"

#include <memory>

namespace timonier::catalog {

inline constexpr std::string_view provider = "app";

// What a plan works with; shared by its steps.
struct Ground {
    std::shared_ptr<Transport> transport{};
    StreamAccess streams{};      // the same cluster's, for files and questions
    std::shared_ptr<const Catalog> catalog{};
    Supplier supplier{};
    ToolGround tools{};          // what programs of somebody else's are started with
    std::string context{};       // of the kubeconfig: which cluster
    std::string kubeconfig{};    // the file, where it is not the usual one
};

// Steps: "checks" (looks only), "model" (where the entry has files for volumes: brought before what reads them is sent), "apply" (a part for each object; prunes what the set had before), "ready" (a part for each object that
// must become so; fails where one waits for a person, with what to do), "question" (where the entry asks one), "open" (how to open it, notes).
// Errors: NotFound (no such entry).
// `found`: tells what its first step has found, once that has looked (plan::foresee() makes it look); null before.
using FoundView = std::function<std::shared_ptr<const Prepared>()>;
Result<plan::Plan> deployPlan(const Ground &ground, const AppRequest &request, FoundView *found = nullptr);

// One step, "remove": exactly what the set has, in reverse order. Errors: as above.
Result<plan::Plan> removePlan(const Ground &ground, const AppRequest &request, bool withOthers);

// What each command has come to; those that are not asked for, or cannot be asked, are left out.
struct WorkState {
    std::string title{};
    std::string missing{}; // empty: it is done
};
std::vector<WorkState> workStates(const Ground &ground, const Entry &entry, const Filling &filling, std::stop_token stop);

// A plan again, from the spec that the journal keeps. `secrets`: given anew, since no spec holds any. Errors: Invalid, NotFound.
struct KeptSpec {
    std::string context{}, kubeconfig{};
    AppRequest request{};
    bool removes = false, withOthers = false;
};
Result<KeptSpec> readSpec(const std::string &spec);

} // namespace timonier::catalog
