// May this user do that? Asked of the server (SelfSubjectAccessReview), before anything is sent. Blocking: worker threads only.
#pragma once

#include "base/result.h"
#include "kube/transport.h"

#include <stop_token>
#include <string>

namespace timonier {

struct Deed {
    std::string verb{};
    std::string group{}, resource{}, subresource{}; // "pods", "exec"; "*": all
    std::string ns{};                               // empty: of the cluster, or of all namespaces
};

// True where the server does not say: it is not believed to refuse. Errors: those of fetch().
Result<bool> mayDo(Transport &transport, const Deed &deed, std::stop_token stop);

} // namespace timonier
