// Rows as kubectl prints them: a header, columns as wide as their widest cell, three spaces between.
#pragma once

#include "kube/row.h"

#include <chrono>
#include <cstdio>
#include <span>
#include <string>
#include <vector>

namespace timonier::ctl {

struct TableLayout {
    bool withNamespace = false;
    int priority = 0;              // columns up to this one (Column::priority)
    bool header = true;
};

void printTable(std::FILE *out, const Columns &columns, std::span<const RowPtr> rows, const TableLayout &layout,
                std::chrono::system_clock::time_point now);

// The text of one cell, on one line; empty where the row has none.
std::string cellAt(const Row &row, const Columns &columns, std::size_t column, std::chrono::system_clock::time_point now);

// Orders rows as the server does: by namespace, then by name.
void sortByName(std::vector<RowPtr> &rows);

} // namespace timonier::ctl
