#include "ui/models/ago_words.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

namespace timonier {

namespace {

struct Ago {
    Q_DECLARE_TR_FUNCTIONS(Ago)
};

} // namespace

QString agoWords(std::int64_t when, std::int64_t now)
{
    const std::int64_t seconds = now - when;
    if (seconds < 1)
        return Ago::tr("just now");
    if (seconds < 120)
        return Ago::tr("%1 s ago", "seconds").arg(seconds);
    if (seconds < 2 * 3600)
        return Ago::tr("%1 min ago", "minutes").arg(seconds / 60);
    if (seconds < 2 * 86'400)
        return Ago::tr("%1 h ago", "hours").arg(seconds / 3600);
    return Ago::tr("%1 d ago", "days").arg(QLocale().toString(static_cast<qlonglong>(seconds / 86'400)));
}

QString exactTime(std::int64_t when)
{
    return QLocale().toString(QDateTime::fromSecsSinceEpoch(when), QLocale::LongFormat);
}

} // namespace timonier
