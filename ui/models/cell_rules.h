// The two questions a table asks of the core: what a cell says, and which of two rows comes first. Plain functions, so
// that the models can be tested with others; core_cell_rules.cpp hands out the core's.
#pragma once

#include "kube/row.h"

#include <string>

namespace timonier {

struct CellRules {
    // The text of a cell, UTF-8; `now` in Unix seconds (ages).
    std::string (*format)(const Row &row, const Columns &columns, std::size_t column, std::int64_t now);
    // < 0, 0, > 0; only the cells of that column, ties are broken by the model.
    int (*compare)(const Row &a, const Row &b, const Columns &columns, std::size_t column);
};

// The core's own rules (format.h, compare.h).
CellRules coreCellRules();

} // namespace timonier
