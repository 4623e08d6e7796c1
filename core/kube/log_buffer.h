// Log lines of one or more containers, bounded in memory and on disk: the newest lines are in memory, older ones in a
// spill file, the oldest are dropped and counted. (Others kept everything: 30 GB of files, 21 GB of memory.)
// One thread.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace timonier {

struct LogLimits {
    std::size_t memoryBytes = 8u << 20;   // text kept in memory
    std::size_t spillBytes = 128u << 20;  // text kept on disk besides
    std::size_t lineBytes = 1u << 20;     // a longer line is cut, and says so
};

struct LogLine {
    std::uint32_t source = 0;             // which container, as the caller numbers them
    std::string text;                     // without its line end
    bool operator==(const LogLine &) const = default;
};

class LogBuffer
{
public:
    // `folder` gets the spill files (removed when this goes); it must exist. Nothing is written before it is needed.
    LogBuffer(std::filesystem::path folder, LogLimits limits = {});
    ~LogBuffer();
    LogBuffer(const LogBuffer &) = delete;
    LogBuffer &operator=(const LogBuffer &) = delete;

    // Errors: Io (the spill file cannot be written; the line is kept, older ones are dropped and counted).
    Result<> append(std::uint32_t source, std::string_view line);

    // Lines are numbered from 0 as they came; first() .. end()-1 can be had.
    std::uint64_t first() const { return m_dropped; }
    std::uint64_t end() const { return m_end; }
    std::uint64_t dropped() const { return m_dropped; }
    std::size_t memoryBytes() const { return m_memory; }
    // Errors: NotFound (dropped, or not there yet), Io.
    Result<LogLine> line(std::uint64_t number);
    // Lines from `from` on, in order, until `visit` returns false or there are no more; faster than one by one. Those that
    // are dropped or cannot be read back are passed over. Returns the number of the line after the last visited.
    using Visit = std::function<bool(std::uint64_t number, std::uint32_t source, std::string_view text)>;
    std::uint64_t visit(std::uint64_t from, const Visit &visit);

private:
    struct Segment;                       // one spill file and where its lines begin
    Result<> spill(const LogLine &line);
    void dropOldestSegment();
    bool visitSegment(Segment &segment, std::uint64_t &number, const Visit &visit);

    const std::filesystem::path m_folder;
    const LogLimits m_limits;
    std::deque<LogLine> m_recent;
    std::deque<std::unique_ptr<Segment>> m_segments;
    std::size_t m_memory = 0;
    std::uint64_t m_dropped = 0;
    std::uint64_t m_end = 0;
    int m_nextSegment = 0;
};

} // namespace timonier
