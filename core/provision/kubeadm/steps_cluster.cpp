#include "provision/kubeadm/steps.h"

#include "base/pause.h"
#include "base/say.h"
#include "provision/kubeadm/features.h"
#include "provision/kubeadm/network.h"
#include "provision/kubeadm/virtual_address.h"
#include "provision/local/kubeconfig_step.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace timonier::kubeadm {

namespace {

using namespace std::chrono_literals;
using plan::PartState;
using plan::StepContext;

std::function<void(double)> progressOf(StepContext &context)
{
    return [&context](double done) { context.progress(done); };
}

// What an attempt of ours left is taken away first. A host that an earlier cluster is on did not pass the preflight.
Result<> clear(const ClusterTool &cluster, const HostPtr &host, StepContext &context)
{
    if (!TRY(cluster.hasRemains(*host, context.stop())))
        return {};
    context.print(say("Core", "Taking away what an earlier attempt left") + "\n");
    return cluster.leave(*host, printer(context), context.stop());
}

// A restore of etcd that did not end goes with it.
Result<> leave(const ClusterTool &cluster, const HostTool &host, StepContext &context)
{
    TRY(cluster.leave(host, printer(context), context.stop()));
    TRY(context.gone(snapshotKind, host.name()));
    return context.gone(dataKind, cluster.spec().name);
}

// kubeadm's join ends when the kubelet has its certificate; the kubelet enters its node a moment later.
Result<> registered(const ClusterTool &cluster, const HostTool &host, StepContext &context)
{
    const std::string name = TRY(host.node(context.stop())).name;
    for (int waited = 0; waited < 240; ++waited) {
        const auto nodes = TRY(cluster.nodes(context.stop()));
        if (std::ranges::find(nodes, name, &NodeState::name) != nodes.end())
            return {};
        if (!pause(500ms, context.stop()))
            return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
    }
    return std::unexpected(Error{.kind = ErrorKind::Timeout, .message = say("Core", "the kubelet of {} does not enter its node", name), .hint = say("Core", "Its journal says why: journalctl -u kubelet"), .context = {{"host", host.name()}}});
}

plan::Creates node(const HostTool &host) { return {std::string(nodeKind), host.name()}; }

struct Whole {
    bool is = false;         // all are ready, CoreDNS answers
    bool onlyNetwork = false; // what lacks is the pod network, everywhere
    std::vector<NodeState> nodes{};
    std::string dns{};       // why CoreDNS is not there
};

Result<Whole> look(const ClusterTool &cluster, std::stop_token stop)
{
    Whole whole{.nodes = TRY(cluster.nodes(stop))};
    const bool all = whole.nodes.size() >= cluster.spec().hosts.size() && std::ranges::all_of(whole.nodes, &NodeState::ready);
    whole.onlyNetwork = whole.nodes.size() >= cluster.spec().hosts.size() && std::ranges::all_of(whole.nodes, [](const NodeState &one) { return one.ready || one.lacksNetwork; });
    const std::string text = TRY(cluster.first().kubectl({"get", "deployment", "-n", "kube-system", "coredns", "-o", "jsonpath={.status.availableReplicas} {.spec.replicas}"}, {}, stop));
    const std::string available = text.substr(0, text.find(' '));
    if (available.empty() || available == "0")
        whole.dns = say("Core", "none of its pods is ready");
    whole.is = all && whole.dns.empty();
    return whole;
}

void showParts(const Whole &whole, StepContext &context)
{
    for (const NodeState &node : whole.nodes)
        context.part("node/" + node.name, node.name, node.ready ? PartState::Done : PartState::Running, node.reason);
    context.part("dns", "CoreDNS", whole.dns.empty() ? PartState::Done : PartState::Running, whole.dns);
}

} // namespace

plan::Step initStep(const Cluster &cluster)
{
    const HostPtr host = cluster->hosts().front();
    return {.id = "init", .title = say("Core", "{}: initialise the control plane", host->name()), .needs = {preparedId(*host)}, .creates = {node(*host)}, .host = host->name(), .estimate = 30s, .retry = {.attempts = 3},
            .check = [cluster, host](StepContext &context) -> Result<bool> { return TRY(cluster->isInitialised(context.stop())) && TRY(holdsAddress(*cluster, *host, context.stop())); },
            .apply = [cluster, host](StepContext &context) -> Result<> {
                if (TRY(cluster->isInitialised(context.stop())))
                    return holdAddress(*cluster, *host, VipAccess::Lasting, context.stop());
                TRY(clear(*cluster, host, context));
                if (TRY(host->node(context.stop())).cgroupV1)
                    context.print(say("Core", "The host has cgroup v1: the kubelet is told to bear it (failCgroupV1: false), and kubeadm's check of it (SystemVerification) is passed over") + "\n");
                TRY(holdAddress(*cluster, *host, VipAccess::First, context.stop())); // kubeadm itself asks for the API server there
                TRY(cluster->init(printer(context), progressOf(context), context.stop()));
                return holdAddress(*cluster, *host, VipAccess::Lasting, context.stop());
            },
            .undo = [cluster, host](StepContext &context) { return leave(*cluster, *host, context); }};
}

plan::Step kubeconfigStep(const Cluster &cluster)
{
    const Spec &spec = cluster->spec();
    return local::kubeconfigStep({.needs = {"init"}, .context = spec.context(), .file = spec.kubeconfig, .makeCurrent = spec.current,
                                  .fetch = [cluster](StepContext &context) { return cluster->kubeconfig(printer(context), context.stop()); }});
}

plan::Step networkStep(const Cluster &cluster)
{
    const auto arguments = [](const Manifest &manifest, bool look) {
        std::vector<std::string> words{"apply"};
        if (manifest.serverSide)
            words.insert(words.end(), {"--server-side", "--force-conflicts"});
        if (look)
            words.push_back("--dry-run=server");
        words.insert(words.end(), {"-f", "-"});
        return words;
    };
    return {.id = "network", .title = say("Core", "The pod network"), .needs = {"init"}, .estimate = 5s,
            .check = [cluster](StepContext &context) -> Result<bool> {
                using enum Network::Kind;
                switch (cluster->spec().network.kind) {
                case None: return true;
                case Flannel: return !TRY(cluster->first().kubectl({"get", "-n", "kube-flannel", "--ignore-not-found", "-o", "name", "daemonset/kube-flannel-ds"}, {}, context.stop())).empty();
                case Calico: {
                    const auto found = cluster->first().kubectl({"get", "--ignore-not-found", "-o", "name", "installations.operator.tigera.io/default"}, {}, context.stop());
                    return found && !found->empty(); // an unknown kind is an error of kubectl's
                }
                case Manifest: break;
                }
                for (const auto &manifest : TRY(networkManifests(cluster->spec(), context.stop()))) {
                    const auto words = cluster->first().kubectl({"apply", "--dry-run=server", "-f", "-"}, manifest.text, context.stop());
                    if (!words) { // its namespace is not there yet, for one
                        if (words.error().kind == ErrorKind::Unreachable || context.stop().stop_requested())
                            return std::unexpected(words.error());
                        return false;
                    }
                    for (std::string_view rest = *words; !rest.empty();) {
                        const std::string_view line = rest.substr(0, rest.find('\n'));
                        if (!line.empty() && line.find(" unchanged") == line.npos)
                            return false;
                        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
                    }
                }
                return true;
            },
            .apply = [cluster, arguments](StepContext &context) -> Result<> {
                for (const Manifest &manifest : TRY(networkManifests(cluster->spec(), context.stop()))) {
                    TRY(cluster->first().kubectl(arguments(manifest, false), manifest.text, context.stop(), printer(context)));
                    if (!manifest.waitFor.empty())
                        TRY(cluster->first().kubectl({"wait", "--for=condition=Established", "--timeout=60s", manifest.waitFor}, {}, context.stop(), printer(context)));
                }
                return {};
            }};
}

plan::Step doorStep(const Cluster &cluster)
{
    return {.id = "door", .title = say("Core", "A token with which hosts may join, for an hour"), .needs = {"init"}, .estimate = 2s,
            .check = [cluster](StepContext &context) -> Result<bool> { // whoever is to come is there
                for (std::size_t i = 1; i < cluster->hosts().size(); ++i)
                    if (!TRY(cluster->isNode(*cluster->hosts()[i], context.stop())))
                        return false;
                return true;
            },
            .apply = [cluster](StepContext &context) { return cluster->openDoor(cluster->spec().controlPlanes() > 1, context.stop()); }};
}

plan::Step joinStep(const Cluster &cluster, const HostPtr &host)
{
    const bool plane = host->host().controlPlane;
    return {.id = "join " + host->name(), .title = plane ? say("Core", "{}: join as a control plane", host->name()) : say("Core", "{}: join", host->name()), .needs = {"door", preparedId(*host)}, .creates = {node(*host)},
            .group = plane ? "control planes" : "", .host = host->name(), .estimate = plane ? 40s : 15s, .measure = plane ? "join control-plane" : "join",
            .check = [cluster, host](StepContext &context) -> Result<bool> { return TRY(cluster->isNode(*host, context.stop())) && TRY(holdsAddress(*cluster, *host, context.stop())); },
            .apply = [cluster, host](StepContext &context) -> Result<> {
                if (!TRY(cluster->isNode(*host, context.stop()))) {
                    TRY(clear(*cluster, host, context));
                    if (!TRY(cluster->isDoorOpen(context.stop()))) // its hour is over, or somebody took it away
                        TRY(cluster->openDoor(cluster->spec().controlPlanes() > 1, context.stop()));
                    TRY(cluster->join(*host, printer(context), progressOf(context), context.stop()));
                    TRY(registered(*cluster, *host, context));
                }
                return holdAddress(*cluster, *host, VipAccess::Lasting, context.stop());
            },
            .undo = [cluster, host](StepContext &context) { return leave(*cluster, *host, context); }};
}

plan::Step marksStep(const Cluster &cluster)
{
    // What one host lacks of its labels and taints, as kubectl's arguments.
    const auto lacking = [cluster](StepContext &context) -> Result<std::vector<std::vector<std::string>>> {
        std::vector<std::vector<std::string>> commands;
        std::vector<NodeState> nodes;
        for (const auto &host : cluster->hosts()) {
            const Host &spec = host->host();
            if (spec.labels.empty() && spec.taints.empty())
                continue;
            if (nodes.empty())
                nodes = TRY(cluster->nodes(context.stop()));
            const std::string name = TRY(host->node(context.stop())).name;
            const auto node = std::ranges::find(nodes, name, &NodeState::name);
            std::vector<std::string> labels{"label", "node", name, "--overwrite"}, taints{"taint", "node", name, "--overwrite"};
            for (const auto &[key, value] : spec.labels)
                if (node == nodes.end() || !node->labels.contains(key) || node->labels.at(key) != value)
                    labels.push_back(key + "=" + value);
            for (const std::string &taint : spec.taints)
                if (node == nodes.end() || std::ranges::find(node->taints, taint) == node->taints.end())
                    taints.push_back(taint);
            for (auto *command : {&labels, &taints})
                if (command->size() > 4)
                    commands.push_back(std::move(*command));
        }
        return commands;
    };
    return {.id = "marks", .title = say("Core", "Labels and taints of the nodes"), .estimate = 2s,
            .check = [lacking](StepContext &context) -> Result<bool> { return TRY(lacking(context)).empty(); },
            .apply = [lacking, cluster](StepContext &context) -> Result<> {
                for (auto &command : TRY(lacking(context)))
                    TRY(cluster->first().kubectl(std::move(command), {}, context.stop(), printer(context)));
                return {};
            }};
}

plan::Step readyStep(const Cluster &cluster)
{
    // With no pod network of ours: enough when that is all that lacks, and has been for a while.
    const bool none = cluster->spec().network.kind == Network::Kind::None;
    return {.id = "ready", .title = say("Core", "All nodes ready, names resolved"), .estimate = 20s, .retry = {.attempts = 3, .heals = {ErrorKind::Unreachable, ErrorKind::Server}},
            .check = [cluster](StepContext &context) -> Result<bool> { return TRY(look(*cluster, context.stop())).is; },
            .apply = [cluster, none](StepContext &context) -> Result<> {
                const auto began = std::chrono::steady_clock::now();
                std::optional<std::chrono::steady_clock::time_point> quiet;
                for (;;) {
                    const Whole whole = TRY(look(*cluster, context.stop()));
                    showParts(whole, context);
                    const auto now = std::chrono::steady_clock::now();
                    if (whole.is)
                        return {};
                    if (!whole.onlyNetwork || std::ranges::all_of(whole.nodes, &NodeState::ready))
                        quiet.reset();
                    else if (!quiet)
                        quiet = now;
                    if (none && quiet && now - *quiet > 15s) {
                        context.print(say("Core", "The nodes wait for a pod network, which is yours to install") + "\n");
                        return {};
                    }
                    if (now - began > 10min) {
                        std::string words;
                        for (const NodeState &node : whole.nodes)
                            if (!node.ready)
                                words += node.name + ": " + node.reason + "\n";
                        if (!whole.dns.empty())
                            words += "CoreDNS: " + whole.dns + "\n";
                        return std::unexpected(Error{.kind = ErrorKind::Timeout, .message = say("Core", "the cluster is there, and after ten minutes not yet ready"), .hint = say("Core", "Look at its pods; then run it again"), .context = {{"words", words}}});
                    }
                    if (!pause(1s, context.stop()))
                        return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
                }
            }};
}

plan::Step closeStep(const Cluster &cluster)
{
    return {.id = "close", .title = say("Core", "The token taken away again"), .estimate = 1s,
            .check = [cluster](StepContext &context) -> Result<bool> {
                for (const auto &host : cluster->hosts()) // a Timonier that was killed left kubeadm's configuration with the token there
                    if (TRY(host->isSo({.script = "cluster", .arguments = {"papers"}}, context.stop())))
                        return false;
                return !TRY(cluster->isDoorOpen(context.stop()));
            },
            .apply = [cluster](StepContext &context) -> Result<> {
                for (const auto &host : cluster->hosts())
                    TRY(host->run({.script = "cluster", .arguments = {"burn"}}, context.stop()));
                return cluster->closeDoor(context.stop());
            }};
}

} // namespace timonier::kubeadm
