#include "ui/models/row_set.h"

namespace timonier {

RowSet::RowSet(QObject *parent) : QObject(parent)
{
    m_pace.setSingleShot(true);
    m_pace.setInterval(100);
    connect(&m_pace, &QTimer::timeout, this, &RowSet::read);
    connect(&m_waker, &Waker::woken, this, [this] {
        if (!m_pace.isActive())
            read();
    });
}

RowSet::~RowSet() = default;

void RowSet::follow(OpenCluster &cluster, const KindSpec &kind, const Scope &scope)
{
    clear();
    m_subscription = cluster.subscribe(kind, scope, false, m_waker.wake());
    m_pace.start(0); // what came before the watch began to be followed
}

void RowSet::rest()
{
    m_subscription.reset();
    m_pace.stop();
}

void RowSet::clear()
{
    rest();
    m_rows.clear();
    m_status = {};
}

void RowSet::read()
{
    if (!m_subscription)
        return;
    Batch batch = m_subscription->take();
    if (batch.empty())
        return;
    m_pace.start(100);
    if (batch.reset)
        m_rows.clear();
    for (auto &[uid, row] : batch.changes) {
        if (row)
            m_rows[uid] = std::move(row);
        else
            m_rows.erase(uid);
    }
    if (batch.status)
        m_status = std::move(*batch.status);
    emit changed();
}

} // namespace timonier
