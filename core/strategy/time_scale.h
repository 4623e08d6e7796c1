// Where a moment stands on an axis: straight, with long quiet spans folded, or logarithmic where a roll-out of twenty seconds
// stands below one of an hour. Pure; any thread.
#pragma once

#include "strategy/course.h"

#include <span>

namespace timonier::strategy {

struct Fold {
    Time from, to;
};
struct Tick {
    Time at;
    double place; // 0 to 1
    std::string words; // "40 s"
};

class TimeScale
{
public:
    TimeScale() = default; // a millisecond
    static TimeScale straight(Time end);
    // Straight, but for spans in which nothing changes and which would leave no room for the rest: each is drawn short.
    static TimeScale folded(const Course &course);
    // One for all: straight where they are of a size, else logarithmic.
    static TimeScale shared(std::span<const Course> courses);

    double place(Time at) const; // 0 to 1; what lies outside is put at the edge
    Time at(double place) const;
    Time end() const { return m_knots.back().at; }
    const std::vector<Fold> &folds() const { return m_folds; }
    bool isLogarithmic() const { return m_unit > Time(0); }
    // At most so many, at round times, not within folds.
    std::vector<Tick> ticks(int most) const;

private:
    struct Knot {
        Time at;
        double place;
    };
    std::vector<Knot> m_knots{{Time(0), 0}, {Time(1), 1}}; // straight between them
    std::vector<Fold> m_folds;
    Time m_unit{0}; // of the logarithm: log(1 + t / unit)
};

// "0", "40 s", "5 min": as short as an axis wants it.
std::string tickText(Time at);
// How long what is folded is, as short.
std::string foldText(const Fold &fold);

} // namespace timonier::strategy
