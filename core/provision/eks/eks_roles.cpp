// The roles: the control plane's, the nodes', and that of whoever makes volumes.
#include "provision/eks/eks_steps.h"

#include "base/say.h"
#include "cloud/aws/iam_calls.h"

#include <algorithm>

namespace timonier::eks {

using namespace std::chrono_literals;

namespace {

plan::Step roleStep(const World &world, const std::string &id, const std::string &title, const std::string &name, const aws::Trust &trust, const std::vector<std::string> &policies)
{
    const auto partition = aws::partitionOf(world.spec.region);
    std::vector<std::string> arns;
    for (const std::string &policy : policies)
        arns.push_back("arn:" + (partition ? partition->id : std::string("aws")) + ":iam::aws:policy/" + policy);
    const auto isOurs = [target = world.spec.target()](const aws::Role &role) {
        const auto tag = role.tags.find("timonier.dev/target");
        return tag != role.tags.end() && tag->second == target;
    };
    return {.id = id, .title = title, .needs = {"identity"}, .creates = {{std::string(roleResource), name}}, .provider = "aws", .estimate = 3s, .retry = {.attempts = 3, .pause = 2s},
            .check = [world, name, arns](StepContext &context) -> Result<bool> {
                const auto known = TRY(context.find(roleResource, name));
                if (!known || known->outsideId.empty()) // its ARN, which the steps after this one ask for
                    return false;
                const auto role = TRY(aws::findRole(*world.client, name, context.stop()));
                return role && std::ranges::all_of(arns, [&](const std::string &arn) { return std::ranges::find(role->policies, arn) != role->policies.end(); });
            },
            .apply = [world, id, name, trust, arns, isOurs](StepContext &context) -> Result<> {
                const auto there = TRY(aws::findRole(*world.client, name, context.stop()));
                if (there && !isOurs(*there))
                    return fail(ErrorKind::Conflict, say("Core", "there is a role {} already, which this plan did not make", name), say("Core", "Give its ARN in the spec's roles, or name the cluster otherwise."));
                const std::string arn = there ? there->arn : TRY(aws::createRole(*world.client, name, trust, world.allTags(id), context.stop()));
                for (const std::string &policy : arns)
                    TRY(aws::attachPolicy(*world.client, name, policy, context.stop()));
                return context.made(roleResource, name, arn);
            },
            .undo = [world, name, isOurs](StepContext &context) -> Result<> {
                const auto there = TRY(aws::findRole(*world.client, name, context.stop()));
                return there && isOurs(*there) ? aws::removeRole(*world.client, name, context.stop()) : Result<>{};
            }};
}

// docs.aws.amazon.com/eks/latest/userguide/automode-get-started-cli.html, cluster-iam-role.html
std::vector<std::string> clusterPolicies(const Spec &spec)
{
    if (spec.autoNodes)
        return {"AmazonEKSClusterPolicy", "AmazonEKSComputePolicy", "AmazonEKSBlockStoragePolicy", "AmazonEKSLoadBalancingPolicy", "AmazonEKSNetworkingPolicy"};
    return {"AmazonEKSClusterPolicy"};
}

std::vector<std::string> nodePolicies(const Spec &spec)
{
    if (spec.autoNodes)
        return {"AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly"};
    return {"AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryPullOnly"};
}

} // namespace

Result<std::string> clusterRole(const World &world, StepContext &context) { return world.spec.clusterRole.empty() ? idOf(context, roleResource, world.clusterRoleName()) : world.spec.clusterRole; }
Result<std::string> nodeRole(const World &world, StepContext &context) { return world.spec.nodeRole.empty() ? idOf(context, roleResource, world.nodeRoleName()) : world.spec.nodeRole; }

void addRoles(plan::Plan &plan, const World &world)
{
    if (world.spec.clusterRole.empty())
        plan.steps.push_back(roleStep(world, "cluster-role", say("Core", "Create the control plane's role {}", world.clusterRoleName()), world.clusterRoleName(), aws::Trust{.service = "eks.amazonaws.com", .tagsSessions = world.spec.autoNodes}, clusterPolicies(world.spec)));
    if (world.spec.nodeRole.empty())
        plan.steps.push_back(roleStep(world, "node-role", say("Core", "Create the nodes' role {}", world.nodeRoleName()), world.nodeRoleName(), {.service = "ec2.amazonaws.com"},
                                      nodePolicies(world.spec)));
    if (world.spec.storage && !world.spec.autoNodes) // taken on by the driver's pods (docs.aws.amazon.com/eks/latest/userguide/ebs-csi.html)
        plan.steps.push_back(roleStep(world, std::string(volumeRoleStep), say("Core", "Create the role of volumes {}", world.volumeRoleName()), world.volumeRoleName(), {.service = "pods.eks.amazonaws.com", .tagsSessions = true}, {"service-role/AmazonEBSCSIDriverPolicy"}));
}

} // namespace timonier::eks
