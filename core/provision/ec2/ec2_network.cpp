// A VPC of one public subnet, and who may come in.
#include "provision/ec2/ec2_steps.h"

#include "base/say.h"
#include "cloud/aws/own_address.h"
#include "provision/amazon/vpc_steps.h"

#include <algorithm>

namespace timonier::ec2 {

namespace {

// All between the nodes themselves; ssh, the API server, NodePorts and the spec's ports for those who may come in.
Result<std::vector<aws::Rule>> wantedRules(const World &world, const std::string &group, std::stop_token stop)
{
    std::vector<std::string> from = world.spec.from;
    if (from.empty())
        from.push_back(TRY(aws::ownAddress(*world.client, std::move(stop))) + "/32");
    std::vector<aws::Rule> rules{{.protocol = "-1", .who = group}};
    for (const std::string &who : from) {
        for (const auto &[first, last] : {std::pair(22, 22), std::pair(6443, 6443), std::pair(30000, 32767)})
            rules.push_back({.protocol = "tcp", .from = first, .to = last, .who = who});
        rules.push_back({.protocol = "udp", .from = 30000, .to = 32767, .who = who});
        for (const Port &port : world.spec.ports)
            rules.push_back({.protocol = port.udp ? "udp" : "tcp", .from = port.from, .to = port.to, .who = who});
    }
    std::ranges::sort(rules);
    rules.erase(std::ranges::unique(rules).begin(), rules.end());
    return rules;
}

std::string shown(const aws::Rule &rule, const std::string &group)
{
    if (rule.who == group)
        return say("Core", "everything between the nodes");
    return fmt::format("{} {}{}", rule.who, rule.protocol, rule.from == rule.to ? fmt::format(" {}", rule.from) : fmt::format(" {}-{}", rule.from, rule.to));
}

// Not only made once: whoever moves elsewhere runs the plan again, and is let in from there and not from the old place.
plan::Step rulesStep(const World &world)
{
    return {.id = "rules", .title = world.spec.from.empty() ? say("Core", "Let in this computer, and nobody else") : say("Core", "Let in {}", fmt::join(world.spec.from, ", ")), .needs = {"security-group"}, .provider = "aws", .estimate = plan::Span(2'000),
            .retry = {.attempts = 3, .pause = plan::Span(2'000)},
            .check = [world](StepContext &context) -> Result<bool> {
                aws::Ec2 ec2(*world.client, context.stop());
                const std::string group = TRY(idOf(context, aws::securityGroupKind.type, "security-group"));
                std::vector<aws::Rule> now = TRY(ec2.rules(group));
                std::ranges::sort(now);
                return now == TRY(wantedRules(world, group, context.stop()));
            },
            .apply = [world](StepContext &context) -> Result<> {
                aws::Ec2 ec2(*world.client, context.stop());
                const std::string group = TRY(idOf(context, aws::securityGroupKind.type, "security-group"));
                const std::vector<aws::Rule> now = TRY(ec2.rules(group)), wanted = TRY(wantedRules(world, group, context.stop()));
                for (const aws::Rule &rule : wanted)
                    if (std::ranges::find(now, rule) == now.end()) {
                        TRY(ec2.allow(group, rule));
                        context.print(say("Core", "let in: {}", shown(rule, group)) + "\n");
                    }
                for (const aws::Rule &rule : now)
                    if (std::ranges::find(wanted, rule) == wanted.end()) {
                        TRY(ec2.refuse(group, rule));
                        context.print(say("Core", "not let in any more: {}", shown(rule, group)) + "\n");
                    }
                return {};
            }};
}

} // namespace

void addNetwork(plan::Plan &plan, const World &world)
{
    const Spec &spec = world.spec;
    plan.steps.push_back(amazon::vpcStep(world.owner(), spec.cidr));
    plan.steps.push_back(amazon::ec2Step(world.owner(), {.id = "subnet", .title = say("Core", "Create the public subnet {}", spec.cidr), .kind = aws::subnetKind, .needs = {"vpc"},
                                                         .create = [spec](aws::Ec2 &ec2, StepContext &context, const std::string &, const aws::Tags &tags) -> Result<std::string> {
                                                             const auto zones = TRY(ec2.zones());
                                                             if (zones.empty() || (!spec.zone.empty() && std::ranges::find(zones, spec.zone) == zones.end()))
                                                                 return fail(ErrorKind::Invalid, say("Core", "{} has no zone {}", spec.region, spec.zone), say("Core", "It has {}", fmt::join(zones, ", ")));
                                                             const std::string vpc = TRY(idOf(context, aws::vpcKind.type, "vpc"));
                                                             return ec2.createSubnet(vpc, spec.cidr, spec.zone.empty() ? zones.front() : spec.zone, tags);
                                                         },
                                                         .settle = [](aws::Ec2 &ec2, StepContext &, const std::string &id) { return ec2.publicAddresses(id); },
                                                         // Machines of an earlier spec, which had more of them.
                                                         .loosen = [target = spec.target()](aws::Ec2 &ec2, const std::string &) -> Result<> {
                                                             for (const aws::Instance &one : TRY(ec2.instances({{amazon::targetTag, target}})))
                                                                 TRY(ec2.remove(aws::instanceKind, one.id));
                                                             return {};
                                                         }}));
    plan.steps.back().undo = [spec, undo = std::move(plan.steps.back().undo)](StepContext &context) -> Result<> {
        TRY(undo(context));
        return forgetSurplus(spec, context);
    };
    plan.steps.push_back(amazon::gatewayStep(world.owner()));
    plan.steps.push_back(amazon::publicRoutesStep(world.owner(), "routes", say("Core", "Route the subnet to the internet"), {"subnet"}));
    plan.steps.push_back(amazon::ec2Step(world.owner(), {.id = "security-group", .title = say("Core", "Create the security group, which lets nobody in"), .kind = aws::securityGroupKind, .needs = {"vpc"},
                                                         .create = [spec](aws::Ec2 &ec2, StepContext &context, const std::string &, const aws::Tags &tags) -> Result<std::string> {
                                                             const std::string vpc = TRY(idOf(context, aws::vpcKind.type, "vpc"));
                                                             return ec2.createSecurityGroup(vpc, spec.name + "-nodes", "nodes of " + spec.name, tags);
                                                         }}));
    plan.steps.push_back(rulesStep(world));
}

} // namespace timonier::ec2
