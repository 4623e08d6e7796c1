#include "base/redact.h"

#include <algorithm>
#include <array>
#include <optional>

namespace timonier {

namespace {

constexpr std::string_view redacted = "[redacted]";

// Not <cctype>: the locale has no say here, and bytes of UTF-8 are not letters.
bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool isAlnum(char c) { return isDigit(c) || isUpper(c) || (c >= 'a' && c <= 'z'); }
bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool isBlank(char c) { return c == ' ' || c == '\t'; }
bool isBase64Url(char c) { return isAlnum(c) || c == '-' || c == '_'; }
bool isToken68(char c) { return isBase64Url(c) || c == '.' || c == '~' || c == '+' || c == '/' || c == '='; }
bool isKey(char c) { return isBase64Url(c) || c == '.'; }
char lower(char c) { return isUpper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

// A stretch of the text that is to go: [begin, end).
struct Span {
    std::size_t begin;
    std::size_t end;
};

template <class Predicate>
std::size_t runEnd(std::string_view text, std::size_t from, Predicate is)
{
    while (from < text.size() && is(text[from]))
        ++from;
    return from;
}

// How much a key gives away by its name.
enum class KeyKind { Harmless, Token, Password, Header };

KeyKind kindOf(std::string_view key)
{
    std::string bare; // "client-key-data", "clientKeyData" and "CLIENT_KEY_DATA" are one
    for (const char c : key)
        if (isAlnum(c))
            bare += lower(c);
    static constexpr std::array passwords{"password", "passwd", "passphrase", "keydata", "secretaccesskey", "clientsecret",
                                          "privatekey", "apikey", "accountkey", "pwd"};
    static constexpr std::array tokens{"token", "secret", "signature", "credential", "credentials"};
    const auto ends = [&](std::string_view tail) { return bare.ends_with(tail); };
    if (ends("authorization"))
        return KeyKind::Header;
    if (std::ranges::any_of(passwords, ends))
        return KeyKind::Password;
    if (std::ranges::any_of(tokens, ends) || bare == "sig")
        return KeyKind::Token;
    return KeyKind::Harmless;
}

// "unauthorized", "EOF", "Invalid": a word of prose, as no token looks.
bool isWord(std::string_view value)
{
    while (!value.empty() && (value.back() == ':' || value.back() == '.' || value.back() == ','))
        value.remove_suffix(1);
    const auto letters = [](std::string_view text) { return std::ranges::all_of(text, [](char c) { return isAlnum(c) && !isDigit(c); }); };
    if (value.size() >= 16 || !letters(value))
        return false;
    const auto uppers = std::ranges::count_if(value, isUpper);
    return uppers == 0 || uppers == std::ssize(value) || (uppers == 1 && isUpper(value[0]));
}

// Whether the key at `begin` opens its line, as in YAML, JSON or a header, and not somewhere in a sentence.
bool opensLine(std::string_view text, std::size_t begin)
{
    while (begin > 0 && (isBlank(text[begin - 1]) || text[begin - 1] == '-' || text[begin - 1] == '"' ||
                         text[begin - 1] == '\'' || text[begin - 1] == '{' || text[begin - 1] == ','))
        --begin;
    return begin == 0 || text[begin - 1] == '\n';
}

// The value of a quoted string that begins at the quote `at`: without the quotes; a backslash protects what follows.
Span quoted(std::string_view text, std::size_t at)
{
    std::size_t end = at + 1;
    while (end < text.size() && text[end] != text[at])
        end += text[end] == '\\' && end + 1 < text.size() ? 2 : 1;
    return {at + 1, std::min(end, text.size())};
}

// What to take out for the key [begin, end), if its name is one of those and a value follows.
std::optional<Span> valueOf(std::string_view text, std::size_t begin, std::size_t end)
{
    const KeyKind kind = kindOf(text.substr(begin, end - begin));
    if (kind == KeyKind::Harmless)
        return {};
    std::size_t at = end;
    if (at < text.size() && text[at] == '\\')
        ++at; // JSON within JSON
    const bool quotedKey = at < text.size() && (text[at] == '"' || text[at] == '\'');
    if (quotedKey)
        ++at;
    const bool option = text.substr(begin).starts_with("--") && at < text.size() && text[at] == ' ';
    at = runEnd(text, at, isBlank);
    char separator = ' ';
    if (at < text.size() && (text[at] == ':' || text[at] == '='))
        separator = text[at++];
    else if (!option)
        return {};
    at = runEnd(text, at, isBlank);
    const bool escaped = at < text.size() && text[at] == '\\';
    if (escaped)
        ++at;
    if (at >= text.size() || text[at] == '\n' || text[at] == '\r')
        return {};
    if (escaped && text[at] == '"')
        return Span{at + 1, std::min(text.find("\\\"", at + 1), text.size())};
    if (text[at] == '"' || text[at] == '\'')
        return quoted(text, at);

    const std::size_t lineEnd = runEnd(text, at, [](char c) { return c != '\n' && c != '\r'; });
    // A URL may follow: its own password is found later.
    const bool structured = separator == ':' && !quotedKey && opensLine(text, begin);
    if (kind == KeyKind::Header || (structured && text[at] != '{' && text[at] != '['))
        return Span{at, lineEnd};
    const std::size_t valueEnd = runEnd(text, at, [&](char c) {
        return !isSpace(c) && c != '"' && c != '\'' && (separator != '=' || c != '&') && c != ';' && c != '}' && c != ')';
    });
    if (valueEnd == at)
        return {};
    const bool prose = kind == KeyKind::Token && separator == ':' && !quotedKey;
    if (prose && isWord(text.substr(at, valueEnd - at)))
        return {};
    return Span{at, valueEnd};
}

std::optional<Span> privateKeyAt(std::string_view text, std::size_t at)
{
    constexpr std::string_view begins = "-----BEGIN ";
    constexpr std::string_view kind = "PRIVATE KEY-----";
    if (!text.substr(at).starts_with(begins))
        return {};
    const std::size_t label = text.substr(at, begins.size() + 64).find(kind);
    if (label == text.npos || text.substr(at + begins.size(), label - begins.size()).find('-') != text.npos)
        return {};
    const std::size_t body = at + label + kind.size();
    const std::size_t ends = text.find("-----END ", body);
    return Span{body, std::min(ends, text.size())}; // a key that is cut is a key
}

// A token that shows itself by its shape, beginning at a word's beginning.
std::optional<Span> tokenAt(std::string_view text, std::size_t at)
{
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("eyJ")) { // {" in base64: JWT
        const std::size_t header = runEnd(text, at, isBase64Url);
        if (header - at >= 12 && header < text.size() && text[header] == '.')
            return Span{at, runEnd(text, header, [](char c) { return isBase64Url(c) || c == '.'; })};
    }
    if (rest.starts_with("k8s-aws-v1."))
        return Span{at, runEnd(text, at, isToken68)};
    const std::size_t end = runEnd(text, at, [](char c) { return isBase64Url(c) || c == '.'; });
    if (end - at == 23 && text[at + 6] == '.' &&
        std::ranges::all_of(text.substr(at, 23), [](char c) { return isDigit(c) || (c >= 'a' && c <= 'z') || c == '.'; }) &&
        std::ranges::any_of(text.substr(at, 23), isDigit))
        return Span{at, end}; // kubeadm's "abcdef.0123456789abcdef"
    constexpr std::string_view bearer = "bearer";
    if (rest.size() > bearer.size() && isBlank(rest[bearer.size()]) &&
        std::ranges::equal(rest.substr(0, bearer.size()), bearer, {}, lower)) {
        const std::size_t begin = runEnd(text, at + bearer.size(), isBlank);
        const std::size_t valueEnd = runEnd(text, begin, isToken68);
        if (valueEnd > begin && !isWord(text.substr(begin, valueEnd - begin)))
            return Span{begin, valueEnd};
    }
    return {};
}

// "user:password@" after "://" at `at`.
std::optional<Span> userInfoAt(std::string_view text, std::size_t at)
{
    if (!text.substr(at).starts_with("://"))
        return {};
    const std::size_t begin = at + 3;
    const std::size_t end = runEnd(text, begin, [](char c) {
        return !isSpace(c) && c != '/' && c != '?' && c != '#' && c != '"' && c != '\'' && c != '<' && c != '>';
    });
    const std::size_t sign = text.substr(begin, end - begin).rfind('@');
    return sign == text.npos || sign == 0 ? std::nullopt : std::optional(Span{begin, begin + sign});
}

} // namespace

std::string redact(std::string_view text)
{
    std::string clean;
    clean.reserve(text.size());
    std::size_t copied = 0;
    for (std::size_t at = 0; at < text.size();) {
        std::optional<Span> span;
        std::size_t next = at + 1;
        if (text[at] == '-' && (span = privateKeyAt(text, at))) {
        } else if (text[at] == ':') {
            span = userInfoAt(text, at);
        } else if (isKey(text[at]) && (at == 0 || !isKey(text[at - 1]))) {
            span = tokenAt(text, at);
            const std::size_t end = runEnd(text, at, isKey);
            if (!span)
                span = valueOf(text, at, end);
            // A key may stand right behind an escaped line end: "\\n-----BEGIN".
            const std::size_t dashes = text.substr(at + 1, end - at - 1).find("-----");
            next = dashes == text.npos ? end : at + 1 + dashes;
        }
        if (span && span->end > span->begin) {
            clean.append(text, copied, span->begin - copied).append(redacted);
            copied = at = span->end;
        } else {
            at = next;
        }
    }
    return clean.append(text, copied);
}

} // namespace timonier
