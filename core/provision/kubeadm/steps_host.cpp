#include "provision/kubeadm/steps.h"

#include "base/paths.h"
#include "base/say.h"
#include "provision/kubeadm/containerd_config.h"
#include "provision/kubeadm/package_source.h"

#include <QFileInfo>

#include <filesystem>

namespace timonier::kubeadm {

namespace {

using namespace std::chrono_literals;
using plan::StepContext;

std::string kind(std::string_view kind) { return std::string(kind); }

plan::Step rememberStep(const HostPtr &host, const std::string &name)
{
    return {.id = "remember " + host->name(), .title = say("Core", "{}: remember what is there", host->name()), .needs = {"preflight"}, .creates = {{kind(recordKind), host->name()}},
            .host = host->name(), .estimate = 1s, .measure = "remember",
            .check = [host](StepContext &context) { return host->isSo({.script = "remember", .arguments = {"check"}}, context.stop()); },
            .apply = [host, name](StepContext &context) -> Result<> {
                TRY(host->run({.script = "remember", .arguments = {"apply", name}}, context.stop()));
                return {};
            },
            .undo = [host](StepContext &context) { return undoOn(host, "remember", context); }};
}

plan::Step kernelStep(const HostPtr &host)
{
    return {.id = "kernel " + host->name(), .title = say("Core", "{}: kernel modules and settings, swap off", host->name()), .needs = {"remember " + host->name()}, .creates = {{kind(kernelKind), host->name()}},
            .host = host->name(), .estimate = 2s, .measure = "kernel",
            .check = [host](StepContext &context) { return host->isSo({.script = "kernel", .arguments = {"check"}}, context.stop()); },
            .apply = [host](StepContext &context) -> Result<> {
                TRY(host->run({.script = "kernel", .arguments = {"apply"}, .heard = printer(context)}, context.stop()));
                return {};
            },
            .undo = [host](StepContext &context) { return undoOn(host, "kernel", context); }};
}

plan::Step packagesStep(const Cluster &cluster, const HostPtr &host)
{
    const std::string containerd = cluster->spec().criSocket.empty() ? "containerd" : "-";
    const std::vector<std::string> what{cluster->spec().kubernetes, containerd};
    return {.id = "packages " + host->name(), .title = say("Core", "{}: install kubelet, kubeadm, kubectl and the runtime", host->name()), .needs = {"kernel " + host->name()},
            .creates = {{kind(packagesKind), host->name()}}, .host = host->name(), .estimate = 60s, .measure = "packages",
            .check = [host, what](StepContext &context) { return host->isSo({.script = "packages", .arguments = {"check", what[0], what[1]}}, context.stop()); },
            .apply = [host, cluster, what](StepContext &context) -> Result<> {
                const PackageSource source = TRY(packageSource(cluster->spec(), context.stop()));
                TRY(host->run({.script = "packages", .arguments = {"source", source.line, source.keyFile}, .input = source.key}, context.stop()));
                TRY(host->run({.script = "packages", .arguments = {"apply", what[0], what[1]}, .heard = printer(context)}, context.stop()));
                return {};
            },
            .undo = [host](StepContext &context) { return undoOn(host, "packages", context); }};
}

// What /etc/containerd/config.toml is to be, and what it is.
struct Wanted {
    std::string is{}, toBe{};
};

Result<Wanted> containerdConfig(const ClusterTool &cluster, const HostPtr &host, std::stop_token stop)
{
    Wanted wanted{.is = TRY(host->run({.script = "runtime", .arguments = {"read"}}, stop))};
    const std::string repository = cluster.spec().images.repository;
    const std::string version = TRY(cluster.version(*host, stop));
    std::vector<std::string> command{"kubeadm", "config", "images", "list", "--kubernetes-version", version};
    if (!repository.empty())
        command.insert(command.end(), {"--image-repository", repository});
    const auto session = TRY(host->session());
    const auto images = TRY(session->run({.arguments = std::move(command), .root = true, .timeout = 60s}, stop));
    std::string pause;
    for (std::size_t at = 0; at < images.out.size();) {
        const std::size_t end = std::min(images.out.find('\n', at), images.out.size());
        const std::string line = images.out.substr(at, end - at);
        if (line.find("/pause:") != line.npos)
            pause = line;
        at = end + 1;
    }
    wanted.toBe = withKubernetes(wanted.is, {.pause = pause, .pluginFolder = "/opt/cni/bin"});
    return wanted;
}

plan::Step runtimeStep(const Cluster &cluster, const HostPtr &host)
{
    return {.id = "runtime " + host->name(), .title = say("Core", "{}: containerd for Kubernetes", host->name()), .needs = {"packages " + host->name()}, .creates = {{kind(runtimeKind), host->name()}},
            .host = host->name(), .estimate = 4s, .measure = "runtime",
            .check = [host, cluster](StepContext &context) -> Result<bool> {
                if (!TRY(host->isSo({.script = "runtime", .arguments = {"state"}}, context.stop())))
                    return false;
                const Wanted wanted = TRY(containerdConfig(*cluster, host, context.stop()));
                return wanted.is == wanted.toBe;
            },
            .apply = [host, cluster](StepContext &context) -> Result<> {
                TRY(host->run({.script = "runtime", .arguments = {"keep"}}, context.stop()));
                const Wanted wanted = TRY(containerdConfig(*cluster, host, context.stop()));
                TRY(host->put("/etc/containerd/config.toml", wanted.toBe, 0644, context.stop()));
                TRY(host->run({.script = "runtime", .arguments = {"restart"}, .heard = printer(context)}, context.stop()));
                return {};
            },
            .undo = [host](StepContext &context) { return undoOn(host, "runtime", context); }};
}

// An archive is another one when its name, size or time has changed.
std::string stampOf(const std::string &file)
{
    const QFileInfo info(QString::fromStdString(file));
    return fmt::format("{} {} {}", info.fileName().toStdString(), info.size(), info.lastModified().toSecsSinceEpoch());
}

std::vector<std::string> imageArguments(const ClusterTool &cluster, const HostPtr &host, const std::string &verb, const std::string &version)
{
    const Spec &spec = cluster.spec();
    return {verb, version, spec.images.repository.empty() ? "-" : spec.images.repository, host->host().controlPlane ? "control-plane" : "worker", spec.images.of(host->host().controlPlane).empty() ? "-" : "archive"};
}

plan::Step imagesStep(const Cluster &cluster, const HostPtr &host)
{
    return {.id = preparedId(*host), .title = say("Core", "{}: images", host->name()), .needs = {"runtime " + host->name()}, .creates = {{kind(imagesKind), host->name()}}, .host = host->name(), .estimate = 40s,
            .measure = host->host().controlPlane ? "images control-plane" : "images",
            .check = [host, cluster](StepContext &context) -> Result<bool> {
                auto arguments = imageArguments(*cluster, host, "check", TRY(cluster->version(*host, context.stop())));
                for (const std::string &archive : cluster->spec().images.of(host->host().controlPlane))
                    arguments.push_back(stampOf(archive));
                return host->isSo({.script = "images", .arguments = std::move(arguments)}, context.stop());
            },
            .apply = [host, cluster](StepContext &context) -> Result<> {
                TRY(host->run({.script = "images", .arguments = {"begin"}}, context.stop()));
                const auto session = TRY(host->session());
                const auto &archives = cluster->spec().images.of(host->host().controlPlane);
                for (std::size_t i = 0; i < archives.size(); ++i) {
                    const std::string to = fmt::format("/var/tmp/timonier-images-{}.tar", i);
                    context.print(archives[i] + "\n");
                    const auto progress = [&context, i, &archives](std::uint64_t sent, std::uint64_t all) {
                        context.progress((double(i) + (all ? 0.7 * double(sent) / double(all) : 0)) / double(archives.size()));
                    };
                    TRY(session->send(archives[i], {.path = to, .mode = 0600, .owner = "root:root", .root = true}, progress, context.stop()));
                    TRY(host->run({.script = "images", .arguments = {"import", to, stampOf(archives[i])}, .heard = printer(context)}, context.stop()));
                }
                auto arguments = imageArguments(*cluster, host, "pull", TRY(cluster->version(*host, context.stop())));
                arguments.resize(4);
                TRY(host->run({.script = "images", .arguments = std::move(arguments), .heard = printer(context)}, context.stop()));
                return {};
            },
            .undo = [host](StepContext &context) { return undoOn(host, "images", context); }};
}

} // namespace

Result<> undoOn(const HostPtr &host, const std::string &script, StepContext &context)
{
    TRY(host->run({.script = script, .arguments = {"undo"}, .heard = printer(context)}, context.stop()));
    return {};
}

Heard printer(StepContext &context)
{
    return [&context](std::string_view piece) { context.print(piece); };
}

std::string preparedId(const HostTool &host) { return "images " + host.name(); }

std::vector<plan::Step> prepareSteps(const Cluster &cluster, const HostPtr &host)
{
    std::vector<plan::Step> steps{rememberStep(host, cluster->spec().name), kernelStep(host), packagesStep(cluster, host)};
    if (cluster->spec().criSocket.empty()) {
        steps.push_back(runtimeStep(cluster, host));
        steps.push_back(imagesStep(cluster, host));
    } else { // a runtime of one's own: it is neither configured nor filled by us
        steps.push_back({.id = preparedId(*host), .title = say("Core", "{}: its own container runtime", host->name()), .needs = {"packages " + host->name()}, .host = host->name(), .measure = "own runtime",
                         .check = [](StepContext &) -> Result<bool> { return true; }, .apply = [](StepContext &) -> Result<> { return {}; }});
    }
    return steps;
}

} // namespace timonier::kubeadm
