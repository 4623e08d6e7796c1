#include "ui/views/timed_application.h"

#include <QAbstractEventDispatcher>

namespace timonier {

TimedApplication::TimedApplication(int &argc, char **argv) : QApplication(argc, argv)
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
    QElapsedTimer timer;
    timer.start();
    ++m_depth;
    const bool result = QApplication::notify(receiver, event);
    --m_depth;
    m_busy += timer.nsecsElapsed();
    return result;
}

void TimedApplication::endStretch()
{
    m_slowest = std::max(m_slowest, m_busy);
    m_frames += m_busy > 200'000;
    m_busy = 0;
}

} // namespace timonier
