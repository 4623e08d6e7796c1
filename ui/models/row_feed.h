// Follows rows that no table shows but that one is worked out from: the pods of nodes, the endpoint slices of services. Reads
// them at most twice a second. GUI thread.
#pragma once

#include "ui/models/cluster_opener.h"
#include "ui/models/waker.h"

#include <QObject>
#include <QTimer>

#include <unordered_map>

namespace timonier {

class RowFeed final : public QObject
{
    Q_OBJECT
public:
    using Rows = std::unordered_map<Uid, RowPtr>;
    explicit RowFeed(QObject *parent = nullptr);

    // In these namespaces; none: in all.
    void follow(OpenCluster &cluster, const KindSpec &kind, const std::vector<std::string> &namespaces);
    const Rows &rows() const { return m_rows; }
    const Columns &columns() const { return m_columns; }
    // All that may be seen has been read in full once.
    bool isComplete() const;
    // Nothing may be seen.
    bool isForbidden() const;

signals:
    // What changed: null rows have gone.
    void read(const timonier::RowFeed::Rows &changes);

private:
    struct Source {
        std::string ns;
        std::unique_ptr<Subscription> subscription;
        TableStatus status{};
    };
    void flush();

    Waker m_waker;
    std::vector<Source> m_sources;
    Columns m_columns;
    Rows m_rows;
    QTimer m_pace;
};

} // namespace timonier
