// What an account has of a cluster's plan, by its tags; what Kubernetes made there for it, by those that it gives.
#include "provision/eks/eks_plan.h"

#include "cloud/aws/eks_calls.h"
#include "cloud/aws/elb_calls.h"
#include "cloud/aws/iam_calls.h"
#include "provision/amazon/traces.h"
#include "provision/eks/eks_steps.h"

#include <algorithm>

namespace timonier::eks {

namespace {

using form::Trace;

Result<> addCluster(std::vector<Trace> &traces, const World &world, const amazon::AwsTool &tool, aws::Eks &eks)
{
    const Spec &spec = world.spec;
    traces.push_back({.kind = std::string(clusterResource), .id = spec.name, .priced = {{"control plane", 1}}, .removal = tool.command("eks delete-cluster --name " + spec.name)});
    for (const std::string &name : TRY(eks.nodeGroups(spec.name))) {
        const auto group = TRY(eks.nodeGroup(spec.name, name));
        if (!group)
            continue;
        const auto known = std::ranges::find(spec.nodes, name, &NodeGroup::name);
        const bool isKnown = known != spec.nodes.end();
        const double count = group->size.wanted;
        traces.push_back({.kind = std::string(groupResource), .id = spec.name + "/" + name,
                          .priced = {{isKnown ? known->type : "", count}, {isKnown ? "GiB of gp3" : "", isKnown ? count * known->disk : 0}},
                          .removal = tool.command("eks delete-nodegroup --cluster-name " + spec.name + " --nodegroup-name " + name)});
    }
    for (const std::string &name : addonsOf(spec))
        if (TRY(eks.addon(spec.name, name)))
            traces.push_back({.kind = std::string(addonResource), .id = spec.name + "/" + name, .removal = tool.command("eks delete-addon --cluster-name " + spec.name + " --addon-name " + name)});
    return {};
}

Result<> addMadeByKubernetes(std::vector<Trace> &traces, const Spec &spec, const amazon::AwsTool &tool, aws::Client &client, std::stop_token stop)
{
    for (const aws::LoadBalancer &one : TRY(aws::clusterBalancers(client, spec.name, stop)))
        traces.push_back({.kind = "load-balancer", .id = one.name, .priced = {{std::string(), 1}},
                          .removal = tool.command(one.classic ? "elb delete-load-balancer --load-balancer-name " + one.id : "elbv2 delete-load-balancer --load-balancer-arn " + one.id)});
    aws::Ec2 ec2(client, std::move(stop));
    const auto add = [&](const aws::Ec2Kind &kind, const std::vector<std::string> &ids) -> Result<> {
        for (const std::string &id : ids) {
            const auto found = ec2.describe(kind, id);
            if (!found && found.error().kind != ErrorKind::NotFound)
                return std::unexpected(found.error());
            if (found && std::ranges::find(traces, id, &Trace::id) == traces.end())
                traces.push_back(amazon::ec2Trace(std::string(kind.type), id, *found, tool));
        }
        return {};
    };
    const auto volumes = TRY(ec2.clusterVolumes(spec.name)), groups = TRY(ec2.clusterSecurityGroups(spec.name));
    TRY(add(aws::volumeKind, volumes));
    return add(aws::securityGroupKind, groups);
}

} // namespace

Result<std::vector<form::Trace>> tracesOf(const Spec &spec, aws::Client &client, std::stop_token stop)
{
    const World world{.spec = spec, .client = {}};
    const amazon::AwsTool tool{spec.region, spec.profile};
    std::vector<Trace> traces;
    aws::Eks eks(client, stop);
    const auto cluster = TRY(eks.cluster(spec.name));
    if (cluster && isOurs(cluster->tags, spec))
        TRY(addCluster(traces, world, tool, eks));
    for (const std::string &name : {world.clusterRoleName(), world.nodeRoleName(), world.volumeRoleName()})
        if (const auto role = TRY(aws::findRole(client, name, stop)); role && isOurs(role->tags, spec))
            traces.push_back({.kind = std::string(roleResource), .id = name, .removal = tool.command("iam delete-role --role-name " + name)});
    for (Trace &trace : TRY(amazon::ec2Traces(spec.target(), tool, client, stop)))
        traces.push_back(std::move(trace));
    if (!cluster || isOurs(cluster->tags, spec)) // of a cluster of others by that name, it is theirs
        TRY(addMadeByKubernetes(traces, spec, tool, client, stop));
    return traces;
}

} // namespace timonier::eks
