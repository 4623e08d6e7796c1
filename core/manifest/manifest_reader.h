// Texts of manifests -> objects. YAML with several documents, JSON, Lists.
#pragma once

#include "base/result.h"
#include "manifest/manifest_object.h"

#include <string>
#include <vector>

namespace timonier {

struct ManifestText {
    std::string name{};                 // the file, for errors; "-" for the standard input
    std::string text{};                 // bytes as they were read
};

// Documents are read on as many threads as the machine has cores. An object that stands twice with the same words is taken once.
// Errors: Invalid with file, line, column, field: no text, syntax, a key twice; an object without apiVersion, kind or name, one
// that stands there twice with different words; TooLarge (the limits of yaml_reader.h, an object beyond the 3 MB that a server takes).
Result<std::vector<ManifestObject>> readManifests(const std::vector<ManifestText> &texts);

} // namespace timonier
