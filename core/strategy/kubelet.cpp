#include "strategy/kubelet.h"

#include <algorithm>

namespace timonier::strategy {

namespace {

// The first probe at `begin` or a whole number of periods later that is not before `from`, then as many more as are needed.
Time passed(const Probe &probe, Time begin, Time from)
{
    const Time period = std::max(probe.period, Time(1'000));
    const Time late = std::max(from, probe.initialDelay) - begin;
    const auto periods = late > Time(0) ? (late + period - Time(1)) / period : 0;
    return begin + (periods + std::max(probe.successes, 1) - 1) * period;
}

} // namespace

Time untilReady(const Version &version)
{
    if (version.neverReady)
        return never;
    const Time answers = std::max(version.warmUp, Time(0));
    // The result of the start-up probe sets off the first readiness probe.
    const Time begin = version.startup ? passed(*version.startup, Time(0), answers) : Time(0);
    return version.readiness ? passed(*version.readiness, begin, answers) : std::max(begin, answers);
}

Time restartDelay(Time &backOff, Time sinceLastBackOff)
{
    constexpr Time first(10'000), most(300'000);
    if (backOff == Time(0) || sinceLastBackOff > 2 * most) {
        backOff = first;
        return Time(0);
    }
    const Time wait = backOff;
    backOff = std::min(2 * backOff, most);
    return wait;
}

Time untilSigterm(const Version &version) { return std::min(version.preStop, version.grace); }

Time untilGone(const Version &version)
{
    const Time sigterm = untilSigterm(version);
    return sigterm + std::min(version.shutdown, std::max(version.grace - sigterm, Time(2000)));
}

} // namespace timonier::strategy
