// What a bare word of YAML means. As Kubernetes' own reader has it (go-yaml v2 under sigs.k8s.io/yaml, resolve.go): YAML 1.1, so that
// "yes" is a truth and 0644 is 420. Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string_view>

namespace timonier {

// `text` as it stands in the file without quotes. A number that JSON cannot say (.inf, .nan) stays a text.
nlohmann::json yamlScalar(std::string_view text);

} // namespace timonier
