// Workers of an earlier spec that had more of them: drained, terminated, forgotten.
#include "provision/ec2/ec2_steps.h"

#include "base/say.h"
#include "provision/kubeadm/kubeadm_plan.h"
#include "provision/kubeadm/steps.h"

#include <algorithm>

namespace timonier::ec2 {

using namespace std::chrono_literals;

namespace {

using kubeadm::nodeKind;
constexpr std::string_view kinds[] = {aws::instanceKind.type, kubeadm::recordKind, kubeadm::kernelKind, kubeadm::packagesKind, kubeadm::runtimeKind, kubeadm::imagesKind, nodeKind};

// Those that only the ledger knows: a run was cut when the machine had gone, or somebody took it away.
Result<std::vector<std::string>> rememberedSurplus(const Spec &spec, StepContext &context)
{
    std::vector<std::string> names;
    for (int i = spec.workers + 1; i <= mostWorkers; ++i)
        for (const std::string_view kind : kinds)
            if (TRY(context.find(kind, workerName(spec, i)))) {
                names.push_back(workerName(spec, i));
                break;
            }
    return names;
}

struct Surplus {
    std::vector<std::string> names{};
    std::vector<aws::Instance> machines{};
};

Result<Surplus> surplusNow(const World &world, StepContext &context)
{
    Surplus now{.machines = TRY(machinesOf(world.spec, *world.client, context.stop()))};
    now.names = surplusOf(world.spec, now.machines);
    for (std::string &name : TRY(rememberedSurplus(world.spec, context)))
        if (std::ranges::find(now.names, name) == now.names.end())
            now.names.push_back(std::move(name));
    return now;
}

// What is on the machine goes with it, so nothing is asked of the machine itself: one that is broken or stopped leaves as well.
Result<> takeAway(const World &world, const kubeadm::ClusterTool &cluster, const std::string &name, const Surplus &now, StepContext &context)
{
    const auto show = [&](std::string_view words) { context.part(name, name, plan::PartState::Running, words); };
    const auto nodes = TRY(cluster.nodes(context.stop()));
    const bool isNode = std::ranges::find(nodes, name, &kubeadm::NodeState::name) != nodes.end();
    const auto machine = std::ranges::find(now.machines, name, partOf);
    if (isNode && machine != now.machines.end() && machine->state == "running") {
        show(say("Core", "its pods are moved elsewhere"));
        TRY(kubeadm::drain(cluster, name, context));
    }
    if (machine != now.machines.end()) {
        show(say("Core", "the machine is terminated"));
        aws::Ec2 ec2(*world.client, context.stop());
        TRY(ec2.remove(aws::instanceKind, machine->id));
        const auto gone = [&]() -> Result<bool> { return TRY(ec2.instanceState(machine->id)) == "terminated"; };
        TRY(aws::waitUntil(gone, 15min, 5s, context.stop()));
    }
    if (isNode) // its kubelet is gone: nobody enters it again
        TRY(cluster.first().kubectl({"delete", "node", name, "--ignore-not-found"}, {}, context.stop(), kubeadm::printer(context)));
    for (const std::string_view kind : kinds)
        TRY(context.gone(kind, name));
    context.part(name, name, plan::PartState::Done);
    return {};
}

} // namespace

std::vector<std::string> surplusOf(const Spec &spec, const std::vector<aws::Instance> &there)
{
    const auto wanted = spec.machines();
    std::vector<std::string> names;
    for (const aws::Instance &one : there)
        if (const std::string part = partOf(one); std::ranges::find(wanted, part, &Machine::name) == wanted.end())
            names.push_back(part);
    return names;
}

plan::Step surplusStep(const World &world, std::vector<std::string> needs)
{
    return {.id = "surplus", .title = say("Core", "Drain and remove the workers that the spec no longer has"), .needs = std::move(needs), .provider = "aws", .estimate = 30s, .retry = {.attempts = 5, .pause = 2s},
            .check = [world](StepContext &context) -> Result<bool> { return TRY(surplusNow(world, context)).names.empty(); },
            .apply = [world](StepContext &context) -> Result<> {
                const Surplus now = TRY(surplusNow(world, context));
                for (const std::string &name : now.names)
                    context.part(name, name, plan::PartState::Waiting);
                const kubeadm::ClusterTool cluster(world.spec.cluster, world.hosts);
                for (const std::string &name : now.names)
                    TRY(takeAway(world, cluster, name, now, context));
                return {};
            }};
}

Result<> forgetSurplus(const Spec &spec, StepContext &context)
{
    for (const std::string &name : TRY(rememberedSurplus(spec, context)))
        for (const std::string_view kind : kinds)
            TRY(context.gone(kind, name));
    return {};
}

} // namespace timonier::ec2
