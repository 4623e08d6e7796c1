// The last step of a local cluster's plan: the cluster entered in the person's kubeconfig, and taken out when it goes.
#pragma once

#include "plan/plan.h"

namespace timonier::local {

struct KubeconfigStep {
    std::vector<std::string> needs{};
    std::string context{};    // what it is called there
    std::string file{};       // which; empty: where kubectl would write
    bool makeCurrent = false;
    std::function<Result<std::string>(plan::StepContext &)> fetch{}; // the tool's own kubeconfig
};

// Creates a "kubeconfig-context", whose outside id is the file it stands in.
plan::Step kubeconfigStep(KubeconfigStep step);

} // namespace timonier::local
