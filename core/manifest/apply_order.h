// What must be there before what: a graph made from what the objects say, not a list of kinds. Pure; any thread.
#pragma once

#include "manifest/manifest_object.h"

#include <functional>
#include <string>
#include <vector>

namespace timonier {

struct ApplyOrder {
    std::vector<std::vector<std::size_t>> needs{};   // of each object: those that must be there, and settled, before it is sent
    std::vector<bool> settles{};                     // somebody waits until it is more than kept: Established, Active, served
    std::vector<int> rank{};                         // of what may go, the smaller first: what takes long, or much hangs on
};

// "pods" for (“”, "Pod"): as the server names kinds in its paths. Empty where it is not known.
using PluralOf = std::function<std::string(const std::string &group, const std::string &kind)>;

// Namespaces in `objects` are those that will be used (a default has been filled in).
//   in a namespace -> the Namespace            custom resource -> its definition, or the APIService of its group
//   pods -> service account, config, secrets, claims, the Certificate that makes a Secret       binding -> role, accounts
//   webhook, APIService -> its Service and what makes the pods behind it        what a webhook intercepts -> the webhook
// The last never for what the webhook itself hangs on: so there is no circle.
ApplyOrder applyOrder(const std::vector<ManifestObject> &objects, const PluralOf &pluralOf);

} // namespace timonier
