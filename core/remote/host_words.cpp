#include "remote/host_words.h"

#include "base/redact.h"

#include <algorithm>

namespace timonier::remote {

std::string hostWords(std::string_view text, std::size_t most)
{
    std::string shown;
    for (const char c : redact(text)) {
        const auto byte = static_cast<unsigned char>(c);
        const bool blank = byte <= 0x20 || byte == 0x7f;
        if (!blank)
            shown += c;
        else if (!shown.empty() && shown.back() != ' ')
            shown += ' ';
    }
    if (shown.size() > most) {
        while (most > 0 && (static_cast<unsigned char>(shown[most]) & 0xc0) == 0x80) // not within a character
            --most;
        shown.resize(most);
    }
    if (shown.ends_with(' '))
        shown.pop_back();
    return shown;
}

std::string lastHostWords(std::string_view text)
{
    std::string_view last;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.find_first_not_of(" \t\r") != line.npos)
            last = line;
    }
    return hostWords(last);
}

std::string lowered(std::string_view text)
{
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

} // namespace timonier::remote
