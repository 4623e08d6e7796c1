#include "run_watch.h"

#include "session/stats.h"
#include "ui/views/main_window.h"
#include "ui/views/table_page.h"
#include "ui/views/timed_application.h"

#include <QEvent>
#include <QImage>
#include <QPixmap>
#include <QTimer>
#include <QWindow>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace timonier {

namespace {

// A third of the bytes, and no eye sees it: the 128 colours that occur most as they are (backgrounds differ by little), and of
// the others the commonest of each shade, the most used shades first. Letters have edges in more greys than there is room for, which
// must not cost a small curve its colour.
QImage withFewColours(const QImage &picture)
{
    const QImage image = picture.convertToFormat(QImage::Format_RGB32);
    std::unordered_map<QRgb, int> counts;
    for (int y = 0; y < image.height(); ++y) {
        const auto *line = reinterpret_cast<const QRgb *>(image.constScanLine(y));
        for (int x = 0; x < image.width(); ++x)
            ++counts[line[x]];
    }
    std::vector<std::pair<int, QRgb>> byCount;
    for (const auto &[colour, count] : counts)
        byCount.emplace_back(count, colour);
    std::ranges::sort(byCount, std::greater());
    const auto shade = [](QRgb colour) { return colour & 0xe0e0e0; };
    QList<QRgb> table;
    std::unordered_set<QRgb> shades;
    for (const auto &[count, colour] : byCount) {
        const bool isNew = shades.insert(shade(colour)).second;
        if (table.size() < 128 || (isNew && table.size() < 256))
            table.append(colour);
    }
    return image.convertToFormat(QImage::Format_Indexed8, table, Qt::ThresholdDither);
}

} // namespace

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
        QTimer::singleShot(0, this, [this] { m_firstPaintMs = double(sinceStart().count()); });
    }
    return QObject::eventFilter(object, event);
}

void RunWatch::settled()
{
    if (m_completeMs < 0 && m_window.isGood())
        m_completeMs = double(sinceStart().count());
    const bool quits = m_options.exitWhenComplete || !m_options.screenshot.isEmpty();
    if (!quits || std::exchange(m_finishing, true))
        return;
    QTimer::singleShot(m_options.screenshot.isEmpty() ? std::chrono::milliseconds(0) : m_options.screenshotAfter, this,
                       &RunWatch::finish);
}

void RunWatch::finish()
{
    bool good = m_looked || m_window.isGood();
    if (!m_options.screenshot.isEmpty()) {
        good = withFewColours((m_looked ? m_looked->grab() : m_window.grab()).toImage()).save(m_options.screenshot, nullptr, 1); // 1: small, if slowly
        if (!good)
            std::fprintf(stderr, "%s\n", qPrintable(tr("The picture cannot be written to %1").arg(m_options.screenshot)));
    }
    m_application.exit(good ? 0 : 1);
}

void RunWatch::printStats() const
{
    std::fprintf(stderr,
                 "{\"first_paint_ms\":%.0f,\"complete_ms\":%.0f,\"rows\":%lld,\"peak_rss_kib\":%lld,\"cpu_ms\":%lld,\"frames\":%d,"
                 "\"slowest_frame_ms\":%.1f}\n",
                 m_firstPaintMs, m_completeMs, static_cast<long long>(m_window.tablePage()->model().total()), static_cast<long long>(peakResidentKib()),
                 static_cast<long long>(cpuTime().count()),
                 m_application.frames(), m_application.slowestFrameMs());
}

} // namespace timonier
