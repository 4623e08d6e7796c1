// A tool's file, from a download or a folder, checked and put into the store: STORE/NAME-VERSION/NAME. Used by toolbox.cpp.
#pragma once

#include "tools/toolbox.h"

namespace timonier {

std::filesystem::path storeOf(const ToolOptions &options);
// STORE/NAME-VERSION/NAME (with .exe on Windows), whether it is there or not.
std::filesystem::path programIn(const std::filesystem::path &store, const ToolSpec &spec);

// Into the store. Errors: those of Toolbox::provide().
Result<> installTool(const ToolSpec &spec, const ToolFile &file, const ToolOptions &options, bool offline, const ToolProgress &progress, std::stop_token stop);

} // namespace timonier
