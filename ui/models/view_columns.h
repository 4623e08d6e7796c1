// The columns of a table as a person sees them: name and namespace, the cells of the kind, and use of CPU and memory.
#pragma once

#include "kube/row.h"
#include "ui/models/row_order.h"

#include <QString>

#include <vector>

namespace timonier {

struct ViewColumn {
    SortKey::By source = SortKey::By::Name;
    std::size_t cell = 0;          // when source is Cell
    QString id;                    // stable, for settings: "name", "restarts", "cpu"
    QString title;                 // translated
    CellType type = CellType::Text;
    bool byDefault = true;         // shown until a person chooses
    bool spare = false;            // left out first where there is too little room
    // Numbers stand right, so that their digits line up.
    bool right() const { return type == CellType::Number || type == CellType::Quantity || type == CellType::Time; }
    bool isStatus = false;         // its word has a tone (status_tone.h)
};

// `namespaced`: the table spans namespaces; `metrics`: CPU and memory are appended.
std::vector<ViewColumn> viewColumns(const Columns &columns, bool namespaced, bool metrics);

} // namespace timonier
