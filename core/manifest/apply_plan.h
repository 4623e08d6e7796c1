// Objects made ready for one cluster: namespaces filled in, the path of each, what must be there before what; what cannot work is
// found before anything is sent. Blocking: worker threads only.
#pragma once

#include "base/result.h"
#include "kube/transport.h"
#include "manifest/apply_order.h"
#include "manifest/manifest_object.h"

#include <stop_token>
#include <string>
#include <vector>

namespace timonier {

struct ApplyPlan {
    std::vector<ManifestObject> objects{};
    std::vector<std::string> paths{};   // "/apis/apps/v1/namespaces/web/deployments/front"
    std::vector<bool> ownKind{};        // its definition is among the objects: until that is served, its path is unknown to the server
    ApplyOrder order{};
};

// `ns`: for those that name none and need one. Errors: those of discover(); NotFound for a kind that neither the server nor one of
// the objects brings (with file, line and the kind that was probably meant).
Result<ApplyPlan> planApply(Transport &transport, std::vector<ManifestObject> objects, const std::string &ns, std::stop_token stop);

// Asks the server whether this user may create and change all of it (SelfSubjectAccessReview). Forbidden names every kind that is
// not allowed; of `replace` (indices) also whether it may delete. Servers that do not answer the question are not believed to refuse.
Result<> mayApply(Transport &transport, const ApplyPlan &plan, std::stop_token stop, const std::vector<std::size_t> &replace = {});

} // namespace timonier
