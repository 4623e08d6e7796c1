// A file written whole or not at all. Blocking; any thread.
#pragma once

#include "base/result.h"

#include <filesystem>
#include <string_view>

namespace timonier {

// By way of a new file that takes its place, on the disk before this returns. A new file can be read by its owner only (0600); one that was
// there keeps its owner, as far as we may, and its mode. Missing folders are made. Errors: Io (what was there is as it was).
Result<> writeSafely(const std::filesystem::path &path, std::string_view text);

// With all above it; for the owner only. Errors: Io.
Result<> makeFolder(const std::filesystem::path &folder);

} // namespace timonier
