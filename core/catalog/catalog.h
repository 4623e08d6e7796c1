// All entries: those that come with Timonier (resources/catalog, compiled in), and the person's own, in a folder. Any thread.
#pragma once

#include "base/result.h"
#include "catalog/entry.h"

#include <filesystem>
#include <string>
#include <vector>

namespace timonier::catalog {

struct Catalog {
    std::vector<Entry> entries{};          // by group, then by title
    std::vector<KnownFailure> failures{};  // that any application may meet
    std::vector<Error> broken{};           // the person's entries that cannot be read; the rest is there

    const Entry *find(std::string_view id) const;
};

// Below `own`: NAME.yaml, with its manifests in NAME/. One with the id of a bundled entry takes its place. A folder that is not there
// is an empty one.
Catalog loadCatalog(const std::filesystem::path &own);
// configDir()/catalog
std::filesystem::path ownCatalog();

// NotFound, with the nearest id.
Result<const Entry *> entryOf(const Catalog &catalog, std::string_view id);

} // namespace timonier::catalog
