// What helm prints when it fails, as an Error that a person can act on. Pure; any thread.
#pragma once

#include "helm/helm.h"

namespace timonier::helm {

// Kinds: see helm.h. Helm's own words are the cause, without what looks like a secret; a template's file and line are in the context.
Error helmError(const ReleaseName &release, const std::string &printed);

} // namespace timonier::helm
