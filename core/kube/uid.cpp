#include "kube/uid.h"

namespace timonier {

namespace {

int hexValue(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

std::uint64_t fnv1a(std::string_view text, std::uint64_t hash)
{
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
    return hash;
}

} // namespace

Uid Uid::of(std::string_view text)
{
    if (text.empty())
        return {};
    if (text.size() == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-') {
        std::uint64_t part[2] = {0, 0};
        int digits = 0;
        for (const char c : text) {
            if (c == '-')
                continue;
            const int value = hexValue(c);
            if (value < 0)
                break;
            part[digits / 16] = part[digits / 16] << 4 | static_cast<unsigned>(value);
            ++digits;
        }
        if (digits == 32 && (part[0] || part[1]))
            return {part[0], part[1]};
    }
    const Uid hashed{fnv1a(text, 0xCBF29CE484222325u), fnv1a(text, 0x84222325CBF29CE4u)};
    return hashed ? hashed : Uid{1, 1};
}

} // namespace timonier
