// Routes that lead to the Services of a Deployment, and what they look like while some of the requests go elsewhere: the Gateway API's
// HTTPRoute (gateway.networking.k8s.io/v1), Istio's VirtualService (networking.istio.io/v1), Ingresses of ingress-nginx. Pure functions of
// JSON, but for findRoutes(). Included by the executor's own files only.
#pragma once

#include "strategy/executor/record.h"

#include <functional>

namespace timonier::rollout {

struct Wish {
    enum class What { Weight, Rule, Mirror } what = What::Weight;
    int percent = 0;
    Rule rule;
    std::string ns, next;              // the Service of the new version
    std::vector<std::string> services; // those of the old one
    int port = 80;                     // of the new version's Service, for mirroring
};

// One object that is changed (as it stands, changed), or made.
struct RouteWrite {
    std::string path;          // of the object; of the collection if it is made
    Json object;
    bool made = false;
};

// The kind of each router, its routes in the namespace that lead to one of the services, and what it can do.
struct Routes {
    Router router = Router::Service;
    bool served = false;       // the cluster has the kind
    Json found = Json::array(); // whole objects with their "path"
};
Result<Routes> findRoutes(const Api &api, Router router, const std::string &ns, const std::vector<std::string> &services);

// What is to be written for the wish: of objects as they are now. Setting it twice changes nothing the second time.
std::vector<RouteWrite> routed(Router router, const Json &object, const Json &original, const Wish &wish);
// The object without what routed() put into it: what it was before, unless somebody changed it meanwhile: then only ours goes.
Json unrouted(Router router, const Json &object, const Json &original, const Wish &wish);
// What a router makes of its own beside the route (the canary Ingress), to be removed: the path, or nothing.
std::string madePath(Router router, const Json &original, const Wish &wish);
// The same spec and annotations.
bool sameRoute(const Json &a, const Json &b);

// Each in its own file.
bool leadsGateway(const Json &route, const std::vector<std::string> &services);
Json routedGateway(const Json &route, const Wish &wish);
bool leadsIstio(const Json &route, const std::string &ns, const std::vector<std::string> &services);
Json routedIstio(const Json &route, const Wish &wish);
bool leadsNginx(const Json &ingress, const std::vector<std::string> &services);
Json canaryIngress(const Json &ingress, const Wish &wish);
Json mirroredIngress(const Json &ingress, const Wish &wish);
std::string headerPattern(const Rule &rule); // of the header Cookie or User-Agent; empty: the header's value is exact
std::string headerName(const Rule &rule);

} // namespace timonier::rollout
