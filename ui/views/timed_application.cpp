#include "ui/views/timed_application.h"

#include <QAbstractEventDispatcher>

namespace timonier {

TimedApplication::TimedApplication(int &argc, char **argv, clockid_t clock)
    : QApplication(argc, argv)
    , m_clock(clock)
{
    connect(eventDispatcher(), &QAbstractEventDispatcher::aboutToBlock, this, &TimedApplication::endStretch);
}

void TimedApplication::resetFrames()
{
    m_busy = m_slowest = 0;
    m_frames = 0;
}

bool TimedApplication::notify(QObject *receiver, QEvent *event)
{
    if (m_depth > 0)
        return QApplication::notify(receiver, event);
    const qint64 begin = now();
    ++m_depth;
    const bool result = QApplication::notify(receiver, event);
    --m_depth;
    m_busy += now() - begin;
    return result;
}

qint64 TimedApplication::now() const
{
    timespec time{};
    clock_gettime(m_clock, &time);
    return static_cast<qint64>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

void TimedApplication::endStretch()
{
    m_slowest = std::max(m_slowest, m_busy);
    m_frames += m_busy > 200'000;
    m_busy = 0;
}

} // namespace timonier
