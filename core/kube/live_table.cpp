#include "kube/live_table.h"

#include <algorithm>

namespace timonier {

LiveTable::LiveTable(KindSpec kind, Scope scope, std::shared_ptr<Transport> transport, std::shared_ptr<Executor> executor,
                     const Clock &clock, ReflectorTuning tuning)
    : m_store(kind.resource.name == "pods" && kind.resource.group.empty()),
      m_reflector(std::move(kind), std::move(scope), std::move(transport), std::move(executor), clock, *this,
                  tuning)
{
}

void LiveTable::add(std::shared_ptr<BatchInbox> inbox)
{
    Batch known;
    known.reset = true;
    known.columns = m_columns;
    known.status = m_reflector.status();
    for (RowPtr &row : m_store.all()) {
        const Uid uid = row->uid;
        known.changes.emplace(uid, std::move(row));
    }
    inbox->put(std::move(known));
    m_inboxes.push_back(std::move(inbox));
    if (!std::exchange(m_started, true))
        m_reflector.start();
}

bool LiveTable::drop(const std::shared_ptr<BatchInbox> &inbox)
{
    std::erase(m_inboxes, inbox);
    return m_inboxes.empty();
}

void LiveTable::listBegins() { m_store.beginList(); }

void LiveTable::listEnds()
{
    for (const RowPtr &row : m_store.endList())
        m_gathered.changes[row->uid] = nullptr;
}

void LiveTable::change(Change change)
{
    const Uid uid = change.row->uid;
    if (change.kind == ChangeKind::Removed) {
        if (m_store.remove(uid))
            m_gathered.changes[uid] = nullptr;
        return;
    }
    const ReflectorState state = m_reflector.status().state;
    const bool fromList = state == ReflectorState::Listing || state == ReflectorState::Relisting;
    if (m_store.put(change.row, fromList))
        m_gathered.changes[uid] = std::move(change.row);
}

void LiveTable::columns(std::shared_ptr<const Columns> columns)
{
    m_columns = columns;
    m_gathered.columns = std::move(columns);
}

void LiveTable::status(const TableStatus &status) { m_gathered.status = status; }

void LiveTable::flush()
{
    if (m_inboxes.empty()) // what comes to look gets everything
        m_gathered = {};
    if (m_gathered.empty())
        return;
    Batch batch = std::exchange(m_gathered, {});
    for (std::size_t i = 0; i + 1 < m_inboxes.size(); ++i)
        m_inboxes[i]->put(Batch(batch));
    m_inboxes.back()->put(std::move(batch));
}

} // namespace timonier
