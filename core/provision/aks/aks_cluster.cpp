// The control plane with its first node pool, whether it runs, its version, its other pools.
#include "provision/aks/aks_steps.h"

#include "base/pause.h"
#include "base/say.h"
#include "provision/local/preflight.h"

#include <algorithm>

#include <fmt/ranges.h>

namespace timonier::aks {

using namespace std::chrono_literals;

namespace {

using azure::AksCluster;

// What an earlier run began goes on without us: first it has to end, one way or the other.
Result<std::optional<AksCluster>> settled(const azure::Aks &aks, StepContext &context)
{
    std::optional<AksCluster> now;
    std::string last;
    const auto over = [&]() -> Result<bool> {
        now = TRY(aks.cluster());
        if (now && now->state != last)
            context.print(say("Core", "the cluster is {}", now->state) + "\n");
        last = now ? now->state : std::string();
        return !now || now->state == "Succeeded" || now->state == "Failed" || now->state == "Canceled";
    };
    TRY(waitUntil(over, 60min, 15s, context.stop()));
    return now;
}

azure::NewAksCluster wanted(const World &world)
{
    const Spec &spec = world.spec;
    azure::NewAksCluster what{.location = spec.location, .version = spec.version, .dnsPrefix = spec.dnsPrefix(), .nodeGroup = spec.nodeGroup(), .tier = spec.tier, .identity = spec.identity,
                              .plugin = spec.network.plugin == "kubenet" ? "kubenet" : "azure", .mode = spec.network.plugin == "overlay" ? "overlay" : "", .policy = spec.network.policy,
                              .podCidr = spec.network.plugin == "subnet" ? "" : spec.network.pods, .serviceCidr = spec.network.services, .dnsAddress = spec.network.dnsAddress(), .allowed = spec.allowed, .tags = world.tags("cluster")};
    what.pools.push_back(poolOf(world, spec.pools.front()));
    return what;
}

plan::Step clusterStep(const World &world)
{
    const std::string &name = world.spec.name;
    return {.id = "cluster", .title = say("Core", "Make the cluster {}", name), .needs = {"resource-group", "register-clusters"}, .creates = {{std::string(clusterResource), name}}, .provider = "azure", .estimate = 6min, .retry = {.attempts = 2, .pause = 5s},
            .check = [world, name](StepContext &context) -> Result<bool> {
                const auto now = TRY(world.aks(context).cluster());
                return now && now->state == "Succeeded" && world.isOurs(now->tags) && TRY(isMade(context, clusterResource, name));
            },
            .apply = [world, name](StepContext &context) -> Result<> {
                const azure::Aks aks = world.aks(context);
                auto now = TRY(aks.cluster());
                if (now && !world.isOurs(now->tags))
                    return fail(ErrorKind::Conflict, say("Core", "there is a cluster {} in {} already, which this plan did not make", name, world.spec.group), say("Core", "Name this one otherwise."));
                if (now)
                    now = TRY(settled(aks, context));
                if (!now || now->state != "Succeeded")
                    now = TRY(aks.put(wanted(world)));
                return context.made(clusterResource, name, now->id);
            },
            .undo = [world](StepContext &context) -> Result<> {
                const azure::Aks aks = world.aks(context);
                const auto now = TRY(aks.cluster());
                if (now && !world.isOurs(now->tags))
                    return {};
                if (now)
                    TRY(aks.remove());
                // What Kubernetes made (load balancers, addresses, disks) is in a group of its own, which goes with the cluster.
                const azure::Calls calls = world.calls(context);
                const auto left = TRY(azure::groupOf(calls, world.spec.nodeGroup()));
                return left && world.isOurs(left->tags) ? azure::removeGroup(calls, world.spec.nodeGroup()) : Result<>();
            }};
}

// Of these the estimates are those of a new cluster, which is as it is to be.
plan::Step runsStep(const World &world)
{
    return {.id = "runs", .title = say("Core", "Have the cluster run"), .needs = {"cluster"}, .provider = "azure", .estimate = 1s, .retry = {.attempts = 2, .pause = 5s},
            .check = [world](StepContext &context) -> Result<bool> {
                const auto now = TRY(world.aks(context).cluster());
                return now && now->power != "Stopped";
            },
            .apply = [world](StepContext &context) -> Result<> { return world.aks(context).start(); }};
}

// As far as the spec says: "1.35" is met by any 1.35.x.
bool isMet(const std::string &wanted, const std::string &has) { return wanted.empty() || has == wanted || has.starts_with(wanted + "."); }

plan::Step versionStep(const World &world)
{
    const std::string &version = world.spec.version;
    return {.id = "version", .title = say("Core", "Have the control plane run Kubernetes {}", version), .needs = {"runs"}, .provider = "azure", .estimate = 1s, .retry = {.attempts = 2, .pause = 5s},
            .check = [world, version](StepContext &context) -> Result<bool> {
                const auto now = TRY(world.aks(context).cluster());
                return now && isMet(version, now->version);
            },
            .apply = [world, version](StepContext &context) -> Result<> {
                const azure::Aks aks = world.aks(context);
                const auto now = TRY(settled(aks, context));
                if (!now)
                    return fail(ErrorKind::NotFound, say("Core", "the cluster {} is gone", world.spec.name), say("Core", "Somebody deleted it meanwhile. Run the plan again."));
                if (isMet(version, now->version))
                    return {};
                if (local::compareVersions(version, now->version) < 0)
                    return fail(ErrorKind::Invalid, say("Core", "the cluster runs Kubernetes {}, and no cluster goes back to {}", now->version, version), say("Core", "Write the version that it has into the spec."));
                const auto offered = TRY(aks.upgrades());
                std::string best;
                for (const std::string &one : offered)
                    if (isMet(version, one) && (best.empty() || local::compareVersions(best, one) < 0))
                        best = one;
                if (best.empty())
                    return fail(ErrorKind::Invalid, say("Core", "AKS does not upgrade from {} to {}", now->version, version), say("Core", "From here it goes to: {}", offered.empty() ? "—" : fmt::format("{}", fmt::join(offered, ", "))));
                return aks.upgrade(best);
            }};
}

const azure::AksPool *find(const AksCluster &cluster, const std::string &name)
{
    const auto found = std::ranges::find(cluster.pools, name, &azure::AksPool::name);
    return found == cluster.pools.end() ? nullptr : &*found;
}

bool isAsWanted(const Pool &pool, const azure::AksPool &has, const AksCluster &cluster, const std::string &version)
{
    const bool counts = pool.most ? has.least == pool.least && has.most == pool.most : has.most == 0 && has.count == pool.count;
    const bool runs = version.empty() || local::compareVersions(has.version, cluster.version) >= 0; // pools follow the control plane where the spec names a version
    return has.state == "Succeeded" && counts && runs;
}

plan::Step poolStep(const World &world, const Pool &pool, bool isFirst)
{
    const std::string version = world.spec.version;
    const std::vector<std::string> needs{version.empty() ? "runs" : "version"};
    plan::Step step{.id = "pool-" + pool.name, .title = say("Core", "Have the node pool {} as it is to be: {}", pool.name, fmt::format("{} × {}", pool.count, pool.size)), .needs = needs, .group = "pools", .provider = "azure", .estimate = isFirst ? plan::Span(1s) : plan::Span(4min),
                    .retry = {.attempts = 2, .pause = 5s},
                    .check = [world, pool, version, isFirst](StepContext &context) -> Result<bool> {
                        const auto now = TRY(world.aks(context).cluster());
                        const azure::AksPool *has = now ? find(*now, pool.name) : nullptr;
                        return has && isAsWanted(pool, *has, *now, version) && (isFirst || TRY(isMade(context, poolResource, pool.name)));
                    },
                    .apply = [world, pool, version, isFirst](StepContext &context) -> Result<> {
                        const azure::Aks aks = world.aks(context);
                        const auto now = TRY(settled(aks, context));
                        if (!now)
                            return fail(ErrorKind::NotFound, say("Core", "the cluster {} is gone", world.spec.name), say("Core", "Somebody deleted it meanwhile. Run the plan again."));
                        const azure::AksPool *has = find(*now, pool.name);
                        const auto small = [](std::string text) { return std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); }), text; };
                        if (has && small(has->size) != small(pool.size))
                            return fail(ErrorKind::Invalid, say("Core", "the node pool {} has machines of the size {}, and cannot get others", pool.name, has->size), say("Core", "Write a new pool of another name into the spec."));
                        if (!has || !isAsWanted(pool, *has, *now, version)) {
                            azure::AksPool what = poolOf(world, pool);
                            what.version = has && version.empty() ? has->version : now->version;
                            TRY(aks.put(what));
                        }
                        return isFirst ? Result<>() : context.made(poolResource, pool.name, now->id + "/agentPools/" + pool.name);
                    }};
    if (!isFirst) {
        step.creates = {{std::string(poolResource), pool.name}};
        step.undo = [](StepContext &) -> Result<> { return {}; }; // it goes with its cluster, whose step comes after this one
    }
    return step;
}

} // namespace

void addCluster(plan::Plan &plan, const World &world)
{
    plan.steps.push_back(clusterStep(world));
    plan.steps.push_back(runsStep(world));
    if (!world.spec.version.empty())
        plan.steps.push_back(versionStep(world));
    plan.limits.groups["pools"] = 1; // AKS does one thing after the other
    for (const Pool &pool : world.spec.pools)
        plan.steps.push_back(poolStep(world, pool, pool.name == world.spec.pools.front().name));
}

} // namespace timonier::aks
