// What else would go if a namespace or a definition went. Blocking: worker threads only.
#pragma once

#include "base/result.h"
#include "kube/object_ref.h"
#include "kube/transport.h"

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace timonier {

// Objects in this Namespace, or of this CustomResourceDefinition, that do not bear `setLabel` and are nobody's property (made by hand
// or by another tool), in words: "3 configmaps (a, b, c), 1 deployments.apps (web)". Empty: there is none, or `ref` is of another
// kind. Not counted: what every namespace has, what a controller made (an owner, or the certificate that a Secret was issued for), and
// `leavings`: what the applications of the set make themselves, as "secrets/cert-manager-webhook-ca".
Result<std::string> othersIn(Transport &transport, const ObjectRef &ref, std::string_view json, const std::string &setLabel, const std::vector<std::string> &leavings, std::stop_token stop);

} // namespace timonier
