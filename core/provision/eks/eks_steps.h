// What the steps of an EKS plan share: whom they ask, how what they make is tagged, and how it is found again. For this folder.
#pragma once

#include "cloud/aws/ec2_calls.h"
#include "plan/plan.h"
#include "provision/eks/eks_spec.h"

#include <memory>
#include <string>
#include <vector>

namespace timonier::eks {

using plan::StepContext;

// Kinds in the ledger.
inline constexpr std::string_view roleResource = "iam-role", clusterResource = "eks-cluster", groupResource = "eks-node-group", addonResource = "eks-addon", accessResource = "eks-access-entry",
                                  madeByKubernetes = "made-by-kubernetes";

struct World {
    Spec spec{};
    std::shared_ptr<aws::Client> client{};

    // All that carries these two is this plan's, also where no ledger knows it any more.
    aws::Tags tags(const std::string &part) const;
    // Those, and the person's own and its name: what a new thing gets.
    aws::Tags allTags(const std::string &part) const;
    std::string clusterRoleName() const { return spec.name + "-eks-cluster"; }
    std::string nodeRoleName() const { return spec.name + "-eks-node"; }
    std::string volumeRoleName() const { return spec.name + "-eks-volumes"; }
};

// The other side's id of what an earlier step made. Errors: Internal (it was not made).
Result<std::string> idOf(StepContext &context, std::string_view kind, const std::string &name);
// The token of what this step makes; "": it did not begin.
Result<std::string> tokenOf(StepContext &context, std::string_view kind, const std::string &name);

// One thing in EC2, made at most once: found by its tags before it is asked for, whether the ledger knows it or not.
struct Ec2Step {
    std::string id{}, title{};
    aws::Ec2Kind kind{};
    std::vector<std::string> needs{};
    plan::Span estimate{2'000};
    std::function<Result<std::string>(aws::Ec2 &, StepContext &, const std::string &token, const aws::Tags &)> create{};
    // What is done to it besides, as often as one likes.
    std::function<Result<>(aws::Ec2 &, StepContext &, const std::string &id)> settle{};
    // Before it is removed, as often as one likes.
    std::function<Result<>(aws::Ec2 &, const std::string &id)> loosen{};
};
plan::Step ec2Step(const World &world, Ec2Step what);

// The subnets of the nodes and of the control plane: made, or given.
Result<std::vector<std::string>> clusterSubnets(const World &world, StepContext &context);
Result<std::vector<std::string>> nodeSubnets(const World &world, StepContext &context);
Result<std::string> clusterRole(const World &world, StepContext &context);
Result<std::string> nodeRole(const World &world, StepContext &context);

// The steps, in the order in which they may begin.
void addNetwork(plan::Plan &plan, const World &world);
void addRoles(plan::Plan &plan, const World &world);
void addSweep(plan::Plan &plan, const World &world);
void addCluster(plan::Plan &plan, const World &world);
void addStorage(plan::Plan &plan, const World &world);

// The add-ons of the spec, and those that its storage takes: EBS' driver, and the agent by which its pods get their role.
inline constexpr std::string_view volumeAddon = "aws-ebs-csi-driver", identityAddon = "eks-pod-identity-agent", volumeRoleStep = "volume-role";
std::vector<std::string> addonsOf(const Spec &spec);

std::vector<std::string> subnetSteps(const Spec &spec);  // those that make subnets: what a control plane needs
std::vector<std::string> networkSteps(const Spec &spec); // those that end a network: what nodes need

} // namespace timonier::eks
