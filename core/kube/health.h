// How the control plane says it is: /readyz?verbose of the API server, and its version. Blocking: worker threads only.
#pragma once

#include "base/result.h"
#include "kube/transport.h"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace timonier {

struct HealthCheck {
    std::string name;       // "etcd", "poststarthook/rbac/bootstrap-roles" …
    bool good = false;
    std::string reason{};   // the server's own words when it is not
};

struct Health {
    std::string version;    // "v1.36.3"; empty: it could not be read
    std::vector<HealthCheck> checks;
    std::optional<Error> unknown{};   // the checks may not be read, or did not answer
};

// Never fails as a whole: what could not be asked is in `unknown`.
Health readHealth(Transport &transport, std::stop_token stop);

} // namespace timonier
