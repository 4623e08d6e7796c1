#include "ui/models/row_feed.h"

#include <algorithm>

namespace timonier {

namespace {

constexpr int restMs = 500;
constexpr int firstMs = 60; // until all has been read once: somebody waits for it

} // namespace

RowFeed::RowFeed(QObject *parent) : QObject(parent)
{
    m_pace.setSingleShot(true);
    connect(&m_waker, &Waker::woken, this, [this] {
        if (!m_pace.isActive())
            m_pace.start(isComplete() ? restMs : firstMs);
    });
    connect(&m_pace, &QTimer::timeout, this, &RowFeed::flush);
}

void RowFeed::follow(OpenCluster &cluster, const KindSpec &kind, const std::vector<std::string> &namespaces)
{
    m_sources.clear();
    m_rows.clear();
    m_columns = kind.columns;
    for (const std::string &ns : namespaces.empty() ? std::vector<std::string>{{}} : namespaces)
        m_sources.push_back({ns, cluster.subscribe(kind, {.ns = ns}, false, m_waker.wake())});
    QTimer::singleShot(0, this, &RowFeed::flush); // what is known already
}

bool RowFeed::isComplete() const
{
    return !m_sources.empty() && std::ranges::all_of(m_sources, [](const Source &source) {
        return source.status.complete || source.status.state == ReflectorState::Forbidden;
    });
}

bool RowFeed::isForbidden() const
{
    return !m_sources.empty() && std::ranges::all_of(m_sources, [](const Source &source) {
        return source.status.state == ReflectorState::Forbidden;
    });
}

void RowFeed::flush()
{
    Rows changes;
    bool news = false;
    for (Source &source : m_sources) {
        Batch batch = source.subscription->take();
        if (batch.reset) {
            for (const auto &[uid, row] : m_rows) {
                if (source.ns.empty() || row->ns == source.ns)
                    batch.changes.try_emplace(uid, nullptr);
            }
        }
        if (batch.status) {
            source.status = std::move(*batch.status);
            news = true;
        }
        changes.merge(batch.changes);
    }
    for (const auto &[uid, row] : changes) {
        if (row)
            m_rows[uid] = row;
        else
            m_rows.erase(uid);
    }
    if (news || !changes.empty())
        emit read(changes);
}

} // namespace timonier
