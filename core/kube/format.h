// The text of a cell at a given moment, as kubectl prints it. Pure; any thread.
#pragma once

#include "kube/row.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace timonier {

// "5d3h": duration.HumanDuration of k8s.io/apimachinery; "<invalid>" from two seconds below zero.
std::string humanDuration(std::chrono::milliseconds duration);
// The seconds that such a text stands for ("3m10s" -> 190); 0 for any other text.
std::int64_t humanSeconds(std::string_view text);

// What a table shows.
std::string cellText(CellType type, const Cell &cell, std::chrono::system_clock::time_point now);

// How kubectl prints a text on one line of a terminal: up to the first line end, then "..."; escape characters as ^[.
std::string oneLine(std::string_view text);

} // namespace timonier
