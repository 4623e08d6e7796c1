#include "provision/local/cidr.h"

#include <algorithm>
#include <charconv>
#include <string>

#ifdef _WIN32
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#endif

namespace timonier::local {

std::optional<Cidr> cidrOf(std::string_view text)
{
    const std::size_t slash = text.find('/');
    const std::string address(text.substr(0, slash));
    Cidr cidr{.v6 = address.find(':') != address.npos};
    if (inet_pton(cidr.v6 ? AF_INET6 : AF_INET, address.c_str(), cidr.address.data()) != 1)
        return {};
    const int most = cidr.v6 ? 128 : 32;
    cidr.bits = most;
    if (slash == text.npos)
        return cidr;
    const std::string_view bits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(bits.data(), bits.data() + bits.size(), cidr.bits);
    if (error != std::errc() || end != bits.data() + bits.size() || cidr.bits < 0 || cidr.bits > most)
        return {};
    return cidr;
}

bool overlap(std::string_view left, std::string_view right)
{
    const auto l = cidrOf(left), r = cidrOf(right);
    if (!l || !r || l->v6 != r->v6)
        return false;
    const int bits = std::min(l->bits, r->bits);
    for (int i = 0; i < bits; ++i) {
        const auto at = static_cast<std::size_t>(i / 8);
        const int mask = 0x80 >> (i % 8);
        if ((l->address[at] & mask) != (r->address[at] & mask))
            return false;
    }
    return true;
}

int hostBits(const Cidr &cidr) { return (cidr.v6 ? 128 : 32) - cidr.bits; }

} // namespace timonier::local
