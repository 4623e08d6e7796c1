#include "kube/service_health.h"

#include "kube/node_load.h"
#include "kube/row_store.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace timonier {

namespace {

std::string joined(std::string_view ns, std::string_view name)
{
    return std::string(ns).append("/").append(name);
}

std::string_view linked(const Row &row, Relation relation)
{
    const auto it = std::ranges::find(row.links, relation, &Link::relation);
    return it == row.links.end() ? std::string_view{} : it->value;
}

std::string_view textOf(const Row &row, std::size_t cell)
{
    return cell < row.cells.size() ? row.cells[cell].text : std::string_view{};
}

// Calls each(part) for the parts between commas.
template <class Each>
void split(std::string_view list, Each each)
{
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        each(list.substr(0, comma));
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
}

// "http:8080/TCP,…" names that port, for that protocol.
bool hasPort(std::string_view ports, std::string_view name, std::string_view protocol)
{
    bool found = false;
    split(ports, [&](std::string_view port) {
        const std::size_t colon = port.find(':');
        found = found
            || (colon != port.npos && port.substr(0, colon) == name && port.substr(port.find('/') + 1) == protocol);
    });
    return found;
}

} // namespace

ServiceCheck::ServiceCheck(const Columns &serviceColumns, const Columns &sliceColumns, const Rows &slices,
                           const Columns &podColumns, const Rows *pods)
    : m_type(cellOf(serviceColumns, "type")), m_targetPorts(cellOf(serviceColumns, "target-ports")),
      m_addressType(cellOf(sliceColumns, "addresstype")), m_ready(cellOf(sliceColumns, "ready")),
      m_podPorts(cellOf(podColumns, "ports")), m_pods(pods)
{
    for (const auto &[uid, slice] : slices) {
        const std::string_view service = linked(*slice, Relation::Service);
        if (service.empty())
            continue;
        Behind &behind = m_behind[joined(slice->ns, service)];
        const std::string_view ready = textOf(*slice, m_ready); // "2/3"
        std::int64_t some = 0, all = 0;
        const char *const end = ready.data() + ready.size();
        const auto [slash, error] = std::from_chars(ready.data(), end, some);
        if (error == std::errc() && slash != end)
            std::from_chars(slash + 1, end, all);
        const int family = textOf(*slice, m_addressType) == "IPv6" ? 1 : 0;
        behind.ready[family] += some;
        behind.total[family] += all;
        for (const Link &link : slice->links) {
            if (link.relation == Relation::Target)
                behind.targets.push_back(link.value);
        }
    }
}

// Pods that carry the first label of the selector. Made for all pods by the first question: most services need none.
const std::vector<const Row *> &ServiceCheck::candidates(std::string_view ns, std::string_view selector)
{
    if (!std::exchange(m_labelled, true)) {
        for (const auto &[uid, pod] : *m_pods)
            split(pod->labels, [&](std::string_view label) { m_byLabel[joined(pod->ns, label)].push_back(pod.get()); });
    }
    static const std::vector<const Row *> none;
    const auto it = m_byLabel.find(joined(ns, selector.substr(0, selector.find(','))));
    return it == m_byLabel.end() ? none : it->second;
}

std::vector<const Row *> ServiceCheck::podsBehind(const Row &service, std::string_view selector, const Behind *behind)
{
    std::vector<const Row *> pods;
    if (behind) {
        for (const std::string_view target : behind->targets) {
            if (const auto it = m_pods->find(Uid::of(target)); it != m_pods->end())
                pods.push_back(it->second.get());
        }
    }
    if (!pods.empty())
        return pods;
    for (const Row *pod : candidates(service.ns, selector)) {
        if (labelsMatch(pod->labels, selector))
            pods.push_back(pod);
    }
    return pods;
}

ServiceHealth ServiceCheck::of(const Row &service)
{
    using State = ServiceHealth::State;
    ServiceHealth health;
    if (textOf(service, m_type) == "ExternalName") {
        health.state = State::Elsewhere;
        return health;
    }
    const auto known = m_behind.find(joined(service.ns, service.name));
    const Behind *behind = known == m_behind.end() ? nullptr : &known->second;
    if (behind) {
        const int family = behind->total[1] > behind->total[0] ? 1 : 0;
        health.ready = behind->ready[family];
        health.total = behind->total[family];
    }
    const std::string_view selector = linked(service, Relation::Selector);
    if (m_pods && !selector.empty()) {
        const bool named = std::ranges::any_of(textOf(service, m_targetPorts), [](char c) { return c >= 'a' && c <= 'z'; });
        if (health.total == 0 || named) {
            const std::vector<const Row *> pods = podsBehind(service, selector, behind);
            if (pods.empty() && health.total == 0) {
                health.state = State::NoPod;
                return health;
            }
            split(textOf(service, m_targetPorts), [&](std::string_view target) {
                const std::size_t slash = target.find('/');
                const std::string_view name = target.substr(0, slash);
                const std::string_view protocol = slash == target.npos ? "TCP" : target.substr(slash + 1);
                const bool number = std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
                if (number || pods.empty() || !health.port.empty())
                    return;
                if (std::ranges::none_of(pods, [&](const Row *pod) { return hasPort(textOf(*pod, m_podPorts), name, protocol); }))
                    health.port = name;
            });
            if (!health.port.empty()) {
                health.state = State::NoSuchPort;
                return health;
            }
            if (health.total == 0) {
                health.state = State::NoneReady;
                return health;
            }
        }
    }
    health.state = health.total == 0             ? State::NoEndpoint
                 : health.ready == 0             ? State::NoneReady
                 : health.ready < health.total ? State::SomeReady
                                                 : State::Ready;
    return health;
}

} // namespace timonier
