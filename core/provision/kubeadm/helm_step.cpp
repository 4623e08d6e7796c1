// Helm as a feature: the one that Timonier pins, put on the first control plane.
#include "provision/kubeadm/steps.h"

#include "base/paths.h"
#include "base/say.h"
#include "tools/toolbox.h"

namespace timonier::kubeadm {

using namespace std::chrono_literals;

namespace {

// As releases are named. Errors: Unsupported (Helm is not built for such a computer), those of the session.
Result<std::string> archOf(remote::Session &host, std::stop_token stop)
{
    const auto output = TRY(host.run({.arguments = {"uname", "-m"}, .timeout = 20s}, std::move(stop)));
    const std::string machine = output.out.substr(0, output.out.find('\n'));
    if (machine == "x86_64" || machine == "aarch64")
        return std::string(machine == "x86_64" ? "amd64" : "arm64");
    return fail(ErrorKind::Unsupported, say("Core", "there is no Helm for {}", machine), say("Core", "Leave helm out of the spec's features"));
}

} // namespace

// Fetched to this computer, checked, and sent from here: the host needs no way out.
plan::Step helmStep(const Cluster &cluster, const HostPtr &host)
{
    return {.id = "feature helm", .title = say("Core", "{}: Helm, for whoever works there", host->name()), .needs = {preparedId(*host)}, .creates = {{"host-helm", host->name()}}, .host = host->name(), .estimate = 5s, .retry = {.attempts = 3},
            .check = [host](plan::StepContext &context) { return host->isSo({.script = "helm", .arguments = {"check"}}, context.stop()); },
            .apply = [host, cluster](plan::StepContext &context) -> Result<> {
                const auto session = TRY(host->session());
                const ToolOptions options{.os = "linux", .arch = TRY(archOf(*session, context.stop()))};
                const Toolbox tools(std::make_shared<SystemProcessRunner>(), TRY(toolSpecs(configDir() / "tools.json")));
                const auto told = [&](const std::string &, std::uint64_t received, std::optional<std::uint64_t> total) {
                    if (total && *total)
                        context.progress(0.7 * double(received) / double(*total));
                };
                auto tool = tools.provide("helm", options, told, context.stop());
                if (!tool)
                    return std::unexpected(std::move(tool).error().because(say("Core", "{} gets no Helm", host->name()), say("Core", "Leave helm out of the spec's features; Helm of this computer works with the cluster as well")));
                context.print(say("Core", "Helm {}", tool->version) + "\n");
                TRY(host->run({.script = "helm", .arguments = {"keep"}}, context.stop()));
                const auto sent = [&](std::uint64_t done, std::uint64_t all) { context.progress(0.7 + 0.3 * double(done) / double(std::max<std::uint64_t>(all, 1))); };
                return session->send(toUtf8(tool->path), {.path = "/usr/local/bin/helm", .mode = 0755, .owner = "root:root", .root = true}, sent, context.stop());
            },
            .undo = [host](plan::StepContext &context) { return undoOn(host, "helm", context); }};
}

} // namespace timonier::kubeadm
