// What a cluster needs around it: a subscription that may be used, its providers, a resource group, a registry.
#include "provision/aks/aks_steps.h"

#include "base/say.h"

#include <algorithm>

#include <fmt/ranges.h>

namespace timonier::aks {

using namespace std::chrono_literals;

namespace {

// Nothing is made by whoever cannot even be known, nor in a version that there is not. The subscription is told: another one is the dearest mistake.
plan::Step signInStep(const World &world)
{
    return {.id = "sign-in", .title = say("Core", "Sign in to Azure"), .provider = "azure", .estimate = 2s, .retry = {.attempts = 2},
            .check = [world](StepContext &context) -> Result<bool> {
                const azure::Calls calls = world.calls(context);
                const azure::Subscription mine = TRY(azure::subscriptionOf(calls));
                context.print(say("Core", "the subscription {} ({})", mine.name, mine.id) + "\n");
                if (mine.state != "Enabled" && !mine.state.empty() && mine.state != "Warned")
                    return fail(ErrorKind::Forbidden, say("Core", "the subscription {} is {}", mine.name, mine.state), say("Core", "Look at it in the portal: {}", world.arm->cloud().portal));
                if (TRY(world.aks(context).cluster()))
                    return true; // it has its version already
                if (std::string problem = TRY(versionProblem(world, calls)); !problem.empty())
                    return fail(ErrorKind::Invalid, std::move(problem));
                return true;
            },
            .apply = [](StepContext &) -> Result<> { return {}; }}; // there is nothing to do: the check is all
}

// The first of its kind in a subscription. It costs nothing, and stays.
plan::Step providerStep(const World &world, const std::string &id, const std::string &provider)
{
    return {.id = id, .title = say("Core", "Have the subscription use {}", provider), .needs = {"sign-in"}, .provider = "azure", .estimate = 1s, .retry = {.attempts = 2},
            .check = [world, provider](StepContext &context) { return azure::isRegistered(world.calls(context), provider); },
            .apply = [world, provider](StepContext &context) { return azure::registerProvider(world.calls(context), provider); }};
}

// What lies in it that this plan did not make: it would go with the group.
Result<> nothingOfOthers(const World &world, const azure::Calls &calls)
{
    std::vector<std::string> others;
    for (const azure::Thing &one : TRY(azure::thingsIn(calls, world.spec.group)))
        if (!world.isOurs(one.tags))
            others.push_back(one.name);
    if (others.empty())
        return {};
    return fail(ErrorKind::Conflict, say("Core", "the resource group {} holds what this plan did not make: {}", world.spec.group, fmt::join(others, ", ")),
                say("Core", "Move or delete that, and delete again; or take the tag {} off the group, to keep it.", targetTag));
}

plan::Step groupStep(const World &world)
{
    const std::string &name = world.spec.group;
    return {.id = "resource-group", .title = say("Core", "Make the resource group {}", name), .needs = {"sign-in"}, .creates = {{std::string(groupResource), name}}, .provider = "azure", .estimate = 3s, .retry = {.attempts = 3, .pause = 2s},
            .check = [world, name](StepContext &context) -> Result<bool> {
                const auto group = TRY(azure::groupOf(world.calls(context), name));
                if (!group || group->state == "Deleting")
                    return false;
                return !world.isOurs(group->tags) || TRY(isMade(context, groupResource, name)); // another's is used, and left
            },
            .apply = [world, name](StepContext &context) -> Result<> {
                const azure::Calls calls = world.calls(context);
                TRY(azure::putGroup(calls, name, world.spec.location, world.tags("resource-group")));
                return context.made(groupResource, name, calls.groupPath(name));
            },
            .undo = [world, name](StepContext &context) -> Result<> {
                const azure::Calls calls = world.calls(context);
                const auto group = TRY(azure::groupOf(calls, name));
                if (!group || !world.isOurs(group->tags))
                    return {};
                if (group->state != "Deleting")
                    TRY(nothingOfOthers(world, calls));
                return azure::removeGroup(calls, name);
            }};
}

plan::Step registryStep(const World &world)
{
    const std::string &name = world.spec.registry.name;
    return {.id = "registry", .title = say("Core", "Make the registry {}", name), .needs = {"resource-group", "register-registries"}, .creates = {{std::string(registryResource), name}}, .provider = "azure", .estimate = 20s, .retry = {.attempts = 3, .pause = 2s},
            .check = [world, name](StepContext &context) -> Result<bool> {
                const auto registry = TRY(azure::registryOf(world.calls(context), world.spec.group, name));
                return registry && registry->state == "Succeeded" && world.isOurs(registry->tags) && TRY(isMade(context, registryResource, name));
            },
            .apply = [world, name](StepContext &context) -> Result<> {
                const azure::Calls calls = world.calls(context);
                if (const auto there = TRY(azure::registryOf(calls, world.spec.group, name)); there && !world.isOurs(there->tags))
                    return fail(ErrorKind::Conflict, say("Core", "there is a registry {} already, which this plan did not make", name), say("Core", "Name this one otherwise, or use that one: registry: {{id: {}}}", there->id));
                const azure::Registry made = TRY(azure::putRegistry(calls, world.spec.group, name, world.spec.location, world.spec.registry.tier, world.tags("registry")));
                context.print(say("Core", "images go to {}", made.server) + "\n");
                return context.made(registryResource, name, made.id);
            },
            .undo = [world, name](StepContext &context) -> Result<> { // with the images in it
                const azure::Calls calls = world.calls(context);
                const auto there = TRY(azure::registryOf(calls, world.spec.group, name));
                return there && world.isOurs(there->tags) ? azure::removeRegistry(calls, world.spec.group, name) : Result<>();
            }};
}

} // namespace

void addAccount(plan::Plan &plan, const World &world)
{
    plan.steps.push_back(signInStep(world));
    plan.steps.push_back(providerStep(world, "register-clusters", "Microsoft.ContainerService"));
    if (world.spec.hasRegistry())
        plan.steps.push_back(providerStep(world, "register-registries", "Microsoft.ContainerRegistry"));
    plan.steps.push_back(groupStep(world));
    if (!world.spec.registry.name.empty())
        plan.steps.push_back(registryStep(world));
}

} // namespace timonier::aks
