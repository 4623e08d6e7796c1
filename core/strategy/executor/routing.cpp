#include "strategy/executor/routing.h"

#include "kube/scope.h"

namespace timonier::rollout {

namespace {

std::string collection(Router router, const std::string &ns)
{
    const std::string tail = "/namespaces/" + percentEncoded(ns);
    switch (router) {
    case Router::Gateway: return "/apis/gateway.networking.k8s.io/v1" + tail + "/httproutes";
    case Router::Istio: return "/apis/networking.istio.io/v1" + tail + "/virtualservices";
    case Router::Nginx: return "/apis/networking.k8s.io/v1" + tail + "/ingresses";
    default: return {};
    }
}

std::string shortened(const std::string &name) { return name.size() > 240 ? name.substr(0, 240) : name; }

// An Ingress that is one of ours already.
bool isCanary(const Json &ingress)
{
    const Json &notes = jsonAt(ingress, "/metadata/annotations");
    return notes.is_object() && notes.value("nginx.ingress.kubernetes.io/canary", "") == "true";
}

} // namespace

Result<Routes> findRoutes(const Api &api, Router router, const std::string &ns, const std::vector<std::string> &services)
{
    Routes routes{.router = router};
    const std::string path = collection(router, ns);
    const auto listed = api.list(path);
    if (!listed) {
        if (listed.error().kind == ErrorKind::NotFound)
            return routes;
        return std::unexpected(listed.error());
    }
    routes.served = true;
    for (Json item : *listed) {
        const bool leads = router == Router::Gateway ? leadsGateway(item, services)
                           : router == Router::Istio ? leadsIstio(item, ns, services)
                                                     : leadsNginx(item, services) && !isCanary(item);
        if (!leads)
            continue;
        routes.found.push_back({{"path", path + "/" + percentEncoded(nameOf(item))}, {"name", nameOf(item)}, {"spec", item["spec"]},
                                {"annotations", item["metadata"].value("annotations", Json::object())}});
    }
    return routes;
}

std::vector<RouteWrite> routed(Router router, const Json &object, const Json &original, const Wish &wish)
{
    // Always from what it was, so that a second step does not build on the first one.
    Json base = object;
    base["spec"] = original["spec"];
    if (router == Router::Gateway)
        return {{original["path"], routedGateway(base, wish)}};
    if (router == Router::Istio)
        return {{original["path"], routedIstio(base, wish)}};
    if (wish.what == Wish::What::Mirror)
        return {{original["path"], mirroredIngress(object, wish)}};
    return {{original["path"].get<std::string>().substr(0, original["path"].get<std::string>().rfind('/')), canaryIngress(base, wish), true}};
}

std::string madePath(Router router, const Json &original, const Wish &wish)
{
    if (router != Router::Nginx || wish.what == Wish::What::Mirror)
        return {};
    const std::string path = original["path"];
    return path.substr(0, path.rfind('/') + 1) + percentEncoded(shortened(original["name"]) + "-next");
}

Json unrouted(Router router, const Json &object, const Json &original, const Wish &wish)
{
    Json back = object;
    if (router == Router::Nginx) {
        if (back["metadata"].contains("annotations"))
            back["metadata"]["annotations"].erase("nginx.ingress.kubernetes.io/mirror-target");
        return back;
    }
    back["spec"] = original["spec"];
    const Json ours = routed(router, back, original, wish).front().object;
    if (ours["spec"] == object["spec"] || object["spec"] == original["spec"])
        return back;
    // Somebody changed it meanwhile: only what leads to the new version's Service goes.
    back = object;
    const auto isNext = [&](const Json &target) {
        const std::string name = router == Router::Gateway ? target.value("name", "") : textAt(target, "/destination/host");
        return name == wish.next || name.starts_with(wish.next + ".");
    };
    const char *rules = router == Router::Gateway ? "rules" : "http", *targets = router == Router::Gateway ? "backendRefs" : "route";
    Json kept = Json::array();
    for (Json rule : back["spec"].value(rules, Json::array())) {
        Json left = Json::array();
        for (const Json &target : rule.value(targets, Json::array()))
            if (!isNext(target))
                left.push_back(target);
        if (left.empty() && !rule.value(targets, Json::array()).empty())
            continue; // a rule of ours
        if (left.size() == 1)
            left[0].erase("weight");
        if (left != rule.value(targets, Json::array()))
            rule[targets] = left;
        if (router == Router::Istio && rule.contains("mirror") && rule["mirror"].value("host", "").starts_with(wish.next)) {
            rule.erase("mirror");
            rule.erase("mirrorPercentage");
        }
        if (rule.contains("filters")) {
            Json filters = Json::array();
            for (const Json &filter : rule["filters"])
                if (textAt(filter, "/requestMirror/backendRef/name") != wish.next)
                    filters.push_back(filter);
            rule["filters"] = filters;
            if (filters.empty())
                rule.erase("filters");
        }
        kept.push_back(rule);
    }
    back["spec"][rules] = kept;
    return back;
}

bool sameRoute(const Json &a, const Json &b)
{
    return a["spec"] == b["spec"] && a["metadata"].value("annotations", Json::object()) == b["metadata"].value("annotations", Json::object());
}

std::string headerName(const Rule &rule)
{
    return rule.by == Rule::By::Cookie ? "Cookie" : rule.by == Rule::By::Device ? "User-Agent" : rule.name;
}

std::string headerPattern(const Rule &rule)
{
    if (rule.by == Rule::By::Device)
        return userAgentPattern(rule.value);
    if (rule.by != Rule::By::Cookie)
        return {};
    std::string escaped;
    for (const char c : rule.value) {
        if (std::string_view(".*+?()[]{}|^$\\").find(c) != std::string_view::npos)
            escaped += '\\';
        escaped += c;
    }
    return "(.*;)?\\s*" + rule.name + "=" + escaped + "\\s*(;.*)?";
}

} // namespace timonier::rollout
