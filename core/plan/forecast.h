// How far a run is, and how long it will still take. Pure.
#pragma once

#include "plan/plan.h"
#include "plan/state.h"

#include <vector>

namespace timonier::plan {

struct StepClock {
    Span estimate{1};
    StepState state = StepState::Waiting;
    Span spent{0};        // since it began
    double fraction = -1; // as the step itself says; negative: it does not
};

struct Forecast {
    double fraction = 0; // 0 to 1, by time
    Span left{0};        // along the longest chain of what is left; room for parallel steps is not counted
};

// `clocks` in the order of the plan's steps.
Forecast forecast(const Plan &plan, Direction direction, const std::vector<StepClock> &clocks);

} // namespace timonier::plan
