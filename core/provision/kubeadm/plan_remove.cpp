#include "provision/kubeadm/etcd_tool.h"
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
    auto facts = host.node(stop);
    if (!facts) {
        Error error = std::move(facts).error();
        if (error.kind == ErrorKind::Unreachable || error.kind == ErrorKind::Timeout)
            error.hint = say("Core", "If it is gone for good, and certainly off: remove-host {} --lost", host.name());
        return std::unexpected(std::move(error));
    }
    for (NodeState &node : TRY(cluster.nodes(stop)))
        if (node.name == facts->name)
            return std::optional(std::move(node));
    return std::optional<NodeState>();
}

// Only of a control plane: whether etcd decides without it.
plan::Step quorumStep(const Cluster &cluster, const HostPtr &host)
{
    return {.id = "quorum", .title = say("Core", "{}: look whether etcd goes on without it", host->name()), .estimate = 3s,
            .check = [cluster, host](StepContext &context) -> Result<bool> { return !TRY(cluster->hasRemains(*host, context.stop())); },
            .apply = [cluster, host](StepContext &context) -> Result<> {
                const std::string name = TRY(host->node(context.stop())).name;
                const auto members = TRY(etcdMembers(*cluster, host->name(), context.stop()));
                const auto member = std::ranges::find(members, name, &EtcdMember::name);
                if (member == members.end())
                    return {};
                if (auto loss = quorumLoss(members, *member))
                    return std::unexpected(std::move(*loss));
                return {};
            }};
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

plan::Step restoreStep(const Cluster &cluster, const HostPtr &host)
{
    constexpr std::pair<const char *, std::string_view> undone[] = {{"images", imagesKind}, {"runtime", runtimeKind}, {"packages", packagesKind}, {"kernel", kernelKind}, {"remember", recordKind}};
    return {.id = "restore", .title = say("Core", "{}: bring back what was there before", host->name()), .needs = {"leave"}, .host = host->name(), .estimate = 15s,
            .check = [host](StepContext &context) -> Result<bool> { return !TRY(host->isSo({.script = "remember", .arguments = {"check"}}, context.stop())); },
            .apply = [cluster, host, undone](StepContext &context) -> Result<> {
                for (const auto &[script, kind] : undone) {
                    TRY(host->run({.script = script, .arguments = {"undo"}, .heard = printer(context)}, context.stop()));
                    TRY(context.gone(kind, host->name()));
                }
                tellSpec(*cluster, *host, context);
                return {};
            }};
}

} // namespace

namespace {

// `shown`: what the person knows it by.
Result<> drain(const ClusterTool &cluster, const std::string &node, const std::string &shown, StepContext &context)
{
    auto done = cluster.first().kubectl({"drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--force", "--timeout=300s"}, {}, context.stop(), printer(context), 6min);
    if (done)
        return {};
    Error error = std::move(done).error();
    if (error.kind == ErrorKind::Unreachable && error.text().find("drain") == std::string::npos)
        return std::unexpected(std::move(error));
    return std::unexpected(std::move(error).because(say("Core", "the pods of {} cannot be moved", shown), say("Core", "A PodDisruptionBudget may forbid it, or no other node has room: see the pods that are named. Nothing was taken away; run it again")));
}

} // namespace

Result<> drain(const ClusterTool &cluster, const HostTool &host, StepContext &context) { return drain(cluster, TRY(host.node(context.stop())).name, host.name(), context); }

Result<> drain(const ClusterTool &cluster, const std::string &node, StepContext &context) { return drain(cluster, node, node, context); }

Result<std::pair<Cluster, HostPtr>> whoLeaves(Spec spec, const std::string &name, const Access &access)
{
    const HostPtr host = ClusterTool(spec, access).find(name);
    if (!host)
        return std::unexpected(Error{.kind = ErrorKind::NotFound, .message = say("Core", "the spec has no host {}", name), .hint = say("Core", "Remove it first, then take it out of the spec")});
    if (host->host().controlPlane && spec.controlPlanes() == 1)
        return fail(ErrorKind::Unsupported, say("Core", "{} is the only control plane: with it goes the cluster", name), say("Core", "Delete the cluster"));
    if (const std::string at = spec.endpoint.substr(0, spec.endpoint.rfind(':')); host->host().controlPlane && (at == host->host().host || (!at.empty() && at == host->host().address)))
        return fail(ErrorKind::Unsupported, say("Core", "all nodes ask for the API server at {}, which is {} itself", spec.endpoint, name), say("Core", "The endpoint's name must lead elsewhere first, which takes new certificates: without it every node is lost"));
    // Whoever is first is asked for everything.
    while (spec.first().host == host->host().host && spec.first().port == host->host().port)
        std::rotate(spec.hosts.begin(), spec.hosts.begin() + 1, spec.hosts.begin() + std::ptrdiff_t(spec.controlPlanes()));
    const auto cluster = std::make_shared<ClusterTool>(std::move(spec), access);
    return std::pair(cluster, cluster->find(name));
}

void tellSpec(const ClusterTool &cluster, const HostTool &host, StepContext &context)
{
    context.print(say("Core", "Now take {} out of the spec", host.name()) + "\n");
    if (host.host().controlPlane)
        context.print(say("Core", "{} control planes are left: with another one in its place (add-host) etcd bears a failure again", cluster.spec().controlPlanes() - 1) + "\n");
}

Result<plan::Plan> planToRemove(const Spec &spec, std::string specText, const std::string &name, const Access &access)
{
    const auto [cluster, host] = TRY(whoLeaves(spec, name, access));
    plan::Plan plan{.provider = providerOf({.verb = "remove-host", .about = name}), .target = "kubeadm/" + spec.name, .title = say("Core", "Remove {} from the cluster {}", name, spec.name), .spec = std::move(specText)};
    plan.steps = {drainStep(cluster, host), leaveStep(cluster, host), restoreStep(cluster, host)};
    if (host->host().controlPlane) {
        plan.steps.front().needs = {"quorum"};
        plan.steps.insert(plan.steps.begin(), quorumStep(cluster, host));
    }
    retryAll(plan);
    return plan;
}

} // namespace timonier::kubeadm
