#include "session/local_clusters.h"

#include "base/paths.h"
#include "base/say.h"
#include "plan/ledger.h"
#include "provision/desktop/desktop.h"
#include "provision/eks/eks_plan.h"
#include "provision/eks/eks_price.h"
#include "provision/kind/kind_tool.h"
#include "provision/minikube/minikube_drivers.h"
#include "provision/minikube/minikube_plan.h"
#include "provision/minikube/minikube_tool.h"
#include "session/local_tools.h"
#include "session/plans.h"

#include <algorithm>
#include <set>

namespace timonier {

namespace {

Result<local::Facts> factsFor(ProcessRunner &runner, const local::Asked &asked, std::stop_token stop)
{
    local::Facts facts = TRY(local::gatherFacts(runner, processEnvironment(), asked, std::move(stop)));
    facts.mayFetch = mayFetchTools();
    return facts;
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
            .exportLogs = [tool](const std::string &folder, const auto &heard, std::stop_token stop) { return tool.exportLogs(folder, heard, stop); }};
}

LocalCluster ofMinikube(const minikube::Spec &spec, const std::shared_ptr<ProcessRunner> &runner)
{
    const minikube::MinikubeTool tool(spec, runner);
    return {.provider = "minikube", .name = spec.name, .context = spec.name,
            .state = [tool](std::stop_token stop) { return tool.state(stop); },
            .checks = [spec, runner](std::stop_token stop) -> Result<std::vector<form::Check>> {
                return minikube::checksOf(spec, TRY(factsFor(*runner, minikube::askedForDrivers(), stop)));
            },
            .halt = [tool](const auto &heard, std::stop_token stop) { return tool.halt({.line = heard}, stop); }};
}

Result<LocalCluster> ofEks(const eks::Spec &spec)
{
    const std::shared_ptr<aws::Client> client = TRY(eksClient(spec));
    return LocalCluster{.provider = "eks", .name = spec.name, .context = spec.context(),
                        .state = [spec, client](std::stop_token stop) { return eks::stateOf(spec, *client, stop); },
                        .checks = [spec, client](std::stop_token stop) { return eks::checksOf(spec, *client, stop); },
                        .costs = eks::costsOf(spec),
                        .traces = [spec, client](std::stop_token stop) { return eks::tracesOf(spec, *client, stop); }};
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
    return made;
}

local::Phase phaseOf(const std::string &status)
{
    using enum local::Phase;
    return status == "Running" || status == "OK" ? Running : status == "Stopped" ? Stopped : status.empty() || status == "Unknown" ? Unknown : Partly;
}

} // namespace

Result<LocalCluster> localClusterOfSpec(const std::string &yaml, const std::string &file, std::shared_ptr<ProcessRunner> plain)
{
    const std::shared_ptr<ProcessRunner> runner = runnerWithTools(std::move(plain));
    const std::string provider = TRY(providerOfSpec(yaml, file));
    if (provider == "kind")
        return ofKind(TRY(kind::readSpec(yaml, file)), runner);
    if (provider == "minikube")
        return ofMinikube(TRY(minikube::readSpec(yaml, file)), runner);
    if (provider == "eks")
        return ofEks(TRY(eks::readSpec(yaml, file)));
    return fail(ErrorKind::Unsupported, say("Core", "the clusters of {} are not on this computer", provider));
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
        found.clusters.push_back({.provider = target.substr(0, slash), .name = target.substr(slash + 1), .phase = local::Phase::Absent, .ours = true, .words = say("Core", "its tool does not know it any more, or cannot be asked")});
    }
    for (const auto &one : desktop::desktops(TRY(desktop::gather(*runner, processEnvironment(), homeDir(), stop))))
        if (one.found && one.kubernetes != desktop::Kubernetes::NotOffered)
            found.clusters.push_back({.provider = one.id, .name = one.title, .context = one.context,
                                      .phase = one.check.state == form::CheckState::Good ? local::Phase::Running : one.kubernetes == desktop::Kubernetes::Off ? local::Phase::Absent : local::Phase::Stopped,
                                      .words = one.check.words + (one.check.why.empty() ? std::string() : ". " + one.check.why)});
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, say("Core", "it was cancelled before it changed anything"));
    return found;
}

} // namespace timonier
