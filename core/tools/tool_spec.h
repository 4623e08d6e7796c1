// The programs that Timonier speaks to, as data: resources/tools/tools.json, and a tools.json of the person's own over it (a mirror,
// another version). Any thread; plain data.
#pragma once

#include "base/result.h"

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace timonier {

// Where one build of a tool lies, and what it must be.
struct ToolFile {
    std::string os{}, arch{};            // "linux", "windows"; "amd64", "arm64"
    std::string url{};                   // https
    std::string sha256{};                // 64 small hexadecimal digits of what the URL gives; or
    std::string sumUrl{};                // where its maker publishes them: only as trustworthy as the server of both
    std::string entry{};                 // the program's path in the archive; empty: the file is the program
};

struct ToolSpec {
    std::string name{};
    std::string version{};               // pinned: "4.2.4"
    std::string least{};                 // the oldest of PATH that is taken
    std::vector<std::string> ask{};      // arguments that make it print its version
    std::string record{};                // where its sums were found
    std::vector<ToolFile> files{};

    const ToolFile *fileFor(std::string_view os, std::string_view arch) const;
};

// `where`: for errors. Errors: Invalid, with the field: a URL that is not https, neither sum nor address of one, no version …
Result<std::vector<ToolSpec>> readToolSpecs(std::string_view json, const std::string &where);
// Those of this program; those of `file` (where it exists) replace the ones of the same name. Errors: Invalid, Io.
Result<std::vector<ToolSpec>> toolSpecs(const std::filesystem::path &file);

// "linux"/"windows" and "amd64"/"arm64", as releases are named.
std::string thisOs();
std::string thisArch();

// The first x.y.z in a text: "v4.2.4", "kind version 0.32.0", but not the one of "go1.26.1". Else the first vx.y, as x.y.0.
std::optional<std::string> versionIn(std::string_view text);
// Whether `version` is `least` or newer; both as versionIn() gives them.
bool isAtLeast(std::string_view version, std::string_view least);

} // namespace timonier
