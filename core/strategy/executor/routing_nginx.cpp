// ingress-nginx (retired in March 2026, and still in many clusters): a second Ingress of the same hosts and paths, marked as canary by
// nginx.ingress.kubernetes.io/canary-…; mirroring by an annotation of the first.
#include "strategy/executor/routing.h"

namespace timonier::rollout {

namespace {

const std::string prefix = "nginx.ingress.kubernetes.io/";

bool isBackend(const Json &backend, const std::vector<std::string> &services)
{
    return std::ranges::find(services, textAt(backend, "/service/name")) != services.end();
}

bool isNginx(const Json &ingress)
{
    const Json &notes = jsonAt(ingress, "/metadata/annotations");
    const std::string legacy = notes.is_object() ? notes.value("kubernetes.io/ingress.class", "") : "";
    return textAt(ingress, "/spec/ingressClassName") == "nginx" || legacy == "nginx";
}

} // namespace

bool leadsNginx(const Json &ingress, const std::vector<std::string> &services)
{
    if (!isNginx(ingress))
        return false;
    for (const Json &rule : jsonAt(ingress, "/spec/rules"))
        for (const Json &path : jsonAt(rule, "/http/paths"))
            if (isBackend(path["backend"], services))
                return true;
    return false;
}

Json canaryIngress(const Json &ingress, const Wish &wish)
{
    Json notes = jsonAt(ingress, "/metadata/annotations").is_object() ? jsonAt(ingress, "/metadata/annotations") : Json::object();
    notes.erase("kubectl.kubernetes.io/last-applied-configuration");
    notes[prefix + "canary"] = "true";
    notes["timonier.dev/rollout"] = wish.next;
    if (wish.what == Wish::What::Weight) {
        notes[prefix + "canary-weight"] = std::to_string(wish.percent);
    } else if (wish.rule.by == Rule::By::Cookie) {
        // nginx knows "always" and "never" only: whoever sets the cookie sets this.
        notes[prefix + "canary-by-cookie"] = wish.rule.name;
    } else {
        notes[prefix + "canary-by-header"] = headerName(wish.rule);
        const std::string pattern = headerPattern(wish.rule);
        notes[prefix + (pattern.empty() ? "canary-by-header-value" : "canary-by-header-pattern")] = pattern.empty() ? wish.rule.value : pattern;
    }
    Json spec = ingress["spec"];
    spec.erase("defaultBackend");
    Json rules = Json::array();
    for (Json rule : spec.value("rules", Json::array())) {
        Json paths = Json::array();
        for (Json path : jsonAt(rule, "/http/paths")) {
            if (!isBackend(path["backend"], wish.services))
                continue;
            path["backend"]["service"]["name"] = wish.next;
            paths.push_back(path);
        }
        if (paths.empty())
            continue;
        rule["http"]["paths"] = paths;
        rules.push_back(rule);
    }
    spec["rules"] = rules;
    const std::string name = nameOf(ingress);
    return {{"apiVersion", "networking.k8s.io/v1"}, {"kind", "Ingress"},
            {"metadata", {{"name", (name.size() > 240 ? name.substr(0, 240) : name) + "-next"}, {"namespace", wish.ns},
                          {"labels", {{"app.kubernetes.io/managed-by", "timonier"}}}, {"annotations", notes}}},
            {"spec", spec}};
}

Json mirroredIngress(const Json &ingress, const Wish &wish)
{
    Json made = ingress;
    made["metadata"]["annotations"][prefix + "mirror-target"] =
        "http://" + wish.next + "." + wish.ns + ".svc.cluster.local:" + std::to_string(wish.port) + "$request_uri";
    return made;
}

} // namespace timonier::rollout
