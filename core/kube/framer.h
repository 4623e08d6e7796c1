// Cuts a stream into objects while it arrives: the elements of a LIST's `items` (or of a Table's `rows`), and the lines
// of a watch. Bytes come in chunks of any size; memory stays at about one object and one chunk. One thread.
#pragma once

#include "base/result.h"
#include "kube/json_scan.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace timonier {

// No object of etcd comes near (1.5 MB by default); beyond it something else is wrong, and memory must not follow.
constexpr std::size_t objectLimit = 128u << 20;

// Bytes that wait, with jsonPadding readable bytes behind them at any time.
class StreamBuffer
{
public:
    void append(std::string_view bytes);
    // Forgets everything before `offset`; what follows now begins at 0.
    void drop(std::size_t offset);
    const char *data() const { return m_bytes.data(); }
    std::size_t size() const { return m_size; }
    std::string_view view(std::size_t from, std::size_t to) const { return {m_bytes.data() + from, to - from}; }

private:
    std::vector<char> m_bytes;
    std::size_t m_size = 0;
};

class ListFramer
{
public:
    void append(std::string_view bytes);
    // No more bytes will come; next() then reads to the very end.
    void close();
    // The next element, with jsonPadding readable bytes behind it, valid until the next append; nothing: more bytes are
    // needed, or (after close) there is no more. Errors: Protocol (not JSON, or cut in the middle), TooLarge.
    Result<std::optional<std::string_view>> next();

    // The document without the elements, as read so far: `{"kind":"PodList","metadata":{…},"items":[]`. Complete JSON once
    // next() has come to the end; while elements come, `]}` is missing.
    const std::string &rest() const { return m_rest; }
    bool inElements() const { return m_phase == Phase::Elements; }
    bool sawElements() const { return m_sawElements; }
    std::uint64_t bytes() const { return m_bytesSeen; }
    std::uint64_t elements() const { return m_count; }

private:
    enum class Phase { Outside, Elements, Done };

    Result<std::optional<std::string_view>> bracket(std::size_t at, bool opens);
    Result<> gap(std::size_t to, bool comma) const;
    Result<> check() const;
    bool beginsElements(std::size_t at) const;
    void keep(std::size_t to);
    std::unexpected<Error> broken(std::string what, std::size_t at) const;

    StreamBuffer m_buffer;
    JsonScan m_scan;
    JsonScan::Brackets m_brackets; // of the block before m_scanned, as far as they are not read yet
    std::size_t m_scanned = 0;     // up to here brackets are known; all offsets are into the buffer
    std::size_t m_used = 0;        // up to here nothing is needed any more
    std::size_t m_element = 0;     // where the open element began
    std::int64_t m_depth = 0;      // Outside: of the document; Elements: of the element, 0 between two
    Phase m_phase = Phase::Outside;
    bool m_sawElements = false;
    bool m_closed = false;
    bool m_first = true;           // no element yet
    std::size_t m_padding = 0;     // spaces that close() added
    std::string m_rest;
    std::uint64_t m_bytesSeen = 0;
    std::uint64_t m_count = 0;
};

class LineFramer
{
public:
    void append(std::string_view bytes);
    // The next line that is not blank, without its end, padded as above; nothing: more bytes are needed.
    Result<std::optional<std::string_view>> next();
    // What came since the last line end.
    std::size_t unfinished() const { return m_buffer.size() - m_used; }

private:
    StreamBuffer m_buffer;
    std::size_t m_used = 0;
    std::size_t m_searched = 0;
};

} // namespace timonier
