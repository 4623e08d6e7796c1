#include "ui/models/span_words.h"

#include <QCoreApplication>
#include <QLocale>

namespace timonier {

namespace {

struct Spans {
    Q_DECLARE_TR_FUNCTIONS(Spans)
};

constexpr qint64 minute = 60, hour = 3600;

QString ofSeconds(qint64 seconds)
{
    if (seconds < minute)
        return Spans::tr("%1 s", "a span of time").arg(seconds);
    if (seconds < hour)
        return seconds % minute ? Spans::tr("%1 min %2 s", "a span of time").arg(seconds / minute).arg(seconds % minute)
                                : Spans::tr("%1 min", "a span of time").arg(seconds / minute);
    const qint64 minutes = seconds % hour / minute;
    return minutes ? Spans::tr("%1 h %2 min", "a span of time").arg(seconds / hour).arg(minutes) : Spans::tr("%1 h", "a span of time").arg(seconds / hour);
}

} // namespace

QString spanWords(std::chrono::milliseconds span)
{
    const qint64 ms = std::max<qint64>(span.count(), 0);
    if (ms > 0 && ms < 950)
        return Spans::tr("%1 s", "a span of time").arg(QLocale().toString(std::max(0.1, double(ms) / 1000), 'f', 1));
    return ofSeconds((ms + 500) / 1000);
}

QString aboutWords(std::chrono::milliseconds span)
{
    const qint64 seconds = std::max<qint64>(span.count() + 500, 1000) / 1000;
    const qint64 step = seconds < 10 ? 1 : seconds < minute ? 5 : seconds < 10 * minute ? 30 : minute;
    return Spans::tr("about %1", "%1: a span of time").arg(ofSeconds((seconds + step / 2) / step * step));
}

} // namespace timonier
