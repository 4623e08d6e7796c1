// What a table asks of the core: what a cell says. A plain function, so that the models can be tested with another;
// core_cell_rules.cpp hands out the core's.
#pragma once

#include "kube/row.h"

#include <string>

namespace timonier {

struct CellRules {
    // The text of a cell, UTF-8; `now` in Unix seconds (ages).
    std::string (*format)(const Row &row, const Columns &columns, std::size_t column, std::int64_t now);
};

// The core's own rules (format.h, compare.h).
CellRules coreCellRules();

} // namespace timonier
