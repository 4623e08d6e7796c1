#include "provision/aks/aks_plan.h"

#include "base/say.h"
#include "provision/aks/aks_steps.h"
#include "provision/local/kubeconfig_step.h"

#include <algorithm>

namespace timonier::aks {

plan::Plan planOf(const Spec &spec, std::string specText, std::shared_ptr<azure::Arm> arm)
{
    const World world{.spec = spec, .arm = std::move(arm)};
    plan::Plan plan{.provider = "aks", .target = spec.target(), .title = say("Core", "The AKS cluster {} in {}", spec.name, spec.location), .spec = std::move(specText)};
    addAccount(plan, world);
    addCluster(plan, world);
    addRoles(plan, world);
    plan.steps.push_back(local::kubeconfigStep({.needs = {"runs"}, .context = spec.context(), .file = spec.kubeconfig, .makeCurrent = spec.current,
                                                .fetch = [world](StepContext &context) -> Result<std::string> { return TRY(world.aks(context).kubeconfig(world.spec.admin)).reveal(); }}));
    return plan;
}

Result<local::ClusterState> stateOf(const Spec &spec, const std::shared_ptr<azure::Arm> &arm, std::stop_token stop)
{
    const World world{.spec = spec, .arm = arm};
    local::ClusterState state{.name = spec.name, .phase = local::Phase::Absent};
    const auto now = TRY(azure::Aks(world.calls(std::move(stop)), spec.group, spec.name).cluster());
    if (!now)
        return state;
    bool all = now->state == "Succeeded";
    for (const azure::AksPool &pool : now->pools) {
        all = all && pool.state == "Succeeded";
        state.nodes.push_back({.name = pool.name, .role = fmt::format("{} × {}", pool.count, pool.size), .state = pool.state + " " + pool.version});
    }
    for (const Pool &pool : spec.pools)
        if (std::ranges::find(now->pools, pool.name, &azure::AksPool::name) == now->pools.end()) {
            all = false;
            state.nodes.push_back({.name = pool.name, .role = fmt::format("{} × {}", pool.count, pool.size), .state = say("Core", "not there")});
        }
    state.phase = now->power == "Stopped" && now->state == "Succeeded" ? local::Phase::Stopped : all ? local::Phase::Running : local::Phase::Partly;
    state.words = fmt::format("{} {}", now->state, now->version);
    return state;
}

Result<> stopCluster(const Spec &spec, const std::shared_ptr<azure::Arm> &arm, const std::function<void(std::string_view)> &heard, std::stop_token stop)
{
    azure::Calls calls = World{.spec = spec, .arm = arm}.calls(std::move(stop));
    calls.heard = [heard](const std::string &words) { heard(words + "\n"); };
    return azure::Aks(calls, spec.group, spec.name).stop();
}

} // namespace timonier::aks
