// How a verdict is felt.
#pragma once

#include "describe/tone.h"
#include "strategy/outcome.h"

namespace timonier {

inline Tone toneOf(strategy::Level level)
{
    return level == strategy::Level::Good ? Tone::Good : level == strategy::Level::Caution ? Tone::Careful : Tone::Bad;
}

} // namespace timonier
