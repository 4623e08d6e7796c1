// The control plane, its add-ons, who may use it, its nodes.
#include "provision/eks/eks_steps.h"

#include "base/say.h"
#include "cloud/aws/api_error.h"
#include "cloud/aws/eks_calls.h"
#include "cloud/aws/instances.h"

#include <algorithm>

namespace timonier::eks {

using namespace std::chrono_literals;

bool isOurs(const std::map<std::string, std::string> &tags, const Spec &spec)
{
    const auto tag = tags.find(amazon::targetTag);
    return tag != tags.end() && tag->second == spec.target();
}

Result<bool> isOfOthers(aws::Eks &eks, const Spec &spec)
{
    const auto cluster = TRY(eks.cluster(spec.name));
    return cluster && !isOurs(cluster->tags, spec);
}

namespace {

// A token that EKS has not seen: of a thing that was made, and removed by hand, the old one would not make another.
Result<std::string> freshToken(StepContext &context, std::string_view kind, const std::string &name)
{
    const auto known = TRY(context.find(kind, name));
    if (known && !known->outsideId.empty())
        TRY(context.gone(kind, name));
    return TRY(context.intend(kind, name)).token;
}

Result<> awaitCluster(const World &world, StepContext &context)
{
    std::string last;
    aws::Eks eks(*world.client, context.stop());
    return aws::waitUntil([&]() -> Result<bool> {
        const auto now = TRY(eks.cluster(world.spec.name));
        if (!now)
            return fail(ErrorKind::NotFound, say("Core", "the cluster {} is gone", world.spec.name), say("Core", "Somebody deleted it meanwhile. Run the plan again."));
        if (now->status != last)
            context.print(say("Core", "the cluster is {}", now->status) + "\n");
        last = now->status;
        if (now->status == "FAILED")
            return fail(ErrorKind::Server, say("Core", "the cluster {} could not be made: {}", world.spec.name, now->problems.empty() ? now->status : now->problems), say("Core", "Delete it, and run the plan again."));
        return now->status == "ACTIVE";
    }, 40min, 15s, context.stop());
}

// Of ours those that the spec no longer names; with somebody else's EKS refuses to delete the cluster, and so do we.
Result<> removeGroups(aws::Eks &eks, const World &world)
{
    for (const std::string &group : TRY(eks.nodeGroups(world.spec.name))) {
        const auto part = TRY(eks.nodeGroup(world.spec.name, group));
        if (part && !isOurs(part->tags, world.spec))
            return fail(ErrorKind::Conflict, say("Core", "the cluster {} has a node group {}, which this plan did not make", world.spec.name, group), say("Core", "Remove it first, if nobody needs it."));
        if (part && part->status != "DELETING")
            TRY(eks.removeNodeGroup(world.spec.name, group));
    }
    return {};
}

plan::Step clusterStep(const World &world)
{
    const std::string &name = world.spec.name;
    std::vector<std::string> needs = subnetSteps(world.spec);
    needs.push_back("made-by-kubernetes");
    if (world.spec.clusterRole.empty())
        needs.push_back("cluster-role");
    if (world.spec.autoNodes && world.spec.nodeRole.empty())
        needs.push_back("node-role");
    return {.id = "cluster", .title = say("Core", "Create the control plane {}", name), .needs = needs, .creates = {{std::string(clusterResource), name}}, .provider = "aws", .estimate = 10min,
            .retry = {.attempts = 3, .pause = 5s},
            .check = [world, name](StepContext &context) -> Result<bool> {
                const auto known = TRY(context.find(clusterResource, name));
                if (!known || known->state != plan::ResourceState::Made)
                    return false;
                const auto now = TRY(aws::Eks(*world.client, context.stop()).cluster(name));
                return now && (now->status == "ACTIVE" || now->status == "UPDATING");
            },
            .apply = [world, name](StepContext &context) -> Result<> {
                aws::Eks eks(*world.client, context.stop());
                auto now = TRY(eks.cluster(name));
                if (now && !isOurs(now->tags, world.spec))
                    return fail(ErrorKind::Conflict, say("Core", "there is a cluster {} in {} already, which this plan did not make", name, world.spec.region), say("Core", "Name this one otherwise."));
                if (now && now->status == "DELETING") {
                    const auto gone = [&]() -> Result<bool> { return !TRY(eks.cluster(name)); };
                    TRY(aws::waitUntil(gone, 30min, 15s, context.stop()));
                    now.reset();
                }
                if (!now) {
                    const std::string token = TRY(freshToken(context, clusterResource, name)), role = TRY(clusterRole(world, context));
                    const auto subnets = TRY(clusterSubnets(world, context));
                    const aws::NewEksCluster what{.name = name, .version = world.spec.version, .role = role, .token = token, .subnets = subnets, .publicAccess = world.spec.publicAccess,
                                                  .privateAccess = world.spec.privateAccess, .publicCidrs = world.spec.publicCidrs, .autoRole = world.spec.autoNodes ? TRY(nodeRole(world, context)) : std::string(), .tags = world.allTags("cluster")};
                    // A role that was made a moment ago is not known everywhere yet.
                    const auto created = [&]() -> Result<bool> {
                        const auto asked = eks.create(what);
                        if (asked || aws::codeOf(asked.error()) == "ResourceInUseException")
                            return true;
                        const std::string words = asked.error().text();
                        if (aws::codeOf(asked.error()) == "InvalidParameterException" && words.find("ole") != std::string::npos && words.find("could not be assumed") != std::string::npos)
                            return false;
                        return std::unexpected(asked.error());
                    };
                    TRY(aws::waitUntil(created, 2min, 5s, context.stop()));
                }
                TRY(awaitCluster(world, context));
                return context.made(clusterResource, name, name);
            },
            .undo = [world, name](StepContext &context) -> Result<> {
                aws::Eks eks(*world.client, context.stop());
                const auto gone = [&]() -> Result<bool> {
                    const auto now = TRY(eks.cluster(name));
                    if (!now || !isOurs(now->tags, world.spec))
                        return true;
                    TRY(removeGroups(eks, world));
                    if (now->status == "DELETING")
                        return false;
                    const auto asked = eks.removeCluster(name); // refused while something of it is still going: then again
                    if (!asked && asked.error().kind != ErrorKind::Conflict)
                        return std::unexpected(asked.error());
                    return false;
                };
                return aws::waitUntil(gone, 40min, 15s, context.stop());
            }};
}

// Of a node group and of an add-on: asked for, and taken away, in the same way.
struct Part {
    std::string id{}, title{}, name{};
    std::string_view resource{};
    std::vector<std::string> needs{};
    plan::Span estimate{30'000};
    bool await = true; // until it is ACTIVE
    std::function<Result<std::optional<aws::EksPart>>(aws::Eks &)> find{};
    std::function<Result<>(aws::Eks &, StepContext &, const std::string &token)> create{};
    std::function<Result<>(aws::Eks &)> remove{};
};

Result<> awaitPart(const Part &what, aws::Eks &eks, StepContext &context)
{
    std::string last;
    return aws::waitUntil([&]() -> Result<bool> {
        const auto now = TRY(what.find(eks));
        const std::string status = now ? now->status : "";
        if (status != last)
            context.print(say("Core", "{} is {}", what.name, status) + (now && !now->problems.empty() ? ": " + now->problems : std::string()) + "\n");
        last = status;
        if (!now || status.ends_with("FAILED"))
            return fail(ErrorKind::Server, say("Core", "{} could not be made: {}", what.name, now && !now->problems.empty() ? now->problems : status), say("Core", "What failed is removed and made anew when the plan is run again."));
        return status == "ACTIVE";
    }, 40min, 15s, context.stop());
}

plan::Step partStep(const World &world, const Part &what)
{
    const auto gone = [world, what](StepContext &context) -> Result<> {
        aws::Eks eks(*world.client, context.stop());
        const auto isGone = [&]() -> Result<bool> {
            const auto now = TRY(what.find(eks));
            if (!now)
                return true;
            const auto asked = now->status == "DELETING" ? Result<>{} : what.remove(eks);
            if (!asked && asked.error().kind != ErrorKind::Conflict)
                return std::unexpected(asked.error());
            return false;
        };
        return aws::waitUntil(isGone, 40min, 15s, context.stop());
    };
    return {.id = what.id, .title = what.title, .needs = what.needs, .creates = {{std::string(what.resource), what.name}}, .provider = "aws", .estimate = what.estimate, .retry = {.attempts = 3, .pause = 5s},
            .check = [world, what](StepContext &context) -> Result<bool> {
                const auto known = TRY(context.find(what.resource, what.name));
                if (!known || known->state != plan::ResourceState::Made)
                    return false;
                aws::Eks eks(*world.client, context.stop());
                const auto now = TRY(what.find(eks));
                return now && !now->status.ends_with("FAILED") && now->status != "DELETING";
            },
            .apply = [world, what, gone](StepContext &context) -> Result<> {
                aws::Eks eks(*world.client, context.stop());
                auto now = TRY(what.find(eks));
                if (now && (now->status.ends_with("FAILED") || now->status == "DELETING")) {
                    TRY(gone(context));
                    TRY(context.gone(what.resource, what.name));
                    now.reset();
                }
                if (!now) {
                    const std::string token = TRY(freshToken(context, what.resource, what.name));
                    TRY(what.create(eks, context, token));
                }
                if (what.await)
                    TRY(awaitPart(what, eks, context));
                return context.made(what.resource, what.name, what.name);
            },
            .undo = [world, gone](StepContext &context) -> Result<> {
                aws::Eks eks(*world.client, context.stop());
                return TRY(isOfOthers(eks, world.spec)) ? Result<>() : gone(context);
            }};
}

plan::Step addonStep(const World &world, const std::string &name, bool await, std::vector<std::string> needs)
{
    const std::string cluster = world.spec.name;
    return partStep(world, {.id = "addon-" + name, .title = say("Core", "Install the add-on {}", name), .name = name, .resource = addonResource, .needs = std::move(needs), .await = await,
                            .find = [cluster, name](aws::Eks &eks) { return eks.addon(cluster, name); },
                            .create = [world, cluster, name](aws::Eks &eks, StepContext &context, const std::string &token) -> Result<> {
                                std::map<std::string, std::string> roles;
                                if (name == volumeAddon && world.spec.storage)
                                    roles["ebs-csi-controller-sa"] = TRY(idOf(context, roleResource, world.volumeRoleName()));
                                return eks.createAddon(cluster, name, token, world.allTags("addon-" + name), roles);
                            },
                            .remove = [cluster, name](aws::Eks &eks) { return eks.removeAddon(cluster, name); }});
}

// By the type's family (docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html): "g" and "p" have NVIDIA's cards, which need their driver.
std::string imageOf(const std::string &type)
{
    const std::string family = type.substr(0, type.find('.'));
    const std::size_t digit = std::min(family.find_first_of("0123456789"), family.size());
    const std::string letters = family.substr(0, digit);
    const bool cards = letters == "g" || letters == "gr" || letters == "p", neuron = letters == "inf" || letters == "trn";
    return std::string(aws::isArm(type) ? "AL2023_ARM_64_" : "AL2023_x86_64_") + (cards ? "NVIDIA" : neuron ? "NEURON" : "STANDARD");
}

plan::Step groupStep(const World &world, const NodeGroup &group, std::vector<std::string> needs)
{
    const std::string cluster = world.spec.name, id = "nodes-" + group.name;
    return partStep(world, {.id = id, .title = say("Core", "Create {} nodes {} ({})", group.count, group.name, group.type), .name = group.name, .resource = groupResource, .needs = std::move(needs), .estimate = 3min,
                            .find = [cluster, group](aws::Eks &eks) { return eks.nodeGroup(cluster, group.name); },
                            .create = [world, cluster, group, id](aws::Eks &eks, StepContext &context, const std::string &token) -> Result<> {
                                const std::string role = TRY(nodeRole(world, context));
                                const auto subnets = TRY(nodeSubnets(world, context));
                                return eks.create(aws::NewNodeGroup{.cluster = cluster, .name = group.name, .role = role, .token = token, .types = {group.type}, .subnets = subnets, .least = group.least, .wanted = group.count,
                                                                    .most = group.most, .disk = group.disk, .image = imageOf(group.type), .spot = group.spot, .labels = group.labels, .tags = world.allTags(id)});
                            },
                            .remove = [cluster, group](aws::Eks &eks) { return eks.removeNodeGroup(cluster, group.name); }});
}

plan::Step accessStep(const World &world, const std::string &principal)
{
    const std::string cluster = world.spec.name;
    const auto partition = aws::partitionOf(world.spec.region);
    return {.id = "access " + principal, .title = say("Core", "Let {} do everything in it", principal), .needs = {"cluster"}, .creates = {{std::string(accessResource), principal}}, .provider = "aws", .estimate = 2s,
            .measure = "access", .retry = {.attempts = 3},
            .check = [world, cluster, principal](StepContext &context) -> Result<bool> {
                if (!TRY(context.find(accessResource, principal)))
                    return false;
                return aws::Eks(*world.client, context.stop()).hasAccess(cluster, principal);
            },
            .apply = [world, cluster, principal, id = partition ? partition->id : std::string("aws")](StepContext &context) -> Result<> {
                const std::string token = TRY(tokenOf(context, accessResource, principal));
                return aws::Eks(*world.client, context.stop()).giveAccess(cluster, principal, id, token, world.allTags("access"));
            },
            .undo = [world, cluster, principal](StepContext &context) -> Result<> {
                aws::Eks eks(*world.client, context.stop());
                return TRY(isOfOthers(eks, world.spec)) ? Result<>() : eks.removeAccess(cluster, principal);
            }};
}

} // namespace

void addCluster(plan::Plan &plan, const World &world)
{
    plan.steps.push_back(clusterStep(world));
    for (const std::string &principal : world.spec.admins)
        plan.steps.push_back(accessStep(world, principal));
    // What nodes need to become ready comes before them; what needs nodes (coredns) after. The rest of AWS' add-ons run as pods, too.
    std::vector<std::string> nodesNeed{"cluster"}, groups;
    for (const std::string &addon : world.spec.addons)
        if (addon == "vpc-cni" || addon == "kube-proxy") {
            plan.steps.push_back(addonStep(world, addon, false, {"cluster"}));
            nodesNeed.push_back("addon-" + addon);
        }
    if (world.spec.nodeRole.empty())
        nodesNeed.push_back("node-role");
    for (const std::string &id : networkSteps(world.spec))
        nodesNeed.push_back(id);
    for (const NodeGroup &group : world.spec.nodes) {
        plan.steps.push_back(groupStep(world, group, nodesNeed));
        groups.push_back(plan.steps.back().id);
    }
    for (const std::string &addon : addonsOf(world.spec)) {
        if (addon == "vpc-cni" || addon == "kube-proxy")
            continue;
        std::vector<std::string> needs = groups;
        if (addon == volumeAddon && world.spec.storage)
            needs.insert(needs.end(), {std::string(volumeRoleStep), "addon-" + std::string(identityAddon)});
        plan.steps.push_back(addonStep(world, addon, true, std::move(needs)));
    }
}

} // namespace timonier::eks
