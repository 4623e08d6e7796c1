// gateway.networking.k8s.io/v1 HTTPRoute: weights, header matches and RequestMirror. A weight is a share of the sum of its rule's
// (spec.rules.backendRefs.weight); a match with more headers goes before one with fewer (spec.rules.matches).
#include "strategy/executor/routing.h"

namespace timonier::rollout {

namespace {

bool isService(const Json &target, const std::vector<std::string> &services)
{
    return target.value("kind", "Service") == "Service" && target.value("group", "").empty() && !target.contains("namespace") &&
           std::ranges::find(services, target.value("name", "")) != services.end();
}

Json weighted(Json rule, const Wish &wish)
{
    Json targets = Json::array();
    for (Json target : rule["backendRefs"]) {
        const std::int64_t weight = target.value("weight", std::int64_t(1));
        if (!isService(target, wish.services)) {
            target["weight"] = weight * 100;
            targets.push_back(target);
            continue;
        }
        Json next = target;
        target["weight"] = weight * (100 - wish.percent);
        next["name"] = wish.next;
        next["weight"] = weight * wish.percent;
        targets.push_back(target);
        targets.push_back(next);
    }
    rule["backendRefs"] = targets;
    return rule;
}

// The same rule, for those alone whom the A/B rule chooses.
Json chosen(Json rule, const Wish &wish)
{
    const std::string pattern = headerPattern(wish.rule);
    const Json header = {{"type", pattern.empty() ? "Exact" : "RegularExpression"}, {"name", headerName(wish.rule)},
                         {"value", pattern.empty() ? wish.rule.value : pattern}};
    Json matches = Json::array();
    for (Json match : rule.value("matches", Json::array({{{"path", {{"type", "PathPrefix"}, {"value", "/"}}}}}))) {
        match["headers"].push_back(header);
        matches.push_back(match);
    }
    rule["matches"] = matches;
    rule.erase("name"); // unique within a route
    for (Json &target : rule["backendRefs"])
        if (isService(target, wish.services))
            target["name"] = wish.next;
    return rule;
}

Json mirrored(Json rule, const Wish &wish)
{
    for (const Json &target : rule["backendRefs"]) {
        if (!isService(target, wish.services))
            continue;
        Json mirror = {{"backendRef", {{"group", ""}, {"kind", "Service"}, {"name", wish.next}, {"port", target.value("port", wish.port)}}}};
        if (wish.percent < 100)
            mirror["percent"] = wish.percent;
        rule["filters"].push_back({{"type", "RequestMirror"}, {"requestMirror", mirror}});
        break;
    }
    return rule;
}

bool leads(const Json &rule, const std::vector<std::string> &services)
{
    for (const Json &target : rule.value("backendRefs", Json::array()))
        if (isService(target, services))
            return true;
    return false;
}

} // namespace

bool leadsGateway(const Json &route, const std::vector<std::string> &services)
{
    return std::ranges::any_of(jsonAt(route, "/spec/rules"), [&](const Json &rule) { return leads(rule, services); });
}

Json routedGateway(const Json &route, const Wish &wish)
{
    Json made = route;
    Json rules = Json::array();
    for (const Json &rule : jsonAt(route, "/spec/rules")) {
        if (!leads(rule, wish.services)) {
            rules.push_back(rule);
        } else if (wish.what == Wish::What::Rule) {
            rules.push_back(chosen(rule, wish));
            rules.push_back(rule);
        } else {
            rules.push_back(wish.what == Wish::What::Weight ? weighted(rule, wish) : mirrored(rule, wish));
        }
    }
    made["spec"]["rules"] = rules;
    return made;
}

} // namespace timonier::rollout
