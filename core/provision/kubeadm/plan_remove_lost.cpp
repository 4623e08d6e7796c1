// A host that is gone leaves (kubernetes.io/docs/concepts/cluster-administration/node-shutdown/#non-graceful-node-shutdown): a person says that it is off, for from here a dead host and one that
// cannot be reached look alike, and what runs on the latter would run twice.
#include "provision/kubeadm/etcd_tool.h"
#include "provision/kubeadm/kubeadm_plan.h"
#include "provision/kubeadm/operations.h"
#include "provision/kubeadm/steps.h"

#include "base/pause.h"
#include "base/say.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace timonier::kubeadm {

namespace {

using namespace std::chrono_literals;
using plan::StepContext;

constexpr std::string_view outOfService = "node.kubernetes.io/out-of-service=nodeshutdown:NoExecute";

// Which node it is, though it cannot be asked: by the spec, by its addresses, or as the only one that no host of the spec is. None: the cluster has no such node any more.
Result<std::optional<NodeState>> nodeOf(const ClusterTool &cluster, const HostTool &lost, std::stop_token stop)
{
    auto nodes = TRY(cluster.nodes(stop));
    const Host &spec = lost.host();
    for (NodeState &node : nodes) {
        const auto is = [&node](const std::string &word) { return !word.empty() && (node.name == word || std::ranges::find(node.addresses, word) != node.addresses.end()); };
        if (spec.name.empty() ? is(spec.address) || is(spec.host) : node.name == spec.name)
            return std::optional(std::move(node));
    }
    if (!spec.name.empty())
        return std::optional<NodeState>();
    for (const HostPtr &host : cluster.hosts()) {
        if (host->name() == lost.name())
            continue;
        const std::string name = TRY(host->node(stop)).name;
        std::erase_if(nodes, [&](const NodeState &node) { return node.name == name; });
    }
    std::erase_if(nodes, [&](const NodeState &node) { return node.controlPlane != spec.controlPlane; });
    if (nodes.empty())
        return std::optional<NodeState>();
    if (nodes.size() == 1)
        return std::optional(std::move(nodes.front()));
    return fail(ErrorKind::Conflict, say("Core", "which node {} was cannot be told", lost.name()), say("Core", "Say it in the spec: {{host: {}, name: NODE}}", spec.host));
}

plan::Step certainStep(const Cluster &cluster, const HostPtr &host)
{
    return {.id = "certain", .title = say("Core", "{}: is it gone, and does the cluster go on without it?", host->name()), .estimate = 5s,
            .check = [](StepContext &) -> Result<bool> { return false; },
            .apply = [cluster, host](StepContext &context) -> Result<> {
                if (host->host().controlPlane) // without a majority the API server has no answer either
                    if (auto lost = majorityLoss(TRY(etcdMembers(*cluster, host->name(), context.stop()))))
                        return std::unexpected(std::move(*lost));
                const auto node = TRY(nodeOf(*cluster, *host, context.stop()));
                // Its kubelet is believed for forty seconds.
                for (int waited = 0; node && waited < 90; ++waited) {
                    const auto now = TRY(nodeOf(*cluster, *host, context.stop()));
                    if (!now || !now->ready)
                        break;
                    if (waited == 89)
                        return fail(ErrorKind::Conflict, say("Core", "{} is not gone: the node {} is ready", host->name(), node->name), say("Core", "Take it out as one that answers: remove-host {}", host->name()));
                    if (!pause(1s, context.stop()))
                        return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
                }
                if (!host->host().controlPlane || !node)
                    return {};
                const auto members = TRY(etcdMembers(*cluster, host->name(), context.stop()));
                const auto member = std::ranges::find(members, node->name, &EtcdMember::name);
                if (member == members.end())
                    return {};
                if (auto loss = quorumLoss(members, *member))
                    return std::unexpected(std::move(*loss));
                return {};
            }};
}

// Pods that may begin elsewhere. Those of a manifest on the host, and of a DaemonSet (which bears every taint), go with the node.
Result<std::size_t> podsLeft(const ClusterTool &cluster, const std::string &node, std::stop_token stop)
{
    const auto list = nlohmann::json::parse(TRY(cluster.first().kubectl({"get", "pods", "-A", "--field-selector=spec.nodeName=" + node, "-o", "json"}, {}, std::move(stop))), nullptr, false);
    if (!list.is_object() || !list.contains("items") || !list["items"].is_array())
        return fail(ErrorKind::Protocol, say("Core", "the list of pods cannot be read"));
    return std::size_t(std::ranges::count_if(list["items"], [](const auto &pod) {
        const auto annotations = pod.value(nlohmann::json::json_pointer("/metadata/annotations"), nlohmann::json::object());
        const auto owner = pod.value(nlohmann::json::json_pointer("/metadata/ownerReferences/0/kind"), std::string());
        return owner != "DaemonSet" && !(annotations.is_object() && annotations.contains("kubernetes.io/config.mirror"));
    }));
}

plan::Step evictStep(const Cluster &cluster, const HostPtr &host)
{
    return {.id = "evict", .title = say("Core", "{}: let its pods and volumes go", host->name()), .needs = {"certain"}, .estimate = 30s,
            .check = [cluster, host](StepContext &context) -> Result<bool> { return !TRY(nodeOf(*cluster, *host, context.stop())); },
            .apply = [cluster, host](StepContext &context) -> Result<> {
                const auto node = TRY(nodeOf(*cluster, *host, context.stop()));
                if (!node)
                    return {};
                TRY(cluster->first().kubectl({"taint", "node", node->name, "--overwrite", std::string(outOfService)}, {}, context.stop(), printer(context)));
                for (int waited = 0;; ++waited) {
                    const std::size_t left = TRY(podsLeft(*cluster, node->name, context.stop()));
                    context.progress(double(std::min(waited, 120)) / 120);
                    if (left == 0)
                        return {};
                    if (waited == 120) { // they bear the taint: they go with the node
                        context.print(say("Core", "{} pods stay until the node is deleted", left) + "\n");
                        return {};
                    }
                    if (!pause(1s, context.stop()))
                        return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
                }
            }};
}

plan::Step memberStep(const Cluster &cluster, const HostPtr &host)
{
    const auto find = [cluster, host](StepContext &context) -> Result<std::optional<EtcdMember>> {
        const auto node = TRY(nodeOf(*cluster, *host, context.stop()));
        for (const EtcdMember &member : TRY(etcdMembers(*cluster, host->name(), context.stop())))
            if (node && member.name == node->name)
                return std::optional(member);
        return std::optional<EtcdMember>();
    };
    return {.id = "member", .title = say("Core", "{}: take its member out of etcd", host->name()), .needs = {"evict"}, .estimate = 3s,
            .check = [find](StepContext &context) -> Result<bool> { return !TRY(find(context)); },
            .apply = [cluster, find](StepContext &context) -> Result<> {
                const auto member = TRY(find(context));
                if (!member)
                    return {};
                TRY(cluster->first().run({.script = "etcd", .arguments = {"remove", fmt::format("{:x}", member->id)}, .heard = printer(context)}, context.stop()));
                return {};
            }};
}

plan::Step deleteStep(const Cluster &cluster, const HostPtr &host)
{
    return {.id = "delete", .title = say("Core", "{}: take it out of the cluster", host->name()), .needs = {host->host().controlPlane ? "member" : "evict"}, .estimate = 3s,
            .check = [cluster, host](StepContext &context) -> Result<bool> { return !TRY(nodeOf(*cluster, *host, context.stop())); },
            .apply = [cluster, host](StepContext &context) -> Result<> {
                if (const auto node = TRY(nodeOf(*cluster, *host, context.stop())))
                    TRY(cluster->first().kubectl({"delete", "node", node->name, "--ignore-not-found"}, {}, context.stop(), printer(context)));
                TRY(context.gone(nodeKind, host->name()));
                context.print(say("Core", "On {} everything stays as it was: packages, images, keys. If it comes back it enters itself as a node again: then write it into the spec again, as a worker, and run remove-host {}, which cleans it", host->name(), host->name()) + "\n");
                tellSpec(*cluster, *host, context);
                return {};
            }};
}

} // namespace

Result<plan::Plan> planToRemoveLost(const Spec &spec, std::string specText, const std::string &name, const Access &access)
{
    const auto [cluster, host] = TRY(whoLeaves(spec, name, access));
    plan::Plan plan{.provider = providerOf({.verb = "remove-lost-host", .about = name}), .target = "kubeadm/" + spec.name, .title = say("Core", "Remove {}, which is gone, from the cluster {}", name, spec.name), .spec = std::move(specText)};
    plan.steps = {certainStep(cluster, host), evictStep(cluster, host)};
    if (host->host().controlPlane)
        plan.steps.push_back(memberStep(cluster, host));
    plan.steps.push_back(deleteStep(cluster, host));
    retryAll(plan);
    return plan;
}

} // namespace timonier::kubeadm
