// How long steps took, remembered over runs.
#pragma once

#include "plan/journal.h"

namespace timonier::plan {

// The estimate of each step of the plan, in its order: what was learned, else what the plan says; at least a millisecond.
Result<std::vector<Span>> estimates(Journal &journal, const Plan &plan);
// A step took that long from its first look to its end, in one attempt. The newest counts for two fifths.
Result<> learn(Journal &journal, const Plan &plan, const Step &step, Span took);

} // namespace timonier::plan
