// A foretold roll-out as text for people, and as JSON (stable, times in seconds).
#pragma once

#include "strategy/application.h"
#include "strategy/outcome.h"

#include <cstdio>

namespace timonier::ctl {

// Of several, it says which to take and why.
void printText(std::FILE *to, const strategy::Application &application, const strategy::Parameters &parameters, const std::vector<strategy::Outcome> &outcomes);
void printJson(std::FILE *to, const strategy::Parameters &parameters, const std::vector<strategy::Outcome> &outcomes);

} // namespace timonier::ctl
