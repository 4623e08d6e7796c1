// Time as an effect: tests pass their own. `elapsed` does not stop while the machine sleeps, so that a wake-up shows.
#pragma once

#include <chrono>

namespace timonier {

struct Clock {
    virtual ~Clock() = default;
    // Monotonic, running on through suspend (CLOCK_BOOTTIME where there is one).
    virtual std::chrono::milliseconds elapsed() const = 0;
    // The time of day in UTC; may jump.
    virtual std::chrono::system_clock::time_point wall() const = 0;
};

// The machine's own clocks.
struct SystemClock final : Clock {
    std::chrono::milliseconds elapsed() const override;
    std::chrono::system_clock::time_point wall() const override;
};

} // namespace timonier
