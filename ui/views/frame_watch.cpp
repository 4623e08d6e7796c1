#include "ui/views/frame_watch.h"

#include <QAbstractEventDispatcher>

namespace timonier {

FrameWatch::FrameWatch(QObject *parent) : QObject(parent)
{
    const QAbstractEventDispatcher *dispatcher = QAbstractEventDispatcher::instance();
    connect(dispatcher, &QAbstractEventDispatcher::awake, this, &FrameWatch::busy);
    connect(dispatcher, &QAbstractEventDispatcher::aboutToBlock, this, &FrameWatch::waiting);
}

void FrameWatch::reset()
{
    m_slowest = 0;
    m_frames = 0;
    m_timer.invalidate(); // the stretch that is under way does not count
}

void FrameWatch::busy()
{
    // awake() is told twice, after the wait and before the events: the first one counts.
    if (!std::exchange(m_first, false) && m_timer.isValid())
        return;
    m_timer.start();
}

void FrameWatch::waiting()
{
    m_first = true;
    if (!m_timer.isValid())
        return;
    const qint64 ns = m_timer.nsecsElapsed();
    m_slowest = std::max(m_slowest, ns);
    m_frames += ns > 200'000;
}

} // namespace timonier
