// Where manifests come from: files, folders with all below them, the standard input.
#pragma once

#include "base/result.h"
#include "manifest/manifest_reader.h"

#include <string>
#include <vector>

namespace timonier {

// Each of `paths`: a file; a folder, of which every *.yaml, *.yml and *.json is read, sorted by path; "-": the standard input.
// Blocks. Errors: NotFound, Io; TooLarge beyond 256 MB together; Invalid for a folder without manifests.
Result<std::vector<ManifestText>> manifestTexts(const std::vector<std::string> &paths);

} // namespace timonier
