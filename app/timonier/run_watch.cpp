#include "run_watch.h"

#include "ui/views/main_window.h"
#include "ui/views/table_page.h"
#include "ui/views/timed_application.h"

#include <QEvent>
#include <QFile>
#include <QPixmap>
#include <QTimer>
#include <QWindow>

#include <cstdio>
#include <ctime>

#ifdef Q_OS_LINUX
#include <sys/resource.h>
#include <unistd.h>
#endif

namespace timonier {

double msSinceExec()
{
#ifdef Q_OS_LINUX
    // Field 22 of /proc/self/stat: the start, in ticks since boot.
    QFile stat(QStringLiteral("/proc/self/stat"));
    if (stat.open(QIODevice::ReadOnly)) {
        const QByteArray text = stat.readAll();
        const QList<QByteArray> fields = text.mid(text.lastIndexOf(')') + 2).split(' ');
        timespec now{};
        clock_gettime(CLOCK_BOOTTIME, &now);
        const double start = fields.value(19).toDouble() / static_cast<double>(sysconf(_SC_CLK_TCK));
        return (static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9 - start) * 1e3;
    }
#endif
    static const auto begin = std::clock();
    return static_cast<double>(std::clock() - begin) * 1e3 / CLOCKS_PER_SEC;
}

RunWatch::RunWatch(const Options &options, TimedApplication &application, MainWindow &window)
    : m_options(options)
    , m_application(application)
    , m_window(window)
{
    window.installEventFilter(this);
    connect(&window, &MainWindow::settled, this, &RunWatch::settled);
}

bool RunWatch::eventFilter(QObject *object, QEvent *event)
{
    if (m_firstPaintMs < 0 && object == &m_window && event->type() == QEvent::Paint) {
        m_firstPaintMs = 0;
        // After the backing store has been flushed, which follows this paint event in the same turn.
        QTimer::singleShot(0, this, [this] { m_firstPaintMs = msSinceExec(); });
    }
    return QObject::eventFilter(object, event);
}

void RunWatch::settled()
{
    if (m_completeMs < 0 && m_window.isGood())
        m_completeMs = msSinceExec();
    const bool quits = m_options.exitWhenComplete || !m_options.screenshot.isEmpty();
    if (!quits || std::exchange(m_finishing, true))
        return;
    // A moment for the layout, the last rows and the painting; for a picture also for CPU and memory.
    QTimer::singleShot(m_options.screenshot.isEmpty() ? 0 : 400, this, &RunWatch::finish);
}

void RunWatch::finish()
{
    bool good = m_window.isGood();
    if (!m_options.screenshot.isEmpty()) {
        good = m_window.grab().save(m_options.screenshot);
        if (!good)
            std::fprintf(stderr, "%s\n", qPrintable(tr("The picture cannot be written to %1").arg(m_options.screenshot)));
    }
    m_application.exit(good ? 0 : 1);
}

void RunWatch::printStats() const
{
    long peak = 0;
#ifdef Q_OS_LINUX
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    peak = usage.ru_maxrss;
#endif
    std::fprintf(stderr,
                 "{\"first_paint_ms\":%.0f,\"complete_ms\":%.0f,\"rows\":%lld,\"peak_rss_kb\":%ld,\"frames\":%d,"
                 "\"slowest_frame_ms\":%.1f}\n",
                 m_firstPaintMs, m_completeMs, static_cast<long long>(m_window.tablePage()->model().total()), peak,
                 m_application.frames(), m_application.slowestFrameMs());
}

} // namespace timonier
