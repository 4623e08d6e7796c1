// What a new cluster gets beside its pod network, as the spec's `features` names it.
#pragma once

#include "base/result.h"

#include <stop_token>
#include <string>

namespace timonier::kubeadm {

// Its manifest. Errors: those of download(), Unsupported (no such feature).
Result<std::string> featureManifest(const std::string &feature, std::stop_token stop);

// An object that is there when the feature is: {"namespace", "kind/name"}.
std::pair<std::string, std::string> featureObject(const std::string &feature);

std::string featureTitle(const std::string &feature);

} // namespace timonier::kubeadm
