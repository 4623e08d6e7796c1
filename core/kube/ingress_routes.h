// Where ingresses lead: the backends that their rows do not hold. Pure; any thread.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace timonier {

struct IngressRoute {
    std::string host{};     // empty: every one
    std::string path{};     // empty: every one
    std::string service{};  // empty: the backend is no service
    std::string port{};     // number or name
    bool operator==(const IngressRoute &) const = default;
};

struct IngressRoutes {
    std::string name;
    std::vector<IngressRoute> routes; // the default backend last, without host and path
    bool operator==(const IngressRoutes &) const = default;
};

// From an IngressList's JSON (networking.k8s.io/v1). Errors: Protocol (no JSON object).
Result<std::vector<IngressRoutes>> readIngressRoutes(std::string_view json);

} // namespace timonier
