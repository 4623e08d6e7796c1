// What was foretold of one strategy, ready to be painted. Immutable, shared between the thread that works it out and the GUI.
#pragma once

#include "strategy/figures_text.h"
#include "strategy/time_scale.h"

#include <QString>

#include <array>
#include <memory>

namespace timonier {

struct Foretold {
    strategy::Parameters parameters; // the question
    strategy::Outcome outcome;
    strategy::Course course;
    strategy::TimeScale scale;       // of it alone
    std::vector<strategy::KeyFigure> figures;
    QString room;
};
using ForetoldPtr = std::shared_ptr<const Foretold>;

// By strategy; null: not worked out yet.
using AllForetold = std::array<ForetoldPtr, strategy::allStrategies.size()>;

inline std::size_t indexOf(strategy::Strategy strategy) { return static_cast<std::size_t>(strategy); }

} // namespace timonier
