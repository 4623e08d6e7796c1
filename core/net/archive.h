// What lies in a .tar, .tar.gz, .tar.xz, .tar.zst or .zip: entry by entry, nothing is written anywhere.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

namespace timonier {

// Small archives may unpack to terabytes: these hold for what comes out.
struct ArchiveLimits {
    std::uint64_t bytes = 1u << 30;      // of all entries that are read, together
    std::size_t entries = 100'000;       // of any type
};

// One entry, as long as the visitor is in it.
class ArchiveEntry
{
public:
    // Relative, with slashes, without "." and "..": "release/crds/a.yaml".
    const std::string &path() const { return m_path; }
    bool isFile() const { return m_file; } // else a folder, a link or a device
    // The bytes, in pieces. At most once. Errors: Protocol (the archive is damaged), TooLarge, those of `sink`.
    Result<> read(const std::function<Result<>(std::string_view)> &sink) const;

private:
    friend class ArchiveReader;
    std::string m_path;
    bool m_file = false;
    class ArchiveReader *m_reader = nullptr;
};

using ArchiveVisitor = std::function<Result<>(const ArchiveEntry &)>;

// By the name: what readArchive() is for.
bool isArchiveName(std::string_view name);

// Calls `visit` for every entry, in the archive's order; its error ends it. `name`: what the archive is called in errors. Blocks.
// Errors: Protocol (no archive, damaged, cut off, encrypted), Invalid (an entry whose path leads out of the archive: whoever
// wrote it means harm), TooLarge (the limits), Io, Cancelled; with "archive" and, where it is known, "entry" in the context.
Result<> readArchive(const std::filesystem::path &file, const std::string &name, const ArchiveLimits &limits, const ArchiveVisitor &visit, std::stop_token stop);
Result<> readArchiveBytes(std::string_view bytes, const std::string &name, const ArchiveLimits &limits, const ArchiveVisitor &visit, std::stop_token stop);

} // namespace timonier
