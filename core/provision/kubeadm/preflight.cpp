#include "provision/kubeadm/preflight_parts.h"

#include "base/say.h"

#include <algorithm>

namespace timonier::kubeadm {

using form::Check;
using form::CheckState;

namespace {

constexpr Part parts[] = {system, rights, processors, memory, disk, swap, cgroups, kernel, runtime, packages, sources, leftOvers, ports, naming, identity, clock, networks, names, firewall, proxy, endpoint, between};

std::string contextOf(const Error &error, std::string_view key)
{
    const auto found = std::ranges::find(error.context, key, [](const auto &pair) -> std::string_view { return pair.first; });
    return found == error.context.end() ? std::string() : found->second;
}

Check reached(const HostLook &look)
{
    Check check{.id = "reach", .title = say("Core", "Reached over ssh"), .state = CheckState::Good, .words = look.facts ? say("Core", "as {}", look.facts->user) : std::string()};
    if (!look.error)
        return check;
    check.state = CheckState::Bad;
    check.words = look.error->text();
    check.why = look.error->hint;
    if (const std::string known = contextOf(*look.error, "known"), offered = contextOf(*look.error, "offered"); !offered.empty())
        check.evidence = known.empty() ? offered : say("Core", "known: {}\noffered: {}", known, offered);
    return check;
}

} // namespace

std::vector<Check> preflight(const Spec &spec, const Looked &looked)
{
    std::vector<Check> all;
    for (const HostLook &look : looked.hosts) {
        const std::string subject = shown(look.host);
        all.push_back(reached(look));
        all.back().subject = subject;
        if (!look.facts)
            continue;
        const At at{.spec = spec, .all = looked, .look = look, .facts = *look.facts, .begun = look.facts->begunFor == spec.name};
        for (const Part part : parts) {
            Check check = part(at);
            if (check.id.empty())
                continue;
            check.subject = subject;
            all.push_back(std::move(check));
        }
    }
    return all;
}

std::string gib(std::uint64_t bytes)
{
    return bytes < (1ull << 30) ? fmt::format("{:.0f} MiB", double(bytes) / double(1ull << 20)) : fmt::format("{:.1f} GiB", double(bytes) / double(1ull << 30));
}

} // namespace timonier::kubeadm
