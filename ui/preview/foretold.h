// What was foretold of one strategy, ready to be painted. Immutable, shared between the thread that works it out and the GUI.
#pragma once

#include "strategy/application.h"
#include "strategy/course.h"

#include <array>
#include <memory>

namespace timonier {

struct Foretold {
    strategy::Parameters parameters; // the question
    strategy::Outcome outcome;
    strategy::Course course;
};
using ForetoldPtr = std::shared_ptr<const Foretold>;

// By strategy; null: not worked out yet.
using AllForetold = std::array<ForetoldPtr, strategy::allStrategies.size()>;

inline std::size_t indexOf(strategy::Strategy strategy) { return static_cast<std::size_t>(strategy); }

} // namespace timonier
