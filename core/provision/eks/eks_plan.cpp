#include "provision/eks/eks_plan.h"

#include "base/say.h"
#include "cloud/aws/eks_calls.h"
#include "cloud/aws/iam_calls.h"
#include "provision/amazon/account_checks.h"
#include "provision/eks/eks_quotas.h"
#include "provision/eks/eks_steps.h"
#include "provision/local/kubeconfig_step.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace timonier::eks {

using namespace std::chrono_literals;

namespace {

// On offer by EKS, as far as it says; nothing is said where the spec leaves it to EKS.
Result<std::string> versionProblem(const Spec &spec, aws::Client &client, std::stop_token stop)
{
    if (spec.version.empty())
        return std::string();
    const auto offered = aws::Eks(client, std::move(stop)).versions();
    if (!offered && offered.error().kind == ErrorKind::Cancelled)
        return std::unexpected(offered.error());
    // Who may not ask may still create: EKS itself then refuses what it has not.
    if (!offered || offered->empty() || std::ranges::find(*offered, spec.version) != offered->end())
        return std::string();
    return say("Core", "EKS does not offer Kubernetes {}; it has {}", spec.version, fmt::join(*offered, ", "));
}

// Nothing is made by whoever cannot even be known, nor in a version that there is not. The account is told: keys of another one are the
// dearest mistake.
plan::Step identityStep(const World &world)
{
    return {.id = "identity", .title = say("Core", "Sign in to AWS"), .provider = "aws", .estimate = 1s, .retry = {.attempts = 2},
            .check = [world](StepContext &context) -> Result<bool> {
                const aws::Identity me = TRY(aws::callerIdentity(*world.client, context.stop()));
                context.print(say("Core", "the account {}, as {}", me.account, me.arn) + "\n");
                if (TRY(aws::Eks(*world.client, context.stop()).cluster(world.spec.name)))
                    return true; // it has its version already
                if (std::string problem = TRY(versionProblem(world.spec, *world.client, context.stop())); !problem.empty())
                    return fail(ErrorKind::Invalid, std::move(problem));
                return true;
            },
            .apply = [](StepContext &) -> Result<> { return {}; }}; // there is nothing to do: the check is all
}

} // namespace

plan::Plan planOf(const Spec &spec, std::string specText, std::shared_ptr<aws::Client> client, const std::string &ctl)
{
    const World world{.spec = spec, .client = std::move(client)};
    plan::Plan plan{.provider = "eks", .target = spec.target(), .title = say("Core", "The EKS cluster {} in {}", spec.name, spec.region), .spec = std::move(specText)};
    plan.steps.push_back(identityStep(world));
    addRoles(plan, world);
    addNetwork(plan, world);
    addSweep(plan, world);
    addCluster(plan, world);
    addStorage(plan, world);
    plan.steps.push_back(local::kubeconfigStep({.needs = {"cluster"}, .context = spec.context(), .file = spec.kubeconfig, .makeCurrent = spec.current,
                                                .fetch = [world, ctl](StepContext &context) -> Result<std::string> {
                                                    const auto now = TRY(aws::Eks(*world.client, context.stop()).cluster(world.spec.name));
                                                    if (!now || now->endpoint.empty())
                                                        return fail(ErrorKind::NotFound, say("Core", "the cluster {} is gone", world.spec.name));
                                                    return kubeconfigText(world.spec, now->endpoint, now->certificate, ctl);
                                                }}));
    return plan;
}

std::string kubeconfigText(const Spec &spec, const std::string &server, const std::string &certificate, const std::string &ctl)
{
    using Json = nlohmann::ordered_json;
    std::vector<std::string> arguments = spec.awsTool ? std::vector<std::string>{"--region", spec.region, "eks", "get-token", "--cluster-name", spec.name, "--output", "json"}
                                                      : std::vector<std::string>{"eks-token", spec.name, "--region", spec.region};
    if (!spec.keys.empty() && !spec.awsTool)
        arguments.insert(arguments.end(), {"--keys", spec.keys});
    if (!spec.profile.empty() && !spec.awsTool)
        arguments.insert(arguments.end(), {"--profile", spec.profile});
    Json exec{{"apiVersion", spec.awsTool ? "client.authentication.k8s.io/v1beta1" : "client.authentication.k8s.io/v1"}, {"command", spec.awsTool ? "aws" : ctl}, {"args", arguments}, {"interactiveMode", "Never"}};
    exec["env"] = spec.awsTool && !spec.profile.empty() ? Json::array({{{"name", "AWS_PROFILE"}, {"value", spec.profile}}}) : Json::array();
    const std::string name = spec.context();
    Json cluster{{"server", server}};
    if (!certificate.empty())
        cluster["certificate-authority-data"] = certificate;
    const Json document{{"apiVersion", "v1"}, {"kind", "Config"}, {"current-context", name}, {"clusters", Json::array({{{"name", name}, {"cluster", cluster}}})},
                        {"users", Json::array({{{"name", name}, {"user", {{"exec", exec}}}}})}, {"contexts", Json::array({{{"name", name}, {"context", {{"cluster", name}, {"user", name}}}}})}};
    return document.dump(2, ' ', false, Json::error_handler_t::replace); // JSON is YAML
}

Result<local::ClusterState> stateOf(const Spec &spec, aws::Client &client, std::stop_token stop)
{
    aws::Eks eks(client, std::move(stop));
    local::ClusterState state{.name = spec.name};
    const auto now = TRY(eks.cluster(spec.name));
    if (!now) {
        state.phase = local::Phase::Absent;
        return state;
    }
    bool all = now->status == "ACTIVE";
    for (const NodeGroup &group : spec.nodes) {
        const auto part = TRY(eks.nodeGroup(spec.name, group.name));
        all = all && part && part->status == "ACTIVE";
        state.nodes.push_back({.name = group.name, .role = fmt::format("{} × {}", group.count, group.type), .state = !part ? say("Core", "not there") : part->problems.empty() ? part->status : part->status + ": " + part->problems});
    }
    state.phase = all ? local::Phase::Running : local::Phase::Partly;
    state.words = fmt::format("{} {}{}", now->status, now->version, now->problems.empty() ? std::string() : "; " + now->problems);
    return state;
}

namespace {

// What a create and a delete of this spec ask for.
std::vector<std::string> actionsOf(const Spec &spec)
{
    std::vector<std::string> actions{"eks:CreateCluster", "eks:DescribeCluster", "eks:DeleteCluster", "eks:CreateNodegroup", "eks:DescribeNodegroup", "eks:DeleteNodegroup", "eks:CreateAddon",
                                     "eks:DescribeAddon", "eks:DeleteAddon", "eks:TagResource", "iam:PassRole", "iam:GetRole", "elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeTags",
                                     "elasticloadbalancing:DeleteLoadBalancer", "ec2:DescribeSecurityGroups", "ec2:DeleteSecurityGroup", "ec2:DescribeVolumes", "ec2:DeleteVolume"};
    if (!spec.admins.empty())
        actions.insert(actions.end(), {"eks:CreateAccessEntry", "eks:AssociateAccessPolicy", "eks:ListAssociatedAccessPolicies", "eks:DeleteAccessEntry"});
    if (spec.storage)
        actions.insert(actions.end(), {"eks:CreatePodIdentityAssociation", "eks:DeletePodIdentityAssociation"});
    if (spec.clusterRole.empty() || spec.nodeRole.empty() || spec.storage)
        actions.insert(actions.end(), {"iam:CreateRole", "iam:TagRole", "iam:AttachRolePolicy", "iam:ListAttachedRolePolicies", "iam:DetachRolePolicy", "iam:DeleteRole"});
    if (spec.network.subnets.empty())
        actions.insert(actions.end(), {"ec2:CreateVpc", "ec2:DescribeVpcs", "ec2:ModifyVpcAttribute", "ec2:DeleteVpc", "ec2:CreateSubnet", "ec2:DescribeSubnets", "ec2:ModifySubnetAttribute", "ec2:DeleteSubnet",
                                       "ec2:CreateInternetGateway", "ec2:AttachInternetGateway", "ec2:DetachInternetGateway", "ec2:DeleteInternetGateway", "ec2:DescribeInternetGateways", "ec2:CreateRouteTable",
                                       "ec2:CreateRoute", "ec2:AssociateRouteTable", "ec2:DisassociateRouteTable", "ec2:DeleteRouteTable", "ec2:DescribeRouteTables", "ec2:DescribeAvailabilityZones", "ec2:CreateTags",
                                       "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface"});
    if (spec.network.subnets.empty() && spec.network.nat)
        actions.insert(actions.end(), {"ec2:AllocateAddress", "ec2:DescribeAddresses", "ec2:ReleaseAddress", "ec2:CreateNatGateway", "ec2:DescribeNatGateways", "ec2:DeleteNatGateway"});
    return actions;
}

} // namespace

Result<std::vector<form::Check>> checksOf(const Spec &spec, aws::Client &client, std::stop_token stop)
{
    aws::Identity me;
    const form::Check identity = TRY(amazon::identityCheck(client, me, stop));
    if (identity.state == form::CheckState::Bad)
        return std::vector{identity};
    form::Check version{.id = "version", .title = say("Core", "Kubernetes version"), .state = form::CheckState::Good, .words = spec.version.empty() ? say("Core", "what EKS takes by itself") : spec.version};
    if (const auto problem = versionProblem(spec, client, stop); !problem) {
        version.state = form::CheckState::Skipped;
        version.words = problem.error().text();
    } else if (!problem->empty()) {
        version.state = form::CheckState::Bad;
        version.words = *problem;
    }
    std::vector<form::Check> all{identity, amazon::rightsCheck(client, me, actionsOf(spec), stop), TRY(quotaCheck(spec, client, stop)), version};
    if (spec.network.subnets.empty())
        all.push_back(TRY(amazon::zonesCheck(spec.region, spec.network.zones, {}, client, stop)));
    return all;
}

} // namespace timonier::eks
