#include "base/clock.h"

#include <ctime>

namespace timonier {

std::chrono::milliseconds SystemClock::elapsed() const
{
#ifdef CLOCK_BOOTTIME
    timespec t{};
    if (clock_gettime(CLOCK_BOOTTIME, &t) == 0)
        return std::chrono::seconds(t.tv_sec) +
               std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::nanoseconds(t.tv_nsec));
#endif
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

std::chrono::system_clock::time_point SystemClock::wall() const { return std::chrono::system_clock::now(); }

} // namespace timonier
