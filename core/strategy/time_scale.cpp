#include "strategy/time_scale.h"

#include "base/say.h"

#include <algorithm>
#include <cmath>

namespace timonier::strategy {

namespace {

constexpr Time roundTimes[] = {Time(100),        Time(200),         Time(500),         Time(1'000),      Time(2'000),      Time(5'000),
                               Time(10'000),     Time(20'000),      Time(30'000),      Time(60'000),     Time(120'000),    Time(300'000),
                               Time(600'000),    Time(1'200'000),   Time(1'800'000),   Time(3'600'000),  Time(7'200'000),  Time(14'400'000),
                               Time(21'600'000), Time(43'200'000),  Time(86'400'000),  Time(172'800'000)};
constexpr Time logTimes[] = {Time(5'000),   Time(10'000),    Time(30'000),    Time(60'000),    Time(120'000),    Time(300'000),   Time(600'000),
                             Time(1'800'000), Time(3'600'000), Time(7'200'000), Time(21'600'000), Time(86'400'000)};

double share(Time part, Time whole) { return static_cast<double>(part.count()) / static_cast<double>(std::max<Time::rep>(whole.count(), 1)); }

std::vector<Time> happenings(const Course &course)
{
    std::vector<Time> times{Time(0), course.end};
    for (const Moment &moment : course.moments)
        times.push_back(moment.at);
    for (const Stage &stage : course.stages)
        times.push_back(stage.at);
    std::ranges::sort(times);
    return times;
}

} // namespace

TimeScale TimeScale::straight(Time end)
{
    TimeScale scale;
    scale.m_knots = {{Time(0), 0}, {std::max(end, Time(1)), 1}};
    return scale;
}

TimeScale TimeScale::folded(const Course &course)
{
    constexpr double long_ = 0.12, // of the whole: what may be folded
        busy = 0.4,                // is folded only when what happens would get less than this
        most = 0.3;                // of the axis, for all that is folded
    constexpr Time short_(120'000); // a minute or two is waited for: then its real length says more
    TimeScale scale = straight(course.end);
    if (course.end < short_ || !course.ends) // how long it stands still is what there is to see
        return scale;
    const std::vector<Time> times = happenings(course);
    Time quiet(0);
    for (std::size_t i = 1; i < times.size(); ++i)
        if (share(times[i] - times[i - 1], course.end) > long_) {
            scale.m_folds.push_back({times[i - 1], times[i]});
            quiet += times[i] - times[i - 1];
        }
    if (scale.m_folds.empty() || share(course.end - quiet, course.end) >= busy) {
        scale.m_folds.clear();
        return scale;
    }
    // A little on both sides stays as it is, so that a change is not drawn at the very fold.
    const Time margin = (course.end - quiet) / 20;
    for (Fold &fold : scale.m_folds) {
        fold.from += margin;
        fold.to -= margin;
    }
    std::erase_if(scale.m_folds, [](const Fold &fold) { return fold.to <= fold.from; });
    quiet = Time(0);
    for (const Fold &fold : scale.m_folds)
        quiet += fold.to - fold.from;
    const double each = std::min(most / static_cast<double>(std::max<std::size_t>(scale.m_folds.size(), 1)), 0.16);
    const double rest = 1 - each * static_cast<double>(scale.m_folds.size());
    scale.m_knots = {{Time(0), 0}};
    const auto add = [&](Time at, double by) { scale.m_knots.push_back({at, scale.m_knots.back().place + by}); };
    for (const Fold &fold : scale.m_folds) {
        add(fold.from, rest * share(fold.from - scale.m_knots.back().at, course.end - quiet));
        add(fold.to, each);
    }
    add(course.end, 1 - scale.m_knots.back().place);
    return scale;
}

TimeScale TimeScale::shared(std::span<const Course> courses)
{
    Time longest(1), shortest = never;
    for (const Course &course : courses) {
        longest = std::max(longest, course.end);
        shortest = std::min(shortest, course.end);
    }
    TimeScale scale = straight(longest);
    if (!courses.empty() && share(shortest, longest) < 0.15)
        scale.m_unit = std::max(shortest / 3, Time(500));
    return scale;
}

double TimeScale::place(Time at) const
{
    at = std::clamp(at, Time(0), end());
    if (isLogarithmic())
        return std::log1p(share(at, m_unit)) / std::log1p(share(end(), m_unit));
    const auto next = std::ranges::find_if(m_knots.begin() + 1, m_knots.end() - 1, [&](const Knot &knot) { return at <= knot.at; });
    const Knot &a = *(next - 1), &b = *next;
    return a.place + (b.place - a.place) * share(at - a.at, b.at - a.at);
}

Time TimeScale::at(double place) const
{
    place = std::clamp(place, 0.0, 1.0);
    if (isLogarithmic())
        return Time(static_cast<Time::rep>(std::expm1(place * std::log1p(share(end(), m_unit))) * static_cast<double>(m_unit.count())));
    const auto next = std::ranges::find_if(m_knots.begin() + 1, m_knots.end() - 1, [&](const Knot &knot) { return place <= knot.place; });
    const Knot &a = *(next - 1), &b = *next;
    const double part = b.place > a.place ? (place - a.place) / (b.place - a.place) : 0;
    return a.at + Time(static_cast<Time::rep>(part * static_cast<double>((b.at - a.at).count())));
}

std::vector<Tick> TimeScale::ticks(int most) const
{
    std::vector<Tick> found;
    const double apart = 0.8 / std::max(most, 1); // no two closer than this
    const auto add = [&](Time at) {
        const bool hidden = std::ranges::any_of(m_folds, [&](const Fold &fold) { return at > fold.from && at < fold.to; });
        const double where = place(at);
        if (!hidden && at <= end() && (found.empty() || where - found.back().place >= apart))
            found.push_back({at, where, tickText(at)});
    };
    add(Time(0));
    if (isLogarithmic()) {
        for (const Time time : logTimes)
            add(time);
        return found;
    }
    Time shown = end();
    for (const Fold &fold : m_folds)
        shown -= fold.to - fold.from;
    Time step = roundTimes[std::size(roundTimes) - 1];
    for (const Time time : roundTimes)
        if (share(time, shown) >= 1.0 / std::max(most, 1)) {
            step = time;
            break;
        }
    // Behind a fold the round times of the whole would lie anywhere: they are counted on, and there is one where it ends.
    Time from(0);
    for (std::size_t i = 0; i <= m_folds.size(); ++i) {
        const Time to = i < m_folds.size() ? m_folds[i].from : end();
        for (Time at = (from + step - Time(1)) / step * step; at <= to; at += step)
            add(at);
        if (i < m_folds.size())
            from = m_folds[i].to;
    }
    return found;
}

std::string foldText(const Fold &fold)
{
    const Time span = fold.to - fold.from;
    const Time whole = span < Time(120'000) ? Time(1'000) : span < Time(10'800'000) ? Time(60'000) : Time(3'600'000);
    return tickText((span + whole / 2) / whole * whole);
}

std::string tickText(Time at)
{
    const auto ms = at.count();
    if (ms == 0)
        return "0";
    if (ms % 1000 != 0)
        return say("Core", "{:.1f} s", static_cast<double>(ms) / 1000);
    const auto seconds = ms / 1000;
    if (seconds < 120)
        return say("Core", "{} s", seconds);
    if (seconds < 7200)
        return seconds % 60 ? fmt::format("{}:{:02} min", seconds / 60, seconds % 60) : say("Core", "{} min", seconds / 60);
    return seconds % 3600 ? fmt::format("{}:{:02} h", seconds / 3600, seconds % 3600 / 60) : say("Core", "{} h", seconds / 3600);
}

} // namespace timonier::strategy
