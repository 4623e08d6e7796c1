// A YAML document written again so that it means the same: what was quoted stays a text, what was plain stays what it was. For .cpp files.
#pragma once

#include "base/result.h"

#include <string>

#include <yaml-cpp/yaml.h>

namespace timonier {

// TooLarge beyond 64 levels or 200,000 nodes: aliases are written out, and may explode.
Result<std::string> yamlTextOf(const YAML::Node &root);

} // namespace timonier
