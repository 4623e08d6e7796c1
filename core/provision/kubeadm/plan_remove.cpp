#include "provision/kubeadm/operations.h"
#include "provision/kubeadm/steps.h"

#include "base/say.h"

#include <algorithm>

namespace timonier::kubeadm {

namespace {

using namespace std::chrono_literals;
using plan::StepContext;

Result<std::optional<NodeState>> nodeOf(const ClusterTool &cluster, const HostTool &host, std::stop_token stop)
{
    const std::string name = TRY(host.node(stop)).name;
    for (NodeState &node : TRY(cluster.nodes(stop)))
        if (node.name == name)
            return std::optional(std::move(node));
    return std::optional<NodeState>();
}

plan::Step drainStep(const Cluster &cluster, const HostPtr &host)
{
    return {.id = "drain", .title = say("Core", "{}: move its pods elsewhere", host->name()), .host = host->name(), .estimate = 30s,
            .check = [cluster, host](StepContext &context) -> Result<bool> { return !TRY(nodeOf(*cluster, *host, context.stop())).has_value(); },
            .apply = [cluster, host](StepContext &context) { return drain(*cluster, *host, context); }};
}

plan::Step leaveStep(const Cluster &cluster, const HostPtr &host)
{
    return {.id = "leave", .title = say("Core", "{}: take it out of the cluster", host->name()), .needs = {"drain"}, .host = host->name(), .estimate = 15s,
            .check = [cluster, host](StepContext &context) -> Result<bool> {
                if (TRY(cluster->hasRemains(*host, context.stop())))
                    return false;
                return !TRY(nodeOf(*cluster, *host, context.stop())).has_value();
            },
            .apply = [cluster, host](StepContext &context) -> Result<> {
                const std::string name = TRY(host->node(context.stop())).name;
                TRY(cluster->leave(*host, printer(context), context.stop())); // a control plane's member of etcd leaves with it
                TRY(cluster->first().kubectl({"delete", "node", name, "--ignore-not-found"}, {}, context.stop(), printer(context)));
                return context.gone(nodeKind, host->name());
            }};
}

plan::Step restoreStep(const HostPtr &host)
{
    constexpr std::pair<const char *, std::string_view> undone[] = {{"images", imagesKind}, {"runtime", runtimeKind}, {"packages", packagesKind}, {"kernel", kernelKind}, {"remember", recordKind}};
    return {.id = "restore", .title = say("Core", "{}: bring back what was there before", host->name()), .needs = {"leave"}, .host = host->name(), .estimate = 15s,
            .check = [host](StepContext &context) -> Result<bool> { return !TRY(host->isSo({.script = "remember", .arguments = {"check"}}, context.stop())); },
            .apply = [host, undone](StepContext &context) -> Result<> {
                for (const auto &[script, kind] : undone) {
                    TRY(host->run({.script = script, .arguments = {"undo"}, .heard = printer(context)}, context.stop()));
                    TRY(context.gone(kind, host->name()));
                }
                return {};
            }};
}

} // namespace

Result<> drain(const ClusterTool &cluster, const HostTool &host, StepContext &context)
{
    const std::string name = TRY(host.node(context.stop())).name;
    auto done = cluster.first().kubectl({"drain", name, "--ignore-daemonsets", "--delete-emptydir-data", "--force", "--timeout=300s"}, {}, context.stop(), printer(context), 6min);
    if (done)
        return {};
    Error error = std::move(done).error();
    if (error.kind == ErrorKind::Unreachable && error.text().find("drain") == std::string::npos)
        return std::unexpected(std::move(error));
    return std::unexpected(std::move(error).because(say("Core", "the pods of {} cannot be moved", host.name()), say("Core", "A PodDisruptionBudget may forbid it, or no other node has room: see the pods that are named. Nothing was taken away; run it again")));
}

Result<plan::Plan> planToRemove(const Spec &spec, std::string specText, const std::string &name, const Access &access)
{
    const auto cluster = std::make_shared<ClusterTool>(spec, access);
    const HostPtr host = cluster->find(name);
    if (!host)
        return std::unexpected(Error{.kind = ErrorKind::NotFound, .message = say("Core", "the spec has no host {}", name), .hint = say("Core", "Remove it first, then take it out of the spec")});
    if (host == cluster->hosts().front())
        return fail(ErrorKind::Unsupported, say("Core", "{} is the first control plane: the others are reached through it", name), say("Core", "Delete the cluster, or put another control plane first in the spec"));
    plan::Plan plan{.provider = providerOf({.verb = "remove-host", .about = name}), .target = "kubeadm/" + spec.name, .title = say("Core", "Remove {} from the cluster {}", name, spec.name), .spec = std::move(specText)};
    plan.steps = {drainStep(cluster, host), leaveStep(cluster, host), restoreStep(host)};
    retryAll(plan);
    return plan;
}

} // namespace timonier::kubeadm
