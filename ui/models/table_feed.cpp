#include "ui/models/table_feed.h"

#include <algorithm>

namespace timonier {

namespace {

constexpr int frameMs = 33;
constexpr int arrivingMs = 300; // the first list, which nobody can read at that speed
constexpr int settleMs = 500;   // re-ordering: twice a second
constexpr int heldMs = 800;     // after the last scroll, click or key

// How much worse one state is than another, for the words of a table of several namespaces.
int badness(const TableStatus &status)
{
    switch (status.state) {
    case ReflectorState::Forbidden: return 6;
    case ReflectorState::Stale: return 5;
    case ReflectorState::Stopped: return 4;
    case ReflectorState::Listing: return 3;
    case ReflectorState::Relisting: return 2;
    case ReflectorState::Watching: return status.error ? 1 : 0;
    }
    return 0;
}

} // namespace

TableFeed::TableFeed(TableModel *model, QObject *parent)
    : QObject(parent)
    , m_model(model)
{
    m_frame.setSingleShot(true);
    m_frame.setTimerType(Qt::PreciseTimer);
    m_settle.setSingleShot(true);
    connect(&m_waker, &Waker::woken, this, &TableFeed::schedule);
    connect(&m_frame, &QTimer::timeout, this, &TableFeed::flush);
    connect(&m_settle, &QTimer::timeout, this, &TableFeed::settleWhenDue);
    m_sinceSettled.start();
}

void TableFeed::follow(std::unique_ptr<Subscription> subscription)
{
    std::vector<Source> sources;
    if (subscription)
        sources.push_back({.ns = {}, .subscription = std::move(subscription)});
    followAll(std::move(sources));
}

void TableFeed::followAll(std::vector<Source> sources)
{
    m_sources = std::move(sources);
    m_sinceFlush.invalidate();
    m_frame.start(0); // what came before the look began to be followed
}

const TableFeed::Source *TableFeed::worst() const
{
    const auto it = std::ranges::max_element(m_sources, {}, [](const Source &source) { return badness(source.status); });
    return it == m_sources.end() ? nullptr : &*it;
}

void TableFeed::retry()
{
    for (const Source &source : m_sources)
        source.subscription->retry();
}

void TableFeed::hold()
{
    m_sinceHeld.start();
}

void TableFeed::schedule()
{
    const int wait = pace();
    if (m_frame.isActive() && m_frame.remainingTime() <= wait)
        return;
    const qint64 passed = m_sinceFlush.isValid() ? m_sinceFlush.elapsed() : wait;
    m_frame.start(static_cast<int>(std::clamp<qint64>(wait - passed, 0, wait)));
}

// ms from one flush to the next.
int TableFeed::pace() const
{
    // Nothing is there to be read yet: whoever changes to a table that is known does not wait a frame for it.
    if (m_model->total() == 0 && !m_model->status().complete)
        return 0;
    const bool arriving = m_model->status().state == ReflectorState::Listing && m_model->total() > 0;
    return arriving && !statusWaits() ? arrivingMs : frameMs;
}

bool TableFeed::statusWaits() const
{
    return m_sources.empty()
        || std::ranges::any_of(m_sources, [](const Source &source) { return source.subscription->statusWaits(); });
}

// What has changed in all of them, as if it were one table.
Batch TableFeed::takeAll()
{
    if (m_sources.size() == 1) {
        Batch batch = m_sources.front().subscription->take();
        if (batch.status)
            m_sources.front().status = *batch.status;
        return batch;
    }
    Batch all;
    bool news = false;
    for (Source &source : m_sources) {
        Batch batch = source.subscription->take();
        if (batch.reset) { // of this namespace: the rows of the others stay
            for (const Uid &uid : m_model->uidsOf(source.ns))
                batch.changes.try_emplace(uid, nullptr);
        }
        all.changes.merge(batch.changes);
        if (batch.columns)
            all.columns = std::move(batch.columns);
        if (batch.status) {
            source.status = std::move(*batch.status);
            news = true;
        }
    }
    if (news) {
        all.status = worst()->status;
        all.status->complete = std::ranges::all_of(m_sources, [](const Source &source) { return source.status.complete; });
    }
    return all;
}

void TableFeed::readMetrics()
{
    bool news = false;
    std::vector<MetricsPtr> known;
    for (Source &source : m_sources) {
        if (MetricsPtr metrics = source.subscription->metrics()) {
            source.metrics = std::move(metrics);
            news = true;
        }
        if (source.metrics)
            known.push_back(source.metrics);
    }
    if (news)
        m_model->setMetrics(std::move(known));
}

void TableFeed::flush()
{
    if (m_sources.empty())
        return;
    m_sinceFlush.start();
    m_model->apply(takeAll());
    readMetrics();
    settleWhenDue();
    emit flushed();
}

void TableFeed::settleWhenDue()
{
    if (!m_model->needsSettling() || m_settle.isActive())
        return;
    const qint64 rested = m_sinceSettled.elapsed();
    const qint64 quiet = m_sinceHeld.isValid() ? m_sinceHeld.elapsed() : heldMs;
    const qint64 wait = std::max(settleMs - rested, heldMs - quiet);
    if (wait > 0) {
        m_settle.start(static_cast<int>(wait));
        return;
    }
    m_sinceSettled.start();
    m_model->settle();
}

} // namespace timonier
