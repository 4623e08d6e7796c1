// What routes to what around one object: ingresses -> services -> pods, and what is broken on the way, in words. Computed
// from rows of the object's namespace. Pure; any thread.
#pragma once

#include "kube/ingress_routes.h"
#include "kube/kind.h"
#include "kube/object_ref.h"
#include "kube/row.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace timonier {

// Rows of the typed kinds, all of the focus' namespace. Nothing is said to be missing from a list that is not known.
struct RouteRows {
    std::vector<RowPtr> services, slices, pods;
    std::vector<IngressRoutes> ingresses;
    bool servicesKnown = true, slicesKnown = true, podsKnown = true;
};

// A service, an ingress, a pod, or a workload with pods.
struct RouteFocus {
    KindSpec kind;
    RowPtr row;
};

enum class RouteHealth : std::uint8_t { None, Good, Busy, Careful, Bad };

struct RouteBox {
    enum class Type : std::uint8_t { Ingress, Service, Pod, MorePods, Elsewhere } type = Type::Pod;
    ObjectRef ref{};               // empty: nothing to go to
    std::string title{};
    std::string detail{};
    RouteHealth health = RouteHealth::None;
    bool exists = true;            // false: an ingress names it, but it is not there
    bool isFocus = false;
    std::string status{};          // of a pod: "Running", "1/2"
    std::string ready{};
};

struct RouteLine {
    std::size_t from = 0, to = 0;  // indexes of boxes
    std::string label{};           // "/api, port 80"
    bool broken = false;           // nothing gets through
};

struct RouteFinding {
    RouteHealth health = RouteHealth::None;
    std::string text;
};

struct RouteMap {
    std::vector<RouteBox> boxes;   // ingresses, then services, then what is behind them
    std::vector<RouteLine> lines;
    std::vector<RouteFinding> findings;
};

// `mostPods`: of one service; those beyond are counted in one box.
RouteMap routeMap(const RouteFocus &focus, const RouteRows &rows, std::size_t mostPods);

} // namespace timonier
