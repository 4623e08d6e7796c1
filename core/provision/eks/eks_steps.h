// What the steps of an EKS plan share: the spec, whom they ask, and what is called how. For this folder.
#pragma once

#include "cloud/aws/eks_calls.h"
#include "provision/amazon/ec2_step.h"
#include "provision/eks/eks_spec.h"

#include <memory>
#include <string>
#include <vector>

namespace timonier::eks {

using amazon::idOf, amazon::tokenOf;
using plan::StepContext;

// Kinds in the ledger.
inline constexpr std::string_view roleResource = "iam-role", clusterResource = "eks-cluster", groupResource = "eks-node-group", addonResource = "eks-addon", accessResource = "eks-access-entry",
                                  madeByKubernetes = "made-by-kubernetes";

struct World {
    Spec spec{};
    std::shared_ptr<aws::Client> client{};

    amazon::Owner owner() const;
    aws::Tags tags(const std::string &part) const { return owner().tags(part); }
    aws::Tags allTags(const std::string &part) const { return owner().allTags(part); }
    std::string clusterRoleName() const { return spec.name + "-eks-cluster"; }
    std::string nodeRoleName() const { return spec.name + "-eks-node"; }
    std::string volumeRoleName() const { return spec.name + "-eks-volumes"; }
};

bool isOurs(const std::map<std::string, std::string> &tags, const Spec &spec);
// Whether there is a cluster of that name which this plan did not make: nothing in it is ours, nor what Kubernetes made for it.
Result<bool> isOfOthers(aws::Eks &eks, const Spec &spec);

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
