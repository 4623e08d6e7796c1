// A file or a folder of this computer put into a container, by a shell there. Blocking; a plan's step or a thread of its own.
//
// It is written beside its place under a name of its own, and takes its final name in one step, when every byte has
// arrived: whatever is cut, killed or full in the middle, nobody ever finds half of it under the final name. A folder goes as a tar
// archive, unpacked as it comes, and its files are compared by their sums before it takes its name.
#pragma once

#include "kube/exec.h"
#include "kube/file_tree.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace timonier {

struct Upload {
    std::string ns;
    std::string pod;
    std::string container{};            // empty: the pod's only or default one
    std::filesystem::path file;         // here; or a folder
    std::string target;                 // there: a path, or a folder that exists and takes it under its own name
    bool replaces = false;              // what stands at the path goes, be it a folder: nothing is put into it
    // Bytes sent, of so many; on a thread of its own, often.
    std::function<void(std::uint64_t sent, std::uint64_t total)> progress{};
    StreamTimes times{};
};

struct Uploaded {
    std::uint64_t bytes = 0;
    std::string path{};                 // where it lies now
    std::string sha256{};               // in hex; of a folder as FileTree has it
    bool compared = false;              // the container has sha256sum, and it says the same
};

// Errors: Io (the file cannot be read, or changed meanwhile), Conflict (a folder stands there already, and is not to be replaced), Unsupported
// (the image has no shell, or no tar), Process (the shell failed: its words are in the message), those of readTree(), execute().
Result<Uploaded> upload(const StreamAccess &access, const Upload &what, std::stop_token stop);

} // namespace timonier
