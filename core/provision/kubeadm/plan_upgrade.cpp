#include "provision/kubeadm/operations.h"
#include "provision/kubeadm/package_source.h"
#include "provision/kubeadm/steps.h"

#include "base/pause.h"
#include "base/say.h"
#include "provision/local/preflight.h"

#include <algorithm>
#include <charconv>

namespace timonier::kubeadm {

namespace {

using namespace std::chrono_literals;
using plan::StepContext;

// On a node that we drained, until it is back: a run that was cut finds it.
constexpr std::string_view mark = "timonier.io/upgrading";

int minorOf(std::string_view version)
{
    const std::size_t dot = version.find('.');
    int minor = 0;
    if (dot != version.npos)
        std::from_chars(version.data() + dot + 1, version.data() + version.size(), minor);
    return minor;
}

// "v1.36.3" is "1.36" and "1.36.3".
bool isVersion(std::string_view version, std::string_view wanted)
{
    if (version.starts_with('v'))
        version.remove_prefix(1);
    return version.starts_with(wanted) && (version.size() == wanted.size() || version[wanted.size()] == '.' || version[wanted.size()] == '-');
}

Result<std::string> clusterVersion(const ClusterTool &cluster, std::stop_token stop)
{
    const std::string config = TRY(cluster.first().kubectl({"get", "configmap", "-n", "kube-system", "kubeadm-config", "-o", "jsonpath={.data.ClusterConfiguration}"}, {}, std::move(stop)));
    constexpr std::string_view key = "kubernetesVersion: ";
    const std::size_t at = config.find(key);
    if (at == config.npos)
        return fail(ErrorKind::Protocol, say("Core", "the cluster does not say its version (ConfigMap kubeadm-config)"));
    return config.substr(at + key.size(), config.find('\n', at) - at - key.size());
}

// kubernetes.io/releases/version-skew-policy: one minor after the other, upwards, all nodes well.
plan::Step skewStep(const Cluster &cluster)
{
    return {.id = "skew", .title = say("Core", "Look whether it may be upgraded"), .estimate = 2s,
            .check = [cluster](StepContext &context) -> Result<bool> {
                const auto nodes = TRY(cluster->nodes(context.stop()));
                const std::string now = TRY(clusterVersion(*cluster, context.stop()));
                return isVersion(now, cluster->spec().kubernetes) && std::ranges::all_of(nodes, [&](const NodeState &node) { return isVersion(node.version, cluster->spec().kubernetes); });
            },
            .apply = [cluster](StepContext &context) -> Result<> {
                const std::string now = TRY(clusterVersion(*cluster, context.stop())), &wanted = cluster->spec().kubernetes;
                context.print(say("Core", "{} is to become {}", now, wanted) + "\n");
                if (minorOf(wanted) > minorOf(now) + 1)
                    return fail(ErrorKind::Invalid, say("Core", "{} cannot become {} at once", now, wanted), say("Core", "Minors are not left out: upgrade to 1.{} first", minorOf(now) + 1));
                if (minorOf(wanted) < minorOf(now) || (!isVersion(now, wanted) && local::compareVersions(now, wanted) > 0))
                    return fail(ErrorKind::Invalid, say("Core", "{} is newer than {}: Kubernetes is not made older", now, wanted));
                for (const NodeState &node : TRY(cluster->nodes(context.stop())))
                    if (!node.ready)
                        return fail(ErrorKind::Conflict, say("Core", "the node {} is not ready: {}", node.name, node.reason), say("Core", "Only a cluster that is well is upgraded. See to that node first"));
                return {};
            }};
}

Result<> upgradePackages(const ClusterTool &cluster, const HostTool &host, std::vector<std::string> packages, StepContext &context)
{
    const PackageSource source = TRY(packageSource(cluster.spec(), context.stop()));
    TRY(host.run({.script = "packages", .arguments = {"source", source.line, source.keyFile}, .input = source.key}, context.stop()));
    std::vector<std::string> arguments{"upgrade", cluster.spec().kubernetes, "-"};
    std::ranges::move(packages, std::back_inserter(arguments));
    TRY(host.run({.script = "packages", .arguments = std::move(arguments), .heard = printer(context)}, context.stop()));
    return {};
}

plan::Step toolStep(const Cluster &cluster, const HostPtr &host)
{
    return {.id = "kubeadm " + host->name(), .title = say("Core", "{}: the new kubeadm", host->name()), .host = host->name(), .estimate = 15s, .measure = "upgrade kubeadm",
            .check = [cluster, host](StepContext &context) -> Result<bool> { return isVersion(TRY(cluster->version(*host, context.stop())), cluster->spec().kubernetes); },
            .apply = [cluster, host](StepContext &context) { return upgradePackages(*cluster, *host, {"kubeadm"}, context); }};
}

plan::Step applyStep(const Cluster &cluster, const HostPtr &host, bool first)
{
    const auto isDone = [cluster, host, first](StepContext &context) -> Result<bool> {
        const std::string version = TRY(cluster->version(*host, context.stop()));
        if (first)
            return TRY(clusterVersion(*cluster, context.stop())) == version;
        if (host->host().controlPlane)
            return TRY(host->read("/etc/kubernetes/manifests/kube-apiserver.yaml", context.stop())).find(":" + version) != std::string::npos;
        const std::string name = TRY(host->node(context.stop())).name;
        const auto nodes = TRY(cluster->nodes(context.stop())); // a worker's part is the kubelet's configuration; it is done again until the kubelet is new
        return std::ranges::any_of(nodes, [&](const NodeState &node) { return node.name == name && node.version == version; });
    };
    return {.id = "upgrade " + host->name(), .title = first ? say("Core", "{}: upgrade the control plane", host->name()) : say("Core", "{}: upgrade what runs there", host->name()), .host = host->name(),
            .estimate = host->host().controlPlane ? 120s : 10s, .measure = host->host().controlPlane ? "upgrade control-plane" : "upgrade worker",
            .check = isDone,
            .apply = [cluster, host, first](StepContext &context) -> Result<> {
                const std::string version = TRY(cluster->version(*host, context.stop()));
                std::vector<std::string> arguments = first ? std::vector<std::string>{"upgrade", "apply", version, "--yes"} : std::vector<std::string>{"upgrade", "node"};
                for (const std::string &ignored : ignoredChecks(TRY(host->node(context.stop()))))
                    arguments.push_back("--ignore-preflight-errors=" + ignored);
                return host->kubeadm({.work = Work::Upgrade, .arguments = std::move(arguments), .version = version, .heard = printer(context), .progress = [&context](double done) { context.progress(done); }}, context.stop());
            }};
}

// Drained, its kubelet replaced, ready with the new version, open again.
plan::Step kubeletStep(const Cluster &cluster, const HostPtr &host)
{
    const auto isMarked = [cluster](const std::string &name, StepContext &context) -> Result<bool> {
        const std::string found = TRY(cluster->first().kubectl({"get", "node", name, "-o", "jsonpath={.metadata.annotations}"}, {}, context.stop()));
        return found.find(mark) != found.npos;
    };
    const auto find = [cluster](const std::string &name, StepContext &context) -> Result<NodeState> {
        for (NodeState &node : TRY(cluster->nodes(context.stop())))
            if (node.name == name)
                return std::move(node);
        return fail(ErrorKind::NotFound, say("Core", "the cluster has no node {}", name));
    };
    return {.id = "kubelet " + host->name(), .title = say("Core", "{}: the new kubelet", host->name()), .host = host->name(), .estimate = 60s, .measure = "upgrade kubelet",
            .check = [cluster, host, isMarked, find](StepContext &context) -> Result<bool> {
                const std::string name = TRY(host->node(context.stop())).name;
                const NodeState node = TRY(find(name, context));
                if (!isVersion(node.version, cluster->spec().kubernetes) || !node.ready)
                    return false;
                return !TRY(isMarked(name, context));
            },
            .apply = [cluster, host, isMarked, find](StepContext &context) -> Result<> {
                const std::string name = TRY(host->node(context.stop())).name;
                const HostTool &first = cluster->first();
                if (!TRY(find(name, context)).unschedulable) // one that somebody closed stays closed
                    TRY(first.kubectl({"annotate", "node", name, "--overwrite", std::string(mark) + "=true"}, {}, context.stop()));
                TRY(drain(*cluster, *host, context));
                TRY(upgradePackages(*cluster, *host, {"kubelet", "kubectl"}, context));
                const auto session = TRY(host->session());
                TRY(session->run({.arguments = {"sh", "-c", "systemctl daemon-reload && systemctl restart kubelet"}, .root = true, .timeout = 2min}, context.stop()));
                for (int waited = 0;; ++waited) {
                    const NodeState node = TRY(find(name, context));
                    if (node.ready && isVersion(node.version, cluster->spec().kubernetes))
                        break;
                    if (waited > 300)
                        return std::unexpected(Error{.kind = ErrorKind::Timeout, .message = say("Core", "{} does not become ready with the new kubelet: {}", name, node.reason), .hint = say("Core", "Its journal says why: journalctl -u kubelet"), .context = {{"host", host->name()}}});
                    if (!pause(1s, context.stop()))
                        return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
                }
                if (TRY(isMarked(name, context))) {
                    TRY(first.kubectl({"uncordon", name}, {}, context.stop(), printer(context)));
                    TRY(first.kubectl({"annotate", "node", name, std::string(mark) + "-"}, {}, context.stop()));
                }
                return {};
            }};
}

} // namespace

plan::Plan planToUpgrade(const Spec &spec, std::string specText, const Access &access)
{
    const auto cluster = std::make_shared<ClusterTool>(spec, access);
    plan::Plan plan{.provider = providerOf({.verb = "upgrade"}), .target = "kubeadm/" + spec.name, .title = say("Core", "Upgrade the cluster {} to {}", spec.name, spec.kubernetes), .spec = std::move(specText)};
    const auto add = [&plan](plan::Step step) {
        step.needs.clear();
        if (!plan.steps.empty())
            step.needs = {plan.steps.back().id};
        plan.steps.push_back(std::move(step));
    };
    add(skewStep(cluster));
    for (const auto &host : cluster->hosts()) { // control planes come first in a spec
        add(toolStep(cluster, host));
        if (spec.criSocket.empty())
            add(prepareSteps(cluster, host).back()); // images of the new version
        add(applyStep(cluster, host, host == cluster->hosts().front()));
        add(kubeletStep(cluster, host));
    }
    retryAll(plan);
    return plan;
}

} // namespace timonier::kubeadm
