// A course cut into columns of a picture, so that a roll-out of ten thousand pods is drawn in as many steps as there are pixels,
// and none of its worst moments is lost between two of them. Pure; any thread.
#pragma once

#include "strategy/time_scale.h"

namespace timonier::strategy {

struct Column {
    Moment last;           // as it is at the end of the column
    int leastServing = 0;  // within it
    double mostFailing = 0;
    int mostPods = 0;
};

// `count` columns from 0 to the end of the scale. Columns after the course's own end show how it is from then on.
std::vector<Column> columnsOf(const Course &course, const TimeScale &scale, int count);

} // namespace timonier::strategy
