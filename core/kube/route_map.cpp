#include "kube/route_map.h"

#include "base/say.h"
#include "kube/pod_selector.h"
#include "kube/row_store.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <tuple>
#include <unordered_set>

namespace timonier {

namespace {

using Type = RouteBox::Type;

std::string_view cellOf(std::string_view kindName, const Row &row, std::string_view column)
{
    const std::string_view text = cellAt(row, timonier::cellOf(typedKind(kindName)->columns, column)).text;
    return text == "<none>" ? std::string_view{} : text;
}

std::string_view selectorOf(const Row &row)
{
    for (const Link &link : row.links)
        if (link.relation == Relation::Selector)
            return link.value;
    return {};
}

bool isReady(const Row &pod)
{
    const std::string_view ready = cellOf("pods", pod, "ready");
    const std::size_t slash = ready.find('/');
    return !pod.deleting && slash != ready.npos && ready.substr(0, slash) == ready.substr(slash + 1) && ready.front() != '0';
}

// What has ended is no endpoint and never will be.
bool isFinished(const Row &pod)
{
    static constexpr std::array<std::string_view, 4> words{"Completed", "Succeeded", "Failed", "Evicted"};
    return std::ranges::find(words, cellOf("pods", pod, "status")) != words.end();
}

// Whether the service has such a port; a name is not in its row and is believed.
bool mayHavePort(const Row &service, std::string_view port)
{
    int number = 0;
    if (port.empty() || std::from_chars(port.data(), port.data() + port.size(), number).ptr != port.data() + port.size())
        return true;
    std::string_view ports = cellOf("services", service, "ports");
    while (!ports.empty()) {
        const std::size_t comma = std::min(ports.find(','), ports.size());
        const std::string_view one = ports.substr(0, comma);
        if (one.substr(0, one.find_first_of(":/")) == port)
            return true;
        ports.remove_prefix(std::min(comma + 1, ports.size()));
    }
    return false;
}

class Mapper
{
public:
    Mapper(const RouteFocus &focus, const RouteRows &rows, std::size_t mostPods)
        : m_focus(focus), m_rows(rows), m_mostPods(mostPods), m_kind(focus.kind.resource.name)
    {
    }

    RouteMap map()
    {
        chooseFocusPods();
        std::vector<RowPtr> services = chosenServices();
        std::ranges::sort(services, {}, [](const RowPtr &row) { return row->name; });
        addIngresses(services);
        const std::size_t firstService = m_map.boxes.size();
        for (const RowPtr &service : services)
            addService(*service);
        addMissingServices();
        joinIngresses(firstService);
        for (std::size_t i = 0; i < services.size(); ++i)
            addBehind(*services[i], firstService + i);
        addLonelyPods();
        return std::move(m_map);
    }

private:
    bool focusIs(std::string_view kind) const { return m_kind == kind; }
    bool focusHasPods() const { return !focusIs("services") && !focusIs("ingresses"); }
    std::string ns() const { return std::string(m_focus.row->ns); }

    void find(RouteHealth health, std::string text) { m_map.findings.push_back({health, std::move(text)}); }

    bool belongsToFocus(const Row &pod) const
    {
        if (focusIs("pods"))
            return pod.uid == m_focus.row->uid;
        if (const std::string_view selector = selectorOf(*m_focus.row); !selector.empty())
            return labelsMatch(pod.labels, selector);
        // A selector that is more than equality: by the owner's name (a deployment's pods have a replica set of its name).
        const std::string_view name = m_focus.row->name;
        if (pod.ownerName == name)
            return pod.ownerKind == m_focus.kind.resource.kind;
        return focusIs("deployments") && pod.ownerKind == "ReplicaSet" && pod.ownerName.starts_with(name) &&
            pod.ownerName.size() > name.size() && pod.ownerName[name.size()] == '-' &&
            pod.ownerName.find('-', name.size() + 1) == std::string_view::npos;
    }

    void chooseFocusPods()
    {
        if (!focusHasPods())
            return;
        for (const RowPtr &pod : m_rows.pods)
            if (belongsToFocus(*pod))
                m_focusPods.push_back(pod);
        if (focusIs("pods") && m_focusPods.empty())
            m_focusPods.push_back(m_focus.row); // the list may be later than the row
        for (const RowPtr &pod : m_focusPods)
            m_focusUids.insert(pod->uid);
    }

    const IngressRoutes *focusIngress() const
    {
        const auto it = std::ranges::find(m_rows.ingresses, m_focus.row->name, &IngressRoutes::name);
        return focusIs("ingresses") && it != m_rows.ingresses.end() ? &*it : nullptr;
    }

    RowPtr serviceNamed(std::string_view name) const
    {
        const auto it = std::ranges::find(m_rows.services, name, [](const RowPtr &row) { return row->name; });
        return it == m_rows.services.end() ? nullptr : *it;
    }

    std::vector<RowPtr> chosenServices() const
    {
        std::vector<RowPtr> chosen;
        if (focusIs("services")) {
            const RowPtr newest = serviceNamed(m_focus.row->name);
            return {newest ? newest : m_focus.row};
        }
        if (focusIs("ingresses")) {
            if (const IngressRoutes *ingress = focusIngress()) {
                for (const IngressRoute &route : ingress->routes)
                    if (RowPtr service = serviceNamed(route.service); service && std::ranges::find(chosen, service) == chosen.end())
                        chosen.push_back(std::move(service));
            }
            return chosen;
        }
        for (const RowPtr &service : m_rows.services) {
            const std::string_view selector = selectorOf(*service);
            const auto matches = [&](const RowPtr &pod) { return labelsMatch(pod->labels, selector); };
            // Without pods, the labels that the workload looks for are those that its pods would have.
            if (std::ranges::any_of(m_focusPods, matches) ||
                (m_focusPods.empty() && labelsMatch(selectorOf(*m_focus.row), selector)))
                chosen.push_back(service);
        }
        return chosen;
    }

    void addIngresses(const std::vector<RowPtr> &services)
    {
        for (const IngressRoutes &ingress : m_rows.ingresses) {
            const bool leads = std::ranges::any_of(ingress.routes, [&](const IngressRoute &route) {
                return std::ranges::find(services, route.service, [](const RowPtr &row) { return row->name; }) != services.end();
            });
            const bool isFocus = &ingress == focusIngress();
            if (focusIs("ingresses") ? !isFocus : !leads)
                continue;
            std::string hosts;
            for (const IngressRoute &route : ingress.routes) {
                const std::string host = route.host.empty() ? say("Core", "any host") : route.host;
                if (("," + hosts + ",").find("," + host + ",") == std::string::npos)
                    hosts += (hosts.empty() ? "" : ",") + host;
            }
            m_ingresses.push_back(&ingress);
            m_map.boxes.push_back({.type = Type::Ingress,
                                   .ref = {"networking.k8s.io", "Ingress", ns(), ingress.name},
                                   .title = ingress.name,
                                   .detail = hosts,
                                   .isFocus = isFocus});
        }
        if (focusIs("ingresses") && !m_ingresses.empty() && m_ingresses.front()->routes.empty())
            find(RouteHealth::Careful, say("Core", "This ingress has no rule: it leads nowhere"));
    }

    void addService(const Row &service)
    {
        std::string detail{cellOf("services", service, "type")};
        if (const std::string_view ports = cellOf("services", service, "ports"); !ports.empty())
            detail += (detail.empty() ? "" : " · ") + std::string(ports);
        m_map.boxes.push_back({.type = Type::Service,
                               .ref = {"", "Service", ns(), std::string(service.name)},
                               .title = std::string(service.name),
                               .detail = std::move(detail),
                               .isFocus = focusIs("services")});
    }

    // Services that the ingress of the focus names, and that are not there.
    void addMissingServices()
    {
        const IngressRoutes *ingress = focusIngress();
        if (!ingress || !m_rows.servicesKnown)
            return;
        for (const IngressRoute &route : ingress->routes) {
            const bool known = route.service.empty() || boxNamed(Type::Service, route.service);
            if (known)
                continue;
            m_map.boxes.push_back({.type = Type::Service,
                                   .title = route.service,
                                   .detail = say("Core", "does not exist"),
                                   .health = RouteHealth::Bad,
                                   .exists = false});
            find(RouteHealth::Bad, say("Core", "The ingress names the service {}, which does not exist", route.service));
        }
    }

    std::optional<std::size_t> boxNamed(Type type, std::string_view title) const
    {
        for (std::size_t i = 0; i < m_map.boxes.size(); ++i)
            if (m_map.boxes[i].type == type && m_map.boxes[i].title == title)
                return i;
        return {};
    }

    void joinIngresses(std::size_t firstService)
    {
        for (std::size_t i = 0; i < m_ingresses.size(); ++i) {
            std::map<std::size_t, RouteLine> lines; // by service: several paths are one line
            for (const IngressRoute &route : m_ingresses[i]->routes) {
                const auto to = boxNamed(Type::Service, route.service);
                if (!to || *to < firstService)
                    continue;
                RouteLine &line = lines[*to];
                line.from = i;
                line.to = *to;
                const std::string port = route.port.empty() ? std::string() : say("Core", "port {}", route.port);
                const std::string label = route.path.empty() || port.empty() ? route.path + port : route.path + " " + port;
                if (line.label.find(label) == std::string::npos)
                    line.label += (line.label.empty() ? "" : ", ") + label;
                const RowPtr service = serviceNamed(route.service);
                line.broken = line.broken || !m_map.boxes[*to].exists;
                if (service && !mayHavePort(*service, route.port)) {
                    line.broken = true;
                    m_map.boxes[i].health = RouteHealth::Bad;
                    find(RouteHealth::Bad, say("Core", "The ingress {} asks the service {} for port {}, which it does not have",
                                               m_ingresses[i]->name, route.service, route.port));
                }
            }
            for (auto &[to, line] : lines) {
                RouteHealth &health = m_map.boxes[i].health;
                health = line.broken ? RouteHealth::Bad : std::max(health, RouteHealth::Good);
                m_map.lines.push_back(std::move(line));
            }
        }
    }

    std::vector<RowPtr> podsOf(const Row &service) const
    {
        std::vector<RowPtr> pods;
        for (const RowPtr &pod : m_rows.pods)
            if (labelsMatch(pod->labels, selectorOf(service)) && !isFinished(*pod))
                pods.push_back(pod);
        // The ones that are asked about first, then the ones that need looking at.
        std::ranges::sort(pods, {}, [this](const RowPtr &pod) {
            return std::tuple(!isFocusPod(*pod), isReady(*pod), pod->name);
        });
        return pods;
    }
    bool isFocusPod(const Row &pod) const
    {
        return m_focusUids.contains(pod.uid);
    }

    void addBehind(const Row &service, std::size_t box)
    {
        RouteHealth &health = m_map.boxes[box].health;
        if (cellOf("services", service, "type") == "ExternalName") {
            m_map.boxes.push_back({.type = Type::Elsewhere,
                                   .title = std::string(cellOf("services", service, "external-ip")),
                                   .detail = say("Core", "another name, outside this cluster's pods")});
            m_map.lines.push_back({.from = box, .to = m_map.boxes.size() - 1});
            return;
        }
        if (selectorOf(service).empty())
            return addHandWritten(service, box);
        const std::vector<RowPtr> pods = podsOf(service);
        if (pods.empty()) {
            if (m_rows.podsKnown) {
                health = RouteHealth::Bad;
                lead(box, say("Core", "no pods"));
                find(RouteHealth::Bad, say("Core", "The selector of the service {} matches no pod: {}", service.name, selectorOf(service)));
            }
            return;
        }
        const auto ready = std::ranges::count_if(pods, [](const RowPtr &pod) { return isReady(*pod); });
        const auto all = static_cast<std::ptrdiff_t>(pods.size());
        health = ready == 0 ? RouteHealth::Bad : ready < all ? RouteHealth::Careful : RouteHealth::Good;
        lead(box, say("Core", "{} of {} ready", ready, all));
        if (ready == 0)
            find(RouteHealth::Bad, all == 1 ? say("Core", "The only pod of the service {} is not ready", service.name)
                                            : say("Core", "{} pods match the service {}, and none is ready", all, service.name));
        else if (m_rows.slicesKnown && !hasTargets(service)) {
            health = RouteHealth::Careful;
            find(RouteHealth::Careful,
                 say("Core", "Pods of the service {} are ready, but no endpoint slice lists them", service.name));
        }
        joinPods(pods, box);
    }

    // What matters most comes first: the end may be cut.
    void lead(std::size_t box, const std::string &words)
    {
        std::string &detail = m_map.boxes[box].detail;
        detail = detail.empty() ? words : words + " · " + detail;
    }

    void addHandWritten(const Row &service, std::size_t box)
    {
        bool any = false;
        for (const RowPtr &slice : m_rows.slices) {
            const std::string_view addresses = cellOf("endpointslices", *slice, "endpoints");
            if (!standsFor(*slice, service) || addresses.empty() || addresses == "<unset>")
                continue;
            any = true;
            m_map.boxes.push_back({.type = Type::Elsewhere,
                                   .ref = {"discovery.k8s.io", "EndpointSlice", ns(), std::string(slice->name)},
                                   .title = std::string(addresses),
                                   .detail = say("Core", "addresses written by hand")});
            m_map.lines.push_back({.from = box, .to = m_map.boxes.size() - 1});
        }
        if (!any && m_rows.slicesKnown) {
            m_map.boxes[box].health = RouteHealth::Bad;
            find(RouteHealth::Bad, say("Core", "The service {} has no selector, and nobody has written addresses for it", service.name));
        }
    }

    static bool standsFor(const Row &slice, const Row &service)
    {
        return std::ranges::any_of(slice.links, [&](const Link &link) {
            return link.relation == Relation::Service && link.value == service.name;
        });
    }
    bool hasTargets(const Row &service) const
    {
        return std::ranges::any_of(m_rows.slices, [&](const RowPtr &slice) {
            return standsFor(*slice, service) &&
                std::ranges::any_of(slice->links, [](const Link &link) { return link.relation == Relation::Target; });
        });
    }

    std::size_t podBox(const Row &pod)
    {
        const auto [it, isNew] = m_podBoxes.try_emplace(std::string(pod.name), m_map.boxes.size());
        if (isNew) {
            const std::string_view node = cellOf("pods", pod, "node");
            const std::string_view status = cellOf("pods", pod, "status");
            m_map.boxes.push_back({.type = Type::Pod,
                                   .ref = {"", "Pod", ns(), std::string(pod.name)},
                                   .title = std::string(pod.name),
                                   .detail = node.empty() ? std::string(status) : say("Core", "{} on {}", status, node),
                                   .health = isReady(pod) ? RouteHealth::Good : RouteHealth::Bad,
                                   .isFocus = focusHasPods() && isFocusPod(pod),
                                   .status = std::string(status),
                                   .ready = std::string(cellOf("pods", pod, "ready"))});
        }
        return it->second;
    }

    void joinPods(const std::vector<RowPtr> &pods, std::size_t box)
    {
        // One more than the most is shown, rather than counted.
        const std::size_t shown = pods.size() <= m_mostPods + 1 ? pods.size() : m_mostPods;
        std::string key;
        for (std::size_t i = 0; i < shown; ++i)
            m_map.lines.push_back({.from = box, .to = podBox(*pods[i]), .broken = !isReady(*pods[i])});
        if (shown == pods.size())
            return;
        std::size_t ready = 0;
        for (std::size_t i = shown; i < pods.size(); ++i) {
            ready += isReady(*pods[i]) ? 1u : 0u;
            key.append(pods[i]->name).push_back('/');
        }
        const std::size_t rest = pods.size() - shown;
        const auto [it, isNew] = m_moreBoxes.try_emplace(key, m_map.boxes.size()); // two services may share their pods
        if (isNew)
            m_map.boxes.push_back({.type = Type::MorePods,
                                   .title = say("Core", "{} more pods", rest),
                                   .detail = ready == rest ? say("Core", "all ready") : say("Core", "{} of {} ready", ready, rest),
                                   .health = ready == rest ? RouteHealth::Good : ready ? RouteHealth::Careful : RouteHealth::Bad});
        m_map.lines.push_back({.from = box, .to = it->second, .broken = ready == 0});
    }

    // What is looked at, though no service leads to it.
    void addLonelyPods()
    {
        if (!focusHasPods())
            return;
        if (!m_map.boxes.empty() || !m_rows.servicesKnown)
            return;
        std::size_t shown = 0;
        for (const RowPtr &pod : m_focusPods) {
            if (isFinished(*pod) && !focusIs("pods"))
                continue;
            if (shown++ < m_mostPods)
                podBox(*pod);
        }
        if (shown > m_mostPods)
            m_map.boxes.push_back({.type = Type::MorePods, .title = say("Core", "{} more pods", shown - m_mostPods)});
        find(RouteHealth::None, focusIs("pods") ? say("Core", "No service selects this pod: it has no name to be reached by")
                                                : say("Core", "No service selects these pods: they have no name to be reached by"));
    }

    const RouteFocus &m_focus;
    const RouteRows &m_rows;
    const std::size_t m_mostPods;
    const std::string m_kind;
    std::vector<RowPtr> m_focusPods;
    std::unordered_set<Uid> m_focusUids;
    std::vector<const IngressRoutes *> m_ingresses;
    std::map<std::string, std::size_t> m_podBoxes, m_moreBoxes;
    RouteMap m_map;
};

} // namespace

RouteMap routeMap(const RouteFocus &focus, const RouteRows &rows, std::size_t mostPods)
{
    if (!focus.row)
        return {};
    return Mapper(focus, rows, mostPods).map();
}

} // namespace timonier
