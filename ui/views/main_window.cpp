#include "ui/views/main_window.h"

#include "ui/models/window_settings.h"
#include "ui/preview/preview_page.h"
#include "ui/views/details_pane.h"
#include "ui/views/message_page.h"
#include "ui/views/notice_stack.h"
#include "ui/views/overview_page.h"
#include "ui/views/palette.h"
#include "ui/views/rail_view.h"
#include "ui/views/status_line.h"
#include "ui/views/table_page.h"
#include "ui/models/utf8_text.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QKeyEvent>
#include <QStackedWidget>
#include <QTimer>

namespace timonier {

namespace {

// The first table has the server to itself for so long, at most.
constexpr int headStartMs = 3000;

} // namespace

MainWindow::MainWindow(ClusterOpener &opener, std::vector<KindSpec> kinds, Start start, QWidget *parent)
    : QMainWindow(parent)
    , m_start(std::move(start))
    , m_fleet(new Fleet(opener, std::move(kinds), this))
    , m_counter(new KindCounter(this))
    , m_forwards(new ForwardList(this))
    , m_rail(new RailView(m_fleet))
    , m_pages(new QStackedWidget)
    , m_message(new MessagePage)
    , m_overview(new OverviewPage)
    , m_table(new TablePage)
    , m_preview(new PreviewPage)
    , m_details(new DetailsPane)
    , m_status(new StatusLine)
{
    if (const auto folded = WindowSettings::folded())
        m_rail->rail()->setFolded(*folded);
    makeActions();
    layOut();
    wire();
    if (const KindSpec *namespaces = m_fleet->knownNamed("namespaces"))
        m_table->setNamespaceKind(*namespaces);
    m_message->say(MessagePage::Mood::Calm, {}, {});
    refreshActions();
}

MainWindow::~MainWindow()
{
    m_table->leave(); // what looks at clusters goes before they do
    m_overview->leave();
    m_preview->leave();
    m_details->show({});
}

void MainWindow::wire()
{
    connect(m_rail, &RailView::contextChosen, this, &MainWindow::openContext);
    connect(m_rail, &RailView::overviewChosen, this, &MainWindow::showOverview);
    connect(m_rail, &RailView::menuWanted, this, &MainWindow::openContextMenu);
    connect(m_rail, &RailView::kindChosen, this, &MainWindow::showKind);
    connect(m_table, &TablePage::statusWords, this, &MainWindow::refreshStatus);
    connect(m_table, &TablePage::settled, this, [this] {
        watchCurrent();
        emit settled();
    });
    connect(m_table, &TablePage::subjectChanged, this, [this](const Subject &subject) {
        if (subject && !m_details->isVisible())
            shareWidth();
        m_details->setVisible(static_cast<bool>(subject));
        m_details->show(subject);
        refreshActions(); // what can be done with it
    });
    connect(m_table, &TablePage::wantedMissing, this, [this](const QString &name) {
        m_notices->tell({Tone::Careful, tr("There is no %1 in this table (any more)", "%1: the name of an object").arg(name)});
    });
    connect(m_table, &TablePage::namespacesChanged, this, [this](const QStringList &namespaces) {
        m_lastNamespaces[m_current] = namespaces;
        WindowSettings::rememberNamespaces(m_current, namespaces);
        m_rail->rail()->forgetCounts();
        countKinds();
    });
    connect(m_table, &TablePage::metricsServerWanted, this, &MainWindow::offerMetricsServer);
    connect(m_table, &TablePage::previewWanted, this, &MainWindow::previewChosen);
    connect(m_table, &TablePage::forwardWanted, this, &MainWindow::forwardChosen);
    connect(m_preview, &PreviewPage::settled, this, &MainWindow::settled);
    connect(m_rail, &RailView::foldedChanged, this, [this] { WindowSettings::rememberFolded(m_rail->rail()->folded()); });
    connect(m_details, &DetailsPane::jump, this, &MainWindow::jump);
    connect(m_details, &DetailsPane::closed, this, [this] {
        closeDetails();
        m_table->focusTable();
    });
    connect(m_overview, &OverviewPage::settled, this, &MainWindow::settled);
    connect(m_overview, &OverviewPage::objectWanted, this, &MainWindow::jump);
    connect(m_overview, &OverviewPage::metricsServerWanted, this, &MainWindow::offerMetricsServer);
    connect(m_overview, &OverviewPage::kindWanted, this, [this](const QString &name, const QString &filter) {
        if (const KindSpec *kind = m_fleet->kindNamed(m_current, name))
            arrive({.context = m_current, .kind = kind->resource, .filter = filter});
    });
    const auto retry = [this] {
        if (!isOpen())
            return openContext(m_current);
        m_table->retry();
        current()->watch->retry();
    };
    connect(m_status, &StatusLine::retryWanted, this, retry);
    connect(m_overview, &OverviewPage::retryWanted, this, retry);
    connect(m_fleet, &Fleet::stateChanged, this, [this](const QString &context) {
        m_rail->rail()->rebuild();
        const FleetEntry *entry = m_fleet->entry(context);
        if (entry->state == ContextState::Open) {
            lookForRollouts(context);
        } else {
            forgetRollouts(context);
            m_forwards->forget(context);
        }
        if (context == m_current)
            showState();
        else if (entry->state == ContextState::Open)
            entry->watch->begin();
    });
    connect(m_fleet, &Fleet::watchChanged, this, [this](const QString &context) {
        m_rail->rail()->refreshTones();
        if (context != m_current || m_pages->currentWidget() == m_table)
            return; // a table speaks for itself
        m_overview->refresh();
        refreshStatus();
    });
    connect(m_fleet, &Fleet::kindsChanged, this, [this](const QString &context) {
        if (context != m_current)
            return;
        m_rail->rail()->rebuild();
        markRail();
        countKinds();
        copeWithout();
    });
    connect(m_fleet, &Fleet::happened, this, &MainWindow::tell);
    connect(m_counter, &KindCounter::counted, m_rail->rail(), &RailModel::setCount);
    // What the table knows is newer: the two are not to contradict each other.
    connect(&m_table->model(), &TableModel::countsChanged, this, [this] {
        if (m_table->model().status().complete)
            m_rail->rail()->setCount(m_table->kind().resource, m_table->model().total());
    });
    connect(m_palette, &Palette::typed, this, &MainWindow::searchObjects);
    wireRollouts();
    wireForwards();
}

void MainWindow::setContexts(const ContextList &list)
{
    const bool first = m_current.isEmpty();
    m_fleet->setContexts(list);
    m_rail->rail()->rebuild();
    markRail();
    if (!m_soon.isEmpty() && m_fleet->info(m_soon))
        return openContext(std::exchange(m_soon, {}));
    if (!first || m_previewed)
        return; // what is open stays open; the fleet opens anew what has changed
    if (!m_start.previewFile.isEmpty()) {
        m_start.preview = false;
        return showPreviewOfFile(m_start.previewFile);
    }
    const QString wanted = m_start.context.isEmpty() ? list.current : m_start.context;
    if (list.problem || list.contexts.empty())
        welcome();
    else if (m_fleet->info(wanted) || !m_start.context.isEmpty())
        openContext(wanted); // one that does not exist as well: the opener knows which was probably meant
    else
        welcome();
}

void MainWindow::openContextSoon(const QString &name)
{
    if (m_fleet->info(name))
        openContext(name);
    else
        m_soon = name;
}

void MainWindow::openContext(const QString &name)
{
    if (!m_current.isEmpty() && m_current != name && isOpen())
        m_lastPlaces.insert_or_assign(m_current, here());
    const bool again = m_current == name && isOpen();
    m_current = name;
    m_rail->rail()->setCurrent(name);
    m_status->setWhere(name);
    const ContextChoice *context = m_fleet->info(name);
    m_status->setInsecure(context && context->insecure);
    setWindowTitle(tr("%1 – Timonier", "window title; %1: a context").arg(name));
    const FleetEntry *entry = current();
    if (entry && entry->state == ContextState::Failed)
        m_fleet->close(name); // another try
    const bool opens = !current() || current()->state == ContextState::Closed;
    if (opens)
        m_fleet->open(name); // tells its state by itself
    else if (!again)
        showState();
    markRail();
}

void MainWindow::closeDetails()
{
    m_details->hide();
    m_details->show({});
}

void MainWindow::showState()
{
    const FleetEntry *entry = current();
    if (entry && entry->state == ContextState::Open)
        return showFirst();
    m_table->leave();
    m_overview->leave();
    m_preview->leave();
    closeDetails();
    m_counter->follow(nullptr, {}, {});
    m_messageIsFinal = false;
    if (!entry || entry->state == ContextState::Closed) {
        m_message->say(MessagePage::Mood::Calm, tr("%1 is not open", "%1: a context").arg(m_current), {});
        m_message->offer(tr("Open", "button: a cluster"), [this] { openContext(m_current); });
    } else if (entry->state == ContextState::Opening) {
        m_message->say(MessagePage::Mood::Calm, tr("Opening %1 …", "%1: a context").arg(m_current), {});
    } else {
        m_messageIsFinal = true;
        m_message->say(MessagePage::Mood::Bad, tr("%1 cannot be opened", "%1: a context").arg(m_current),
                       QString::fromStdString(entry->error->hint), QString::fromStdString(entry->error->text()));
        m_message->offer(tr("Try again"), [this] { openContext(m_current); });
    }
    m_pages->setCurrentWidget(m_message);
    markRail();
    refreshStatus();
    refreshActions();
    if (m_messageIsFinal)
        emit settled();
}

// An open cluster comes to be looked at: where it was left, where the command line says, or its overview.
void MainWindow::showFirst()
{
    if (const auto pending = std::exchange(m_pending, {}); pending && pending->context == m_current) {
        showPlace(*pending);
    } else if (const auto it = m_lastPlaces.find(m_current); it != m_lastPlaces.end()) {
        arrive(Place(it->second));
    } else if (m_start.kind.isEmpty()) {
        arrive({.context = m_current});
    } else if (const KindSpec *kind = m_fleet->kindNamed(m_current, m_start.kind)) {
        arrive({.context = m_current,
                .kind = kind->resource,
                .namespaces = firstNamespaces(),
                .selected = m_start.select});
        m_start.kind.clear();
        if (std::exchange(m_start.preview, false) && !m_start.select.isEmpty())
            showPreview(firstNamespaces().value(0, QStringLiteral("default")), m_start.select);
    } else {
        m_fleet->discover(m_current); // copeWithout() goes on from there
        m_message->say(MessagePage::Mood::Calm, tr("Asking the cluster what kinds it has …"), {});
        m_pages->setCurrentWidget(m_message);
        refreshStatus(); // it is open: no longer what it said while it was being opened
        refreshActions();
    }
    QTimer::singleShot(headStartMs, this, &MainWindow::watchCurrent);
}

// The command line named a kind that only the server may know: now it has said what it has.
void MainWindow::copeWithout()
{
    if (m_start.kind.isEmpty() || m_pages->currentWidget() != m_message || !isOpen())
        return;
    if (m_fleet->kindNamed(m_current, m_start.kind))
        return showFirst();
    m_message->say(MessagePage::Mood::Bad, tr("This cluster has no kind %1").arg(m_start.kind),
                   tr("Its kinds are on the left, and found by name with Ctrl+K."),
                   current()->missing.join(u'\n'));
    m_message->offer(tr("Show the overview"), [this] { showOverview(); });
    m_messageIsFinal = true;
    m_start.kind.clear();
    emit settled();
}

// Where a context begins: where the command line says, where it was left the last time, else in its own namespace, which may
// be all its user can see.
QStringList MainWindow::firstNamespaces() const
{
    if (!m_start.ns.isEmpty() && m_lastPlaces.empty())
        return m_start.ns.split(u',', Qt::SkipEmptyParts);
    if (const auto it = m_lastNamespaces.find(m_current); it != m_lastNamespaces.end())
        return it->second;
    if (const auto remembered = WindowSettings::namespaces(m_current))
        return *remembered;
    const ContextChoice *context = m_fleet->info(m_current);
    return context && !context->ns.isEmpty() ? QStringList{context->ns} : QStringList();
}

Place MainWindow::here() const
{
    Place place{.context = m_current};
    if (m_pages->currentWidget() == m_preview)
        place.preview = m_previewed;
    if (m_pages->currentWidget() != m_table)
        return place;
    place.kind = m_table->kind().resource;
    place.namespaces = m_table->namespaces();
    place.filter = m_table->filter();
    if (const Subject subject = m_table->subject()) {
        place.selectedNs = fromView(subject.row->ns);
        place.selected = fromView(subject.row->name);
    }
    return place;
}

void MainWindow::arrive(Place to)
{
    m_places.go(here(), to);
    showPlace(to);
}

void MainWindow::showPlace(const Place &place)
{
    if (place.preview && !place.preview->file.isEmpty())
        return showPreviewAt(place); // it needs no cluster
    if (place.context != m_current) {
        const Place to = place;
        m_pending = to;
        openContext(to.context);
        return;
    }
    const FleetEntry *entry = current();
    if (!isOpen())
        return m_current.isEmpty() ? welcome() : showState();
    if (place.preview)
        return showPreviewAt(place);
    m_preview->leave();
    const auto kind = place.kind ? std::ranges::find(entry->kinds, *place.kind, &KindSpec::resource) : entry->kinds.end();
    if (kind == entry->kinds.end()) {
        m_table->leave();
        closeDetails();
        m_pages->setCurrentWidget(m_overview);
        const ContextChoice *context = m_fleet->info(m_current);
        m_overview->show(*entry, context ? context->server : QString());
        m_overview->setFocus(Qt::OtherFocusReason);
        watchCurrent();
    } else {
        m_overview->leave();
        m_pages->setCurrentWidget(m_table);
        m_lastNamespaces[m_current] = place.namespaces;
        m_table->show(entry->cluster, *kind, place.namespaces);
        m_table->setFilter(place.filter);
        if (!place.selected.isEmpty())
            m_table->select(place.selectedNs, place.selected);
        m_table->focusTable();
    }
    markRail();
    refreshStatus();
    refreshActions();
}

void MainWindow::markRail()
{
    const RailModel *rail = m_rail->rail();
    const QWidget *page = m_pages->currentWidget();
    int row = rail->rowOfContext(m_current);
    if (isOpen() && page == m_overview)
        row = rail->rowOfOverview();
    else if (isOpen() && page == m_table)
        row = rail->rowOfKind(m_table->kind().resource);
    m_rail->mark(row);
}

void MainWindow::showOverview()
{
    if (isOpen())
        arrive({.context = m_current});
}

void MainWindow::showKind(const KindSpec &kind)
{
    if (!isOpen())
        return;
    // The namespace goes along from kind to kind.
    Place to{.context = m_current, .kind = kind.resource, .namespaces = here().namespaces};
    if (m_pages->currentWidget() != m_table)
        to.namespaces = firstNamespaces();
    arrive(std::move(to));
}

void MainWindow::jump(const ObjectRef &ref)
{
    const KindSpec *kind = m_fleet->kindOf(m_current, ref.group, ref.kind);
    if (!kind) {
        m_notices->tell({Tone::Careful, tr("The kind %1 of %2 is not known in this cluster")
                                            .arg(QString::fromStdString(ref.kind), QString::fromStdString(ref.name))});
        return;
    }
    const QString ns = QString::fromStdString(ref.ns);
    QStringList namespaces = here().namespaces;
    if (!namespaces.isEmpty() && !namespaces.contains(ns))
        namespaces = {ns};
    arrive({.context = m_current, .kind = kind->resource, .namespaces = namespaces, .selectedNs = ns,
            .selected = QString::fromStdString(ref.name)});
}

void MainWindow::back()
{
    if (const auto place = m_places.back(here()))
        showPlace(*place);
}

void MainWindow::forward()
{
    if (const auto place = m_places.forward(here()))
        showPlace(*place);
}

// What is asked of the cluster besides the page that is shown: after it, so that it does not wait in line behind.
void MainWindow::watchCurrent()
{
    if (!isOpen() || current()->watch->hasBegun())
        return;
    current()->watch->begin();
    m_fleet->discover(m_current);
    countKinds();
}

void MainWindow::countKinds()
{
    if (isOpen() && current()->watch->hasBegun())
        m_counter->follow(current()->cluster, current()->kinds, firstNamespaces());
}

void MainWindow::changeEvent(QEvent *event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::WindowStateChange)
        m_counter->pause(isMinimized());
}

// What the focus left: Enter presses a button, as Space does; of itself Qt has that in dialogs only.
void MainWindow::keyPressEvent(QKeyEvent *event)
{
    const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (auto *button = qobject_cast<QAbstractButton *>(focusWidget()); isEnter && button && !event->isAutoRepeat())
        button->click();
    else
        QMainWindow::keyPressEvent(event);
}

bool MainWindow::isSettled() const
{
    const QWidget *page = m_pages->currentWidget();
    return page == m_table ? m_table->isSettled() : page == m_preview ? m_preview->isSettled() : page == m_overview ? m_overview->isSettled() : m_messageIsFinal;
}

bool MainWindow::isGood() const
{
    const QWidget *page = m_pages->currentWidget();
    return page == m_table ? m_table->model().status().complete : page == m_preview ? m_preview->isGood() : page == m_overview && m_overview->isGood();
}

} // namespace timonier
