// The rows of one subscription, without an order: what a tab watches beside its object. GUI thread.
#pragma once

#include "ui/models/waker.h"
#include "ui/models/cluster_opener.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <unordered_map>

namespace timonier {

class RowSet final : public QObject
{
    Q_OBJECT
public:
    explicit RowSet(QObject *parent = nullptr);
    ~RowSet() override;

    // Forgets what it had and watches this.
    void follow(OpenCluster &cluster, const KindSpec &kind, const Scope &scope);
    void rest(); // ends the watch, and keeps the rows
    void clear();

    const std::unordered_map<Uid, RowPtr> &rows() const { return m_rows; }
    const TableStatus &status() const { return m_status; }
    // All rows there are have come once.
    bool isComplete() const { return m_status.complete; }

signals:
    void changed(); // at most ten times a second

private:
    void read();

    Waker m_waker;
    QTimer m_pace;
    std::unique_ptr<Subscription> m_subscription;
    std::unordered_map<Uid, RowPtr> m_rows;
    TableStatus m_status;
};

} // namespace timonier
