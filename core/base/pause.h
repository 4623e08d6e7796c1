// A wait that can be cut short. Any thread that may block.
#pragma once

#include "base/result.h"

#include <chrono>
#include <functional>
#include <stop_token>

namespace timonier {

// Blocks for `time`, or until asked to stop. False when asked to stop.
bool pause(std::chrono::milliseconds time, std::stop_token stop);

// From a quarter of it to all of it, so that many who wait do not come back at once.
std::chrono::milliseconds jittered(std::chrono::milliseconds limit);

// Asks until it is so, with growing pauses up to `longest`. Errors: those of `ask`, Timeout, Cancelled.
Result<> waitUntil(const std::function<Result<bool>()> &ask, std::chrono::seconds limit, std::chrono::seconds longest, std::stop_token stop);

} // namespace timonier
