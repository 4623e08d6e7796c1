// The identity of an object: its metadata.uid in 16 bytes. Plain value.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace timonier {

struct Uid {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    // A canonical UUID becomes its own 128 bits; any other text (objects of aggregated APIs have no uid: pass
    // namespace/name) becomes a 128-bit hash of it. Never all zero for a text that is not empty.
    static Uid of(std::string_view text);
    bool operator==(const Uid &) const = default;
    explicit operator bool() const { return high || low; }
};

} // namespace timonier

template <>
struct std::hash<timonier::Uid> {
    std::size_t operator()(const timonier::Uid &uid) const noexcept { return uid.high ^ (uid.low * 0x9E3779B97F4A7C15u); }
};
