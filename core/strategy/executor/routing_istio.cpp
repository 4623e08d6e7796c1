// networking.istio.io/v1 VirtualService: weights in percent, header matches (RE2, of the whole value), mirror with a percentage. The
// first of the HTTP routes that matches is taken.
#include "strategy/executor/routing.h"

namespace timonier::rollout {

namespace {

bool isHost(const std::string &host, const std::string &ns, const std::vector<std::string> &services)
{
    return std::ranges::any_of(services, [&](const std::string &name) {
        return host == name || host == name + "." + ns || host == name + "." + ns + ".svc" || host == name + "." + ns + ".svc.cluster.local";
    });
}

bool leads(const Json &http, const std::string &ns, const std::vector<std::string> &services)
{
    for (const Json &target : http.value("route", Json::array()))
        if (isHost(textAt(target, "/destination/host"), ns, services))
            return true;
    return false;
}

// The destination of the new version: a subset of the old Service's is none of the new one's.
Json nextOf(Json target, const Wish &wish)
{
    target["destination"]["host"] = wish.next + "." + wish.ns + ".svc.cluster.local";
    target["destination"].erase("subset");
    return target;
}

Json weighted(Json http, const Wish &wish)
{
    // Its weights are whole percents that add up to 100: the new version's share is taken from each of the Service's.
    Json targets = Json::array();
    for (Json target : http["route"]) {
        const std::int64_t weight = target.value("weight", std::int64_t(100));
        if (!isHost(textAt(target, "/destination/host"), wish.ns, wish.services)) {
            targets.push_back(target);
            continue;
        }
        const std::int64_t moved = (weight * wish.percent + 50) / 100;
        Json next = nextOf(target, wish);
        target["weight"] = weight - moved;
        next["weight"] = moved;
        targets.push_back(target);
        targets.push_back(next);
    }
    http["route"] = targets;
    return http;
}

Json chosen(Json http, const Wish &wish)
{
    const std::string pattern = headerPattern(wish.rule);
    std::string name = headerName(wish.rule);
    std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }); // keys are lower case
    Json matches = Json::array();
    for (Json match : http.value("match", Json::array({Json::object()}))) {
        match["headers"][name] = pattern.empty() ? Json{{"exact", wish.rule.value}} : Json{{"regex", pattern}};
        matches.push_back(match);
    }
    http["match"] = matches;
    http.erase("name");
    for (Json &target : http["route"])
        if (isHost(textAt(target, "/destination/host"), wish.ns, wish.services))
            target = nextOf(target, wish);
    return http;
}

} // namespace

bool leadsIstio(const Json &route, const std::string &ns, const std::vector<std::string> &services)
{
    return std::ranges::any_of(jsonAt(route, "/spec/http"), [&](const Json &http) { return leads(http, ns, services); });
}

Json routedIstio(const Json &route, const Wish &wish)
{
    Json made = route;
    Json all = Json::array();
    for (Json http : jsonAt(route, "/spec/http")) {
        if (!leads(http, wish.ns, wish.services)) {
            all.push_back(http);
        } else if (wish.what == Wish::What::Rule) {
            all.push_back(chosen(http, wish));
            all.push_back(http);
        } else if (wish.what == Wish::What::Weight) {
            all.push_back(weighted(http, wish));
        } else {
            http["mirror"] = {{"host", wish.next + "." + wish.ns + ".svc.cluster.local"}};
            http["mirrorPercentage"] = {{"value", wish.percent}};
            all.push_back(http);
        }
    }
    made["spec"]["http"] = all;
    return made;
}

} // namespace timonier::rollout
