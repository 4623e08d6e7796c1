// How an application is reached: Services and their ports, who hands out addresses, ingress and gateway classes.
#include "catalog/preflight_parts.h"

#include "catalog/slips.h"
#include "kube/discovery.h"
#include "kube/scope.h"

#include <algorithm>
#include <map>
#include <set>

namespace timonier::catalog {

namespace {

using Json = nlohmann::json;
using form::Check;
using form::CheckState;

class NetworkChecks
{
public:
    NetworkChecks(Transport &transport, const ApplyPlan &plan, const std::vector<SentObject> &objects, std::stop_token stop) : m_transport(transport), m_plan(plan), m_objects(objects), m_stop(std::move(stop)) {}
    Result<std::vector<Check>> run()
    {
        TRY(services());
        TRY(routes());
        return std::move(m_checks);
    }

private:
    void add(Check check) { m_checks.push_back(std::move(check)); }
    Result<std::optional<Json>> listed(const std::string &path, const char *id, const std::string &title) { return listSeen(m_transport, path, id, title, m_checks, m_stop); }

    // Who hands out addresses is told by what it did before, by the cloud, or by its kinds.
    Result<std::string> balancer(const Json &services)
    {
        if (const Json &items = jsonAt(services, "/items"); items.is_array())
            for (const Json &one : items)
                if (textAt(one, "/spec/type") == "LoadBalancer" && jsonAt(one, "/status/loadBalancer/ingress").is_array())
                    return say("Core", "{} in {} has got an address", textAt(one, "/metadata/name"), textAt(one, "/metadata/namespace"));
        if (const auto nodes = TRY(listed("/api/v1/nodes?limit=20", nullptr, {})); nodes)
            if (const Json &items = jsonAt(*nodes, "/items"); items.is_array())
                for (const Json &node : items) {
                    const std::string provider = textAt(node, "/spec/providerID").substr(0, textAt(node, "/spec/providerID").find(':'));
                    for (const char *cloud : {"aws", "azure", "gce", "openstack", "digitalocean", "hcloud", "oci", "ibm", "linode", "vultr", "scaleway"})
                        if (provider == cloud)
                            return say("Core", "the cloud ({}) makes load balancers", provider);
                    if (textAt(node, "/status/nodeInfo/kubeletVersion").find("+k3s") != std::string::npos)
                        return say("Core", "k3s brings its own");
                    if (textAt(node, "/metadata/name") == "docker-desktop")
                        return say("Core", "Docker Desktop gives this computer's own address");
                }
        const Discovery discovery = TRY(discover(m_transport, m_stop));
        for (const char *kind : {"ipaddresspools.metallb.io", "ciliumloadbalancerippools.cilium.io"})
            if (discovery.find(kind))
                return say("Core", "{} are served", kind);
        return std::string();
    }

    Result<> services()
    {
        const auto all = TRY(listed("/api/v1/services", "services", say("Core", "Services")));
        Surroundings around;
        if (all) {
            if (const Json &items = jsonAt(*all, "/items"); items.is_array())
                for (const Json &one : items)
                    if (const Json &ports = jsonAt(one, "/spec/ports"); ports.is_array())
                        for (const Json &port : ports)
                            if (const Json &number = jsonAt(port, "/nodePort"); number.is_number_integer() && number != 0)
                                around.nodePorts.push_back({number.get<int>(), textAt(one, "/metadata/namespace"), textAt(one, "/metadata/name")});
            for (const TakenPort &taken : around.nodePorts) // the range was widened, or such a port could not be
                if (taken.port < around.portsFrom || taken.port > around.portsTo) {
                    around.portsFrom = 1;
                    around.portsTo = 65535;
                }
        }
        around.anyPod = [&](const std::string &ns, const std::map<std::string, std::string> &labels) {
            std::string selector;
            for (const auto &[key, value] : labels)
                selector += (selector.empty() ? "" : ",") + key + "=" + value;
            const auto pods = fetch(m_transport, {.path = "/api/v1/namespaces/" + percentEncoded(ns) + "/pods?limit=1&labelSelector=" + percentEncoded(selector)}, m_stop);
            if (!pods)
                return true; // it is not known
            const Json answer = Json::parse(pods->body, nullptr, false);
            return jsonAt(answer, "/items").is_array() && !jsonAt(answer, "/items").empty();
        };
        for (Check &slip : slipsOf(m_plan.objects, around))
            add(std::move(slip));
        const bool wants = std::ranges::any_of(m_objects, [](const SentObject &one) { return isOf(one.ref, "", "Service") && textAt(one.json, "/spec/type") == "LoadBalancer"; });
        if (!wants || !all)
            return {};
        const std::string who = TRY(balancer(*all));
        add({.id = "load-balancer", .title = say("Core", "Load balancer"), .state = who.empty() ? CheckState::Careful : CheckState::Good, .words = who.empty() ? say("Core", "nothing here is known to hand out addresses") : who,
             .why = who.empty() ? say("Core", "The Service would wait for an address (“<pending>”). With minikube, `minikube tunnel` gives one; on hosts of one's own, MetalLB does; or choose NodePort.") : std::string()});
        return {};
    }

    Result<> routes()
    {
        for (const SentObject &one : m_objects) {
            if (isOf(one.ref, "networking.k8s.io", "Ingress"))
                TRY(classOf(one, "/spec/ingressClassName", "/apis/networking.k8s.io/v1/ingressclasses", "ingressclass.kubernetes.io~1is-default-class", say("Core", "Ingress controller"), "ingress"));
            if (isOf(one.ref, "gateway.networking.k8s.io", "Gateway"))
                TRY(classOf(one, "/spec/gatewayClassName", "/apis/gateway.networking.k8s.io/v1/gatewayclasses", {}, say("Core", "Gateway controller"), "gateway"));
        }
        return {};
    }

    Result<> classOf(const SentObject &one, const char *field, const std::string &path, const std::string &standard, const std::string &title, const char *id)
    {
        const std::string wanted = textAt(one.json, field);
        if (!m_told.insert(id + wanted).second)
            return {};
        const auto classes = TRY(listed(path, id, title));
        if (!classes)
            return {};
        std::vector<std::string> names;
        std::string found;
        if (const Json &items = jsonAt(*classes, "/items"); items.is_array())
            for (const Json &each : items) {
                names.push_back(textAt(each, "/metadata/name"));
                const std::string isStandard = "/metadata/annotations/" + standard;
                if (wanted.empty() ? !standard.empty() && textAt(each, isStandard.c_str()) == "true" : names.back() == wanted)
                    found = names.back();
            }
        Check check{.id = id, .title = title, .state = found.empty() ? CheckState::Bad : CheckState::Good, .words = say("Core", "the class {} is served", found)};
        if (found.empty()) {
            check.words = names.empty() ? say("Core", "there is none") : wanted.empty() ? say("Core", "none of {} is the default", fmt::join(names, ", ")) : say("Core", "there is no class {}; there are {}", wanted, fmt::join(names, ", "));
            check.why = say("Core", "Nobody would carry out {}.", timonier::title(one.ref));
            if (names.empty())
                check.fixes.push_back({.id = "deploy.ingress", .title = say("Core", "Deploy an ingress controller first"), .commands = {"timonierctl app deploy contour"}});
        }
        add(std::move(check));
        return {};
    }

    Transport &m_transport;
    const ApplyPlan &m_plan;
    const std::vector<SentObject> &m_objects;
    const std::stop_token m_stop;
    std::vector<Check> m_checks{};
    std::set<std::string> m_told{};
};

} // namespace

Result<std::vector<Check>> networkChecks(Transport &transport, const ApplyPlan &plan, const std::vector<SentObject> &objects, std::stop_token stop) { return NetworkChecks(transport, plan, objects, std::move(stop)).run(); }

} // namespace timonier::catalog
