#include "kube/port_target.h"

#include "base/say.h"
#include "kube/fetch.h"
#include "kube/scope.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace timonier {

namespace {

using Json = nlohmann::json;

struct Forwardable {
    std::string_view kind;
    std::string_view group; // "/api/v1", "/apis/apps/v1"
};
constexpr std::array<Forwardable, 7> forwardable{{{"pods", "/api/v1"}, {"services", "/api/v1"}, {"deployments", "/apis/apps/v1"},
    {"statefulsets", "/apis/apps/v1"}, {"daemonsets", "/apis/apps/v1"}, {"replicasets", "/apis/apps/v1"}, {"jobs", "/apis/batch/v1"}}};

std::string text(const Json &object, const char *pointer) { return object.value(Json::json_pointer(pointer), std::string()); }

const Json &at(const Json &object, const char *pointer)
{
    static const Json nothing;
    const Json::json_pointer where(pointer);
    return object.contains(where) ? object[where] : nothing;
}

std::string path(std::string_view kind, const std::string &ns, const std::string &name)
{
    const auto known = std::ranges::find(forwardable, kind, &Forwardable::kind);
    std::string made = fmt::format("{}/namespaces/{}/{}", known == forwardable.end() ? "/api/v1" : known->group, percentEncoded(ns), kind);
    return name.empty() ? made : made + "/" + percentEncoded(name);
}

Result<Json> get(Transport &transport, std::string where, std::stop_token stop)
{
    const Response response = TRY(fetch(transport, {.path = std::move(where)}, std::move(stop)));
    Json json = Json::parse(response.body, nullptr, false);
    if (!json.is_object())
        return fail(ErrorKind::Protocol, say("Core", "the server's answer cannot be understood"));
    return json;
}

std::optional<std::uint16_t> number(std::string_view port)
{
    std::uint16_t value = 0;
    const auto [end, problem] = std::from_chars(port.data(), port.data() + port.size(), value);
    return problem == std::errc() && end == port.data() + port.size() && value > 0 ? std::optional(value) : std::nullopt;
}

bool isTcp(const Json &port) { return port.value("protocol", std::string("TCP")) == "TCP"; }

// A LabelSelector (matchLabels, matchExpressions) as the text of a query.
std::string selectorText(const Json &selector)
{
    std::vector<std::string> parts;
    for (const auto &[key, value] : at(selector, "/matchLabels").items())
        parts.push_back(key + "=" + value.get<std::string>());
    for (const Json &one : at(selector, "/matchExpressions")) {
        const std::string key = text(one, "/key");
        const std::string op = text(one, "/operator");
        std::vector<std::string> values;
        for (const Json &value : at(one, "/values"))
            values.push_back(value.get<std::string>());
        const std::string list = "(" + fmt::format("{}", fmt::join(values, ",")) + ")";
        parts.push_back(op == "In" ? key + " in " + list : op == "NotIn" ? key + " notin " + list : op == "Exists" ? key : "!" + key);
    }
    return fmt::format("{}", fmt::join(parts, ","));
}

bool isReady(const Json &pod)
{
    if (pod.contains(Json::json_pointer("/metadata/deletionTimestamp")) || text(pod, "/status/phase") != "Running")
        return false;
    return std::ranges::any_of(at(pod, "/status/conditions"), [](const Json &condition) {
        return text(condition, "/type") == "Ready" && text(condition, "/status") == "True";
    });
}

// Why a pod is not ready, in the words of the server.
std::string whyNotReady(const Json &pod)
{
    std::string why = text(pod, "/status/reason");
    if (pod.contains(Json::json_pointer("/metadata/deletionTimestamp")))
        why = "Terminating";
    for (const char *list : {"/status/initContainerStatuses", "/status/containerStatuses"})
        for (const Json &status : at(pod, list))
            if (const std::string waits = text(status, "/state/waiting/reason"); why.empty() && !waits.empty())
                why = waits;
    for (const Json &condition : at(pod, "/status/conditions"))
        if (why.empty() && text(condition, "/type") == "PodScheduled" && text(condition, "/status") == "False")
            why = text(condition, "/message");
    if (why.empty())
        why = text(pod, "/status/phase") == "Running" ? say("Core", "not ready") : text(pod, "/status/phase");
    return text(pod, "/metadata/name") + ": " + why;
}

std::vector<DeclaredPort> containerPorts(const Json &podSpec)
{
    std::vector<DeclaredPort> ports;
    for (const Json &container : at(podSpec, "/containers"))
        for (const Json &port : at(container, "/ports"))
            if (isTcp(port))
                ports.push_back({port.value("containerPort", std::uint16_t(0)), port.value("name", std::string())});
    return ports;
}

std::string listed(const std::vector<DeclaredPort> &ports)
{
    std::vector<std::string> words;
    for (const DeclaredPort &port : ports)
        words.push_back(port.name.empty() ? std::to_string(port.number) : fmt::format("{} ({})", port.number, port.name));
    return fmt::format("{}", fmt::join(words, ", "));
}

std::unexpected<Error> noSuchPort(const PortTarget &target, const std::vector<DeclaredPort> &ports)
{
    return fail(ErrorKind::NotFound, say("Core", "{} has no TCP port “{}”", target.name, target.port),
                ports.empty() ? say("Core", "It declares none; a number of a pod's port is taken as it is.") : say("Core", "It has: {}", listed(ports)));
}

Result<std::uint16_t> portOf(const Json &pod, const std::string &port, const PortTarget &target)
{
    if (const auto given = number(port)) // need not be declared
        return *given;
    const auto ports = containerPorts(at(pod, "/spec"));
    const auto it = std::ranges::find(ports, port, &DeclaredPort::name);
    if (it == ports.end())
        return noSuchPort(target, ports);
    return it->number;
}

// A field of another type than Kubernetes has it: a proxy's page, another API at this address.
std::unexpected<Error> misread() { return fail(ErrorKind::Protocol, say("Core", "the server's answer cannot be understood")); }

} // namespace

bool canForwardTo(std::string_view kind) { return std::ranges::find(forwardable, kind, &Forwardable::kind) != forwardable.end(); }

Result<PortLookup> PortResolver::find(std::stop_token stop)
{
    const std::scoped_lock lock(m_mutex);
    try {
        Result<PortLookup> lookup = m_target.kind == "pods" ? ofPod(stop) : m_target.kind == "services" ? ofService(stop) : ofWorkload(stop);
        if (lookup && lookup->found)
            m_last = lookup->found->pod;
        return lookup;
    } catch (const Json::exception &) {
        return misread();
    }
}

Result<PortLookup> PortResolver::readyPod(const std::string &selector, const std::string &port, std::stop_token stop)
{
    std::string why, next;
    std::optional<Json> chosen;
    do {
        const std::string query = "?limit=250&labelSelector=" + percentEncoded(selector) + (next.empty() ? "" : "&continue=" + percentEncoded(next));
        const Json list = TRY(get(*m_transport, path("pods", m_target.ns, {}) + query, stop));
        for (const Json &pod : at(list, "/items")) {
            if (isReady(pod)) {
                if (!chosen || text(pod, "/metadata/name") == m_last)
                    chosen = pod;
            } else if (why.empty()) {
                why = whyNotReady(pod);
            }
        }
        next = text(list, "/metadata/continue");
    } while (!next.empty() && !chosen);
    if (!chosen)
        return PortLookup{.reason = why.empty() ? say("Core", "{} has no pod", m_target.name) : why};
    return PortLookup{.found = PodPort{text(*chosen, "/metadata/name"), TRY(portOf(*chosen, port, m_target))}};
}

Result<PortLookup> PortResolver::ofWorkload(std::stop_token stop)
{
    const Json object = TRY(get(*m_transport, path(m_target.kind, m_target.ns, m_target.name), stop));
    const std::string selector = selectorText(at(object, "/spec/selector"));
    if (selector.empty())
        return fail(ErrorKind::Invalid, say("Core", "{} has no pods of its own", m_target.name));
    // A name that is mistyped is told at once, also while no pod is ready.
    if (const auto ports = containerPorts(at(object, "/spec/template/spec"));
        !number(m_target.port) && std::ranges::find(ports, m_target.port, &DeclaredPort::name) == ports.end())
        return noSuchPort(m_target, ports);
    return readyPod(selector, m_target.port, stop);
}

Result<PortLookup> PortResolver::ofPod(std::stop_token stop)
{
    auto pod = get(*m_transport, path("pods", m_target.ns, m_target.name), stop);
    if (!pod && (pod.error().kind != ErrorKind::NotFound || m_ownerPath.empty()))
        return std::unexpected(std::move(pod).error());
    if (pod) {
        for (const Json &owner : at(*pod, "/metadata/ownerReferences"))
            if (std::string kind = text(owner, "/kind"); owner.value("controller", false)) {
                std::ranges::transform(kind, kind.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
                if (canForwardTo(kind + "s"))
                    m_ownerPath = path(kind + "s", m_target.ns, text(owner, "/name"));
            }
        const std::string phase = text(*pod, "/status/phase");
        const bool ends = pod->contains(Json::json_pointer("/metadata/deletionTimestamp")) || phase == "Succeeded" || phase == "Failed";
        if (phase == "Running" && !(ends && !m_ownerPath.empty()))
            return PortLookup{.found = PodPort{m_target.name, TRY(portOf(*pod, m_target.port, m_target))}};
        if (!ends || m_ownerPath.empty())
            return PortLookup{.reason = whyNotReady(*pod)};
    }
    // What replaced it: the pods of its controller, and of the Deployment above that, for a roll-out makes another set.
    const Json owner = TRY(get(*m_transport, m_ownerPath, stop));
    std::string selector = selectorText(at(owner, "/spec/selector"));
    for (const Json &above : at(owner, "/metadata/ownerReferences")) {
        if (text(above, "/kind") == "Deployment") {
            const Json deployment = TRY(get(*m_transport, path("deployments", m_target.ns, text(above, "/name")), stop));
            selector = selectorText(at(deployment, "/spec/selector"));
        }
    }
    return readyPod(selector, m_target.port, stop);
}

Result<PortLookup> PortResolver::ofService(std::stop_token stop)
{
    const Json service = TRY(get(*m_transport, path("services", m_target.ns, m_target.name), stop));
    if (text(service, "/spec/type") == "ExternalName")
        return fail(ErrorKind::Invalid, say("Core", "the service {} is a name for {}: it has no pods", m_target.name, text(service, "/spec/externalName")));
    const Json *wanted = nullptr;
    std::vector<DeclaredPort> ports;
    for (const Json &port : at(service, "/spec/ports")) {
        if (!isTcp(port))
            continue;
        ports.push_back({port.value("port", std::uint16_t(0)), port.value("name", std::string())});
        if (!wanted && (std::to_string(ports.back().number) == m_target.port || (!ports.back().name.empty() && ports.back().name == m_target.port)))
            wanted = &port;
    }
    if (!wanted)
        return noSuchPort(m_target, ports);
    const std::string name = wanted->value("name", std::string());

    // The endpoint slices know which pods are ready, and what a named target port is in each.
    const Result<Json> slices = get(*m_transport, "/apis/discovery.k8s.io/v1/namespaces/" + percentEncoded(m_target.ns)
                                                      + "/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3D" + percentEncoded(m_target.name), stop);
    if (!slices && slices.error().kind != ErrorKind::Forbidden)
        return std::unexpected(slices.error());
    std::optional<PodPort> chosen;
    for (const Json &slice : slices ? at(*slices, "/items") : Json()) {
        for (const Json &port : at(slice, "/ports")) {
            if (port.value("name", std::string()) != name || !isTcp(port) || !port.contains("port"))
                continue;
            for (const Json &endpoint : at(slice, "/endpoints")) {
                const bool ready = endpoint.value(Json::json_pointer("/conditions/ready"), true);
                const std::string pod = text(endpoint, "/targetRef/kind") == "Pod" ? text(endpoint, "/targetRef/name") : std::string();
                if (ready && !pod.empty() && (!chosen || pod == m_last))
                    chosen = PodPort{pod, port["port"].get<std::uint16_t>()};
            }
        }
    }
    if (chosen)
        return PortLookup{.found = chosen};
    const std::string selector = selectorText(Json{{"matchLabels", at(service, "/spec/selector")}});
    if (selector.empty())
        return fail(ErrorKind::Invalid, say("Core", "the service {} leads to no pod", m_target.name),
                    say("Core", "It has no selector: what it leads to lies outside the cluster's pods."));
    const Json &target = wanted->contains("targetPort") ? (*wanted)["targetPort"] : (*wanted)["port"];
    return readyPod(selector, target.is_string() ? target.get<std::string>() : std::to_string(target.get<int>()), stop);
}

Result<std::vector<DeclaredPort>> declaredPorts(Transport &transport, const PortTarget &target, std::stop_token stop)
{
    const Json object = TRY(get(transport, path(target.kind, target.ns, target.name), std::move(stop)));
    try {
        if (target.kind == "pods")
            return containerPorts(at(object, "/spec"));
        if (target.kind != "services")
            return containerPorts(at(object, "/spec/template/spec"));
        std::vector<DeclaredPort> ports;
        for (const Json &port : at(object, "/spec/ports"))
            if (isTcp(port))
                ports.push_back({port.value("port", std::uint16_t(0)), port.value("name", std::string())});
        return ports;
    } catch (const Json::exception &) {
        return misread();
    }
}

} // namespace timonier
