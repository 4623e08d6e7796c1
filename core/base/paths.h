// Where this program keeps its files, and the way between UTF-8 and file names. Any thread.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace timonier {

// Windows has no UTF-8 file names: every path of ours goes through these two.
std::filesystem::path toPath(std::string_view utf8);
std::string toUtf8(const std::filesystem::path &path);

std::filesystem::path homeDir();
// Settings a person would miss: ~/.config/timonier, %LOCALAPPDATA%\timonier. Not created.
std::filesystem::path configDir();
// What can be made anew: ~/.cache/timonier. Not created.
std::filesystem::path cacheDir();
// Journals and ledgers: ~/.local/share/timonier. Not created.
std::filesystem::path dataDir();

} // namespace timonier
