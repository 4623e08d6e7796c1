// Carries a subscription's changes into its model, and decides when rows may move: once a frame; while the first list is
// arriving its first rows at once and the others a few times a second, since the server, which often runs on the same
// machine, the network and the decoder need the cores. GUI thread; the subscription wakes it from the cluster's worker.
#pragma once

#include "kube/cluster.h"
#include "ui/models/table_model.h"
#include "ui/models/waker.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

namespace timonier {

class TableFeed final : public QObject
{
    Q_OBJECT
public:
    explicit TableFeed(TableModel *model, QObject *parent = nullptr);

    // What to hand to subscribe(): only wakes, from any thread, and may be called after this feed has gone.
    std::function<void()> wake() { return m_waker.wake(); }
    // One of the looks that make up a table: at one namespace, or at all of them (empty).
    struct Source {
        std::string ns;
        std::unique_ptr<Subscription> subscription;
        TableStatus status{};
        MetricsPtr metrics{};
    };
    // Ends the look at what was followed before; null: at nothing.
    void follow(std::unique_ptr<Subscription> subscription);
    // Several namespaces in one table; the table's status is that of the source that is worst.
    void followAll(std::vector<Source> sources);
    const std::vector<Source> &sources() const { return m_sources; }
    // The source whose status the table has; null: it follows nothing.
    const Source *worst() const;
    void retry();
    // Somebody scrolls, selects or types: rows do not jump for a moment.
    void hold();

signals:
    // After changes have been read, at most once a frame.
    void flushed();

private:
    void schedule();
    void flush();
    Batch takeAll();
    bool statusWaits() const;
    void readMetrics();
    int pace() const;
    void settleWhenDue();

    TableModel *m_model;
    Waker m_waker;
    std::vector<Source> m_sources;
    QTimer m_frame;
    QTimer m_settle;
    QElapsedTimer m_sinceFlush;
    QElapsedTimer m_sinceSettled;
    QElapsedTimer m_sinceHeld;
};

} // namespace timonier
