// What helm prints with --output json, and the little that it prints otherwise. Pure; any thread. Errors: Protocol, for what cannot be it.
#pragma once

#include "helm/helm.h"

namespace timonier::helm {

Result<std::vector<Release>> readReleases(const std::string &json);                               // helm list
Result<std::vector<Release>> readHistory(const ReleaseName &release, const std::string &json);    // helm history
Result<Release> readInstalled(const std::string &json);                                           // helm upgrade
std::vector<std::string> readKept(const std::string &text);                                       // helm uninstall: "[ConfigMap] a"

} // namespace timonier::helm
