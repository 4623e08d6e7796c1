#include "kube/batch.h"

namespace timonier {

void BatchInbox::put(Batch &&more)
{
    if (more.empty())
        return;
    bool wasEmpty = false;
    Batch dropped; // rows go after the lock is released
    {
        const std::scoped_lock lock(m_mutex);
        if (m_closed)
            return;
        wasEmpty = m_waiting.empty();
        if (more.reset || m_waiting.changes.empty()) {
            dropped.changes.swap(m_waiting.changes);
            m_waiting.changes = std::move(more.changes);
            m_waiting.reset = m_waiting.reset || more.reset;
        } else {
            for (auto &[uid, row] : more.changes)
                m_waiting.changes[uid] = std::move(row);
        }
        if (more.columns)
            m_waiting.columns = std::move(more.columns);
        if (more.status)
            m_waiting.status = std::move(more.status);
    }
    if (wasEmpty)
        m_wake();
}

Batch BatchInbox::take()
{
    const std::scoped_lock lock(m_mutex);
    return std::exchange(m_waiting, {});
}

void BatchInbox::close()
{
    const std::scoped_lock lock(m_mutex);
    m_closed = true;
}

} // namespace timonier
