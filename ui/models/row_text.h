// Rows of a live table as text to paste elsewhere. Pure.
#pragma once

#include "ui/models/table_model.h"

namespace timonier {

// `rows` and `columns` of the model, in the order in which they are written; a line of titles comes first.
// Columns that stand under one another in a font of one width.
QString alignedText(const TableModel &model, const std::vector<int> &rows, const std::vector<int> &columns);
// RFC 4180, UTF-8 to be. What a spreadsheet would take for a formula gets an apostrophe before it.
QString csvText(const TableModel &model, const std::vector<int> &rows, const std::vector<int> &columns);
// The field as it stands in a line of CSV.
QString csvField(QString text);

} // namespace timonier
