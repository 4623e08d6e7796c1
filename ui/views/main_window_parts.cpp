// What the window is made of, what it says at its edges, and what can be done in it: the half of MainWindow that is not
// about where to go.
#include "ui/views/main_window.h"

#include "ui/models/incident_words.h"
#include "ui/models/kind_words.h"
#include "ui/preview/preview_page.h"
#include "ui/theme/colours.h"
#include "ui/theme/icons.h"
#include "ui/views/desktop_notice.h"
#include "ui/views/details_pane.h"
#include "ui/views/message_page.h"
#include "ui/views/metrics_server_dialog.h"
#include "ui/views/notice_stack.h"
#include "ui/views/overview_page.h"
#include "ui/views/palette.h"
#include "ui/views/rail_view.h"
#include "ui/views/status_line.h"
#include "ui/views/table_page.h"
#include "ui/views/top_bar.h"
#include "ui/models/utf8_text.h"

#include <QAction>
#include <QApplication>
#include <QLayout>
#include <QPointer>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace timonier {

namespace {

constexpr std::size_t mostFound = 40;
constexpr int railWidth = 208;

} // namespace

QAction *MainWindow::action(const char *name, const QString &text, const QString &tip, const QKeySequence &keys,
                            std::function<void()> run)
{
    auto *made = new QAction(text, this);
    made->setObjectName(QLatin1StringView(name));
    made->setShortcut(keys);
    made->setToolTip(keys.isEmpty() ? tip : QString(tip % QStringLiteral(" (") % keys.toString(QKeySequence::NativeText) % u')'));
    connect(made, &QAction::triggered, this, std::move(run));
    addAction(made);
    return made;
}

void MainWindow::makeActions()
{
    m_back = action("back", tr("Back"), tr("To what was shown before"), QKeySequence(Qt::ALT | Qt::Key_Left), [this] { back(); });
    m_forward = action("forward", tr("Forward"), tr("To what was shown before going back"), QKeySequence(Qt::ALT | Qt::Key_Right),
                       [this] { forward(); });
    action("palette", tr("Search or run a command"), tr("Kinds, contexts, namespaces, objects by name, actions"),
           QKeySequence(Qt::CTRL | Qt::Key_K), [this] { openPalette(); });
    action("overview", tr("Overview"), tr("The cluster at a glance"), QKeySequence(Qt::CTRL | Qt::Key_0), [this] { showOverview(); });
    const auto filter = [this] {
        if (m_pages->currentWidget() == m_table)
            m_table->focusFilter();
    };
    m_find = action("filter", tr("Filter the table"), tr("Filter the table"), QKeySequence::Find, filter);
    m_find->setShortcuts({QKeySequence::Find, QKeySequence(Qt::Key_Slash)}); // fields take a slash for themselves first
    action("namespace", tr("Choose namespaces"), tr("Choose namespaces"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N),
           [this] { m_table->focusNamespace(); });
    action("pane", tr("Next pane"), tr("Rail, table, details"), QKeySequence(Qt::Key_F6), [this] { focusNextPane(); });
    m_previewAction = action("previewRollout", tr("Preview a roll-out of the selected Deployment"), tr("What it would do, before it is done"),
                             QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_R), [this] { previewChosen(); });
    action("previewFile", tr("Preview a roll-out from a file…"), tr("Of the Deployment in a YAML or JSON file; no cluster is needed"),
           QKeySequence(Qt::CTRL | Qt::Key_O), [this] { showPreviewOfFile({}); });
    m_forwardAction = action("forwardPort", tr("Forward a port of what is selected…"), tr("Reach it from this computer"),
                             QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F), [this] { forwardChosen(); });
    action("forwards", tr("Forwarded ports"), tr("Ports of this computer that lead into a cluster"), {}, [this] { showForwards(); });
    action("newCluster", tr("New cluster…"), tr("On this computer, on your own hosts, in a cloud"), QKeySequence(Qt::CTRL | Qt::Key_N), [this] { emit newClusterWanted(); });
    action("deploy", tr("Deploy…"), tr("An application from the catalogue, an image or manifests of your own"), QKeySequence(Qt::CTRL | Qt::Key_D), [this] { emit deployWanted(); });
    action("runs", tr("Runs…"), tr("Plans that were run, and those that were left unfinished"), {}, [this] { emit runsWanted(); });
    action("light", tr("Light theme"), tr("Light theme"), {}, [] { applyTheme(ThemeChoice::Light); });
    action("dark", tr("Dark theme"), tr("Dark theme"), {}, [] { applyTheme(ThemeChoice::Dark); });
    action("system", tr("Theme of the system"), tr("Theme of the system"), {}, [] { applyTheme(ThemeChoice::System); });
    m_close = action("closeCluster", tr("Close this cluster"), tr("Ends its watches; nothing in the cluster changes"), {},
                     [this] { m_fleet->close(m_current); }); // what it showed is left when it tells its state
    action("quit", tr("Quit"), tr("Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q), [this] { close(); });
}

void MainWindow::layOut()
{
    setObjectName(QStringLiteral("mainWindow"));
    setWindowTitle(QStringLiteral("Timonier"));
    setAccessibleName(QStringLiteral("Timonier"));
    m_pages->setObjectName(QStringLiteral("pages"));
    m_pages->setAccessibleName(tr("Page", "accessible name of the main area"));
    for (QWidget *page : std::initializer_list<QWidget *>{m_message, m_overview, m_table, m_preview})
        m_pages->addWidget(page);
    m_back->setIcon(themedIcon("back", colours().dim));
    m_forward->setIcon(themedIcon("forward", colours().dim));

    auto *left = new QWidget;
    left->setObjectName(QStringLiteral("railPane"));
    left->setAutoFillBackground(true);
    auto *leftColumn = new QVBoxLayout(left);
    leftColumn->setContentsMargins(0, 0, 0, 0);
    leftColumn->addWidget(m_rail, 1);
    left->setMinimumWidth(160);

    m_split = new QSplitter(Qt::Horizontal);
    m_split->setObjectName(QStringLiteral("split"));
    m_split->setChildrenCollapsible(false);
    m_split->addWidget(left);
    m_split->addWidget(m_pages);
    m_split->addWidget(m_details);
    m_split->setStretchFactor(1, 1);
    m_split->setSizes({railWidth, 1000, 400});
    connect(m_split, &QSplitter::splitterMoved, this, [this] { m_personSplit = true; });
    m_details->setMinimumWidth(280);
    m_details->hide();
    auto *middle = new QWidget;
    middle->setObjectName(QStringLiteral("middle"));
    auto *column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(new TopBar(m_back, m_forward, findChild<QAction *>(QStringLiteral("palette")), findChild<QAction *>(QStringLiteral("newCluster")), findChild<QAction *>(QStringLiteral("deploy"))));
    column->addWidget(m_split, 1);
    column->addWidget(m_status);
    setCentralWidget(middle);
    m_palette = new Palette(middle);
    m_notices = new NoticeStack(middle);
    m_desktop = new DesktopNotice(this);
    // The least size is said once, not worked out again with every layout.
    layout()->setSizeConstraint(QLayout::SetNoConstraint);
    setMinimumSize(640, 400);
}

// The table keeps the most of a narrow window, unless a person has chosen.
void MainWindow::shareWidth()
{
    if (m_personSplit)
        return;
    const int details = std::clamp(width() * 30 / 100, 290, 420);
    m_split->setSizes({m_split->sizes().constFirst(), std::max(100, m_split->width() - details - m_split->sizes().constFirst()), details});
}

void MainWindow::welcome()
{
    const ContextList &list = m_fleet->contexts();
    if (list.problem) {
        m_message->say(MessagePage::Mood::Bad, tr("The kubeconfig cannot be read"),
                       QString::fromStdString(list.problem->hint), QString::fromStdString(list.problem->text()));
    } else if (list.contexts.empty()) {
        m_message->say(MessagePage::Mood::Calm, tr("Welcome to Timonier"),
                       tr("Timonier shows you a Kubernetes cluster as it is at this moment, and helps you to change it.\n\n"
                          "It has found no kubeconfig, the file that says where a cluster is and who you are. "
                          "Whoever runs your cluster can give you one; put it in the place below, "
                          "or name another in the environment variable KUBECONFIG. Timonier notices by itself."),
                       list.searched);
    } else {
        m_message->say(MessagePage::Mood::Calm, tr("Choose a context"),
                       tr("The kubeconfig names no current context. Choose one on the left."));
    }
    if (!list.problem && list.contexts.empty())
        m_message->offer(tr("New cluster…"), [this] { emit newClusterWanted(); });
    else if (!list.problem)
        m_message->offer(tr("Preview a roll-out from a file…"), [this] { showPreviewOfFile({}); });
    m_messageIsFinal = true;
    m_pages->setCurrentWidget(m_message);
    refreshStatus();
    refreshActions();
    m_rail->setFocus();
    emit settled();
}

void MainWindow::refreshStatus()
{
    const FleetEntry *entry = current();
    if (!entry || entry->state == ContextState::Closed)
        m_status->show({m_fleet->contexts().problem ? Tone::Bad : Tone::Done, tr("No cluster is open"), false});
    else if (entry->state == ContextState::Opening)
        m_status->show({Tone::Busy, tr("Opening %1 …", "%1: a context").arg(m_current), false});
    else if (entry->state == ContextState::Failed)
        m_status->show({Tone::Bad, QString::fromStdString(entry->error->message), true});
    else if (m_pages->currentWidget() == m_table)
        m_status->show(m_table->words());
    else
        m_status->show(entry->watch->words());
}

void MainWindow::refreshActions()
{
    m_back->setEnabled(m_places.canGoBack());
    m_forward->setEnabled(m_places.canGoForward());
    m_close->setEnabled(isOpen());
    findChild<QAction *>(QStringLiteral("deploy"))->setEnabled(!m_fleet->contexts().contexts.empty());
    const RowPtr deployment = chosenDeployment();
    m_previewAction->setText(deployment ? tr("Preview a roll-out of %1", "%1: a Deployment").arg(fromView(deployment->name)) : tr("Preview a roll-out of the selected Deployment"));
    m_previewAction->setEnabled(deployment != nullptr);
    const auto target = chosenToForward();
    m_forwardAction->setText(target ? tr("Forward a port of %1…", "%1: a pod, a service").arg(fromView(target->name)) : tr("Forward a port of what is selected…"));
    m_forwardAction->setEnabled(target.has_value());
}

void MainWindow::tell(const QString &context, const std::vector<Incident> &incidents)
{
    for (const IncidentWords &words : wordsFor(incidents, context)) {
        const auto show = [this, context, words] {
            if (context != m_current)
                openContext(context);
            if (!isOpen())
                return;
            if (words.object)
                jump(*words.object);
            else if (const KindSpec *kind = m_fleet->kindNamed(m_current, QString::fromStdString(words.kind)))
                arrive({.context = m_current, .kind = kind->resource});
        };
        m_notices->tell({words.tone, words.text, tr("Show", "button: the object of a notice"), show});
        m_desktop->tell(words.text, show);
    }
}

void MainWindow::tellNotice(Tone tone, const QString &text, const QString &button, std::function<void()> run, const QString &stays)
{
    m_desktop->tell(text, run);
    m_notices->tell({tone, text, button, std::move(run), stays});
}

void MainWindow::withdrawNotice(const QString &stays) { m_notices->withdraw(stays); }

void MainWindow::offerMetricsServer()
{
    if (!isOpen())
        return;
    auto *dialog = new MetricsServerDialog(current()->cluster, m_current, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::openPalette()
{
    m_palette->open(paletteItems());
}

std::vector<PaletteItem> MainWindow::paletteItems()
{
    std::vector<PaletteItem> items = rolloutItems();
    for (PaletteItem &item : managedItems())
        items.push_back(std::move(item));
    if (isOpen()) {
        for (const KindSpec &kind : current()->kinds)
            items.push_back({.type = PaletteItem::Type::Kind,
                             .text = titleOf(kind.resource),
                             .detail = groupTitleOf(kind.resource),
                             .run = [this, kind] { showKind(kind); }});
    }
    for (const ContextChoice &context : m_fleet->contexts().contexts)
        items.push_back({.type = PaletteItem::Type::Context, .text = context.name, .run = [this, name = context.name] { openContext(name); }});
    if (isOpen()) {
        for (const QString &ns : m_table->knownNamespaces())
            items.push_back({.type = PaletteItem::Type::Namespace, .text = ns, .run = [this, ns] { showNamespace(ns); }});
        items.push_back({.type = PaletteItem::Type::Namespace, .text = tr("All namespaces"), .run = [this] { showNamespace({}); }});
    }
    for (QAction *one : actions()) {
        if (one->objectName() != u"palette")
            items.push_back({.type = PaletteItem::Type::Action,
                             .text = one->text(),
                             .keys = one->shortcut().toString(QKeySequence::NativeText),
                             .disabledBecause = one->isEnabled() ? QString() : tr("not possible now"),
                             .run = [action = QPointer(one)] {
                                 if (action)
                                     action->trigger();
                             }});
    }
    return items;
}

void MainWindow::searchObjects(const QString &text)
{
    if (!isOpen())
        return;
    current()->cluster->search(text.toStdString(), mostFound, [self = QPointer<MainWindow>(this), text](std::vector<FoundObject> found) {
        if (!self)
            return;
        std::vector<PaletteItem> items;
        for (const FoundObject &object : found) {
            const ObjectRef ref{object.kind.resource.group, object.kind.resource.kind, std::string(object.row->ns),
                                std::string(object.row->name)};
            const QString kind = QString::fromStdString(ref.kind);
            items.push_back({.type = PaletteItem::Type::Object,
                             .text = QString::fromStdString(ref.name),
                             .detail = ref.ns.empty() ? kind : tr("%1 in %2", "a pod in a namespace").arg(kind, QString::fromStdString(ref.ns)),
                             .run = [self, ref] {
                                 if (self)
                                     self->jump(ref);
                             }});
        }
        self->m_palette->setObjects(text, std::move(items));
    });
}

void MainWindow::showNamespaceOf(const QString &context, const QString &ns)
{
    if (const KindSpec *pods = m_fleet->knownNamed("pods"))
        arrive({.context = context, .kind = pods->resource, .namespaces = {ns}});
}

void MainWindow::showNamespace(const QString &ns)
{
    Place to = here();
    to.namespaces = ns.isEmpty() ? QStringList() : QStringList{ns};
    if (!to.kind)
        to.kind = m_fleet->knownNamed("pods")->resource;
    arrive(std::move(to));
}

void MainWindow::focusNextPane()
{
    const QWidget *focus = QApplication::focusWidget();
    const bool onPage = focus && m_pages->isAncestorOf(focus);
    if (m_rail->hasFocus())
        m_pages->currentWidget() == m_table ? m_table->focusTable() : m_pages->currentWidget()->setFocus(Qt::ShortcutFocusReason);
    else if (onPage && m_details->isVisible())
        m_details->setFocus(Qt::ShortcutFocusReason);
    else
        m_rail->setFocus(Qt::ShortcutFocusReason);
}

} // namespace timonier
