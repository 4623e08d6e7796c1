// A VPC as EKS wants it (docs.aws.amazon.com/eks/latest/userguide/network-reqs.html): public subnets for load balancers and the NAT gateway,
// private ones for nodes, in two zones at least.
#include "provision/eks/eks_steps.h"

#include "base/say.h"
#include "provision/amazon/vpc_steps.h"

namespace timonier::eks {

using namespace std::chrono_literals;

namespace {

std::string publicId(int zone) { return "subnet-public-" + std::to_string(zone + 1); }
std::string privateId(int zone) { return "subnet-private-" + std::to_string(zone + 1); }

plan::Step subnetStep(const World &world, bool isPublic, int zone)
{
    const std::string cidr = subnetCidr(world.spec.network, isPublic, zone);
    return amazon::ec2Step(world.owner(), {.id = isPublic ? publicId(zone) : privateId(zone),
                           .title = isPublic ? say("Core", "Create the public subnet {}", cidr) : say("Core", "Create the private subnet {}", cidr), .kind = aws::subnetKind, .needs = {"vpc"},
                           .create = [world, isPublic, zone, cidr](aws::Ec2 &ec2, StepContext &context, const std::string &, const aws::Tags &tags) -> Result<std::string> {
                               const auto zones = TRY(ec2.zones());
                               if (static_cast<int>(zones.size()) < world.spec.network.zones)
                                   return fail(ErrorKind::Invalid, say("Core", "{} has {} zones, and the spec wants {}", world.spec.region, zones.size(), world.spec.network.zones));
                               aws::Tags all = tags; // where the load balancers of Services go (kubernetes-sigs.github.io/aws-load-balancer-controller)
                               all[isPublic ? "kubernetes.io/role/elb" : "kubernetes.io/role/internal-elb"] = "1";
                               const std::string vpc = TRY(idOf(context, aws::vpcKind.type, "vpc"));
                               return ec2.createSubnet(vpc, cidr, zones[static_cast<std::size_t>(zone)], all);
                           },
                           .settle = isPublic ? [](aws::Ec2 &ec2, StepContext &, const std::string &id) { return ec2.publicAddresses(id); }
                                              : std::function<Result<>(aws::Ec2 &, StepContext &, const std::string &)>{}});
}

plan::Step natStep(const World &world)
{
    return amazon::ec2Step(world.owner(), {.id = "nat-gateway", .title = say("Core", "Create the NAT gateway"), .kind = aws::natKind, .needs = {"nat-address", "internet-gateway", publicId(0)}, .estimate = 90s,
                           .create = [](aws::Ec2 &ec2, StepContext &context, const std::string &token, const aws::Tags &tags) -> Result<std::string> {
                               const std::string subnet = TRY(idOf(context, aws::subnetKind.type, publicId(0))), address = TRY(idOf(context, aws::addressKind.type, "nat-address"));
                               return ec2.createNat(subnet, address, token, tags);
                           },
                           .settle = [](aws::Ec2 &ec2, StepContext &context, const std::string &id) {
                               return aws::waitUntil([&]() -> Result<bool> {
                                   const std::string state = TRY(ec2.natState(id));
                                   if (state == "failed" || state == "deleted")
                                       return fail(ErrorKind::Server, say("Core", "the NAT gateway {} could not be made", id), say("Core", "Run the plan again; AWS' console says why."));
                                   return state == "available";
                               }, 10min, 5s, context.stop());
                           }});
}

plan::Step routesStep(const World &world, bool isPublic)
{
    std::vector<std::string> subnets;
    for (int zone = 0; zone < world.spec.network.zones; ++zone)
        subnets.push_back(isPublic ? publicId(zone) : privateId(zone));
    if (isPublic)
        return amazon::publicRoutesStep(world.owner(), "routes-public", say("Core", "Route the public subnets to the internet"), subnets);
    return amazon::routesStep(world.owner(), {.id = "routes-private", .title = say("Core", "Route the private subnets through the NAT gateway"), .subnets = subnets, .kind = aws::natKind, .through = "nat-gateway", .parameter = "NatGatewayId"});
}

Result<std::vector<std::string>> subnetIds(const World &world, StepContext &context, bool publicToo, bool privateToo)
{
    std::vector<std::string> ids;
    for (int zone = 0; zone < world.spec.network.zones; ++zone) {
        if (privateToo)
            ids.push_back(TRY(idOf(context, aws::subnetKind.type, privateId(zone))));
        if (publicToo)
            ids.push_back(TRY(idOf(context, aws::subnetKind.type, publicId(zone))));
    }
    return ids;
}

} // namespace

Result<std::vector<std::string>> clusterSubnets(const World &world, StepContext &context)
{
    if (!world.spec.network.subnets.empty())
        return world.spec.network.subnets;
    return subnetIds(world, context, true, world.spec.network.nat);
}

Result<std::vector<std::string>> nodeSubnets(const World &world, StepContext &context)
{
    if (!world.spec.network.subnets.empty())
        return world.spec.network.subnets;
    return subnetIds(world, context, !world.spec.network.nat, world.spec.network.nat);
}

std::vector<std::string> subnetSteps(const Spec &spec)
{
    std::vector<std::string> ids;
    for (int zone = 0; spec.network.subnets.empty() && zone < spec.network.zones; ++zone) {
        ids.push_back(publicId(zone));
        if (spec.network.nat)
            ids.push_back(privateId(zone));
    }
    return ids;
}

std::vector<std::string> networkSteps(const Spec &spec)
{
    if (!spec.network.subnets.empty())
        return {};
    return spec.network.nat ? std::vector<std::string>{"routes-public", "routes-private"} : std::vector<std::string>{"routes-public"};
}

void addNetwork(plan::Plan &plan, const World &world)
{
    if (!world.spec.network.subnets.empty())
        return;
    const bool nat = world.spec.network.nat;
    plan.steps.push_back(amazon::vpcStep(world.owner(), world.spec.network.cidr));
    for (int zone = 0; zone < world.spec.network.zones; ++zone) {
        plan.steps.push_back(subnetStep(world, true, zone));
        if (nat)
            plan.steps.push_back(subnetStep(world, false, zone));
    }
    plan.steps.push_back(amazon::gatewayStep(world.owner()));
    plan.steps.push_back(routesStep(world, true));
    if (!nat)
        return;
    plan.steps.push_back(amazon::ec2Step(world.owner(), {.id = "nat-address", .title = say("Core", "Reserve the NAT gateway's address"), .kind = aws::addressKind, .needs = {"identity"},
                                         .create = [](aws::Ec2 &ec2, StepContext &, const std::string &, const aws::Tags &tags) { return ec2.allocateAddress(tags); }}));
    plan.steps.push_back(natStep(world));
    plan.steps.push_back(routesStep(world, false));
}

} // namespace timonier::eks
