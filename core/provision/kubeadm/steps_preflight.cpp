#include "provision/kubeadm/steps.h"

#include "base/say.h"
#include "provision/kubeadm/look.h"

#include <algorithm>

namespace timonier::kubeadm {

namespace {

using plan::PartState;
using plan::StepContext;

void tell(const std::vector<form::Check> &checks, StepContext &context)
{
    std::string subject;
    for (const form::Check &check : checks) {
        if (check.state != form::CheckState::Bad && check.state != form::CheckState::Careful)
            continue;
        if (check.subject != subject)
            context.print((subject = check.subject) + "\n");
        context.print(fmt::format("  {} {}: {}{}{}\n", check.state == form::CheckState::Bad ? "✗" : "!", check.title, check.words, check.why.empty() ? "" : ". ", check.why));
    }
}

} // namespace

plan::Step preflightStep(const Cluster &cluster)
{
    return {.id = "preflight", .title = say("Core", "Look at the hosts"), .estimate = plan::Span(3'000), .retry = {.attempts = 3, .pause = plan::Span(2'000)},
            .check = [cluster](StepContext &context) -> Result<bool> { // all of them were begun: they passed
                for (const auto &host : cluster->hosts())
                    if (!TRY(context.find(recordKind, host->name())))
                        return false;
                return true;
            },
            .apply = [cluster](StepContext &context) -> Result<> {
                for (const auto &host : cluster->hosts())
                    context.part(host->name(), host->name(), PartState::Running);
                const auto seen = [&context](const HostLook &host) {
                    const std::string name = shown(host.host);
                    context.part(name, name, host.error ? PartState::Failed : PartState::Running, host.error ? host.error->text() : host.facts->os.name);
                };
                const Looked looked = TRY(look(*cluster, seen, context.stop()));
                const auto checks = preflight(cluster->spec(), looked);
                tell(checks, context);
                for (const HostLook &host : looked.hosts) {
                    const std::string name = shown(host.host);
                    const auto bad = std::ranges::find_if(checks, [&](const form::Check &check) { return check.subject == name && check.state == form::CheckState::Bad; });
                    context.part(name, name, bad == checks.end() ? PartState::Done : PartState::Failed, bad == checks.end() ? std::string() : bad->title + ": " + bad->words);
                }
                if (auto no = form::refusal(checks, say("Core", "a host is not ready to become a node"))) {
                    // Where nothing but connections failed, another try may be all it takes.
                    const bool passes = std::ranges::all_of(checks, [](const form::Check &check) { return check.state != form::CheckState::Bad || check.id == "reach"; }) &&
                                        std::ranges::all_of(looked.hosts, [](const HostLook &host) { return !host.error || host.error->kind == ErrorKind::Unreachable; });
                    if (passes)
                        no->kind = ErrorKind::Unreachable;
                    return std::unexpected(*no);
                }
                return {};
            }};
}

} // namespace timonier::kubeadm
