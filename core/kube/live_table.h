// One watched table: a reflector fills a store, and what changes goes to every inbox that looks at it.
// Lives on the cluster's worker.
#pragma once

#include "kube/batch.h"
#include "kube/reflector.h"
#include "kube/row_store.h"

#include <memory>
#include <vector>

namespace timonier {

class LiveTable final : public ReflectorSink
{
public:
    LiveTable(KindSpec kind, Scope scope, std::shared_ptr<Transport> transport, std::shared_ptr<Executor> executor, const Clock &clock,
              ReflectorTuning tuning = {});

    // A new look: it gets at once what is known, then every change. The first one starts the reflector.
    void add(std::shared_ptr<BatchInbox> inbox);
    // True when nobody looks any more; it goes on until it is destroyed.
    bool drop(const std::shared_ptr<BatchInbox> &inbox);
    bool isLookedAt() const { return !m_inboxes.empty(); }

    Reflector &reflector() { return m_reflector; }
    const RowStore &store() const { return m_store; }

    void listBegins() override;
    void listEnds() override;
    void change(Change change) override;
    void columns(std::shared_ptr<const Columns> columns) override;
    void status(const TableStatus &status) override;
    void flush() override;

private:
    std::vector<std::shared_ptr<BatchInbox>> m_inboxes;
    RowStore m_store;
    Batch m_gathered;                // since the last flush
    std::shared_ptr<const Columns> m_columns;
    bool m_started = false;
    Reflector m_reflector;           // last: it goes first, and tells this no more
};

} // namespace timonier
