#include "ui/views/main_window.h"

#include "ui/models/kind_words.h"
#include "ui/theme/colours.h"
#include "ui/views/details_pane.h"
#include "ui/views/message_page.h"
#include "ui/views/rail_view.h"
#include "ui/views/status_line.h"
#include "ui/views/table_page.h"

#include <QApplication>
#include <QLabel>
#include <QLayout>
#include <QPointer>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace timonier {

MainWindow::MainWindow(ClusterOpener &opener, std::vector<KindSpec> kinds, Start start, QWidget *parent)
    : QMainWindow(parent)
    , m_opener(opener)
    , m_kinds(std::move(kinds))
    , m_start(std::move(start))
    , m_rail(new RailView)
    , m_pages(new QStackedWidget)
    , m_message(new MessagePage)
    , m_table(new TablePage)
    , m_details(new DetailsPane)
    , m_status(new StatusLine)
{
    setObjectName(QStringLiteral("mainWindow"));
    setWindowTitle(QStringLiteral("Timonier"));
    setAccessibleName(QStringLiteral("Timonier"));
    m_pages->setObjectName(QStringLiteral("pages"));
    m_pages->setAccessibleName(tr("Page", "accessible name of the main area"));
    m_pages->addWidget(m_message);
    m_pages->addWidget(m_table);

    auto *name = new QLabel(QStringLiteral("Timonier"));
    name->setObjectName(QStringLiteral("wordmark"));
    QFont bold = font();
    bold.setWeight(QFont::Bold);
    bold.setPointSizeF(bold.pointSizeF() * 1.1);
    name->setFont(bold);
    name->setContentsMargins(16, 14, 16, 4);
    auto *left = new QWidget;
    left->setObjectName(QStringLiteral("railPane"));
    left->setAutoFillBackground(true);
    auto *leftColumn = new QVBoxLayout(left);
    leftColumn->setContentsMargins(0, 0, 0, 0);
    leftColumn->setSpacing(0);
    leftColumn->addWidget(name);
    leftColumn->addWidget(m_rail, 1);
    left->setMinimumWidth(160);

    auto *split = new QSplitter(Qt::Horizontal);
    split->setObjectName(QStringLiteral("split"));
    split->setChildrenCollapsible(false);
    split->addWidget(left);
    split->addWidget(m_pages);
    split->addWidget(m_details);
    split->setStretchFactor(1, 1);
    split->setSizes({208, 1000, 380});
    m_details->setMinimumWidth(280);
    m_details->hide();
    auto *middle = new QWidget;
    middle->setObjectName(QStringLiteral("middle"));
    auto *column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(split, 1);
    column->addWidget(m_status);
    setCentralWidget(middle);
    // The least size is said once, not worked out again with every layout.
    layout()->setSizeConstraint(QLayout::SetNoConstraint);
    setMinimumSize(640, 400);

    const auto namespaces = std::ranges::find_if(
        m_kinds, [](const KindSpec &kind) { return kind.resource.fullName() == "namespaces"; });
    if (namespaces != m_kinds.end())
        m_table->setNamespaceKind(*namespaces);
    connect(m_rail, &RailView::contextChosen, this, &MainWindow::openContext);
    connect(m_rail, &RailView::kindChosen, this, &MainWindow::showKind);
    connect(m_table, &TablePage::statusWords, m_status, &StatusLine::show);
    connect(m_table, &TablePage::statusWords, this, [this](const StatusWords &words) { m_rail->rail()->setOpenTone(words.tone); });
    connect(m_table, &TablePage::subjectChanged, this, [this](const Subject &subject) {
        m_details->setVisible(static_cast<bool>(subject));
        m_details->show(subject);
    });
    connect(m_table, &TablePage::settled, this, &MainWindow::settled);
    connect(m_status, &StatusLine::retryWanted, this, [this] {
        if (m_cluster)
            m_table->retry();
        else
            openContext(m_context);
    });
    m_message->say(MessagePage::Mood::Calm, {}, {});
    addShortcuts();
}

MainWindow::~MainWindow() = default;

void MainWindow::addShortcuts()
{
    const auto add = [this](const QKeySequence &keys, auto function) {
        connect(new QShortcut(keys, this), &QShortcut::activated, this, function);
    };
    const auto filter = [this] {
        if (m_pages->currentWidget() == m_table)
            m_table->focusFilter();
    };
    add(QKeySequence::Find, filter);
    add(QKeySequence(Qt::Key_Slash), filter); // fields take a slash for themselves first
    add(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N), [this] { m_table->focusNamespace(); });
    add(QKeySequence(Qt::Key_F6), [this] { focusNextPane(); });
    add(QKeySequence(Qt::CTRL | Qt::Key_Q), [this] { close(); });
}

void MainWindow::focusNextPane()
{
    if (m_rail->hasFocus() && m_pages->currentWidget() == m_table)
        m_table->focusTable();
    else
        m_rail->setFocus(Qt::ShortcutFocusReason);
}

const ContextChoice *MainWindow::info(const QString &context) const
{
    const auto it = std::ranges::find(m_contexts.contexts, context, &ContextChoice::name);
    return it == m_contexts.contexts.end() ? nullptr : &*it;
}

void MainWindow::setContexts(const ContextList &list)
{
    m_contexts = list;
    m_rail->rail()->setContexts(list.contexts);
    m_rail->mark(m_rail->rail()->rowOfContext(m_context));
    if (!m_context.isEmpty()) {
        // Already at work: what is open stays open, unless the file now says something else of it (a renewed
        // certificate, another address), or it could not be opened as it was.
        const ContextChoice *open = info(m_context);
        if (open && (open->fingerprint != m_fingerprint || !m_cluster))
            openContext(m_context);
        return;
    }
    const QString wanted = m_start.context.isEmpty() ? list.current : m_start.context;
    if (list.problem || list.contexts.empty())
        welcome(list);
    else if (info(wanted) || !m_start.context.isEmpty())
        openContext(wanted); // one that does not exist as well: the opener knows which was probably meant
    else
        welcome(list);
}

void MainWindow::welcome(const ContextList &list)
{
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
    m_messageIsFinal = true;
    m_pages->setCurrentWidget(m_message);
    m_status->show({list.problem ? Tone::Bad : Tone::Done, tr("No cluster is open"), false});
    m_rail->setFocus();
    emit settled();
}

void MainWindow::fail(const QString &context, const Error &error)
{
    m_table->leave();
    m_cluster.reset();
    m_rail->rail()->setState(context, ContextState::Failed, QString::fromStdString(error.text()));
    m_rail->mark(m_rail->rail()->rowOfContext(context));
    m_message->say(MessagePage::Mood::Bad, tr("%1 cannot be opened", "%1: a context").arg(context),
                   QString::fromStdString(error.hint), QString::fromStdString(error.text()));
    m_message->offer(tr("Try again"), [this, context] { openContext(context); });
    m_messageIsFinal = true;
    m_pages->setCurrentWidget(m_message);
    m_status->show({Tone::Bad, QString::fromStdString(error.message), false});
    emit settled();
}

void MainWindow::openContext(const QString &name)
{
    const ContextChoice *context = info(name);
    m_context = name;
    m_status->setWhere(name);
    m_status->setInsecure(context && context->insecure);
    m_fingerprint = context ? context->fingerprint : 0;
    setWindowTitle(tr("%1 – Timonier", "window title; %1: a context").arg(name));
    const int opening = ++m_opening;
    if (context && context->problem) {
        fail(name, *context->problem);
        return;
    }
    m_table->leave();
    m_cluster.reset();
    m_messageIsFinal = false;
    m_rail->rail()->setState(name, ContextState::Opening);
    m_rail->mark(m_rail->rail()->rowOfContext(name));
    m_message->say(MessagePage::Mood::Calm, tr("Opening %1 …", "%1: a context").arg(name), {});
    m_pages->setCurrentWidget(m_message);
    m_status->show({Tone::Busy, tr("Opening %1 …", "%1: a context").arg(name), false});
    m_opener.open(name, [self = QPointer<MainWindow>(this), name, opening](Result<std::shared_ptr<OpenCluster>> result) {
        if (!self || self->m_opening != opening)
            return; // another context has been chosen meanwhile
        if (result)
            self->opened(name, std::move(*result));
        else
            self->fail(name, result.error());
    });
}

void MainWindow::opened(const QString &context, std::shared_ptr<OpenCluster> cluster)
{
    m_cluster = std::move(cluster);
    m_rail->rail()->setState(context, ContextState::Open);
    m_rail->rail()->setKinds(m_kinds);
    const std::string wanted = m_start.kind.isEmpty() ? "pods" : m_start.kind.toStdString();
    const auto kind = std::ranges::find_if(m_kinds, [&](const KindSpec &spec) {
        const Resource &r = spec.resource;
        return r.name == wanted || r.singular == wanted || r.fullName() == wanted ||
               std::ranges::find(r.shortNames, wanted) != r.shortNames.end();
    });
    if (kind != m_kinds.end()) {
        showKind(KindSpec(*kind));
    } else {
        fail(context, {ErrorKind::NotFound, tr("Timonier does not know the kind %1").arg(m_start.kind).toStdString()});
    }
}

// Where a context begins: where the command line says, else in its own namespace, which may be all its user can see.
QString MainWindow::firstNamespace() const
{
    if (!m_start.ns.isEmpty() && m_namespaceOf.isEmpty())
        return m_start.ns;
    const ContextChoice *context = info(m_context);
    return context ? context->ns : QString();
}

void MainWindow::showKind(const KindSpec &kind)
{
    if (!m_cluster)
        return;
    const QString ns = m_namespaceOf == m_context ? m_table->ns() : firstNamespace();
    m_namespaceOf = m_context;
    m_rail->mark(m_rail->rail()->rowOfKind(kind.resource));
    m_pages->setCurrentWidget(m_table);
    m_table->show(m_cluster, kind, ns);
    m_table->focusTable();
}

bool MainWindow::isSettled() const
{
    return m_pages->currentWidget() == m_table ? m_table->isSettled() : m_messageIsFinal;
}

bool MainWindow::isGood() const
{
    return m_pages->currentWidget() == m_table && m_table->model().status().complete;
}

} // namespace timonier
