// How a status word is felt.
#pragma once

#include "describe/tone.h"

#include <string_view>

namespace timonier {

// `readyText`: the "1/2" of the same row, empty where there is none; a pod that runs but is not ready is not well.
Tone toneOf(std::string_view status, std::string_view readyText = {});
// "3/3" is well, "2/3" is not quite, "0/3" is bad; "0/0" wants nothing.
Tone toneOfFraction(std::string_view text);

} // namespace timonier
