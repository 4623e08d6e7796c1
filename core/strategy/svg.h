// A foretold roll-out as a picture: SVG 1.1 text, light, with words as text. Pure; any thread.
#pragma once

#include "strategy/advice.h"
#include "strategy/course.h"

#include <span>

namespace timonier::strategy {

// One outcome: pods, share of traffic, capacity on one axis. Several: one row for each on one axis, and the advice above.
std::string svgReport(const Application &application, const Parameters &parameters, std::span<const Outcome> outcomes);

} // namespace timonier::strategy
