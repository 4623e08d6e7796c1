// What the steps of an AKS plan share: whom they ask, how what they make is tagged, and how it is found again. For this folder.
#pragma once

#include "cloud/azure/aks_calls.h"
#include "cloud/azure/registry_calls.h"
#include "cloud/azure/resource_calls.h"
#include "cloud/azure/role_calls.h"
#include "form/check.h"
#include "plan/plan.h"
#include "provision/aks/aks_spec.h"

#include <memory>

namespace timonier::aks {

using plan::StepContext;

// Kinds in the ledger.
inline constexpr std::string_view groupResource = "azure-resource-group", registryResource = "azure-registry", clusterResource = "aks-cluster", poolResource = "aks-node-pool", roleResource = "azure-role-assignment";

// Azure's tags take no "/" in their names.
inline constexpr const char *targetTag = "timonier-target", *partTag = "timonier-part";

struct World {
    Spec spec{};
    std::shared_ptr<azure::Arm> arm{};

    azure::Calls calls(StepContext &context) const;
    azure::Calls calls(std::stop_token stop) const { return {.arm = *arm, .subscription = spec.subscription, .stop = std::move(stop)}; }
    azure::Aks aks(StepContext &context) const { return {calls(context), spec.group, spec.name}; }
    // All that carries targetTag with our target is this plan's, also where no ledger knows it any more.
    bool isOurs(const azure::Tags &tags) const;
    azure::Tags tags(const std::string &part) const; // those, and the person's own
    std::string description() const { return "timonier " + spec.target(); } // of role assignments, which have no tags
    std::string registryId() const;
};

// Whether the ledger has it as made.
Result<bool> isMade(StepContext &context, std::string_view kind, const std::string &name);

azure::AksPool poolOf(const World &world, const Pool &pool);

// The steps, in the order in which they may begin.
void addAccount(plan::Plan &plan, const World &world); // sign-in, providers, group, registry
void addCluster(plan::Plan &plan, const World &world); // control plane, power, version, node pools
void addRoles(plan::Plan &plan, const World &world);

// What is wrong with the version that is asked for; "" : nothing. Errors: Cancelled alone.
Result<std::string> versionProblem(const World &world, const azure::Calls &calls);

// Whether what the spec names and the plan does not make is there, and fits; none where it names nothing. `isNew`: the cluster takes its addresses yet.
std::optional<form::Check> namedCheck(const World &world, const azure::Calls &calls, bool isNew);

} // namespace timonier::aks
