#include "provision/aks/aks_steps.h"

#include "base/say.h"

#include <algorithm>

#include <fmt/ranges.h>

namespace timonier::aks {

azure::Calls World::calls(StepContext &context) const
{
    return {.arm = *arm, .subscription = spec.subscription, .stop = context.stop(), .heard = [&context](const std::string &words) { context.print(words + "\n"); }};
}

bool World::isOurs(const azure::Tags &tags) const
{
    const auto tag = tags.find(targetTag);
    return tag != tags.end() && tag->second == spec.target();
}

azure::Tags World::tags(const std::string &part) const
{
    azure::Tags all = spec.tags;
    all[targetTag] = spec.target();
    all[partTag] = part;
    return all;
}

std::string World::registryId() const
{
    if (!spec.registry.id.empty())
        return spec.registry.id;
    return "/subscriptions/" + spec.subscription + "/resourceGroups/" + spec.group + "/providers/Microsoft.ContainerRegistry/registries/" + spec.registry.name;
}

Result<bool> isMade(StepContext &context, std::string_view kind, const std::string &name)
{
    const auto known = TRY(context.find(kind, name));
    return known && known->state == plan::ResourceState::Made;
}

azure::AksPool poolOf(const World &world, const Pool &pool)
{
    return {.name = pool.name, .size = pool.size, .count = pool.count, .system = pool.system, .zones = pool.zones, .disk = pool.disk, .maxPods = pool.maxPods, .spot = pool.spot, .least = pool.least, .most = pool.most,
            .labels = pool.labels, .subnet = world.spec.network.subnet, .tags = world.tags("pool-" + pool.name)};
}

Result<std::string> versionProblem(const World &world, const azure::Calls &calls)
{
    const std::string &wanted = world.spec.version;
    if (wanted.empty())
        return std::string();
    const auto offered = azure::aksVersions(calls, world.spec.location);
    if (!offered && offered.error().kind == ErrorKind::Cancelled)
        return std::unexpected(offered.error());
    std::vector<std::string> names;
    if (offered)
        for (const auto &one : *offered) {
            names.push_back(one.minor);
            if (wanted == one.minor || std::ranges::find(one.patches, wanted) != one.patches.end())
                return std::string();
        }
    // Who may not ask may still create: AKS itself then refuses what it has not.
    if (names.empty())
        return std::string();
    std::ranges::sort(names);
    return say("Core", "AKS does not offer Kubernetes {} in {}; it has {}", wanted, world.spec.location, fmt::join(names, ", "));
}

} // namespace timonier::aks
