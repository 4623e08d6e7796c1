#include "provision/kind/kind_plan.h"

#include "base/say.h"

#include <algorithm>
#include "provision/kind/kind_tool.h"
#include "provision/local/kubeconfig_step.h"

namespace timonier::kind {

namespace {

using namespace std::chrono_literals;
using plan::StepContext;

constexpr std::string_view resourceKind = "kind-cluster";

Heard printer(StepContext &context)
{
    return [&context](std::string_view piece) { context.print(piece); };
}

// Asked for by us, and never seen to be complete: kind was killed on the way.
Result<bool> isHalf(const KindTool &kind, StepContext &context)
{
    const auto known = TRY(context.find(resourceKind, kind.spec().name));
    return known && known->state == plan::ResourceState::Intended;
}

plan::Step imageStep(const KindTool &kind, const std::string &id, const std::string &image)
{
    return {.id = id, .title = say("Core", "Fetch the node image {}", image), .provider = kind.spec().engine, .estimate = 60s, .retry = {.attempts = 3},
            .check = [kind, image](StepContext &context) { return kind.hasImage(image, context.stop()); },
            .apply = [kind, image](StepContext &context) { return kind.pull(image, printer(context), context.stop()); }};
}

plan::Step registryStep(const KindTool &kind)
{
    const Registry &registry = kind.spec().registry;
    return {.id = "registry", .title = say("Core", "Start the registry {} on port {}", registry.name, registry.port), .creates = {{"registry-container", registry.name}},
            .provider = kind.spec().engine, .estimate = 20s,
            .check = [kind](StepContext &context) { return kind.registryRuns(context.stop()); },
            .apply = [kind](StepContext &context) { return kind.startRegistry(printer(context), context.stop()); },
            .undo = [kind](StepContext &context) { return kind.removeRegistry(context.stop()); }};
}

plan::Step clusterStep(const KindTool &kind)
{
    return {.id = "cluster", .title = say("Core", "Create the cluster {}", kind.spec().name), .creates = {{std::string(resourceKind), kind.spec().name}},
            .provider = kind.spec().engine, .estimate = 90s,
            .check = [kind](StepContext &context) -> Result<bool> {
                if (TRY(isHalf(kind, context)))
                    return false;
                return kind.isThere(context.stop());
            },
            .apply = [kind](StepContext &context) -> Result<> {
                if (TRY(kind.isThere(context.stop()))) // ours, and half made: the check has seen to that
                    TRY(kind.remove(printer(context), context.stop()));
                TRY(kind.create(printer(context), [&context](double done) { context.progress(done); }, context.stop()));
                return context.made(resourceKind, kind.spec().name, kind.spec().context());
            },
            .undo = [kind](StepContext &context) { return kind.remove(printer(context), context.stop()); }};
}

// After a reboot, or when somebody stopped them.
plan::Step runningStep(const KindTool &kind)
{
    return {.id = "running", .title = say("Core", "Its nodes run"), .needs = {"cluster"}, .provider = kind.spec().engine, .estimate = 10s,
            .check = [kind](StepContext &context) -> Result<bool> { return TRY(kind.state(context.stop())).phase == local::Phase::Running; },
            .apply = [kind](StepContext &context) { return kind.start(printer(context), context.stop()); }};
}

plan::Step registriesStep(const KindTool &kind)
{
    return {.id = "registries", .title = say("Core", "Tell the nodes of the registries"), .needs = {"running"}, .provider = kind.spec().engine, .estimate = 3s,
            .check = [kind](StepContext &context) { return kind.nodesKnowRegistries(context.stop()); },
            .apply = [kind](StepContext &context) { return kind.tellNodesOfRegistries(context.stop()); }};
}

plan::Step loadStep(const KindTool &kind, const std::string &image)
{
    return {.id = "load " + image, .title = say("Core", "Load the image {} into the nodes", image), .needs = {"running"}, .group = "load", .provider = kind.spec().engine, .estimate = 15s, .measure = "load",
            .check = [kind, image](StepContext &context) { return kind.isLoaded(image, context.stop()); },
            .apply = [kind, image](StepContext &context) { return kind.load(image, printer(context), context.stop()); }};
}

} // namespace

plan::Plan planOf(const Spec &spec, std::string specText, std::shared_ptr<ProcessRunner> runner)
{
    const KindTool kind(spec, std::move(runner));
    plan::Plan plan{.provider = "kind", .target = "kind/" + spec.name, .title = say("Core", "The kind cluster {}", spec.name), .spec = std::move(specText), .limits = {.groups = {{"load", 1}}}};
    std::vector<std::string> images, first;
    for (const Node &node : spec.nodes)
        if (const std::string &image = node.image.empty() ? spec.image : node.image; !image.empty() && std::ranges::find(images, image) == images.end())
            images.push_back(image);
    for (const std::string &image : images)
        plan.steps.push_back(imageStep(kind, images.size() == 1 ? "image" : "image " + image, image));
    if (spec.registry.port)
        plan.steps.push_back(registryStep(kind));
    for (const plan::Step &step : plan.steps)
        first.push_back(step.id);
    plan.steps.push_back(clusterStep(kind));
    plan.steps.back().needs = first;
    plan.steps.push_back(runningStep(kind));
    if (spec.registry.port || !spec.mirrors.empty())
        plan.steps.push_back(registriesStep(kind));
    for (const std::string &image : spec.images)
        plan.steps.push_back(loadStep(kind, image));
    plan.steps.push_back(local::kubeconfigStep({.needs = {"running"}, .context = spec.context(), .file = spec.kubeconfig, .makeCurrent = spec.current,
                                                .fetch = [kind](StepContext &context) { return kind.kubeconfig(context.stop()); }}));
    return plan;
}

} // namespace timonier::kind
