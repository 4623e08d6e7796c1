// A walk through one JSON object: simdjson finds and checks the tokens (its stage 1, dispatched to the CPU at run time
// inside libsimdjson), this cursor goes from token to token. No tree, no copy; text points into the bytes.
//
// Why not simdjson's on-demand classes: they are templates compiled for one instruction set, so that they need a second
// copy of every caller for the faster one; they stop at 1,024 levels; and a wrong type leaves them where the caller must
// know. Here a value of the wrong type reads as nothing, nothing is ever lost, and this header costs nothing to include.
// Used on one thread at a time.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

namespace timonier {

// How many readable bytes must follow the text that is parsed (they may hold anything).
constexpr std::size_t jsonPadding = 64;

class Json
{
public:
    // The first byte of the value ahead: { [ " t f n - or a digit; 0 at the end or after a failure.
    char ahead() const { return m_at < m_end ? m_data[*m_at] : '\0'; }
    // The text does not have the shape of JSON; everything reads as nothing from then on.
    bool failed() const { return m_failed; }

    // Each of the following reads the value ahead and goes behind it; a value of another type reads as empty or 0.
    std::string_view text();                    // a string, unescaped; valid until the next parse
    std::int64_t integer();                     // a number, rounded towards 0
    double number();
    bool boolean();
    std::string_view raw();                     // any value, as JSON
    void skip();

    // Calls field(key) for each field of an object. The callee reads the value, or leaves it untouched.
    // Keys are as written, not unescaped: the API server escapes none.
    template <class Field>
    void fields(Field &&field)
    {
        if (!open('{', '}'))
            return;
        do {
            if (ahead() != '"')
                return fail();
            const std::string_view key = quoted();
            if (ahead() != ':')
                return fail();
            ++m_at;
            const std::uint32_t *const before = m_at;
            field(key);
            if (m_at == before)
                skip();
        } while (more('}'));
    }

    // Calls element() for each element of an array, in the same way.
    template <class Element>
    void elements(Element &&element)
    {
        if (!open('[', ']'))
            return;
        do {
            const std::uint32_t *const before = m_at;
            element();
            if (m_at == before)
                skip();
        } while (more(']'));
    }

    // A place to come back to, for a value that can only be read once a later one is known.
    using Place = const std::uint32_t *;
    Place place() const { return m_at; }
    void go(Place place) { m_at = m_failed ? m_end : place; }
    // Nothing but the value just read.
    bool atEnd() const { return !m_failed && m_at == m_end; }

private:
    friend class JsonParser;

    void fail()
    {
        m_failed = true;
        m_at = m_end;
    }
    // Goes into a container that is not empty; anything else is skipped.
    bool open(char first, char last)
    {
        if (ahead() != first) {
            skip();
            return false;
        }
        ++m_at;
        if (ahead() == last) {
            ++m_at;
            return false;
        }
        return true;
    }
    bool more(char last)
    {
        const char next = ahead();
        if (next == ',') {
            ++m_at;
            return true;
        }
        if (next == last)
            ++m_at;
        else
            fail();
        return false;
    }
    // The content of the string ahead, as written. Its end needs no search: the token after it is known.
    std::string_view quoted()
    {
        const char *const begin = m_data + *m_at + 1;
        const char *end = m_data + m_at[1] - 1;
        while (end > begin && (*end == ' ' || *end == '\n' || *end == '\r' || *end == '\t'))
            --end;
        if (end < begin || *end != '"') {
            fail();
            return {};
        }
        ++m_at;
        return {begin, static_cast<std::size_t>(end - begin)};
    }
    std::string_view unescaped(std::string_view quotedText);

    const char *m_data = nullptr;
    const std::uint32_t *m_at = nullptr;     // the token ahead
    const std::uint32_t *m_end = nullptr;    // behind the last token; *m_end is the length of the text
    std::deque<std::string> *m_unescaped = nullptr;
    bool m_failed = false;
};

class JsonParser
{
public:
    JsonParser();
    ~JsonParser();

    // The cursor before the value in `text`, which has jsonPadding readable bytes behind it and outlives the cursor. Bytes
    // that are not UTF-8 become U+FFFD, control characters become spaces. The next parse ends the cursor and its texts.
    // Errors: Protocol (a string without an end, nothing at all).
    Result<Json> parse(std::string_view text);
    // The same of a text that has nothing readable behind it: for small answers, which are copied.
    Result<Json> parseCopy(std::string_view text);

private:
    struct Tokens;
    std::unique_ptr<Tokens> m_tokens;
    std::deque<std::string> m_unescaped;
    std::string m_mended;
    std::string m_copy;
};

inline std::string_view Json::text()
{
    if (ahead() != '"') {
        skip();
        return {};
    }
    const std::string_view content = quoted();
    // Eight bytes at a time, into the padding behind: a backslash found there only costs a closer look.
    constexpr std::uint64_t ones = 0x0101010101010101u;
    std::uint64_t found = 0;
    for (std::size_t i = 0; i < content.size(); i += 8) {
        std::uint64_t bytes;
        std::memcpy(&bytes, content.data() + i, 8);
        bytes ^= ones * '\\';
        found |= (bytes - ones) & ~bytes;
    }
    return (found & ones * 0x80) == 0 ? content : unescaped(content);
}

} // namespace timonier
