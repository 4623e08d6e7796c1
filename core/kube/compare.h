// The order of rows in a sorted table: by the cell of one column, then by namespace, name and uid, so that it is total
// and a table never jumps. Pure; any thread.
#pragma once

#include "kube/row.h"

#include <cstddef>
#include <cstdint>

namespace timonier {

// Only the cells: 0 when they are alike. A table that sorts downwards turns this round, and not what breaks ties.
int compareCells(const Row &a, const Row &b, std::size_t column, CellType type);

// Below 0: a comes before b; 0: they are the same object. `column` is an index into both rows' cells; a row without that
// cell comes first.
int compare(const Row &a, const Row &b, std::size_t column, CellType type);

// A number that orders as compare() does wherever two of them differ; equal keys say nothing. What a sorted index keeps
// beside each row, so that most comparisons touch neither row.
std::uint64_t sortKey(const Row &row, std::size_t column, CellType type);

} // namespace timonier
