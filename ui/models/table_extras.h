// What a table says that its own rows cannot: for nodes, what their pods ask for; for services, what they lead to. Follows
// the other kinds only once the table itself has been read. GUI thread.
#pragma once

#include "ui/models/row_feed.h"
#include "ui/models/supplement.h"

#include <QObject>

namespace timonier {

class TableExtras : public QObject
{
    Q_OBJECT
public:
    // Null: this kind says it all itself.
    static std::unique_ptr<TableExtras> forKind(const KindSpec &kind);

    virtual std::vector<ExtraColumn> columns() const = 0;
    // Follows what is needed, in these namespaces (none: all). Called once.
    virtual void begin(OpenCluster &cluster, const std::vector<std::string> &namespaces) = 0;
    // The cells for these rows of the table.
    virtual SupplementPtr make(const std::vector<RowPtr> &rows) const = 0;

signals:
    void changed();
};

} // namespace timonier
