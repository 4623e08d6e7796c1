#include "kube/response_head.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>

namespace timonier {

namespace {

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool same(std::string_view a, std::string_view lower)
{
    return std::ranges::equal(a, lower, [](char x, char y) { return (x >= 'A' && x <= 'Z' ? char(x + 32) : x) == y; });
}

} // namespace

bool HeadParser::line(std::string_view text)
{
    if (m_complete)
        return false;
    text = trimmed(text);
    if (text.starts_with("HTTP/")) {
        m_head = {}; // of this answer: a 1xx before it said nothing that stays
        const auto space = text.find(' ');
        if (space != std::string_view::npos)
            std::from_chars(text.data() + space + 1, text.data() + text.size(), m_head.status);
        return false;
    }
    if (text.empty()) {
        m_complete = m_head.status >= 200;
        return m_complete;
    }
    if (const auto colon = text.find(':'); colon != std::string_view::npos)
        field(text.substr(0, colon), trimmed(text.substr(colon + 1)));
    return false;
}

void HeadParser::field(std::string_view name, std::string_view value)
{
    if (same(name, "content-type"))
        m_head.contentType = value;
    else if (same(name, "audit-id"))
        m_head.auditId = value;
    else if (same(name, "retry-after"))
        m_head.retryAfter = retryAfter(value, std::chrono::system_clock::now());
    else if (same(name, "warning"))
        std::ranges::move(warningTexts(value), std::back_inserter(m_head.warnings));
}

std::vector<std::string> warningTexts(std::string_view value)
{
    std::vector<std::string> texts;
    while (!(value = trimmed(value)).empty()) {
        // code SP agent SP quoted-text [SP quoted-date] [","]
        const bool persistent = value.starts_with("299 ");
        const auto open = value.find('"');
        if (open == std::string_view::npos)
            break;
        std::string text;
        std::size_t at = open + 1;
        for (; at < value.size() && value[at] != '"'; ++at) {
            if (value[at] == '\\' && at + 1 < value.size())
                ++at;
            text += value[at];
        }
        if (at >= value.size())
            break; // cut: half a warning is none
        if (persistent)
            texts.push_back(std::move(text));
        const auto comma = value.find(',', at);
        if (comma == std::string_view::npos)
            break;
        value.remove_prefix(comma + 1);
        // The date of the entry before may hold a comma ("Sat, 25 …"): an entry begins with its code.
        while (!value.empty() && !(trimmed(value).size() > 3 && trimmed(value)[0] >= '1' && trimmed(value)[0] <= '9'
                                   && trimmed(value).find(' ') == 3)) {
            const auto next = value.find(',');
            value = next == std::string_view::npos ? std::string_view() : value.substr(next + 1);
        }
    }
    return texts;
}

std::optional<std::chrono::seconds> retryAfter(std::string_view value, std::chrono::system_clock::time_point now)
{
    using namespace std::chrono;
    long long number = 0;
    const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (problem == std::errc() && end == value.data() + value.size())
        return number < 0 ? std::nullopt : std::optional(seconds(number));
    const std::time_t date = curl_getdate(std::string(value).c_str(), nullptr);
    if (date == -1)
        return std::nullopt;
    return std::max(seconds(0), seconds(date) - floor<seconds>(now.time_since_epoch())); // in seconds: the clock's own unit ends in 2262
}

} // namespace timonier
