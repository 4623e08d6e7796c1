// How something is felt: what the dot beside it looks like. The word itself always stands there too.
#pragma once

#include <cstdint>

namespace timonier {

enum class Tone : std::uint8_t {
    None,     // not a status
    Good,     // a full dot
    Done,     // a ring: finished, nothing wrong
    Busy,     // a half dot: on its way
    Careful,  // a triangle
    Bad,      // a square
};

} // namespace timonier
