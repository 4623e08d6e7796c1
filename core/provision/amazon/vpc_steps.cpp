#include "provision/amazon/vpc_steps.h"

#include "base/say.h"

namespace timonier::amazon {

plan::Step vpcStep(const Owner &owner, const std::string &cidr)
{
    return ec2Step(owner, {.id = "vpc", .title = say("Core", "Create the VPC {}", cidr), .kind = aws::vpcKind, .needs = {"identity"},
                           .create = [cidr](aws::Ec2 &ec2, StepContext &, const std::string &, const aws::Tags &tags) { return ec2.createVpc(cidr, tags); },
                           .settle = [](aws::Ec2 &ec2, StepContext &, const std::string &id) { return ec2.nameHosts(id); }});
}

plan::Step gatewayStep(const Owner &owner)
{
    return ec2Step(owner, {.id = "internet-gateway", .title = say("Core", "Create the internet gateway"), .kind = aws::gatewayKind, .needs = {"vpc"},
                           .create = [](aws::Ec2 &ec2, StepContext &, const std::string &, const aws::Tags &tags) { return ec2.createGateway(tags); },
                           .settle = [](aws::Ec2 &ec2, StepContext &context, const std::string &id) -> Result<> {
                               const std::string vpc = TRY(idOf(context, aws::vpcKind.type, "vpc"));
                               return ec2.attach(id, vpc);
                           },
                           .loosen = [](aws::Ec2 &ec2, const std::string &id) { return ec2.detach(id); }});
}

plan::Step routesStep(const Owner &owner, const Routes &routes)
{
    std::vector<std::string> needs{"vpc", routes.through};
    needs.insert(needs.end(), routes.subnets.begin(), routes.subnets.end());
    return ec2Step(owner, {.id = routes.id, .title = routes.title, .kind = aws::routesKind, .needs = needs,
                           .create = [](aws::Ec2 &ec2, StepContext &context, const std::string &token, const aws::Tags &tags) -> Result<std::string> {
                               const std::string vpc = TRY(idOf(context, aws::vpcKind.type, "vpc"));
                               return ec2.createRoutes(vpc, token, tags);
                           },
                           .settle = [routes](aws::Ec2 &ec2, StepContext &context, const std::string &id) -> Result<> {
                               std::vector<std::string> ids;
                               for (const std::string &subnet : routes.subnets)
                                   ids.push_back(TRY(idOf(context, aws::subnetKind.type, subnet)));
                               const std::string target = TRY(idOf(context, routes.kind.type, routes.through));
                               return ec2.route(id, routes.parameter, target, ids);
                           },
                           .loosen = [](aws::Ec2 &ec2, const std::string &id) { return ec2.unroute(id); }});
}

plan::Step publicRoutesStep(const Owner &owner, std::string id, std::string title, std::vector<std::string> subnets)
{
    return routesStep(owner, {.id = std::move(id), .title = std::move(title), .subnets = std::move(subnets), .kind = aws::gatewayKind, .through = "internet-gateway", .parameter = "GatewayId"});
}

} // namespace timonier::amazon
