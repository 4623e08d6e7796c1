#include "base/pause.h"

#include "base/clock.h"
#include "base/say.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <random>

namespace timonier {

bool pause(std::chrono::milliseconds time, std::stop_token stop)
{
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, time, [] { return false; });
    return !stop.stop_requested();
}

std::chrono::milliseconds jittered(std::chrono::milliseconds limit)
{
    thread_local std::minstd_rand random(std::random_device{}());
    return std::chrono::milliseconds(std::uniform_int_distribution<std::int64_t>(limit.count() / 4, limit.count())(random));
}

Result<> waitUntil(const std::function<Result<bool>()> &ask, std::chrono::seconds limit, std::chrono::seconds longest, std::stop_token stop)
{
    const SystemClock clock;
    const auto end = clock.elapsed() + limit;
    auto span = std::chrono::milliseconds(500);
    while (!TRY(ask())) {
        if (clock.elapsed() >= end)
            return fail(ErrorKind::Timeout, say("Core", "it has not come about within {} minutes", limit.count() / 60));
        if (!pause(span, stop))
            return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
        span = std::min<std::chrono::milliseconds>(span * 3 / 2, longest);
    }
    return {};
}

} // namespace timonier
