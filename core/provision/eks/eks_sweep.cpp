// What Kubernetes makes in the account while a cluster runs, taken away with it.
#include "provision/eks/eks_steps.h"

#include "base/say.h"
#include "cloud/aws/elb_calls.h"

namespace timonier::eks {

using namespace std::chrono_literals;

namespace {

// False: something holds it still.
Result<bool> orInUse(Result<> removed)
{
    if (removed)
        return true;
    if (removed.error().kind == ErrorKind::Conflict)
        return false;
    return std::unexpected(std::move(removed).error());
}

// Load balancers, their security groups, volumes, interfaces. Taken away when the cluster is gone and can make no others; before the network,
// which they hold (eksctl-io/eksctl#616, #1960, #7589).
Result<> sweep(const World &world, StepContext &context)
{
    aws::Eks eks(*world.client, context.stop());
    if (TRY(isOfOthers(eks, world.spec)))
        return {};
    aws::Ec2 ec2(*world.client, context.stop());
    for (const aws::LoadBalancer &one : TRY(aws::clusterBalancers(*world.client, world.spec.name, context.stop()))) {
        context.print(say("Core", "the load balancer {} is removed", one.name) + "\n");
        TRY(aws::removeBalancer(*world.client, one, context.stop()));
    }
    const auto subnets = world.spec.network.subnets.empty() ? clusterSubnets(world, context) : Result<std::vector<std::string>>(std::vector<std::string>());
    if (subnets && !subnets->empty()) // of a network that others use too, interfaces may be theirs
        for (const std::string &eni : TRY(ec2.freeInterfaces(*subnets)))
            TRY(ec2.removeInterface(eni));
    // Volumes are still let go of, and security groups hang on each other and on interfaces of balancers that take minutes to go.
    const auto withoutVolumes = [&]() -> Result<bool> {
        bool none = true;
        for (const std::string &volume : TRY(ec2.clusterVolumes(world.spec.name)))
            none = TRY(orInUse(ec2.remove(aws::volumeKind, volume))) && none;
        return none;
    };
    const auto withoutGroups = [&]() -> Result<bool> {
        bool none = true;
        for (const std::string &group : TRY(ec2.clusterSecurityGroups(world.spec.name)))
            none = TRY(orInUse(ec2.remove(aws::securityGroupKind, group))) && none;
        return none;
    };
    TRY(aws::waitUntil(withoutVolumes, 15min, 15s, context.stop()));
    return aws::waitUntil(withoutGroups, 15min, 15s, context.stop());
}

} // namespace

void addSweep(plan::Plan &plan, const World &world)
{
    std::vector<std::string> needs = subnetSteps(world.spec);
    needs.push_back("identity");
    const std::string name = world.spec.name;
    plan.steps.push_back({.id = "made-by-kubernetes", .title = say("Core", "Note that load balancers and volumes it makes go with it"), .needs = needs, .creates = {{std::string(madeByKubernetes), name}}, .provider = "aws", .estimate = 100ms,
            .check = [name](StepContext &context) -> Result<bool> { return TRY(context.find(madeByKubernetes, name)).has_value(); },
            .apply = [name](StepContext &context) { return context.made(madeByKubernetes, name, name); },
            .undo = [world](StepContext &context) { return sweep(world, context); }});
}

} // namespace timonier::eks
