#include "kube/batch.h"

namespace timonier {

void BatchInbox::put(Batch &&more)
{
    if (more.empty())
        return;
    bool wakes = false;
    Batch dropped; // rows go after the lock is released
    {
        const std::scoped_lock lock(m_mutex);
        if (m_closed)
            return;
        wakes = m_waiting.empty() || more.status;
        if (more.reset || m_waiting.changes.empty()) {
            dropped.changes.swap(m_waiting.changes);
            m_waiting.changes = std::move(more.changes);
            m_waiting.reset = m_waiting.reset || more.reset;
        } else {
            while (!more.changes.empty()) { // nodes move over: nothing is allocated
                auto placed = m_waiting.changes.insert(more.changes.extract(more.changes.begin()));
                if (!placed.inserted) {
                    placed.position->second.swap(placed.node.mapped());
                    dropped.changes.insert(std::move(placed.node));
                }
            }
        }
        if (more.columns)
            m_waiting.columns = std::move(more.columns);
        if (more.status)
            m_waiting.status = std::move(more.status);
    }
    if (wakes)
        m_wake();
}

Batch BatchInbox::take()
{
    const std::scoped_lock lock(m_mutex);
    return std::exchange(m_waiting, {});
}

bool BatchInbox::statusWaits()
{
    const std::scoped_lock lock(m_mutex);
    return m_waiting.status.has_value();
}

void BatchInbox::close()
{
    const std::scoped_lock lock(m_mutex);
    m_closed = true;
}

} // namespace timonier
