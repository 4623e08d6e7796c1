// The plan that makes an AKS cluster: sign-in, resource group, registry, control plane, node pools, roles, kubeconfig
// (learn.microsoft.com/azure/aks). Backwards: nothing of it is left in the subscription. Run again with another count or version in the spec it scales
// and upgrades; a stopped cluster it starts.
#pragma once

#include "cloud/azure/arm.h"
#include "form/check.h"
#include "form/trace.h"
#include "plan/plan.h"
#include "provision/aks/aks_spec.h"
#include "provision/local/cluster_state.h"

#include <functional>
#include <memory>

namespace timonier::aks {

// `specText`: what was read as `spec`, for the journal; it holds no secret.
plan::Plan planOf(const Spec &spec, std::string specText, std::shared_ptr<azure::Arm> arm);

// What is there now. Errors: those of Arm.
Result<local::ClusterState> stateOf(const Spec &spec, const std::shared_ptr<azure::Arm> &arm, std::stop_token stop);
// Comes back when it is stopped: nodes cost nothing then. Errors: those of Arm.
Result<> stopCluster(const Spec &spec, const std::shared_ptr<azure::Arm> &arm, const std::function<void(std::string_view)> &heard, std::stop_token stop);
// All that is in the subscription of this spec's plan, by its tags, whether a ledger knows of it or not. Errors: those of Arm.
Result<std::vector<form::Trace>> tracesOf(const Spec &spec, const std::shared_ptr<azure::Arm> &arm, std::stop_token stop);

// Who we are, whether the subscription may be used, region, version, sizes, cores that are left, permissions, names, the clock. Errors: Cancelled.
Result<std::vector<form::Check>> checksOf(const Spec &spec, const std::shared_ptr<azure::Arm> &arm, std::stop_token stop);

} // namespace timonier::aks
