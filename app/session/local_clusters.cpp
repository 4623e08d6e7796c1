#include "session/local_clusters.h"

#include "base/paths.h"
#include "base/say.h"
#include "plan/ledger.h"
#include "provision/aks/aks_plan.h"
#include "provision/aks/aks_price.h"
#include "provision/desktop/desktop_plan.h"
#include "provision/ec2/ec2_plan.h"
#include "provision/eks/eks_plan.h"
#include "provision/eks/eks_price.h"
#include "provision/kind/kind_tool.h"
#include "provision/kubeadm/cluster_tool.h"
#include "provision/kubeadm/kubeadm_plan.h"
#include "provision/kubeadm/look.h"
#include "provision/minikube/minikube_drivers.h"
#include "provision/minikube/minikube_plan.h"
#include "provision/minikube/minikube_tool.h"
#include "session/cloud_prices.h"
#include "session/host_clusters.h"
#include "session/hosts.h"
#include "session/local_tools.h"
#include "session/plans.h"

#include <algorithm>
#include <array>
#include <set>

namespace timonier {

namespace {

Result<local::Facts> factsFor(ProcessRunner &runner, const local::Asked &asked, std::stop_token stop)
{
    local::Facts facts = TRY(local::gatherFacts(runner, processEnvironment(), asked, std::move(stop)));
    facts.mayFetch = mayFetchTools();
    return facts;
}

Error cannot(std::string why, std::string otherWay) { return {.kind = ErrorKind::Unsupported, .message = std::move(why), .hint = std::move(otherWay)}; }

local::Phase phaseOf(const desktop::Desktop &one)
{
    return one.check.state == form::CheckState::Good ? local::Phase::Running : one.kubernetes == desktop::Kubernetes::Off || !one.found ? local::Phase::Absent : local::Phase::Stopped;
}

LocalCluster ofKind(const kind::Spec &spec, const std::shared_ptr<ProcessRunner> &runner)
{
    const kind::KindTool tool(spec, runner);
    return {.provider = "kind", .name = spec.name, .context = spec.context(),
            .state = [tool](std::stop_token stop) { return tool.state(stop); },
            .checks = [spec, runner](std::stop_token stop) -> Result<std::vector<form::Check>> {
                const local::Need need = kind::needOf(spec);
                return local::preflight(need, TRY(factsFor(*runner, {.engines = {spec.engine}, .tools = {"kind"}, .ports = need.ports}, stop)));
            },
            .halt = [tool](const auto &heard, std::stop_token stop) { return tool.halt(heard, stop); },
            .exportLogs = [tool](const std::string &folder, const auto &heard, std::stop_token stop) { return tool.exportLogs(folder, heard, stop); },
            .load = [tool](const std::string &image, const auto &heard, std::stop_token stop) { return tool.load(image, heard, stop); },
            .cannot = {{ClusterAbility::Addons, cannot(say("Core", "kind has no add-ons"), say("Core", "Deploy what you need from the catalogue (timonierctl app list), or apply its manifests"))},
                       {ClusterAbility::ServiceUrls, cannot(say("Core", "kind gives a Service no address of this computer"), say("Core", "Use port-forward; or name the port in the spec before the cluster is made (ports: a container port and a host port)"))},
                       {ClusterAbility::Tunnel, cannot(say("Core", "kind has no tunnel: its Services of the type LoadBalancer get no address"), say("Core", "Use port-forward; or run cloud-provider-kind beside it, a program of its own"))}}};
}

LocalCluster ofMinikube(const minikube::Spec &spec, const std::shared_ptr<ProcessRunner> &runner)
{
    const minikube::MinikubeTool tool(spec, runner);
    return {.provider = "minikube", .name = spec.name, .context = spec.name,
            .state = [tool](std::stop_token stop) { return tool.state(stop); },
            .checks = [spec, runner](std::stop_token stop) -> Result<std::vector<form::Check>> {
                return minikube::checksOf(spec, TRY(factsFor(*runner, minikube::askedForDrivers(), stop)));
            },
            .halt = [tool](const auto &heard, std::stop_token stop) { return tool.halt({.line = heard}, stop); },
            .exportLogs = [tool](const std::string &folder, const auto &heard, std::stop_token stop) { return tool.exportLogs(folder, {.line = heard}, stop); },
            .load = [tool](const std::string &image, const auto &heard, std::stop_token stop) { return tool.load(image, {.line = heard}, stop); },
            .addons = [tool](std::stop_token stop) { return tool.addons(stop); },
            .setAddon = [tool](const std::string &name, bool on, const auto &heard, std::stop_token stop) { return tool.setAddon(name, on, {.line = heard}, stop); },
            .serviceUrls = [tool](const std::string &ns, const std::string &service, std::stop_token stop) { return tool.serviceUrls(ns, service, stop); },
            .tunnel = [tool](const auto &heard, std::stop_token stop) { return tool.tunnel({.line = heard}, stop); }};
}

LocalCluster ofDesktop(const desktop::Spec &spec, const std::shared_ptr<ProcessRunner> &runner)
{
    const Error itsOwn = cannot(say("Core", "the program manages its cluster itself"), say("Core", "Do it in its window"));
    return {.provider = "desktop", .name = spec.program, .context = spec.program,
            .state = [spec, runner](std::stop_token stop) -> Result<local::ClusterState> {
                const desktop::Desktop one = TRY(desktop::look(spec, *runner, stop));
                return local::ClusterState{.name = spec.program, .phase = phaseOf(one), .words = one.check.words + (one.check.why.empty() ? "" : ". " + one.check.why)};
            },
            .checks = [spec, runner](std::stop_token stop) -> Result<std::vector<form::Check>> { return std::vector{desktop::checkOf(TRY(desktop::look(spec, *runner, stop)))}; },
            .cannot = {{ClusterAbility::Addons, itsOwn}, {ClusterAbility::ServiceUrls, cannot(say("Core", "a NodePort answers on localhost there"), say("Core", "Look at the Service's port, or use port-forward"))},
                       {ClusterAbility::Tunnel, cannot(say("Core", "LoadBalancers answer on localhost there"), say("Core", "Look at the Service's port"))},
                       {ClusterAbility::Load, cannot(say("Core", "its nodes use the program's own images"), say("Core", "An image that docker has there need not be loaded"))},
                       {ClusterAbility::Logs, itsOwn}, {ClusterAbility::Stop, itsOwn}}};
}

LocalCluster ofKubeadm(const kubeadm::Spec &spec, const kubeadm::Access &hosts)
{
    const auto cluster = std::make_shared<kubeadm::ClusterTool>(spec, hosts);
    return {.provider = "kubeadm", .name = spec.name, .context = spec.context(),
            .state = [cluster](std::stop_token stop) { return kubeadm::stateOf(*cluster, stop); },
            .checks = [cluster](std::stop_token stop) -> Result<std::vector<form::Check>> {
                const kubeadm::Looked looked = TRY(kubeadm::look(*cluster, {}, stop));
                return kubeadm::preflight(cluster->spec(), looked);
            },
            .cannot = {{ClusterAbility::Addons, cannot(say("Core", "kubeadm has no add-ons"), say("Core", "Deploy what you need from the catalogue (timonierctl app list), or apply its manifests"))},
                       {ClusterAbility::ServiceUrls, cannot(say("Core", "kubeadm gives a Service no address of its own"), say("Core", "Use port-forward, or a NodePort on any of the hosts"))},
                       {ClusterAbility::Tunnel, cannot(say("Core", "there is no tunnel into hosts of one's own"), say("Core", "Use port-forward, or a NodePort on any of the hosts"))},
                       {ClusterAbility::Load, cannot(say("Core", "images are not loaded one by one onto hosts of one's own"), say("Core", "Push them to a registry that the hosts reach; or name an archive in the spec (images: archives) and run it again"))},
                       {ClusterAbility::Logs, cannot(say("Core", "logs are not gathered from hosts of one's own"), say("Core", "On each: journalctl -u kubelet -u containerd"))},
                       {ClusterAbility::Stop, cannot(say("Core", "hosts of one's own are not stopped from here"), say("Core", "Shut them down; the cluster comes back with them"))}}};
}

Result<LocalCluster> ofEks(const eks::Spec &spec)
{
    const std::shared_ptr<aws::Client> client = TRY(eksClient(spec));
    return LocalCluster{.provider = "eks", .name = spec.name, .context = spec.context(),
                        .state = [spec, client](std::stop_token stop) { return eks::stateOf(spec, *client, stop); },
                        .checks = [spec, client](std::stop_token stop) { return eks::checksOf(spec, *client, stop); },
                        .cannot = {{ClusterAbility::Addons, cannot(say("Core", "its add-ons are AWS' own"), say("Core", "Name them in the spec (addons), and run it again"))},
                                   {ClusterAbility::ServiceUrls, cannot(say("Core", "AWS gives a Service of the type LoadBalancer its address"), say("Core", "Look at the Service, or use port-forward"))},
                                   {ClusterAbility::Tunnel, cannot(say("Core", "there is no tunnel into a cloud's cluster"), say("Core", "Use port-forward, or a Service of the type LoadBalancer"))},
                                   {ClusterAbility::Load, cannot(say("Core", "images are not loaded into a cloud's nodes"), say("Core", "Push them to a registry that the nodes reach"))},
                                   {ClusterAbility::Logs, cannot(say("Core", "logs of the control plane are in CloudWatch, where they are switched on"), say("Core", "Those of pods: timonierctl logs"))},
                                   {ClusterAbility::Stop, cannot(say("Core", "it cannot be stopped: its control plane costs as long as it is there"), say("Core", "Delete it, or set the count of its nodes to 0"))}},
                        .costs = [spec, client](std::stop_token stop) { return amazonPrices(client).of([&](const form::PriceOf &price) { return eks::costsOf(spec, price); }, stop); },
                        .traces = [spec, client](std::stop_token stop) { return eks::tracesOf(spec, *client, stop); },
                        .tracesCosts = [client](const std::vector<form::Trace> &traces, std::stop_token stop) { return amazonPrices(client).of([&](const form::PriceOf &price) { return form::costsOf(traces, price); }, stop); }};
}

Result<LocalCluster> ofAks(const aks::Spec &spec)
{
    const std::shared_ptr<azure::Arm> arm = TRY(aksClient(spec));
    return LocalCluster{.provider = "aks", .name = spec.name, .context = spec.context(),
                        .state = [spec, arm](std::stop_token stop) { return aks::stateOf(spec, arm, stop); },
                        .checks = [spec, arm](std::stop_token stop) { return aks::checksOf(spec, arm, stop); },
                        .halt = [spec, arm](const auto &heard, std::stop_token stop) { return aks::stopCluster(spec, arm, heard, stop); },
                        .cannot = {{ClusterAbility::Addons, cannot(say("Core", "its add-ons are Azure's own"), say("Core", "Deploy what you need from the catalogue (timonierctl app list), or apply its manifests"))},
                                   {ClusterAbility::ServiceUrls, cannot(say("Core", "Azure gives a Service of the type LoadBalancer its address"), say("Core", "Look at the Service, or use port-forward"))},
                                   {ClusterAbility::Tunnel, cannot(say("Core", "there is no tunnel into a cloud's cluster"), say("Core", "Use port-forward, or a Service of the type LoadBalancer"))},
                                   {ClusterAbility::Load, cannot(say("Core", "images are not loaded into a cloud's nodes"), say("Core", "Push them to a registry that the nodes reach"))},
                                   {ClusterAbility::Logs, cannot(say("Core", "logs of the control plane are in Azure Monitor, where they are switched on"), say("Core", "Those of pods: timonierctl logs"))}},
                        .costs = [spec, arm](std::stop_token stop) { return azurePrices(arm, spec.location).of([&](const form::PriceOf &price) { return aks::costsOf(spec, price); }, stop); },
                        .traces = [spec, arm](std::stop_token stop) { return aks::tracesOf(spec, arm, stop); },
                        .tracesCosts = [spec, arm](const std::vector<form::Trace> &traces, std::stop_token stop) { return azurePrices(arm, spec.location).of([&](const form::PriceOf &price) { return form::costsOf(traces, price); }, stop); }};
}

Result<LocalCluster> ofEc2(const ec2::Spec &spec)
{
    const std::shared_ptr<aws::Client> client = TRY(ec2Client(spec));
    return LocalCluster{.provider = "ec2", .name = spec.name, .context = spec.context(),
                        .state = [spec, client](std::stop_token stop) { return ec2::stateOf(spec, *client, stop); },
                        .checks = [spec, client](std::stop_token stop) { return ec2::checksOf(spec, *client, stop); },
                        .halt = [spec, client](const Heard &heard, std::stop_token stop) { return ec2::halt(spec, *client, heard, stop); },
                        .cannot = {{ClusterAbility::Addons, cannot(say("Core", "kubeadm has no add-ons"), say("Core", "Deploy what you need from the catalogue (timonierctl app list), or apply its manifests"))},
                                   {ClusterAbility::ServiceUrls, cannot(say("Core", "kubeadm gives a Service no address of its own"), say("Core", "Use port-forward, or a NodePort on the address of any machine"))},
                                   {ClusterAbility::Tunnel, cannot(say("Core", "there is no tunnel into a cloud's cluster"), say("Core", "Use port-forward, or a NodePort on the address of any machine"))},
                                   {ClusterAbility::Load, cannot(say("Core", "images are not loaded into a cloud's nodes"), say("Core", "Push them to a registry that the nodes reach"))},
                                   {ClusterAbility::Logs, cannot(say("Core", "logs are not gathered from machines in a cloud"), say("Core", "On each: journalctl -u kubelet -u containerd"))}},
                        .costs = [spec, client](std::stop_token stop) { return amazonPrices(client).of([&](const form::PriceOf &price) { return ec2::costsOf(spec, price); }, stop); },
                        .traces = [spec, client](std::stop_token stop) { return ec2::tracesOf(spec, *client, stop); },
                        .tracesCosts = [client](const std::vector<form::Trace> &traces, std::stop_token stop) { return amazonPrices(client).of([&](const form::PriceOf &price) { return form::costsOf(traces, price); }, stop); }};
}

bool isMissing(const Error &error)
{
    return std::ranges::any_of(error.context, [](const auto &pair) { return pair.first == "searched"; });
}

// Of the ledger: "kind/dev" of those whose cluster may be there.
Result<std::set<std::string>> madeByUs(plan::Journal *journal)
{
    std::set<std::string> targets, made;
    if (!journal)
        return made;
    for (const auto &run : TRY(journal->runs(10'000)))
        targets.insert(run.target);
    for (const std::string &target : targets)
        for (const auto &resource : TRY(plan::ledger::there(*journal, target)))
            if (resource.kind == "kind-cluster" || resource.kind == "minikube-profile")
                made.insert((resource.kind == "kind-cluster" ? "kind/" : "minikube/") + resource.name);
            else if (resource.kind == kubeadm::nodeKind || resource.kind == "eks-cluster" || resource.kind == "aks-cluster" || resource.kind == "instance")
                made.insert(target);
    return made;
}

local::Phase phaseOf(const std::string &status)
{
    using enum local::Phase;
    return status == "Running" || status == "OK" ? Running : status == "Stopped" ? Stopped : status.empty() || status == "Unknown" ? Unknown : Partly;
}

} // namespace

Result<LocalCluster> localClusterOfSpec(const std::string &yaml, const std::string &file, std::shared_ptr<ProcessRunner> plain, const kubeadm::Access &hosts)
{
    const std::shared_ptr<ProcessRunner> runner = runnerWithTools(std::move(plain));
    const std::string provider = TRY(providerOfSpec(yaml, file));
    if (provider == "kind")
        return ofKind(TRY(kind::readSpec(yaml, file)), runner);
    if (provider == "minikube")
        return ofMinikube(TRY(minikube::readSpec(yaml, file)), runner);
    if (provider == "desktop")
        return ofDesktop(TRY(desktop::readSpec(yaml, file)), runner);
    if (provider == "kubeadm")
        return ofKubeadm(TRY(kubeadm::readSpec(yaml, file)), hosts ? hosts : hostAccess({}));
    if (provider == "eks")
        return ofEks(TRY(eks::readSpec(yaml, file)));
    if (provider == "aks")
        return ofAks(TRY(aks::readSpec(yaml, file)));
    if (provider == "ec2")
        return ofEc2(TRY(ec2::readSpec(yaml, file)));
    return fail(ErrorKind::Unsupported, say("Core", "the clusters of {} are not on this computer", provider));
}

Result<> mustRun(const LocalCluster &cluster, std::stop_token stop)
{
    switch (TRY(cluster.state(std::move(stop))).phase) {
    case local::Phase::Absent: return fail(ErrorKind::NotFound, say("Core", "there is no cluster {}", cluster.name), say("Core", "Create it first"));
    case local::Phase::Stopped: return fail(ErrorKind::Conflict, say("Core", "the cluster {} is stopped", cluster.name), say("Core", "Start it first"));
    case local::Phase::Running:
    case local::Phase::Partly:
    case local::Phase::Unknown: break; // its tool says what is wrong
    }
    return {};
}

namespace {

// "eks/eu-west-3/demo", "aks/SUBSCRIPTION/GROUP/demo", as a list shows it; none: no cloud's.
std::optional<FoundCluster> cloudCluster(const std::string &target)
{
    const std::size_t slash = target.find('/'), last = target.rfind('/');
    const std::string provider = target.substr(0, slash), name = target.substr(last + 1);
    FoundCluster found{.provider = provider, .name = target.substr(slash + 1), .ours = true, .words = say("Core", "in a cloud; `status --cluster {}` asks", target)};
    if (provider == "eks")
        found.context = eks::Spec{.name = name, .region = target.substr(slash + 1, last - slash - 1)}.context();
    else if (provider == "ec2")
        found.context = ec2::Spec{.name = name, .region = target.substr(slash + 1, last - slash - 1)}.context();
    else if (provider == "aks")
        found.context = aks::Spec{.name = name, .group = target.substr(target.rfind('/', last - 1) + 1, last - target.rfind('/', last - 1) - 1)}.context();
    else
        return std::nullopt;
    return found;
}

} // namespace

Result<std::string> specOfCluster(const std::string &name, plan::Journal *journal)
{
    const std::size_t slash = name.find('/');
    const std::string provider = name.substr(0, slash), own = slash == std::string::npos ? std::string() : name.substr(slash + 1);
    static constexpr std::array known{"kind", "minikube", "kubeadm", "eks", "ec2", "aks"};
    if (std::ranges::find(known, provider) == known.end() || own.empty())
        return fail(ErrorKind::Invalid, say("Core", "“{}” names no cluster that is known here", name), say("Core", "Say it as timonierctl cluster list does: kind/NAME, minikube/NAME, kubeadm/NAME, eks/REGION/NAME, ec2/REGION/NAME, aks/SUBSCRIPTION/GROUP/NAME"));
    if (journal && provider == "kubeadm")
        return hostsSpecNow(*journal, name);
    if (journal)
        for (const plan::RunRecord &run : TRY(journal->runs(10'000))) // the newest first
            if (run.target == name && makerOf(run.provider) == provider)
                return run.spec;
    if (provider != "kind" && provider != "minikube") // what they are made of stands in their spec alone
        return fail(ErrorKind::NotFound, say("Core", "Timonier has made no cluster {} from here", name), say("Core", "Give its spec with -f"));
    return "provider: " + provider + "\nname: \"" + own + "\"\n"; // quotes in it are no name, which its reader says
}

Result<FoundClusters> findLocalClusters(const std::shared_ptr<ProcessRunner> &plain, plan::Journal *journal, std::stop_token stop)
{
    const std::shared_ptr<ProcessRunner> runner = runnerWithTools(plain);
    FoundClusters found;
    std::set<std::string> made = TRY(madeByUs(journal));
    const auto isOurs = [&](const std::string &target) { return made.erase(target) > 0; };
    const auto problem = [&](Error error) {
        if (!isMissing(error))
            found.problems.push_back(std::move(error));
    };
    std::set<std::string> seen;
    for (const char *engine : {"docker", "podman"}) {
        const auto names = kind::clusters(*runner, engine, stop);
        if (!names) {
            if (std::string_view(engine) == "docker") // few have podman, and kind fails where it is not
                problem(names.error());
            continue;
        }
        for (const std::string &name : *names)
            if (seen.insert(name).second) {
                const auto state = kind::KindTool({.name = name, .engine = engine}, runner).state(stop);
                found.clusters.push_back({.provider = "kind", .name = name, .context = "kind-" + name, .phase = state ? state->phase : local::Phase::Unknown, .ours = isOurs("kind/" + name)});
            }
    }
    if (const auto profiles = minikube::profiles(*runner, stop)) {
        for (const auto &profile : *profiles)
            found.clusters.push_back({.provider = "minikube", .name = profile.name, .context = profile.name, .phase = profile.valid ? phaseOf(profile.status) : local::Phase::Partly,
                                      .ours = isOurs("minikube/" + profile.name), .words = profile.valid ? profile.driver + " " + profile.kubernetes : say("Core", "its profile is damaged: delete it")});
    } else {
        problem(profiles.error());
    }
    for (const std::string &target : made) {
        const std::size_t slash = target.find('/');
        if (target.starts_with("kubeadm/")) { // its hosts are not asked for a list: some may be far away
            found.clusters.push_back({.provider = "kubeadm", .name = target.substr(slash + 1), .context = target.substr(slash + 1), .ours = true, .words = say("Core", "on hosts of your own; `status -f SPEC.yaml` asks them")});
            continue;
        }
        if (const auto cloud = cloudCluster(target)) { // the account is not asked for a list either
            found.clusters.push_back(*cloud);
            continue;
        }
        found.clusters.push_back({.provider = target.substr(0, slash), .name = target.substr(slash + 1), .phase = local::Phase::Absent, .ours = true, .words = say("Core", "its tool does not know it any more, or cannot be asked")});
    }
    for (const auto &one : desktop::desktops(TRY(desktop::gather(*runner, processEnvironment(), homeDir(), stop))))
        if (one.found && one.kubernetes != desktop::Kubernetes::NotOffered)
            found.clusters.push_back({.provider = one.id, .name = one.title, .context = one.context,
                                      .phase = phaseOf(one),
                                      .words = one.check.words + (one.check.why.empty() ? std::string() : ". " + one.check.why)});
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, say("Core", "it was cancelled before it changed anything"));
    return found;
}

} // namespace timonier
