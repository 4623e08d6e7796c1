#include "provision/kubeadm/kubeadm_plan.h"

#include "base/say.h"
#include "provision/kubeadm/steps.h"

namespace timonier::kubeadm {

void retryAll(plan::Plan &plan)
{
    for (plan::Step &step : plan.steps)
        if (step.retry.attempts == 1)
            step.retry = {.attempts = 5, .pause = plan::Span(2'000)};
}

plan::Plan planOf(const Spec &spec, std::string specText, const Access &access, const Outside &outside)
{
    const auto cluster = std::make_shared<ClusterTool>(spec, access, outside);
    // etcd takes one new member after the other; everything else goes on on all hosts at once.
    plan::Plan plan{.provider = "kubeadm", .target = "kubeadm/" + spec.name, .title = say("Core", "The cluster {} on {} hosts", spec.name, spec.hosts.size()), .spec = std::move(specText),
                    .limits = {.all = std::max(8, static_cast<int>(spec.hosts.size()) + 2), .groups = {{"control planes", 1}}}};
    plan.steps.push_back(preflightStep(cluster));
    for (const auto &host : cluster->hosts())
        for (plan::Step &step : prepareSteps(cluster, host))
            plan.steps.push_back(std::move(step));
    plan.steps.push_back(initStep(cluster));
    plan.steps.push_back(kubeconfigStep(cluster));
    plan.steps.push_back(networkStep(cluster));
    std::vector<std::string> all{"init"};
    if (cluster->hosts().size() > 1) {
        plan.steps.push_back(doorStep(cluster));
        for (std::size_t i = 1; i < cluster->hosts().size(); ++i) {
            plan.steps.push_back(joinStep(cluster, cluster->hosts()[i]));
            all.push_back(plan.steps.back().id);
        }
    }
    plan.steps.push_back(marksStep(cluster));
    plan.steps.back().needs = all;
    plan.steps.push_back(closeStep(cluster));
    plan.steps.back().needs = all;
    plan.steps.push_back(readyStep(cluster));
    plan.steps.back().needs = all;
    plan.steps.back().needs.push_back("network");
    for (const std::string &feature : spec.features)
        plan.steps.push_back(featureStep(cluster, feature));
    retryAll(plan);
    return plan;
}

} // namespace timonier::kubeadm
