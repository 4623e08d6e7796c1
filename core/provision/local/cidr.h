// IPv4 and IPv6 networks, as far as two of them can be in each other's way. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace timonier::local {

struct Cidr {
    bool v6 = false;
    std::array<std::uint8_t, 16> address{}; // of IPv4 the first four
    int bits = 0;                           // of the prefix
};

// "10.0.0.0/16", "fd00::/64"; an address alone is a network of one. None: it is none of these.
std::optional<Cidr> cidrOf(std::string_view text);

// Whether some address is in both; false where one is no network, or of another family.
bool overlap(std::string_view left, std::string_view right);

// How many addresses, as a power of two: 16 of a /16 in IPv4.
int hostBits(const Cidr &cidr);

} // namespace timonier::local
