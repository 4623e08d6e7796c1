#include "provision/kubeadm/operations.h"
#include "provision/kubeadm/steps.h"

#include "base/say.h"

#include <algorithm>

namespace timonier::kubeadm {

using namespace std::chrono_literals;
using plan::StepContext;

namespace {

// Made or renewed within the last ten days: kubeadm's live a year.
constexpr std::int64_t fresh = 355 * 24 * 3600;

plan::Step renewStep(const HostPtr &host)
{
    return {.id = "renew " + host->name(), .title = say("Core", "{}: renew its certificates", host->name()), .host = host->name(), .estimate = 60s, .measure = "renew",
            .check = [host](StepContext &context) -> Result<bool> {
                if (!TRY(host->isSo({.script = "programs", .arguments = {"check"}}, context.stop())))
                    return false;
                const auto session = TRY(host->session());
                const auto output = TRY(session->run({.arguments = {"kubeadm", "certs", "check-expiration", "-o", "json"}, .root = true, .timeout = 1min}, context.stop()));
                const auto all = TRY(readExpiries(output.out, host->name()));
                // Authorities live ten years, and are not renewed.
                return std::ranges::all_of(all, [](const Expiry &one) { return one.missing || one.left > fresh; });
            },
            .apply = [host](StepContext &context) -> Result<> {
                TRY(host->run({.script = "programs", .arguments = {"due"}}, context.stop())); // a run that is cut behind the next line finds good certificates that nobody has read
                TRY(host->kubeadm({.work = Work::Renew, .arguments = {"certs", "renew", "all"}, .heard = printer(context)}, context.stop()));
                for (const char *verb : {"stop", "start", "await"})
                    TRY(host->run({.script = "programs", .arguments = {verb}, .heard = printer(context)}, context.stop()));
                return {};
            }};
}

} // namespace

plan::Plan planToRenew(const Spec &spec, std::string specText, const Access &access)
{
    const auto cluster = std::make_shared<ClusterTool>(spec, access);
    plan::Plan plan{.provider = providerOf({.verb = "renew-certs"}), .target = "kubeadm/" + spec.name, .title = say("Core", "Renew the certificates of the cluster {}", spec.name), .spec = std::move(specText)};
    for (const auto &host : cluster->hosts()) {
        if (!host->host().controlPlane)
            continue;
        plan::Step step = renewStep(host);
        if (!plan.steps.empty())
            step.needs = {plan.steps.back().id};
        plan.steps.push_back(std::move(step));
    }
    plan::Step own = kubeconfigStep(cluster); // the administrator's was renewed too
    own.needs = {plan.steps.back().id};
    plan.steps.push_back(std::move(own));
    retryAll(plan);
    return plan;
}

} // namespace timonier::kubeadm
