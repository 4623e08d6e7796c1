// How a status word is felt.
#pragma once

#include "describe/tone.h"

#include <string_view>

namespace timonier {

// `readyText`: the "1/2" of the same row, empty where there is none; a pod that runs but is not ready is not well.
Tone toneOf(std::string_view status, std::string_view readyText = {});

} // namespace timonier
