// An entry of the catalogue read from its file: strictly, so that a slip is found where it stands and not when somebody deploys. Any thread.
#pragma once

#include "base/result.h"
#include "catalog/entry.h"

#include <functional>
#include <string>
#include <string_view>

namespace timonier::catalog {

// The text of a file beside the entry's, by the name that the entry says. NotFound, Io.
using SideFile = std::function<Result<std::string>(const std::string &name)>;

// Besides what the file declares, an entry with versions has the parameter "version", and one whose manifests come from elsewhere has
// "source": a folder or file to take in their place.
// Errors: Invalid with file, line and column: no YAML; a field that is not known, with the nearest that is; a value of a wrong type; a
// condition or a ${parameter} that names no parameter; a template that cannot be filled in. Those of `sideFile`.
Result<Entry> readEntry(std::string_view yaml, const std::string &file, const SideFile &sideFile);

// `failures:` alone, as resources/catalog/failures.yaml has it: what may go wrong with any application.
Result<std::vector<KnownFailure>> readFailures(std::string_view yaml, const std::string &file);

} // namespace timonier::catalog
