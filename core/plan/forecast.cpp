#include "plan/forecast.h"

namespace timonier::plan {

namespace {

double doneOf(const StepClock &clock)
{
    if (isOver(clock.state))
        return 1;
    if (clock.state == StepState::Waiting)
        return 0;
    if (clock.fraction >= 0)
        return std::min(clock.fraction, 1.0);
    // One that takes longer than foretold comes ever nearer to its end, and never quite there.
    const double share = double(clock.spent.count()) / double(clock.estimate.count());
    return share < 0.8 ? share : 1 - 0.2 * 0.8 / share;
}

Span leftOf(const StepClock &clock)
{
    const double done = doneOf(clock);
    if (done >= 1)
        return Span(0);
    if (clock.fraction > 0.05) // it knows better than the estimate
        return Span(std::int64_t(double(clock.spent.count()) * (1 - clock.fraction) / clock.fraction));
    return Span(std::int64_t(double(clock.estimate.count()) * (1 - done)));
}

} // namespace

Forecast forecast(const Plan &plan, Direction direction, const std::vector<StepClock> &clocks)
{
    double all = 0, done = 0;
    for (const StepClock &clock : clocks) {
        all += double(clock.estimate.count());
        done += double(clock.estimate.count()) * doneOf(clock);
    }
    const auto waitsFor = before(plan, direction);
    std::vector<Span> ends(plan.steps.size(), Span(-1));
    const std::function<Span(std::size_t)> endOf = [&](std::size_t i) {
        if (ends[i] >= Span(0))
            return ends[i];
        Span begins(0);
        for (const std::size_t other : waitsFor[i])
            begins = std::max(begins, endOf(other));
        return ends[i] = begins + leftOf(clocks[i]);
    };
    Forecast forecast{.fraction = all > 0 ? done / all : 1};
    for (std::size_t i = 0; i < plan.steps.size(); ++i)
        forecast.left = std::max(forecast.left, endOf(i));
    return forecast;
}

} // namespace timonier::plan
