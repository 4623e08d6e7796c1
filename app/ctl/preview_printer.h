// A foretold roll-out as text for people, as JSON (stable, times in seconds) and as CSV (the timeline).
#pragma once

#include "strategy/outcome.h"

#include <cstdio>

namespace timonier::ctl {

void printText(std::FILE *to, const strategy::Parameters &parameters, const std::vector<strategy::Outcome> &outcomes);
void printJson(std::FILE *to, const strategy::Parameters &parameters, const std::vector<strategy::Outcome> &outcomes);
void printCsv(std::FILE *to, const std::vector<strategy::Outcome> &outcomes);

} // namespace timonier::ctl
