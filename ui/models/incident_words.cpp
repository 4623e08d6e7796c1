#include "ui/models/incident_words.h"

#include <QCoreApplication>

#include <map>

namespace timonier {

namespace {

struct Happened {
    Q_DECLARE_TR_FUNCTIONS(Happened)
};

constexpr std::size_t mostApart = 2;

QString one(const Incident &incident, const QString &context)
{
    const QString name = QString::fromStdString(incident.object.name);
    switch (incident.type) {
    case Incident::Type::NodeGone:
        return Happened::tr("%1: the node %2 is gone", "%1: a context").arg(context, name);
    case Incident::Type::NodeNotReady:
        return Happened::tr("%1: the node %2 is not ready any more", "%1: a context").arg(context, name);
    case Incident::Type::NodeReady:
        return Happened::tr("%1: the node %2 is ready", "%1: a context").arg(context, name);
    case Incident::Type::KilledForMemory:
        break;
    }
    return Happened::tr("%1: the pod %2 took more memory than it may and was killed", "%1: a context")
        .arg(context, QString::fromStdString(incident.object.ns) + u'/' + name);
}

QString several(Incident::Type type, int count, const QString &context)
{
    switch (type) {
    case Incident::Type::NodeGone:
        return Happened::tr("%1: %n nodes are gone", "%1: a context", count).arg(context);
    case Incident::Type::NodeNotReady:
        return Happened::tr("%1: %n nodes are not ready any more", "%1: a context", count).arg(context);
    case Incident::Type::NodeReady:
        return Happened::tr("%1: %n nodes are ready", "%1: a context", count).arg(context);
    case Incident::Type::KilledForMemory:
        break;
    }
    return Happened::tr("%1: %n pods took more memory than they may and were killed", "%1: a context", count).arg(context);
}

} // namespace

std::vector<IncidentWords> wordsFor(const std::vector<Incident> &incidents, const QString &context)
{
    std::map<Incident::Type, std::vector<const Incident *>> byType;
    for (const Incident &incident : incidents)
        byType[incident.type].push_back(&incident);
    std::vector<IncidentWords> words;
    for (const auto &[type, all] : byType) {
        const Tone tone = type == Incident::Type::NodeReady ? Tone::Good : Tone::Bad;
        const std::string kind = type == Incident::Type::KilledForMemory ? "pods" : "nodes";
        if (all.size() > mostApart) {
            words.push_back({tone, several(type, static_cast<int>(all.size()), context), {}, kind});
            continue;
        }
        for (const Incident *incident : all)
            words.push_back({tone, one(*incident, context), incident->object, kind});
    }
    return words;
}

} // namespace timonier
