#include "kube/log_buffer.h"

#include "base/say.h"

#include <cerrno>
#include <cstring>
#include <random>

namespace timonier {

namespace {

constexpr std::size_t segments = 8;        // of the spill's size each; the oldest goes as a whole
constexpr std::uint64_t indexEvery = 64;   // the place of each 64th line is remembered, the rest is read past

struct Header {
    std::uint32_t source;
    std::uint32_t bytes;
};

} // namespace

struct LogBuffer::Segment {
    std::filesystem::path path;
    std::FILE *file = nullptr;
    std::uint64_t firstLine = 0;
    std::uint64_t lines = 0;
    long bytes = 0;
    std::vector<long> places;

    ~Segment()
    {
        if (file)
            std::fclose(file);
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
    }
};

LogBuffer::LogBuffer(std::filesystem::path folder, LogLimits limits) : m_folder(std::move(folder)), m_limits(limits) {}

LogBuffer::~LogBuffer() = default;

Result<> LogBuffer::append(std::uint32_t source, std::string_view line)
{
    LogLine kept{source, std::string(line.substr(0, m_limits.lineBytes))};
    if (line.size() > m_limits.lineBytes)
        kept.text += say("Core", " … [{} more bytes of this line]", line.size() - m_limits.lineBytes);
    m_memory += kept.text.size();
    m_recent.push_back(std::move(kept));
    ++m_end;
    Result<> result;
    while (m_memory > m_limits.memoryBytes && m_recent.size() > 1) {
        const LogLine oldest = std::move(m_recent.front());
        m_recent.pop_front();
        m_memory -= oldest.text.size();
        if (Result<> written = spill(oldest); !written) {
            m_segments.clear();
            m_dropped = m_end - m_recent.size();
            result = std::move(written);
        }
    }
    return result;
}

Result<> LogBuffer::spill(const LogLine &line)
{
    const auto whole = static_cast<long>(m_limits.spillBytes / segments);
    const std::uint64_t number = m_end - m_recent.size() - 1;
    if (m_limits.spillBytes == 0) {
        m_dropped = number + 1;
        return {};
    }
    if (m_segments.empty() || m_segments.back()->bytes >= whole) {
        auto segment = std::make_unique<Segment>();
        // Not guessable and opened exclusively: the folder may be shared.
        std::random_device random;
        segment->path = m_folder / fmt::format("log-{:08x}{:08x}-{}.spill", random(), random(), m_nextSegment++);
        segment->firstLine = number;
        segment->file = std::fopen(segment->path.string().c_str(), "w+bx");
        if (!segment->file)
            return fail(ErrorKind::Io, say("Core", "Older log lines cannot be kept: {}", std::strerror(errno)),
                        say("Core", "Make room in {}", m_folder.string()));
        m_segments.push_back(std::move(segment));
        if (m_segments.size() > segments)
            dropOldestSegment();
    }
    Segment &segment = *m_segments.back();
    if (segment.lines % indexEvery == 0)
        segment.places.push_back(segment.bytes);
    const Header header{line.source, static_cast<std::uint32_t>(line.text.size())};
    const bool written = std::fseek(segment.file, segment.bytes, SEEK_SET) == 0 &&
                         std::fwrite(&header, sizeof header, 1, segment.file) == 1 &&
                         std::fwrite(line.text.data(), 1, line.text.size(), segment.file) == line.text.size();
    if (!written)
        return fail(ErrorKind::Io, say("Core", "Older log lines cannot be kept: {}", std::strerror(errno)),
                    say("Core", "Make room in {}", m_folder.string()));
    segment.bytes += static_cast<long>(sizeof header + line.text.size());
    ++segment.lines;
    return {};
}

void LogBuffer::dropOldestSegment()
{
    m_dropped = m_segments.front()->firstLine + m_segments.front()->lines;
    m_segments.pop_front();
}

Result<LogLine> LogBuffer::line(std::uint64_t number)
{
    if (number < m_dropped || number >= m_end)
        return fail(ErrorKind::NotFound, say("Core", "Log line {} is not kept any more", number));
    const std::uint64_t firstRecent = m_end - m_recent.size();
    if (number >= firstRecent)
        return m_recent[static_cast<std::size_t>(number - firstRecent)];
    for (const auto &segment : m_segments) {
        if (number >= segment->firstLine + segment->lines)
            continue;
        const std::uint64_t nth = number - segment->firstLine;
        std::fseek(segment->file, segment->places[static_cast<std::size_t>(nth / indexEvery)], SEEK_SET);
        for (std::uint64_t skip = nth % indexEvery;; --skip) {
            Header header{};
            if (std::fread(&header, sizeof header, 1, segment->file) != 1)
                break;
            if (skip) {
                std::fseek(segment->file, header.bytes, SEEK_CUR);
                continue;
            }
            LogLine line{header.source, std::string(header.bytes, '\0')};
            if (std::fread(line.text.data(), 1, header.bytes, segment->file) != header.bytes)
                break;
            return line;
        }
        break;
    }
    return fail(ErrorKind::Io, say("Core", "Log line {} cannot be read back from the disk", number));
}

// False: the visitor has had enough.
bool LogBuffer::visitSegment(Segment &segment, std::uint64_t &number, const Visit &visit)
{
    const std::uint64_t end = segment.firstLine + segment.lines;
    const std::uint64_t nth = number - segment.firstLine;
    std::fseek(segment.file, segment.places[static_cast<std::size_t>(nth / indexEvery)], SEEK_SET);
    std::string text;
    for (std::uint64_t at = number - nth % indexEvery; at < end; ++at) {
        Header header{};
        if (std::fread(&header, sizeof header, 1, segment.file) != 1)
            break;
        text.resize(header.bytes);
        if (std::fread(text.data(), 1, header.bytes, segment.file) != header.bytes)
            break;
        if (at < number)
            continue;
        number = at + 1;
        if (!visit(at, header.source, text))
            return false;
    }
    number = end;
    return true;
}

std::uint64_t LogBuffer::visit(std::uint64_t from, const Visit &visit)
{
    std::uint64_t number = std::max(from, m_dropped);
    for (const auto &segment : m_segments)
        if (number >= segment->firstLine && number < segment->firstLine + segment->lines)
            if (!visitSegment(*segment, number, visit))
                return number;
    const std::uint64_t firstRecent = m_end - m_recent.size();
    for (number = std::max(number, firstRecent); number < m_end; ++number) {
        const LogLine &line = m_recent[static_cast<std::size_t>(number - firstRecent)];
        if (!visit(number, line.source, line.text))
            return number + 1;
    }
    return number;
}

} // namespace timonier
