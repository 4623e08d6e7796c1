#include "ui/models/log_text.h"

#include "kube/timestamp.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

namespace timonier {

namespace {

struct Log {
    Q_DECLARE_TR_FUNCTIONS(Log)
};

QDateTime localTime(std::string_view stamp)
{
    const LogMoment moment = momentOf(stamp);
    return QDateTime::fromMSecsSinceEpoch(moment.seconds * 1000 + moment.nanos / 1'000'000);
}

bool isFinal(char16_t c) { return c >= 0x40 && c <= 0x7e; }

// The place behind the escape sequence that begins at `at` (ECMA-48: CSI … final, OSC … BEL or ST, or two characters).
qsizetype behindEscape(const QString &text, qsizetype at)
{
    const qsizetype size = text.size();
    if (at + 1 >= size)
        return size;
    const QChar kind = text[at + 1];
    if (kind == u'[') {
        qsizetype i = at + 2;
        while (i < size && !isFinal(text[i].unicode()))
            ++i;
        return std::min(i + 1, size);
    }
    if (kind == u']') {
        for (qsizetype i = at + 2; i < size; ++i) {
            if (text[i] == u'\a')
                return i + 1;
            if (text[i] == u'\x1b' && i + 1 < size && text[i + 1] == u'\\')
                return i + 2;
        }
        return size;
    }
    return at + 2;
}

// Marks, embeddings, overrides and isolates: they could make a line look like another.
bool turnsDirection(char16_t c)
{
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f || c == 0x061c;
}

bool isHarmless(const QString &text)
{
    return std::all_of(text.begin(), text.end(), [](QChar c) {
        const char16_t u = c.unicode();
        return (u >= 0x20 && u < 0x7f) || u == '\t' || (u >= 0xa0 && u < 0x061c) || (u > 0x061c && u < 0x200e) || u > 0x2069;
    });
}

} // namespace

StampedLine splitStamp(std::string_view line)
{
    const std::size_t space = line.substr(0, 40).find(' ');
    if (space == std::string_view::npos || space < 20 || line[4] != '-' || line[10] != 'T')
        return {{}, line};
    return {line.substr(0, space), line.substr(space + 1)};
}

LogMoment momentOf(std::string_view stamp)
{
    LogMoment moment{unixSeconds(stamp), 0};
    if (stamp.size() > 20 && stamp[19] == '.') {
        std::int32_t scale = 100'000'000;
        for (std::size_t i = 20; i < stamp.size() && stamp[i] >= '0' && stamp[i] <= '9'; ++i, scale /= 10)
            moment.nanos += (stamp[i] - '0') * scale;
    }
    return moment;
}

QString shortTime(std::string_view stamp, QDate today)
{
    if (stamp.empty())
        return {};
    const QDateTime local = localTime(stamp);
    return local.toString(local.date() == today ? QStringLiteral("HH:mm:ss.zzz") : QStringLiteral("MM-dd HH:mm"));
}

QString wholeTime(std::string_view stamp)
{
    if (stamp.empty())
        return {};
    const QDateTime local = localTime(stamp);
    return QLocale().toString(local.date(), QLocale::ShortFormat) + local.toString(QStringLiteral(" HH:mm:ss.zzz"));
}

QString shownText(std::string_view text)
{
    if (text.ends_with('\r'))
        text.remove_suffix(1);
    // Escape sequences go, so that more is read than is shown; a character has at most four bytes.
    const std::string_view part = text.substr(0, mostShown * 4);
    QString raw = QString::fromUtf8(part.data(), static_cast<qsizetype>(part.size()));
    QString out;
    if (isHarmless(raw)) {
        out = std::move(raw);
    } else {
        out.reserve(raw.size());
        for (qsizetype i = 0; i < raw.size(); ++i) {
            const char16_t c = raw[i].unicode();
            if (c == 0x1b)
                i = behindEscape(raw, i) - 1;
            else if (c == '\t' || (c >= 0x20 && c != 0x7f && (c < 0x80 || c > 0x9f) && !turnsDirection(c) && c != 0x2028 && c != 0x2029))
                out += raw[i];
            else if (c < 0x20)
                out += QChar(0x2400 + c);
            else
                out += c == 0x7f ? QChar(0x2421) : QChar(0x00b7);
        }
    }
    if (out.size() <= mostShown && part.size() == text.size())
        return out;
    const qsizetype more = out.size() - std::min(out.size(), mostShown) + static_cast<qsizetype>(text.size() - part.size());
    out.truncate(mostShown);
    if (!out.isEmpty() && out.back().isHighSurrogate())
        out.chop(1);
    return out + Log::tr(" … [%1 more characters]", "behind a line that is cut").arg(QLocale().toString(more));
}

} // namespace timonier
