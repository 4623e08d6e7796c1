// An object deleted to be made anew, because a field of it cannot be changed in place. Blocking: worker threads only.
#pragma once

#include "base/result.h"
#include "kube/transport.h"
#include "manifest/manifest_object.h"

#include <optional>
#include <stop_token>
#include <string>

namespace timonier {

// Whether the server refused it because a field cannot be changed: the words differ from kind to kind (apimachinery's validation,
// apps/statefulset, core/pvc and pod, rbac, storage).
bool isImmutable(const Error &error);
// What goes with the object, for the person who is to say yes: pods, data, its own objects.
std::string lostWith(const ObjectRef &ref);

// Asks for it to be deleted, with what it owns (foreground): the one that is there now, not one that somebody makes meanwhile. The
// finalizers of the old one go on holding it: wait with stillThere(). Errors: those of fetch(); not NotFound.
Result<> deleteForReplacement(Transport &transport, const std::string &path, std::stop_token stop);
// Nothing: it is gone. Else what it waits for, in words. Errors: those of fetch().
Result<std::optional<std::string>> stillThere(Transport &transport, const std::string &path, std::stop_token stop);

} // namespace timonier
