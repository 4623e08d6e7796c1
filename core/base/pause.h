// A wait that can be cut short. Any thread that may block.
#pragma once

#include <chrono>
#include <stop_token>

namespace timonier {

// Blocks for `time`, or until asked to stop. False when asked to stop.
bool pause(std::chrono::milliseconds time, std::stop_token stop);

} // namespace timonier
