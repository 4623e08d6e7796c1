// What is to be sent from this computer: a file, or a folder with all that lies in it, measured. Blocking; any thread.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace timonier {

struct FileSum {
    std::uint64_t bytes = 0;
    std::string sha256{};               // in hex
};

// Of a file of this computer, read once. Errors: Io (it is none, or cannot be read), Cancelled.
Result<FileSum> fileSum(const std::filesystem::path &file, std::stop_token stop);

struct TreeFile {
    std::string name{};                 // below the folder, with "/": "1/variables/variables.index"; of a file by itself: empty
    std::filesystem::path file{};
    FileSum sum{};
};

struct FileTree {
    bool folder = false;
    std::vector<TreeFile> files{};      // by name, in bytes' order
    FileSum sum{};                      // of a file: its own. Of a folder: all bytes, and the SHA-256 of sums()

    // What `sha256sum` prints of them: a folder is told by it as a file is by its sum.
    std::string sums() const;
};

// Links to files are files. Folders with nothing in them are left out: an object store has no such thing.
// Errors: Io (not there, cannot be read), Invalid (nothing in it; a link to a folder, which may lead in circles; a device; a name that no
// list of sums can hold), TooLarge (more than 20,000 files), Cancelled.
Result<FileTree> readTree(const std::filesystem::path &path, std::stop_token stop);

} // namespace timonier
