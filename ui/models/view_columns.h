// The columns of a table as a person sees them: name and namespace, the cells of the kind, use of CPU and memory, what is
// worked out from other kinds, and labels. In the order in which they stand until a person chooses another.
#pragma once

#include "kube/row.h"
#include "ui/models/row_order.h"

#include <QString>

#include <vector>

namespace timonier {

struct ViewColumn {
    SortKey::By source = SortKey::By::Name;
    std::size_t cell = 0;          // when source is Cell or Extra
    QString id;                    // stable, for settings: "name", "restarts", "cpu"
    QString title;                 // translated
    CellType type = CellType::Text;
    bool byDefault = true;         // shown until a person chooses
    bool spare = false;            // left out first where there is too little room
    bool rare = false;             // left out while no row has anything in it
    bool isStatus = false;         // its word has a tone (status_tone.h)
    bool alignedRight = false;
    bool bar = false;              // a share of something: never cut
    // Numbers stand right, so that their digits line up.
    bool right() const
    {
        return alignedRight || type == CellType::Number || type == CellType::Quantity || type == CellType::Time;
    }
    bool isUsage() const { return source == SortKey::By::Cpu || source == SortKey::By::Memory; }
};

struct TableShape {
    bool namespaced = false;           // the table spans namespaces
    bool metrics = false;              // CPU and memory in use
    std::vector<ExtraColumn> extra{};  // of the supplement
    QString kind{};                    // "pods", "nodes", "services": has an order of its own; empty: as kubectl has it
};

std::vector<ViewColumn> viewColumns(const Columns &columns, const TableShape &shape);

} // namespace timonier
