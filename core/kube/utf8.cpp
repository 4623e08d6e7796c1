#include "kube/utf8.h"

namespace timonier {

namespace {

// The length of the valid sequence that begins `text`, 0 if there is none (RFC 3629: no overlong form, no surrogate).
std::size_t sequence(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
    const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
    const unsigned first = byte(0);
    if (first < 0x80)
        return 1;
    if (first >= 0xC2 && first <= 0xDF)
        return follows(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const unsigned least = first == 0xE0 ? 0xA0 : 0x80;
        const unsigned most = first == 0xED ? 0x9F : 0xBF;
        return byte(1) >= least && byte(1) <= most && follows(2) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const unsigned least = first == 0xF0 ? 0x90 : 0x80;
        const unsigned most = first == 0xF4 ? 0x8F : 0xBF;
        return byte(1) >= least && byte(1) <= most && follows(2) && follows(3) ? 4 : 0;
    }
    return 0;
}

} // namespace

void appendUtf8(std::string &out, int point)
{
    if (point < 0 || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000))
        point = 0xFFFD;
    const auto add = [&](int byte) { out += static_cast<char>(byte); };
    if (point < 0x80) {
        add(point);
    } else if (point < 0x800) {
        add(0xC0 | point >> 6);
        add(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        add(0xE0 | point >> 12);
        add(0x80 | (point >> 6 & 0x3F));
        add(0x80 | (point & 0x3F));
    } else {
        add(0xF0 | point >> 18);
        add(0x80 | (point >> 12 & 0x3F));
        add(0x80 | (point >> 6 & 0x3F));
        add(0x80 | (point & 0x3F));
    }
}

std::string mendedUtf8(std::string_view text)
{
    std::string out;
    out.reserve(text.size() + 64);
    while (!text.empty()) {
        const std::size_t length = sequence(text);
        if (length == 0)
            appendUtf8(out, -1);
        else if (length == 1 && static_cast<unsigned char>(text[0]) < ' ')
            out += ' ';
        else
            out.append(text.substr(0, length));
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return out;
}

} // namespace timonier
