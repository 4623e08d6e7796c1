// What can be read of a damaged journal, read. Blocking.
#pragma once

#include "plan/database.h"

namespace timonier::plan {

// Renames the file, and what SQLite keeps beside it, to a name that says when; returns that. Io.
Result<std::filesystem::path> setAside(const std::filesystem::path &file);

// Copies every row of `damaged` that can be read to the tables of `into`; how many. A file of which nothing can be read is none the less
// no error: there is nothing more to lose.
Result<std::size_t> salvage(const std::filesystem::path &damaged, Database &into);

} // namespace timonier::plan
