#include "provision/eks/eks_operations.h"

#include "base/say.h"
#include "cloud/aws/eks_calls.h"
#include "provision/eks/eks_steps.h"
#include "provision/local/preflight.h"

#include <QUuid>

#include <algorithm>
#include <cstdlib>

namespace timonier::eks {

using namespace std::chrono_literals;

namespace {

constexpr std::string_view begin = "eks ";

std::string newToken() { return QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString(); }

int minorOf(const std::string &version) { return std::atoi(version.substr(std::min(version.find('.'), version.size() - 1) + 1).c_str()); }

Result<aws::EksPart> groupOf(aws::Eks &eks, const World &world, const std::string &name)
{
    auto found = TRY(eks.nodeGroup(world.spec.name, name));
    if (!found)
        return fail(ErrorKind::NotFound, say("Core", "the node group {} is gone", name), say("Core", "Run the plan again: it is made anew."));
    return std::move(*found);
}

// Whatever somebody else has begun with it comes to its end first.
Result<> calm(aws::Eks &eks, const World &world, const std::string &name, std::stop_token stop)
{
    return aws::waitUntil([&]() -> Result<bool> { return TRY(groupOf(eks, world, name)).status != "UPDATING"; }, 60min, 15s, std::move(stop));
}

plan::Step sizeStep(const World &world, const NodeGroup &group)
{
    const aws::GroupSize size{.least = group.least, .wanted = group.count, .most = group.most};
    return {.id = "size-" + group.name, .title = say("Core", "Have {} nodes {}, {} to {}", group.count, group.name, group.least, group.most), .needs = {"nodes-" + group.name}, .provider = "aws", .estimate = 2min, .retry = {.attempts = 3, .pause = 5s},
            .check = [world, group, size](StepContext &context) -> Result<bool> {
                aws::Eks eks(*world.client, context.stop());
                const auto now = TRY(eks.nodeGroup(world.spec.name, group.name));
                return now && now->size == size && now->status != "UPDATING";
            },
            .apply = [world, group, size](StepContext &context) -> Result<> {
                aws::Eks eks(*world.client, context.stop());
                TRY(calm(eks, world, group.name, context.stop()));
                const aws::EksPart now = TRY(groupOf(eks, world, group.name));
                context.print(say("Core", "{}: {} nodes become {}", group.name, now.size.wanted, size.wanted) + "\n");
                if (now.size == size)
                    return {};
                const std::string update = TRY(eks.resize(world.spec.name, group.name, size, newToken()));
                return eks.awaitUpdate(world.spec.name, update, group.name, {});
            }};
}

// Of ours alone: somebody else's groups of the same cluster are none of the spec's business.
Result<std::vector<std::string>> surplusGroups(aws::Eks &eks, const World &world)
{
    std::vector<std::string> surplus;
    for (const std::string &name : TRY(eks.nodeGroups(world.spec.name))) {
        if (std::ranges::find(world.spec.nodes, name, &NodeGroup::name) != world.spec.nodes.end())
            continue;
        const auto part = TRY(eks.nodeGroup(world.spec.name, name));
        const auto tag = part ? part->tags.find("timonier.dev/target") : decltype(part->tags.end()){};
        if (part && tag != part->tags.end() && tag->second == world.spec.target())
            surplus.push_back(name);
    }
    return surplus;
}

plan::Step surplusStep(const World &world, std::vector<std::string> needs)
{
    return {.id = "surplus", .title = say("Core", "Remove the node groups that the spec no longer has"), .needs = std::move(needs), .provider = "aws", .estimate = 3min, .retry = {.attempts = 3, .pause = 5s},
            .check = [world](StepContext &context) -> Result<bool> {
                aws::Eks eks(*world.client, context.stop());
                return TRY(surplusGroups(eks, world)).empty();
            },
            .apply = [world](StepContext &context) -> Result<> {
                aws::Eks eks(*world.client, context.stop());
                const auto surplus = TRY(surplusGroups(eks, world));
                for (const std::string &name : surplus)
                    context.print(say("Core", "{} is drained and removed", name) + "\n");
                const auto gone = [&]() -> Result<bool> {
                    const auto left = TRY(surplusGroups(eks, world));
                    for (const std::string &name : left)
                        if (TRY(groupOf(eks, world, name)).status != "DELETING")
                            TRY(eks.removeNodeGroup(world.spec.name, name));
                    return left.empty();
                };
                TRY(aws::waitUntil(gone, 60min, 15s, context.stop()));
                for (const std::string &name : surplus)
                    TRY(context.gone(groupResource, name));
                return {};
            }};
}

plan::Step controlPlaneStep(const World &world)
{
    const std::string &name = world.spec.name, &wanted = world.spec.version;
    return {.id = "control-plane-version", .title = say("Core", "Upgrade the control plane to {}", wanted), .needs = {"cluster"}, .provider = "aws", .estimate = 12min, .retry = {.attempts = 3, .pause = 5s},
            .check = [world, name, wanted](StepContext &context) -> Result<bool> {
                const auto now = TRY(aws::Eks(*world.client, context.stop()).cluster(name));
                return now && now->version == wanted && now->status != "UPDATING";
            },
            .apply = [world, name, wanted](StepContext &context) -> Result<> {
                aws::Eks eks(*world.client, context.stop());
                std::string version;
                const auto calm = [&]() -> Result<bool> { // what was begun before comes to its end first
                    const auto now = TRY(eks.cluster(name));
                    version = now ? now->version : "";
                    return !now || now->status != "UPDATING";
                };
                TRY(aws::waitUntil(calm, 90min, 15s, context.stop()));
                if (version.empty())
                    return fail(ErrorKind::NotFound, say("Core", "the cluster {} is gone", name));
                for (const std::string &next : TRY(minorsBetween(version, wanted))) {
                    context.print(say("Core", "the control plane becomes {}", next) + "\n");
                    const std::string update = TRY(eks.upgradeCluster(name, next, newToken()));
                    TRY(eks.awaitUpdate(name, update, {}, {}));
                }
                return {};
            }};
}

plan::Step groupVersionStep(const World &world, const std::string &group)
{
    return {.id = "version-" + group, .title = say("Core", "Replace the nodes {} by ones of {}, one after the other", group, world.spec.version), .needs = {"control-plane-version", "nodes-" + group}, .provider = "aws", .estimate = 10min,
            .retry = {.attempts = 3, .pause = 5s},
            .check = [world, group](StepContext &context) -> Result<bool> {
                const auto now = TRY(aws::Eks(*world.client, context.stop()).nodeGroup(world.spec.name, group));
                return now && now->version == world.spec.version && now->status != "UPDATING";
            },
            .apply = [world, group](StepContext &context) -> Result<> {
                aws::Eks eks(*world.client, context.stop());
                TRY(calm(eks, world, group, context.stop()));
                if (TRY(groupOf(eks, world, group)).version == world.spec.version)
                    return {};
                const std::string update = TRY(eks.upgradeGroup(world.spec.name, group, newToken()));
                return eks.awaitUpdate(world.spec.name, update, group, {});
            }};
}

// To the one that AWS takes for that Kubernetes; one that is newer already stays.
plan::Step addonVersionStep(const World &world, const std::string &addon)
{
    const auto wanted = [world, addon](StepContext &context) -> Result<std::string> {
        aws::Eks eks(*world.client, context.stop());
        const std::string best = TRY(eks.addonVersion(addon, world.spec.version));
        const auto now = TRY(eks.addon(world.spec.name, addon));
        return best.empty() || !now || local::compareVersions(now->version, best) >= 0 ? std::string() : best;
    };
    return {.id = "version-addon-" + addon, .title = say("Core", "Upgrade the add-on {}", addon), .needs = {"control-plane-version", "addon-" + addon}, .provider = "aws", .estimate = 1min, .retry = {.attempts = 3, .pause = 5s},
            .check = [wanted](StepContext &context) -> Result<bool> { return TRY(wanted(context)).empty(); },
            .apply = [world, addon, wanted](StepContext &context) -> Result<> {
                const std::string version = TRY(wanted(context));
                if (version.empty())
                    return {};
                aws::Eks eks(*world.client, context.stop());
                const std::string update = TRY(eks.upgradeAddon(world.spec.name, addon, version, newToken()));
                return eks.awaitUpdate(world.spec.name, update, {}, addon);
            }};
}

} // namespace

std::string operationOf(std::string_view provider) { return provider.starts_with(begin) ? std::string(provider.substr(begin.size())) : std::string(); }
std::string providerOf(const std::string &operation) { return operation.empty() ? "eks" : std::string(begin) + operation; }

Result<std::vector<std::string>> minorsBetween(const std::string &now, const std::string &wanted)
{
    const int from = minorOf(now), to = minorOf(wanted);
    if (to < from)
        return fail(ErrorKind::Invalid, say("Core", "{} is newer than {}: Kubernetes is not made older", now, wanted));
    std::vector<std::string> all;
    for (int minor = from + 1; minor <= to; ++minor)
        all.push_back("1." + std::to_string(minor));
    return all;
}

// The steps that make it stand before those of the operation: what is missing is made, what is there passes by.
Result<plan::Plan> planOf(const std::string &operation, const Spec &spec, std::string specText, std::shared_ptr<aws::Client> client, const std::string &ctl)
{
    plan::Plan plan = planOf(spec, std::move(specText), client, ctl);
    if (operation.empty())
        return plan;
    const World world{.spec = spec, .client = std::move(client)};
    plan.provider = providerOf(operation);
    if (operation == "scale" && spec.autoNodes)
        return fail(ErrorKind::Unsupported, say("Core", "with Auto Mode AWS itself makes as many nodes as pods ask for"), say("Core", "Scale the application."));
    if (operation == "scale") {
        plan.title = say("Core", "The nodes of the EKS cluster {} in {}", spec.name, spec.region);
        std::vector<std::string> groups;
        for (const NodeGroup &group : spec.nodes) {
            groups.push_back("nodes-" + group.name);
            plan.steps.push_back(sizeStep(world, group));
        }
        plan.steps.push_back(surplusStep(world, std::move(groups)));
        return plan;
    }
    if (operation != "upgrade")
        return fail(ErrorKind::Unsupported, say("Core", "this Timonier cannot do “{}” with a cluster", operation));
    if (spec.version.empty())
        return fail(ErrorKind::Invalid, say("Core", "the spec does not say to which version"), say("Core", "Write version: \"1.34\" into it"));
    plan.title = say("Core", "The EKS cluster {} in {} to {}", spec.name, spec.region, spec.version);
    plan.steps.push_back(controlPlaneStep(world));
    for (const std::string &addon : addonsOf(spec))
        plan.steps.push_back(addonVersionStep(world, addon));
    for (const NodeGroup &group : spec.nodes)
        plan.steps.push_back(groupVersionStep(world, group.name));
    return plan;
}

} // namespace timonier::eks
