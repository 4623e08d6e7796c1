// What an upgrade would change: in the values, and object by object. Pure; any thread. What may be a password is masked.
#pragma once

#include "helm/helm.h"
#include "manifest/manifest_object.h"

namespace timonier::helm {

// As `diff -u` writes it, after both were brought into one order; "" where they mean the same. Values whose keys sound like secrets are
// "***", "*** (before)" and "*** (after)". Errors: Invalid: one of the two is no YAML map; line and column in the context.
Result<std::string> valuesDiff(const std::string &before, const std::string &after);

struct ObjectDiff {
    enum What { Added, Changed, Removed, Same } what = Same;
    ObjectRef ref{};
    std::string diff{};                  // as `diff -u`; Secrets masked
};
// In the order of `after`, then what is gone. Errors: those of readManifests().
Result<std::vector<ObjectDiff>> manifestDiff(const ManifestText &before, const ManifestText &after);

} // namespace timonier::helm
