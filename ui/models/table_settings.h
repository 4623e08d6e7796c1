// Which columns of a kind a person wants to see, in which order, how wide, and sorted by what; kept in a file. Whatever the
// file says, what is read from it is harmless: unknown columns are left out by whoever uses it. GUI thread.
#pragma once

#include <QString>

#include <vector>

namespace timonier {

struct ColumnChoice {
    QString id;
    bool shown = true;
    int width = 0;             // px; 0: as wide as it needs to be
    bool operator==(const ColumnChoice &) const = default;
};

struct TableChoice {
    std::vector<ColumnChoice> columns{};  // in order; empty: as the kind has it
    QString sort{};                       // a column's id; empty: by name
    bool descending = false;
    bool operator==(const TableChoice &) const = default;
};

class TableSettings
{
public:
    // For the whole program. Before it is called nothing is read or written.
    static void setFile(const QString &file);
    // `kind`: "pods", "deployments.apps".
    static TableChoice read(const QString &kind);
    static void write(const QString &kind, const TableChoice &choice);
};

} // namespace timonier
