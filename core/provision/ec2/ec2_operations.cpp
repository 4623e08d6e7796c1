#include "provision/ec2/ec2_operations.h"

#include "base/say.h"
#include "provision/ec2/ec2_steps.h"
#include "provision/kubeadm/operations.h"

#include <algorithm>

namespace timonier::ec2 {

using namespace std::chrono_literals;

namespace {

constexpr std::string_view begin = "ec2 ";

// Before anything else: what is not in the spec would stay in its version, and what is not there would be made in the new one, beside a cluster of the old.
plan::Step wholeStep(const World &world)
{
    return {.id = "whole", .title = say("Core", "Look whether the machines are those of the spec"), .needs = {"identity"}, .provider = "aws", .estimate = 1s,
            .check = [](StepContext &) -> Result<bool> { return false; },
            .apply = [world](StepContext &context) -> Result<> {
                const auto there = TRY(machinesOf(world.spec, *world.client, context.stop()));
                for (const Machine &machine : world.spec.machines())
                    if (std::ranges::find(there, machine.name, partOf) == there.end())
                        return fail(ErrorKind::Conflict, say("Core", "{} is not there: an upgrade makes no machines", machine.name), say("Core", "Run `timonierctl cluster scale` first, with the version that the cluster has"));
                for (const std::string &name : surplusOf(world.spec, there))
                    return fail(ErrorKind::Conflict, say("Core", "{} is there and not in the spec: it would stay behind", name), say("Core", "Run `timonierctl cluster scale` first, which takes it away; or say more workers"));
                return {};
            }};
}

// The steps that make it stand before: more workers are made by them. What is too much goes when the others are in.
plan::Plan planToScale(const World &world, plan::Plan plan)
{
    plan.title = say("Core", "The workers of the cluster {} in {}: {}", world.spec.name, world.spec.region, world.spec.workers);
    plan.steps.push_back(surplusStep(world, {"close"}));
    std::ranges::find(plan.steps, "ready", &plan::Step::id)->needs.push_back(plan.steps.back().id); // one that is stopped would never be
    return plan;
}

plan::Plan planToUpgrade(const World &world, std::string specText)
{
    plan::Plan plan = groundOf(world, std::move(specText));
    plan.title = say("Core", "Upgrade the cluster {} to {}", world.spec.name, world.spec.cluster.kubernetes);
    const auto isMachine = [machines = world.spec.machines()](const std::string &id) { return std::ranges::find(machines, id, &Machine::name) != machines.end(); };
    std::erase_if(plan.steps, [&](const plan::Step &step) { return isMachine(step.id); });
    plan.steps.push_back(wholeStep(world));
    for (plan::Step &step : plan.steps) {
        std::erase_if(step.needs, isMachine);
        if (step.id == "running")
            step.needs.emplace_back("whole");
    }
    plan::Plan onHosts = kubeadm::planToUpgrade(world.spec.cluster, {}, world.hosts);
    addOnHosts(plan, world.spec, std::move(onHosts.steps));
    return plan;
}

} // namespace

std::string operationOf(std::string_view provider) { return provider.starts_with(begin) ? std::string(provider.substr(begin.size())) : std::string(); }
std::string providerOf(const std::string &operation) { return operation.empty() ? "ec2" : std::string(begin) + operation; }

Result<plan::Plan> planOf(const std::string &operation, const Spec &spec, std::string specText, std::shared_ptr<aws::Client> client, const kubeadm::Access &hosts)
{
    const World world{.spec = spec, .client = client, .hosts = accessThrough(spec, client, hosts)};
    plan::Plan plan;
    if (operation == "scale")
        plan = planToScale(world, planOf(spec, std::move(specText), client, hosts));
    else if (operation == "upgrade")
        plan = planToUpgrade(world, std::move(specText));
    else if (operation.empty())
        plan = planOf(spec, std::move(specText), client, hosts);
    else
        return fail(ErrorKind::Unsupported, say("Core", "this Timonier cannot do “{}” with a cluster", operation));
    plan.provider = providerOf(operation);
    return plan;
}

} // namespace timonier::ec2
