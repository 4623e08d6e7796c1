#include "kube/framer.h"

#include "base/say.h"
#include "kube/json.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace timonier {

namespace {

bool isSpace(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

std::unexpected<Error> tooLarge()
{
    return fail(ErrorKind::TooLarge, say("Core", "one object of the answer is larger than {} MB", objectLimit >> 20));
}

} // namespace

void StreamBuffer::append(std::string_view bytes)
{
    const std::size_t needed = m_size + bytes.size() + jsonPadding;
    if (needed > m_bytes.size())
        m_bytes.resize(std::max({needed, m_bytes.size() + m_bytes.size() / 2, std::size_t{64} << 10}));
    std::copy(bytes.begin(), bytes.end(), m_bytes.begin() + static_cast<std::ptrdiff_t>(m_size));
    m_size += bytes.size();
}

void StreamBuffer::drop(std::size_t offset)
{
    std::memmove(m_bytes.data(), m_bytes.data() + offset, m_size - offset);
    m_size -= offset;
    // One giant among small objects must not set the memory for good.
    constexpr std::size_t keep = 4u << 20;
    if (m_bytes.size() > keep && m_size < keep / 4) {
        m_bytes.resize(keep / 2);
        m_bytes.shrink_to_fit();
    }
}

void ListFramer::append(std::string_view bytes)
{
    // Moving what waits costs as much as it is long: only when as much is gone as waits.
    if (m_used > 0 && m_used >= m_buffer.size() - m_used) {
        m_buffer.drop(m_used);
        m_scanned -= m_used;
        m_element -= std::min(m_element, m_used);
        m_used = 0;
    }
    m_buffer.append(bytes);
    m_bytesSeen += bytes.size();
}

void ListFramer::close()
{
    if (m_closed)
        return;
    m_closed = true;
    // Whole blocks only are scanned: fill the last one.
    m_padding = (JsonScan::block - (m_buffer.size() - m_scanned) % JsonScan::block) % JsonScan::block;
    m_buffer.append(std::string(m_padding, ' '));
}

Result<std::optional<std::string_view>> ListFramer::next()
{
    for (;;) {
        while (const std::uint64_t pending = m_brackets.open | m_brackets.close) {
            const int bit = std::countr_zero(pending);
            const bool opens = (m_brackets.open >> bit & 1) != 0;
            const std::uint64_t mask = ~(std::uint64_t{1} << bit);
            m_brackets.open &= mask;
            m_brackets.close &= mask;
            auto element = TRY(bracket(m_scanned - JsonScan::block + static_cast<std::size_t>(bit), opens));
            if (element)
                return element;
        }
        TRY(check());
        const std::size_t whole = m_scanned + (m_buffer.size() - m_scanned) / JsonScan::block * JsonScan::block;
        // Outside of elements each bracket counts, inside only the one that ends the element.
        std::int64_t level = m_phase == Phase::Elements ? m_depth : 0;
        bool found = false;
        const char *stopped = m_scan.pass(m_buffer.data() + m_scanned, m_buffer.data() + whole, level, m_brackets, found);
        m_scanned = static_cast<std::size_t>(stopped - m_buffer.data());
        if (m_phase == Phase::Elements)
            m_depth = level;
        if (!found) {
            TRY(check());
            if (m_closed && m_phase != Phase::Done)
                return broken(say("Core", "the answer is cut off"), m_buffer.size() - m_padding);
            return std::nullopt;
        }
    }
}

// One bracket outside of strings. Gives the element that it ends.
Result<std::optional<std::string_view>> ListFramer::bracket(std::size_t at, bool opens)
{
    if (m_phase == Phase::Done)
        return broken(say("Core", "something follows the end of the answer"), at);
    if (m_phase == Phase::Elements) {
        if (opens) {
            if (m_depth++ == 0) {
                TRY(gap(at, !m_first));
                m_element = at;
            }
            return std::nullopt;
        }
        if (m_depth == 0) {
            TRY(gap(at, false));
            if (m_buffer.data()[at] != ']')
                return broken(say("Core", "the answer is not well-formed JSON"), at);
            m_phase = Phase::Outside;
            m_depth = 1;
            m_used = at;
            return std::nullopt;
        }
        if (--m_depth > 0)
            return std::nullopt;
        m_used = at + 1;
        m_first = false;
        ++m_count;
        return m_buffer.view(m_element, at + 1);
    }
    if (opens) {
        if (m_depth == 0 && m_buffer.data()[at] != '{')
            return broken(say("Core", "the answer is not a JSON object"), at);
        if (m_depth == 1 && !m_sawElements && beginsElements(at)) {
            keep(at + 1);
            m_phase = Phase::Elements;
            m_sawElements = true;
            m_depth = 0;
            return std::nullopt;
        }
        ++m_depth;
        return std::nullopt;
    }
    if (m_depth == 0)
        return broken(say("Core", "the answer is not well-formed JSON"), at);
    if (--m_depth == 0) {
        keep(at + 1);
        m_phase = Phase::Done;
    }
    return std::nullopt;
}

// Between elements lies one comma, and white space.
Result<> ListFramer::gap(std::size_t to, bool comma) const
{
    for (std::size_t i = m_used; i < to; ++i) {
        const char c = m_buffer.data()[i];
        if (c == ',' && comma)
            comma = false;
        else if (!isSpace(c))
            return broken(say("Core", "the answer is not well-formed JSON"), i);
    }
    if (comma)
        return broken(say("Core", "the answer is not well-formed JSON"), to);
    return {};
}

// What the brackets do not tell: text before the first and behind the last one, and sizes.
Result<> ListFramer::check() const
{
    if (m_phase == Phase::Outside && m_depth == 0) {
        for (std::size_t i = m_used; i < m_buffer.size(); ++i) {
            if (isSpace(m_buffer.data()[i]))
                continue;
            if (m_buffer.data()[i] == '{')
                break;
            if (m_buffer.data()[i] == '<')
                return std::unexpected(Error{
                    .kind = ErrorKind::Protocol,
                    .message = say("Core", "the answer is a web page, not an API server's"),
                    .hint = say("Core", "Check the server's address, and whether a proxy wants you to sign in.")});
            return broken(say("Core", "the answer is not a JSON object"), i);
        }
    }
    if (m_phase == Phase::Done) {
        for (std::size_t i = m_used; i < m_buffer.size(); ++i) {
            if (!isSpace(m_buffer.data()[i]))
                return broken(say("Core", "something follows the end of the answer"), i);
        }
    }
    if (m_scanned - m_used > objectLimit || m_rest.size() > objectLimit)
        return tooLarge();
    return {};
}

// The bracket at `at` follows the key "items" or "rows".
bool ListFramer::beginsElements(std::size_t at) const
{
    if (m_buffer.data()[at] != '[')
        return false;
    std::string_view before = m_buffer.view(m_used, at);
    const auto trim = [&] {
        while (!before.empty() && isSpace(before.back()))
            before.remove_suffix(1);
    };
    trim();
    if (!before.ends_with(':'))
        return false;
    before.remove_suffix(1);
    trim();
    for (const std::string_view key : {std::string_view("\"items\""), std::string_view("\"rows\"")}) {
        if (!before.ends_with(key))
            continue;
        // Not the end of a longer key with an escaped quote in it.
        const std::string_view lead = before.substr(0, before.size() - key.size());
        return !lead.ends_with('\\');
    }
    return false;
}

void ListFramer::keep(std::size_t to)
{
    m_rest.append(m_buffer.view(m_used, to));
    m_used = to;
}

std::unexpected<Error> ListFramer::broken(std::string what, std::size_t at) const
{
    const std::uint64_t offset = m_bytesSeen + m_padding - (m_buffer.size() - at);
    return std::unexpected(
        Error{.kind = ErrorKind::Protocol, .message = std::move(what)}.with("byte", std::to_string(offset)));
}

void LineFramer::append(std::string_view bytes)
{
    if (m_used > 0 && m_used >= m_buffer.size() - m_used) {
        m_buffer.drop(m_used);
        m_searched -= m_used;
        m_used = 0;
    }
    m_buffer.append(bytes);
}

Result<std::optional<std::string_view>> LineFramer::next()
{
    for (;;) {
        const void *found = std::memchr(m_buffer.data() + m_searched, '\n', m_buffer.size() - m_searched);
        if (!found) {
            m_searched = m_buffer.size();
            if (m_buffer.size() - m_used > objectLimit)
                return tooLarge();
            return std::nullopt;
        }
        const auto end = static_cast<std::size_t>(static_cast<const char *>(found) - m_buffer.data());
        std::size_t begin = std::exchange(m_used, end + 1);
        m_searched = m_used;
        std::size_t last = end;
        while (begin < last && isSpace(m_buffer.data()[begin]))
            ++begin;
        while (begin < last && isSpace(m_buffer.data()[last - 1]))
            --last;
        if (begin < last)
            return m_buffer.view(begin, last);
    }
}

} // namespace timonier
