// kubectl's lock on a kubeconfig: a file "config.lock" that is there while somebody writes (client-go, tools/clientcmd/config.go, lockFile).
#pragma once

#include "base/result.h"

#include <chrono>
#include <filesystem>
#include <stop_token>

namespace timonier {

class FileLock
{
public:
    // Waits for others. Errors: Conflict ("who" in the context: whose it is, since when, and which programs may be at it), Forbidden (no
    // lock can be made there), Cancelled.
    static Result<FileLock> take(const std::filesystem::path &file, std::chrono::milliseconds wait, std::stop_token stop);
    ~FileLock();
    FileLock(FileLock &&other) noexcept;
    FileLock &operator=(FileLock &&) = delete;

private:
    explicit FileLock(std::filesystem::path path) : m_path(std::move(path)) {}
    std::filesystem::path m_path; // empty: moved from
};

} // namespace timonier
