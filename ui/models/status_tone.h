// How a status word is felt: what the dot beside it looks like. The word itself always stands there too.
#pragma once

#include <cstdint>
#include <string_view>

namespace timonier {

enum class Tone : std::uint8_t {
    None,     // not a status
    Good,     // a full dot
    Done,     // a ring: finished, nothing wrong
    Busy,     // a half dot: on its way
    Careful,  // a triangle
    Bad,      // a square
};

// `readyText`: the "1/2" of the same row, empty where there is none; a pod that runs but is not ready is not well.
Tone toneOf(std::string_view status, std::string_view readyText = {});

} // namespace timonier
