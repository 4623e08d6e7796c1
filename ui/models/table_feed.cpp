#include "ui/models/table_feed.h"

#include <QCoreApplication>
#include <QEvent>

#include <algorithm>

namespace timonier {

namespace {

constexpr int frameMs = 33;
constexpr int arrivingMs = 300; // the first list, which nobody can read at that speed
constexpr int settleMs = 500;   // re-ordering: twice a second
constexpr int heldMs = 800;     // after the last scroll, click or key

QEvent::Type wakeEvent()
{
    static const auto type = static_cast<QEvent::Type>(QEvent::registerEventType());
    return type;
}

} // namespace

// Between the worker, which may wake at any moment, and the feed, which may go at any moment.
struct TableFeed::Gate {
    std::mutex mutex;
    QObject *feed = nullptr;
};

TableFeed::TableFeed(TableModel *model, QObject *parent)
    : QObject(parent)
    , m_model(model)
    , m_gate(std::make_shared<Gate>())
{
    m_gate->feed = this;
    m_frame.setSingleShot(true);
    m_frame.setTimerType(Qt::PreciseTimer);
    m_settle.setSingleShot(true);
    connect(&m_frame, &QTimer::timeout, this, &TableFeed::flush);
    connect(&m_settle, &QTimer::timeout, this, &TableFeed::settleWhenDue);
    m_sinceSettled.start();
}

TableFeed::~TableFeed()
{
    {
        const std::scoped_lock lock(m_gate->mutex);
        m_gate->feed = nullptr;
    }
    m_subscription.reset();
}

std::function<void()> TableFeed::wake()
{
    return [gate = m_gate] {
        const std::scoped_lock lock(gate->mutex);
        if (gate->feed)
            QCoreApplication::postEvent(gate->feed, new QEvent(wakeEvent()));
    };
}

void TableFeed::follow(std::unique_ptr<Subscription> subscription)
{
    m_subscription = std::move(subscription);
    m_sinceFlush.invalidate();
    m_frame.start(0); // what came before the look began to be followed
}

void TableFeed::retry()
{
    if (m_subscription)
        m_subscription->retry();
}

void TableFeed::hold()
{
    m_sinceHeld.start();
}

bool TableFeed::event(QEvent *event)
{
    if (event->type() != wakeEvent())
        return QObject::event(event);
    const int wait = pace();
    if (m_frame.isActive() && m_frame.remainingTime() <= wait)
        return true;
    const qint64 passed = m_sinceFlush.isValid() ? m_sinceFlush.elapsed() : wait;
    m_frame.start(static_cast<int>(std::clamp<qint64>(wait - passed, 0, wait)));
    return true;
}

// ms from one flush to the next.
int TableFeed::pace() const
{
    const bool arriving = m_model->status().state == ReflectorState::Listing && m_model->total() > 0;
    return arriving && m_subscription && !m_subscription->statusWaits() ? arrivingMs : frameMs;
}

void TableFeed::flush()
{
    if (!m_subscription)
        return;
    m_sinceFlush.start();
    m_model->apply(m_subscription->take());
    if (const MetricsPtr metrics = m_subscription->metrics())
        m_model->setMetrics(metrics);
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
