#include "ui/models/status_words.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

namespace timonier {

namespace {

constexpr int patienceSeconds = 4;

struct Status {
    Q_DECLARE_TR_FUNCTIONS(Status)
};

QString timeOfDay(std::chrono::system_clock::time_point when)
{
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(when.time_since_epoch()).count();
    const QDateTime local = QDateTime::fromMSecsSinceEpoch(ms);
    // A table may have been stale since yesterday.
    if (local.date() != QDate::currentDate() && ms > 0)
        return QLocale().toString(local, QLocale::ShortFormat);
    return local.time().toString(QStringLiteral("HH:mm:ss"));
}

QString because(const TableStatus &status)
{
    return status.error ? QString::fromStdString(status.error->text()) : QString();
}

} // namespace

QString refusalOf(const TableStatus &status, const QString &kind, bool namespaced, const QString &ns)
{
    if (status.error && status.error->kind == ErrorKind::Unauthorized)
        return Status::tr("The server does not accept your credentials");
    // Refused before anything was sent: a file is missing, a plugin failed.
    if (status.error && status.error->kind != ErrorKind::Forbidden)
        return Status::tr("Your credentials cannot be used");
    if (!namespaced)
        return Status::tr("You may not list %1", "%1: nodes, persistentvolumes …").arg(kind);
    if (ns.isEmpty())
        return Status::tr("You may not list %1 in all namespaces", "%1: pods, services …").arg(kind);
    return Status::tr("You may not list %1 in the namespace %2", "%1: pods, services …").arg(kind, ns);
}

StatusWords wordsFor(const TableStatus &status, const QString &kind, bool namespaced, const QString &ns, qsizetype rows,
                     std::chrono::system_clock::time_point now)
{
    const QString count = QLocale().toString(rows);
    switch (status.state) {
    case ReflectorState::Stopped:
        return {Tone::Busy, Status::tr("Connecting …"), false};
    case ReflectorState::Listing: {
        if (rows > 0)
            return {Tone::Busy, Status::tr("Loading … %1 rows").arg(count), false};
        // Before the first row both a slow server and a credential plugin that hangs, or waits for a browser, look alike.
        const auto waited = std::chrono::floor<std::chrono::seconds>(now - status.since).count();
        return {Tone::Busy,
                waited < patienceSeconds
                    ? Status::tr("Loading …")
                    : Status::tr("Waiting for %1 s: for the server, or for the program that signs you in").arg(waited),
                false};
    }
    case ReflectorState::Watching:
        if (status.error) // what the list could not show
            return {Tone::Careful, Status::tr("Live, but not complete: %1").arg(because(status)), false};
        return {Tone::Good, Status::tr("Live", "the table follows the cluster"), false};
    case ReflectorState::Relisting:
        return {Tone::Busy, Status::tr("Reading the list again …"), false};
    case ReflectorState::Forbidden:
        return {Tone::Bad, refusalOf(status, kind, namespaced, ns), true};
    case ReflectorState::Stale:
        break;
    }
    // Rows that were never complete are not "stale since": they were never true.
    QString text = status.complete ? Status::tr("Stale since %1", "%1: time of day").arg(timeOfDay(status.verified))
                                   : Status::tr("Not connected");
    if (const QString reason = because(status); !reason.isEmpty())
        text += QStringLiteral(": ") + reason;
    StatusWords words{status.complete ? Tone::Careful : Tone::Bad, text, true};
    if (status.retryIn) {
        const auto left = std::chrono::ceil<std::chrono::seconds>(status.since + *status.retryIn - now).count();
        words.text += QStringLiteral(". ");
        words.text += left > 0 ? Status::tr("Retrying in %1 s").arg(left) : Status::tr("Retrying …");
    }
    return words;
}

} // namespace timonier
