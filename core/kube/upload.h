// A file of this computer put into a container, by a shell there. Blocking; a plan's step or a thread of its own.
//
// It is written beside its place under a name of its own, and takes its final name in one step, when every byte has
// arrived: whatever is cut, killed or full in the middle, nobody ever finds half a file under the final name.
#pragma once

#include "kube/exec.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace timonier {

struct FileSum {
    std::uint64_t bytes = 0;
    std::string sha256{};               // in hex
};

// Of a file of this computer, read once. Errors: Io (it is none, or cannot be read), Cancelled.
Result<FileSum> fileSum(const std::filesystem::path &file, std::stop_token stop);

struct Upload {
    std::string ns;
    std::string pod;
    std::string container{};            // empty: the pod's only or default one
    std::filesystem::path file;         // here
    std::string target;                 // there: a path, or a folder that exists
    // Bytes sent, of so many; on a thread of its own, often.
    std::function<void(std::uint64_t sent, std::uint64_t total)> progress{};
    StreamTimes times{};
};

struct Uploaded {
    std::uint64_t bytes = 0;
    std::string path{};                 // where it lies now
    std::string sha256{};               // of the file, in hex
    bool compared = false;              // the container has sha256sum, and it says the same
};

// Errors: Io (the file cannot be read, or changed meanwhile), Unsupported (the image has no shell), Process (the shell failed:
// its words are in the message), those of execute().
Result<Uploaded> upload(const StreamAccess &access, const Upload &what, std::stop_token stop);

} // namespace timonier
