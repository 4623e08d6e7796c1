#include "ui/models/view_columns.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace timonier {

namespace {

struct Title {
    const char *id;
    const char *title;
};

// The columns of the typed kinds. A custom resource's own columns keep the words of whoever wrote them.
constexpr auto titles = std::to_array<Title>({
    {"name", QT_TRANSLATE_NOOP("Column", "Name")},
    {"namespace", QT_TRANSLATE_NOOP("Column", "Namespace")},
    {"ready", QT_TRANSLATE_NOOP("Column", "Ready")},
    {"status", QT_TRANSLATE_NOOP("Column", "Status")},
    {"restarts", QT_TRANSLATE_NOOP("Column", "Restarts")},
    {"age", QT_TRANSLATE_NOOP("Column", "Age")},
    {"node", QT_TRANSLATE_NOOP("Column", "Node")},
    {"ip", QT_TRANSLATE_NOOP("Column", "IP")},
    {"roles", QT_TRANSLATE_NOOP("Column", "Roles")},
    {"version", QT_TRANSLATE_NOOP("Column", "Version")},
    {"type", QT_TRANSLATE_NOOP("Column", "Type")},
    {"clusterip", QT_TRANSLATE_NOOP("Column", "Cluster IP")},
    {"externalip", QT_TRANSLATE_NOOP("Column", "External IP")},
    {"ports", QT_TRANSLATE_NOOP("Column", "Ports")},
    {"desired", QT_TRANSLATE_NOOP("Column", "Desired")},
    {"current", QT_TRANSLATE_NOOP("Column", "Current")},
    {"available", QT_TRANSLATE_NOOP("Column", "Available")},
    {"upToDate", QT_TRANSLATE_NOOP("Column", "Up to date")},
    {"schedule", QT_TRANSLATE_NOOP("Column", "Schedule")},
    {"suspend", QT_TRANSLATE_NOOP("Column", "Suspended")},
    {"active", QT_TRANSLATE_NOOP("Column", "Active")},
    {"lastSchedule", QT_TRANSLATE_NOOP("Column", "Last run")},
    {"completions", QT_TRANSLATE_NOOP("Column", "Completions")},
    {"duration", QT_TRANSLATE_NOOP("Column", "Duration")},
    {"hosts", QT_TRANSLATE_NOOP("Column", "Hosts")},
    {"address", QT_TRANSLATE_NOOP("Column", "Address")},
    {"capacity", QT_TRANSLATE_NOOP("Column", "Capacity")},
    {"claim", QT_TRANSLATE_NOOP("Column", "Claim")},
    {"volume", QT_TRANSLATE_NOOP("Column", "Volume")},
    {"reason", QT_TRANSLATE_NOOP("Column", "Reason")},
    {"object", QT_TRANSLATE_NOOP("Column", "Object")},
    {"message", QT_TRANSLATE_NOOP("Column", "Message")},
    {"lastSeen", QT_TRANSLATE_NOOP("Column", "Last seen")},
    {"count", QT_TRANSLATE_NOOP("Column", "Count")},
    {"cpu", QT_TRANSLATE_NOOP("Column", "CPU")},
    {"memory", QT_TRANSLATE_NOOP("Column", "Memory")},
    {"labels", QT_TRANSLATE_NOOP("Column", "Labels")},
    {"images", QT_TRANSLATE_NOOP("Column", "Images")},
    {"containers", QT_TRANSLATE_NOOP("Column", "Containers")},
    {"selector", QT_TRANSLATE_NOOP("Column", "Selector")},
    {"cpurequests", QT_TRANSLATE_NOOP("Column", "CPU requested")},
    {"memoryrequests", QT_TRANSLATE_NOOP("Column", "Memory requested")},
    {"lastexit", QT_TRANSLATE_NOOP("Column", "Last exit")},
    {"cpuallocatable", QT_TRANSLATE_NOOP("Column", "CPU to give")},
    {"memoryallocatable", QT_TRANSLATE_NOOP("Column", "Memory to give")},
    {"podsallocatable", QT_TRANSLATE_NOOP("Column", "Places for pods")},
    {"gpus", QT_TRANSLATE_NOOP("Column", "GPUs")},
    {"conditions", QT_TRANSLATE_NOOP("Column", "Conditions")},
    {"taints", QT_TRANSLATE_NOOP("Column", "Taints")},
    {"targetports", QT_TRANSLATE_NOOP("Column", "Target ports")},
    {"nominatednode", QT_TRANSLATE_NOOP("Column", "Nominated node")},
    {"readinessgates", QT_TRANSLATE_NOOP("Column", "Readiness gates")},
    {"internalip", QT_TRANSLATE_NOOP("Column", "Internal IP")},
    {"osimage", QT_TRANSLATE_NOOP("Column", "Operating system")},
    {"kernelversion", QT_TRANSLATE_NOOP("Column", "Kernel")},
    {"containerruntime", QT_TRANSLATE_NOOP("Column", "Container runtime")},
});

QString titleOf(const QString &id, std::string_view fallback)
{
    QString folded = id;
    folded.remove(u'-');
    for (const Title &known : titles) {
        if (folded.compare(QLatin1StringView(known.id), Qt::CaseInsensitive) == 0)
            return QCoreApplication::translate("Column", known.title);
    }
    // "EXTERNAL-IP" is shouted; "Lvm Group" of a custom resource is its author's word.
    QString text = QString::fromUtf8(fallback.data(), static_cast<qsizetype>(fallback.size()));
    if (text.size() > 3 && text == text.toUpper())
        text = text.left(1) + text.mid(1).toLower();
    return text;
}

ViewColumn own(SortKey::By source, const char *id, CellType type)
{
    const QString key = QString::fromLatin1(id);
    return {.source = source, .id = key, .title = titleOf(key, id), .type = type};
}

// The order of a kind, and what of it is shown. "?": where there is room. "*": once a row has something in it.
struct Preset {
    const char *kind;
    const char *columns;
};
constexpr auto presets = std::to_array<Preset>({
    {"pods", "name namespace ready status restarts cpu memory node age ip? images? labels?"},
    {"nodes", "name status roles conditions* taints*? version? gpus* pods cpu-requested memory-requested cpu memory age"},
    {"services", "name namespace type cluster-ip external-ip* ports endpoints health selector? age"},
});

// Columns that the preset names come first, in its order; the others can be chosen.
void arrange(std::vector<ViewColumn> &view, const QString &kind)
{
    const auto preset = std::ranges::find_if(presets, [&kind](const Preset &p) { return kind == QLatin1StringView(p.kind); });
    if (preset == presets.end())
        return;
    for (ViewColumn &column : view)
        column.byDefault = column.spare = false;
    auto place = view.begin();
    for (QString id : QString::fromLatin1(preset->columns).split(u' ')) {
        const bool spare = id.contains(u'?'), rare = id.contains(u'*');
        id.remove(u'?').remove(u'*');
        const auto found = std::ranges::find(place, view.end(), id, &ViewColumn::id);
        if (found == view.end())
            continue;
        found->byDefault = true;
        found->spare = spare;
        found->rare = rare;
        std::rotate(place, found, found + 1);
        ++place;
    }
}

} // namespace

std::vector<ViewColumn> viewColumns(const Columns &columns, const TableShape &shape)
{
    std::vector<ViewColumn> view{own(SortKey::By::Name, "name", CellType::Text)};
    if (shape.namespaced)
        view.push_back(own(SortKey::By::Namespace, "namespace", CellType::Text));
    const bool hasStatus = std::ranges::any_of(columns, [](const Column &column) { return column.id == "status" || column.id == "phase"; });
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const QString id = QString::fromUtf8(columns[i].id.data(), static_cast<qsizetype>(columns[i].id.size()));
        if (id == u"name" || id == u"namespace")
            continue;
        // Where nothing else says how it does, "2/3" does.
        const bool isStatus = id == u"status" || id == u"phase" || (id == u"ready" && columns[i].type == CellType::Fraction && !hasStatus);
        // kubectl hides the node of a pod without -o wide; here it is the first thing one follows.
        view.push_back({.source = SortKey::By::Cell,
                        .cell = i,
                        .id = id,
                        .title = titleOf(id, columns[i].title),
                        .type = columns[i].type,
                        .byDefault = columns[i].priority == 0 || id == u"node",
                        .spare = columns[i].priority > 0,
                        .isStatus = isStatus});
    }
    for (std::size_t i = 0; i < shape.extra.size(); ++i) {
        view.push_back({.source = SortKey::By::Extra,
                        .cell = i,
                        .id = shape.extra[i].id,
                        .title = shape.extra[i].title,
                        .alignedRight = shape.extra[i].right,
                        .bar = shape.extra[i].bar});
    }
    if (shape.metrics) {
        view.push_back(own(SortKey::By::Cpu, "cpu", CellType::Quantity));
        view.push_back(own(SortKey::By::Memory, "memory", CellType::Quantity));
    }
    view.push_back(own(SortKey::By::Labels, "labels", CellType::Text));
    view.back().byDefault = false;
    // The age reads best at the edge.
    if (const auto age = std::ranges::find(view, QStringLiteral("age"), &ViewColumn::id); age != view.end())
        std::rotate(age, age + 1, view.end());
    arrange(view, shape.kind);
    return view;
}

} // namespace timonier
