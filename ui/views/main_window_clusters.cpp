// What can be done with a cluster as a whole: by the rail's menu and the palette.
#include "ui/views/main_window.h"

#include "ui/views/palette.h"

#include <QMenu>

#include <algorithm>

namespace timonier {

namespace {

struct Named {
    ClusterTask task;
    const char *name;
    QString text;
};

std::vector<Named> tasks(const QString &context)
{
    return {{ClusterTask::Start, "clusterStart", MainWindow::tr("Start %1", "%1: a cluster").arg(context)},
            {ClusterTask::Stop, "clusterStop", MainWindow::tr("Stop %1…", "%1: a cluster").arg(context)},
            {ClusterTask::Delete, "clusterDelete", MainWindow::tr("Delete %1…", "%1: a cluster").arg(context)}};
}

struct NamedTool {
    ClusterTool tool;
    const char *name;
    QString text;
};

std::vector<NamedTool> tools(const QString &context)
{
    return {{ClusterTool::Addons, "clusterAddons", MainWindow::tr("Add-ons of %1…", "%1: a cluster").arg(context)},
            {ClusterTool::Images, "clusterImages", MainWindow::tr("Load an image into %1…", "%1: a cluster").arg(context)},
            {ClusterTool::Services, "clusterServices", MainWindow::tr("Address of a service of %1…", "%1: a cluster").arg(context)},
            {ClusterTool::Tunnel, "clusterTunnel", MainWindow::tr("Tunnel to %1…", "%1: a cluster").arg(context)},
            {ClusterTool::Logs, "clusterLogs", MainWindow::tr("Export logs of %1…", "%1: a cluster").arg(context)}};
}

QString hostsText(const QString &context) { return MainWindow::tr("Hosts of %1…", "%1: a cluster").arg(context); }

} // namespace

void MainWindow::openContextMenu(const QString &context, const QPoint &at)
{
    auto *menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("contextMenu"));
    menu->setAccessibleName(context);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto add = [&](const char *name, const QString &text, std::function<void()> run) {
        QAction *made = menu->addAction(text);
        made->setObjectName(QLatin1StringView(name));
        connect(made, &QAction::triggered, this, std::move(run));
        return made;
    };
    add("contextOpen", tr("Open", "menu: look at a cluster"), [this, context] { openContext(context); });
    const FleetEntry *entry = m_fleet->entry(context);
    add("contextClose", tr("Close this cluster"), [this, context] { m_fleet->close(context); })->setEnabled(entry && entry->state != ContextState::Closed);
    if (const auto managed = std::ranges::find(m_managed, context, &ManagedCluster::context); managed != m_managed.end()) {
        menu->setToolTipsVisible(true);
        menu->addSeparator();
        if (managed->hasHosts)
            add("clusterHosts", hostsText(context), [this, context] { emit clusterHostsWanted(context); });
        for (const NamedTool &one : tools(context)) {
            QAction *made = add(one.name, one.text, [this, context, tool = one.tool] { emit clusterToolWanted(context, tool); });
            if (const auto why = managed->cannot.find(one.tool); why != managed->cannot.end()) {
                made->setEnabled(false);
                made->setToolTip(why->second);
            }
        }
        menu->addSeparator();
        for (const Named &one : tasks(context)) {
            QAction *made = add(one.name, one.text, [this, context, task = one.task] { emit clusterTaskWanted(context, task); });
            if (one.task != ClusterTask::Delete && !managed->cannotStop.isEmpty()) {
                made->setEnabled(false);
                made->setToolTip(managed->cannotStop);
            }
        }
    }
    menu->popup(at);
}

std::vector<PaletteItem> MainWindow::managedItems()
{
    std::vector<PaletteItem> items;
    for (const ManagedCluster &managed : m_managed) {
        const QString &context = managed.context;
        for (const Named &one : tasks(context))
            if (one.task == ClusterTask::Delete || managed.cannotStop.isEmpty())
                items.push_back({.type = PaletteItem::Type::Action, .text = one.text, .run = [this, context, task = one.task] { emit clusterTaskWanted(context, task); }});
        if (managed.hasHosts)
            items.push_back({.type = PaletteItem::Type::Action, .text = hostsText(context), .run = [this, context] { emit clusterHostsWanted(context); }});
        for (const NamedTool &one : tools(context))
            if (!managed.cannot.contains(one.tool))
                items.push_back({.type = PaletteItem::Type::Action, .text = one.text, .run = [this, context, tool = one.tool] { emit clusterToolWanted(context, tool); }});
    }
    return items;
}

} // namespace timonier
