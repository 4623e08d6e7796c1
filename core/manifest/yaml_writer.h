// JSON as YAML, laid out as kubectl does it. Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace timonier {

// Ends with a line feed. Each line but the first begins with `indent` blanks, as an item of a list needs it. Every text
// comes back as the same text from a YAML 1.1 reader, which is what Kubernetes has.
std::string yamlText(const nlohmann::ordered_json &value, std::size_t indent = 0);

} // namespace timonier
