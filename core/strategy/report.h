// A foretold roll-out as a file: CSV for a spreadsheet, Markdown for people. The picture is in svg.h. Pure; any thread.
#pragma once

#include "strategy/advice.h"
#include "strategy/course.h"

#include <span>

namespace timonier::strategy {

// The traffic's timeline, one row for each change; times in seconds. RFC 4180 needs no quoting here.
std::string csvReport(std::span<const Outcome> outcomes);

// A heading, verdict, stages and figures for each; several are compared first.
std::string markdownReport(const Application &application, const Parameters &parameters, std::span<const Outcome> outcomes);

} // namespace timonier::strategy
