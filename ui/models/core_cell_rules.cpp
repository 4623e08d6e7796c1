#include "kube/format.h"
#include "ui/models/cell_rules.h"

namespace timonier {

namespace {

std::string format(const Row &row, const Columns &columns, std::size_t column, std::int64_t now)
{
    // A custom resource's columns may have changed under rows that came before.
    if (column >= row.cells.size() || column >= columns.size())
        return {};
    return cellText(columns[column].type, row.cells[column], std::chrono::system_clock::time_point(std::chrono::seconds(now)));
}

} // namespace

CellRules coreCellRules() { return {format}; }

} // namespace timonier
