#include "net/archive.h"

#include "base/paths.h"
#include "base/say.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

namespace timonier {

class ArchiveReader
{
public:
    ArchiveReader(const std::string &name, const ArchiveLimits &limits, std::stop_token stop)
        : m_name(name), m_limits(limits), m_stop(std::move(stop)), m_archive(archive_read_new(), archive_read_free)
    {
        // These and no other: libarchive also knows formats that have never met an attacker.
        archive_read_support_format_tar(m_archive.get());
        archive_read_support_format_zip(m_archive.get());
        archive_read_support_filter_gzip(m_archive.get());
        archive_read_support_filter_xz(m_archive.get());
        archive_read_support_filter_zstd(m_archive.get());
    }

    archive *handle() { return m_archive.get(); }

    Result<> run(int opened, const ArchiveVisitor &visit)
    {
        if (opened != ARCHIVE_OK)
            return std::unexpected(damaged());
        std::size_t entries = 0;
        for (archive_entry *entry = nullptr;;) {
            const int next = archive_read_next_header(m_archive.get(), &entry);
            if (next == ARCHIVE_EOF)
                // A text of any kind is an archive without entries, to libarchive.
                return entries ? Result<>() : std::unexpected(placed({.kind = ErrorKind::Protocol, .message = say("Core", "{} is no archive, or an empty one", m_name)}));
            if (next < ARCHIVE_WARN)
                return std::unexpected(damaged());
            if (m_stop.stop_requested())
                return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
            if (++entries > m_limits.entries)
                return std::unexpected(placed({.kind = ErrorKind::TooLarge, .message = say("Core", "{} has more than {} entries", m_name, m_limits.entries)}));
            ArchiveEntry shown;
            shown.m_path = TRY(pathOf(entry));
            shown.m_file = archive_entry_filetype(entry) == AE_IFREG && !archive_entry_hardlink(entry);
            shown.m_reader = this;
            m_entry = shown.m_path;
            if (shown.m_path.empty())
                continue; // the folder itself
            if (auto visited = visit(shown); !visited)
                return std::unexpected(placed(std::move(visited).error()));
            m_entry.clear();
        }
    }

    Result<> read(const std::function<Result<>(std::string_view)> &sink)
    {
        std::array<char, 64 * 1024> piece{};
        for (;;) {
            if (m_stop.stop_requested())
                return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
            const la_ssize_t size = archive_read_data(m_archive.get(), piece.data(), piece.size());
            if (size == 0)
                return {};
            if (size < 0)
                return std::unexpected(damaged());
            m_bytes += static_cast<std::uint64_t>(size);
            if (m_bytes > m_limits.bytes)
                return fail(ErrorKind::TooLarge, say("Core", "{} unpacks to more than {} MB", m_name, m_limits.bytes >> 20));
            TRY(sink({piece.data(), static_cast<std::size_t>(size)}));
        }
    }

private:
    Error damaged()
    {
        const char *words = archive_error_string(m_archive.get());
        return placed({.kind = ErrorKind::Protocol, .message = say("Core", "{} is no archive, or damaged: {}", m_name, words ? words : "?"),
                       .hint = say("Core", "Get it anew: it may have been cut off on the way.")});
    }

    Error placed(Error error) const
    {
        const auto has = [&](std::string_view key) { return std::ranges::any_of(error.context, [&](const auto &pair) { return pair.first == key; }); };
        if (!has("archive"))
            error.context.emplace_back("archive", m_name);
        if (!m_entry.empty() && !has("entry"))
            error.context.emplace_back("entry", m_entry);
        return error;
    }

    Result<std::string> pathOf(archive_entry *entry) const
    {
        // As UTF-8 where the archive says what it is; else the bytes as they are.
        const char *raw = archive_entry_pathname_utf8(entry);
        if (!raw)
            raw = archive_entry_pathname(entry);
        std::string given = raw ? raw : "";
        std::ranges::replace(given, '\\', '/');
        std::string path;
        const bool absolute = given.starts_with('/') || (given.size() > 1 && given[1] == ':');
        for (std::size_t begin = 0; !absolute && begin < given.size();) {
            const std::size_t end = std::min(given.find('/', begin), given.size());
            const std::string_view part = std::string_view(given).substr(begin, end - begin);
            begin = end + 1;
            if (part == "..")
                return leadsOut(given);
            if (!part.empty() && part != ".")
                path.append(path.empty() ? "" : "/").append(part);
        }
        return absolute ? leadsOut(given) : Result<std::string>(std::move(path));
    }

    Result<std::string> leadsOut(const std::string &path) const
    {
        return std::unexpected(placed({.kind = ErrorKind::Invalid, .message = say("Core", "{} has an entry that leads out of it: {}", m_name, path),
                                       .hint = say("Core", "Do not use this archive.")}));
    }

    const std::string &m_name;
    const ArchiveLimits m_limits;
    const std::stop_token m_stop;
    const std::unique_ptr<archive, decltype(&archive_read_free)> m_archive;
    std::uint64_t m_bytes = 0;
    std::string m_entry;
};

Result<> ArchiveEntry::read(const std::function<Result<>(std::string_view)> &sink) const { return m_reader->read(sink); }

bool isArchiveName(std::string_view name)
{
    std::string small(name);
    std::ranges::transform(small, small.begin(), [](unsigned char c) { return c < 128 ? static_cast<char>(std::tolower(c)) : static_cast<char>(c); });
    return std::ranges::any_of(std::array{".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.zst", ".zip"}, [&](const char *end) { return small.ends_with(end); });
}

Result<> readArchive(const std::filesystem::path &file, const std::string &name, const ArchiveLimits &limits, const ArchiveVisitor &visit, std::stop_token stop)
{
    ArchiveReader reader(name, limits, std::move(stop));
#ifdef _WIN32
    const int opened = archive_read_open_filename_w(reader.handle(), file.c_str(), 64 * 1024);
#else
    const int opened = archive_read_open_filename(reader.handle(), file.c_str(), 64 * 1024);
#endif
    return reader.run(opened, visit);
}

Result<> readArchiveBytes(std::string_view bytes, const std::string &name, const ArchiveLimits &limits, const ArchiveVisitor &visit, std::stop_token stop)
{
    ArchiveReader reader(name, limits, std::move(stop));
    return reader.run(archive_read_open_memory(reader.handle(), bytes.data(), bytes.size()), visit);
}

} // namespace timonier
