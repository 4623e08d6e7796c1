#include "provision/minikube/minikube_plan.h"

#include "base/say.h"
#include "provision/local/kubeconfig_step.h"
#include "provision/minikube/minikube_drivers.h"
#include "provision/minikube/minikube_tool.h"

#include <algorithm>

namespace timonier::minikube {

namespace {

using namespace std::chrono_literals;
using plan::StepContext;

constexpr std::string_view resourceKind = "minikube-profile";

Listener listener(StepContext &context)
{
    return {.line = [&context](std::string_view line) { context.print(line); }, .progress = [&context](double done) { context.progress(done); }};
}

// Asked for by us, and never seen to be complete: minikube was killed on the way. Such a profile may be broken in ways that a second start
// does not mend (a machine half made).
Result<bool> isHalf(const MinikubeTool &minikube, StepContext &context)
{
    const auto known = TRY(context.find(resourceKind, minikube.spec().name));
    return known && known->state == plan::ResourceState::Intended;
}

plan::Step downloadStep(const MinikubeTool &minikube)
{
    return {.id = "download", .title = say("Core", "Download all that the cluster needs"), .provider = "minikube", .estimate = 180s, .retry = {.attempts = 3},
            // What lies in the cache only minikube knows, which looks itself; a profile that is there needs it no more.
            .check = [minikube](StepContext &context) { return minikube.isThere(context.stop()); },
            .apply = [minikube](StepContext &context) { return minikube.start(listener(context), true, context.stop()); }};
}

plan::Step startStep(const MinikubeTool &minikube)
{
    const Spec &spec = minikube.spec();
    return {.id = "profile", .title = say("Core", "Create the cluster {}", spec.name), .creates = {{std::string(resourceKind), spec.name}}, .provider = "minikube", .estimate = 150s,
            .check = [minikube](StepContext &context) -> Result<bool> {
                if (TRY(isHalf(minikube, context)))
                    return false;
                return minikube.isThere(context.stop());
            },
            .apply = [minikube](StepContext &context) -> Result<> {
                if (TRY(minikube.isThere(context.stop()))) // ours, and half made: the check has seen to that
                    TRY(minikube.remove(listener(context), context.stop()));
                TRY(minikube.start(listener(context), false, context.stop()));
                return context.made(resourceKind, minikube.spec().name, minikube.spec().name);
            },
            .undo = [minikube](StepContext &context) { return minikube.remove(listener(context), context.stop()); }};
}

// After a reboot, or when somebody stopped it.
plan::Step runningStep(const MinikubeTool &minikube)
{
    return {.id = "running", .title = say("Core", "Its nodes run"), .needs = {"profile"}, .provider = "minikube", .estimate = 40s,
            .check = [minikube](StepContext &context) -> Result<bool> { return TRY(minikube.state(context.stop())).phase == local::Phase::Running; },
            .apply = [minikube](StepContext &context) { return minikube.start(listener(context), false, context.stop()); }};
}

plan::Step loadStep(const MinikubeTool &minikube, const std::string &image)
{
    return {.id = "load " + image, .title = say("Core", "Load the image {} into the nodes", image), .needs = {"running"}, .group = "load", .provider = "minikube", .estimate = 20s, .measure = "load",
            .check = [minikube, image](StepContext &context) { return minikube.isLoaded(image, context.stop()); },
            .apply = [minikube, image](StepContext &context) { return minikube.load(image, listener(context), context.stop()); }};
}

form::Check driverCheck(const Spec &spec, const local::Facts &facts)
{
    form::Check check{.id = "driver", .title = say("Core", "Driver"), .state = form::CheckState::Good};
    const std::string best = bestDriver(facts), driver = spec.driver.empty() ? best : spec.driver;
    const auto all = drivers(facts);
    const auto it = std::ranges::find(all, driver, &form::Choice::value);
    if (driver.empty() || it == all.end()) {
        check.state = form::CheckState::Bad;
        check.words = say("Core", "none works on this computer");
        for (const form::Choice &one : all)
            if (!one.refused.empty())
                check.evidence += (check.evidence.empty() ? "" : "\n") + one.title + ": " + one.refused;
        check.why = say("Core", "minikube needs a container engine or a hypervisor. Docker is the simplest");
        check.fixes = {{.id = "run", .title = say("Core", "Install {}", "Docker"), .commands = {"sudo apt-get install docker.io"}}};
        return check;
    }
    check.words = it->title;
    if (!it->refused.empty()) {
        check.state = form::CheckState::Bad;
        check.words = say("Core", "{}: {}", it->title, it->refused);
        check.why = say("Core", "Take another driver, or mend this one");
        if (!best.empty())
            check.fixes = {{.id = "driver=" + best, .title = say("Core", "Use the driver {}", best)}};
    } else if (driver == "docker" && facts.isRoot && !spec.force) {
        check.state = form::CheckState::Bad;
        check.words = say("Core", "minikube refuses docker for root");
        check.why = say("Core", "Run Timonier as yourself; or, where root is all there is, let it be forced");
        check.fixes = {{.id = "force=true", .title = say("Core", "Force it")}};
    } else if (driver == "none") {
        check.state = form::CheckState::Careful;
        check.why = say("Core", "It installs Kubernetes on this computer itself, and what runs there can do as root does");
    }
    return check;
}

// dockershim left with 1.24 (KEP-2221); from then on the runtime docker needs cri-dockerd, which minikube brings along except with none and ssh.
std::optional<form::Check> runtimeCheck(const Spec &spec)
{
    if (spec.runtime != "docker" || (spec.driver != "none" && spec.driver != "ssh"))
        return {};
    if (spec.kubernetes.starts_with('v') && local::compareVersions(spec.kubernetes, "1.24") < 0)
        return {};
    return form::Check{.id = "runtime", .title = say("Core", "Container runtime"), .state = form::CheckState::Careful, .words = say("Core", "docker, through cri-dockerd"),
                       .why = say("Core", "Kubernetes 1.24 and later no longer speak to Docker directly; on this driver cri-dockerd has to be installed first. containerd needs nothing"),
                       .fixes = {{.id = "runtime=containerd", .title = say("Core", "Use containerd")}}};
}

} // namespace

std::vector<form::Check> checksOf(const Spec &spec, const local::Facts &facts)
{
    local::Need need = needOf(spec);
    if (spec.driver.empty())
        if (const std::string best = bestDriver(facts); best == "docker" || best == "podman")
            need.engine = best;
    std::vector<form::Check> all = local::preflight(need, facts);
    all.insert(all.begin(), driverCheck(spec, facts));
    if (auto runtime = runtimeCheck(spec))
        all.push_back(std::move(*runtime));
    return all;
}

plan::Plan planOf(const Spec &spec, std::string specText, std::shared_ptr<ProcessRunner> runner)
{
    const MinikubeTool minikube(spec, std::move(runner));
    plan::Plan plan{.provider = "minikube", .target = "minikube/" + spec.name, .title = say("Core", "The minikube cluster {}", spec.name), .spec = std::move(specText), .limits = {.groups = {{"load", 1}}}};
    if (spec.prefetch)
        plan.steps.push_back(downloadStep(minikube));
    plan.steps.push_back(startStep(minikube));
    if (spec.prefetch)
        plan.steps.back().needs = {"download"};
    plan.steps.push_back(runningStep(minikube));
    for (const std::string &image : spec.images)
        plan.steps.push_back(loadStep(minikube, image));
    plan.steps.push_back(local::kubeconfigStep({.needs = {"running"}, .context = spec.name, .file = spec.kubeconfig, .makeCurrent = spec.current,
                                                .fetch = [minikube](StepContext &context) { return minikube.kubeconfig(context.stop()); }}));
    return plan;
}

} // namespace timonier::minikube
