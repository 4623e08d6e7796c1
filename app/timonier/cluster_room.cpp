#include "cluster_room.h"

#include "catalog/room.h"
#include "kube/fetch.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>

namespace timonier {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ClusterRoom)
};

QString shown(const std::string &text) { return QString::fromStdString(text); }

} // namespace

Result<ClusterRoom> roomOf(Session &session, const std::string &context)
{
    const OpenContext open = TRY(session.connect(context));
    ClusterRoom room;
    const Response version = TRY(fetch(*open.transport, {.path = "/version"}, {}));
    const QJsonObject said = QJsonDocument::fromJson(QByteArray::fromStdString(version.body)).object();
    room.version = said[QLatin1StringView("gitVersion")].toString().toStdString();
    room.minor = said[QLatin1StringView("minor")].toString().remove(u'+').toInt(); // "27+" of some clouds
    // Who may not see nodes or pods is not held up by that: the checks say so later.
    if (const auto nodes = catalog::readRoom(*open.transport, [](const std::string &, const std::string &) { return false; }, {}))
        for (const catalog::NodeRoom &node : *nodes) {
            ++room.nodes;
            room.cpuMilli += std::max<std::int64_t>(0, node.cpuMilli);
            room.memoryBytes += std::max<std::int64_t>(0, node.memoryBytes);
        }
    return room;
}

QString gibWords(std::int64_t bytes) { return Words::tr("%1 GiB").arg(QLocale().toString(double(bytes) / double(1LL << 30), 'f', 1)); }

QString wordsOf(const ClusterRoom &room)
{
    QString words = QStringLiteral("Kubernetes ") + (room.version.starts_with('v') ? shown(room.version.substr(1)) : shown(room.version));
    if (room.nodes > 0)
        words += QStringLiteral(", ") + Words::tr("%1 CPUs and %2 of memory free on %n nodes", nullptr, room.nodes).arg(QLocale().toString(double(room.cpuMilli) / 1000, 'f', 1), gibWords(room.memoryBytes));
    return words;
}

QString refusalOf(const catalog::Entry &entry, const ClusterRoom &room)
{
    const auto breaks = [&](const catalog::Version &version) { return room.minor > 0 && version.breaksAbove && version.kubernetes.to > 0 && room.minor > version.kubernetes.to; };
    if (!entry.versions.empty() && std::ranges::all_of(entry.versions, breaks))
        return Words::tr("It needs Kubernetes %1; the cluster has %2").arg(shown(entry.versions.front().kubernetes.text()), shown(room.version));
    if (room.nodes == 0)
        return {};
    if (entry.needs.cpuMilli > room.cpuMilli)
        return Words::tr("It needs %1 CPUs; %2 are free").arg(QLocale().toString(double(entry.needs.cpuMilli) / 1000), QLocale().toString(double(room.cpuMilli) / 1000, 'f', 1));
    if (entry.needs.memoryBytes > room.memoryBytes)
        return Words::tr("It needs %1 of memory; %2 are free").arg(gibWords(entry.needs.memoryBytes), gibWords(room.memoryBytes));
    return {};
}

} // namespace timonier
