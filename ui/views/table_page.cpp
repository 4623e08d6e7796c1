#include "ui/views/table_page.h"

#include "ui/models/kind_words.h"
#include "ui/theme/colours.h"
#include "ui/theme/icons.h"
#include "ui/views/message_page.h"
#include "ui/views/namespace_field.h"
#include "ui/views/table_view.h"

#include <QAction>
#include <QDateTime>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QStackedLayout>
#include <QVBoxLayout>

namespace timonier {

TablePage::TablePage(QWidget *parent)
    : QWidget(parent)
    , m_model(new TableModel(coreCellRules(), this))
    , m_feed(new TableFeed(m_model, this))
    , m_namespaces(new TableModel(coreCellRules(), this))
    , m_namespaceFeed(new TableFeed(m_namespaces, this))
    , m_title(new QLabel(this))
    , m_filter(new QLineEdit(this))
    , m_namespaceField(new NamespaceField(this))
    , m_count(new QLabel(this))
    , m_view(new TableView(m_model, this))
    , m_message(new MessagePage(this))
{
    setObjectName(QStringLiteral("tablePage"));
    setAccessibleName(tr("Table", "accessible name of the page with the live table"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_message->setObjectName(QStringLiteral("refusalPage"));
    m_title->setObjectName(QStringLiteral("tableTitle"));
    QFont bold = font();
    bold.setPointSizeF(bold.pointSizeF() * 1.25);
    bold.setWeight(QFont::DemiBold);
    m_title->setFont(bold);
    m_filter->setObjectName(QStringLiteral("filter"));
    m_filter->setAccessibleName(tr("Filter", "accessible name of the filter field"));
    m_filter->setPlaceholderText(tr("Filter: name, label=…, -not, /regex/"));
    m_filter->setToolTip(tr("Words that all must occur; label=app=web; -word for what must not; /regex/ (Ctrl+F or /)"));
    m_filter->setClearButtonEnabled(true);
    m_filter->addAction(themedIcon("search", colours().dim), QLineEdit::LeadingPosition);
    m_filter->installEventFilter(this);
    m_count->setObjectName(QStringLiteral("count"));
    m_count->setForegroundRole(QPalette::PlaceholderText);

    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(12, 8, 16, 8);
    bar->setSpacing(12);
    bar->addWidget(m_title);
    bar->addWidget(m_filter, 1);
    bar->addWidget(m_namespaceField);
    bar->addWidget(m_count);
    m_stack = new QStackedLayout;
    m_stack->addWidget(m_view);
    m_stack->addWidget(m_message);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(bar);
    column->addLayout(m_stack, 1);

    connect(m_filter, &QLineEdit::textEdited, m_feed, &TableFeed::hold);
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_model->setFilter(text);
        QPalette p = m_filter->palette();
        p.setColor(QPalette::Text, m_model->filterProblem().isEmpty() ? colours().text : colours().bad);
        m_filter->setPalette(p);
    });
    connect(m_view, &TableView::acted, m_feed, &TableFeed::hold);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, m_feed, &TableFeed::hold);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this, &TablePage::tellSubject);
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this, &TablePage::tellSubject);
    const auto rearranging = [this] { m_rearranging = true; };
    const auto rearranged = [this] {
        m_rearranging = false;
        tellSubject();
    };
    connect(m_model, &TableModel::rowsShifting, this, rearranging);
    connect(m_model, &TableModel::rowsShifted, this, rearranged);
    connect(m_model, &TableModel::filterChanging, this, rearranging);
    connect(m_model, &TableModel::filterChanged, this, rearranged);
    connect(m_model, &TableModel::columnsChanged, this, [this] { // other rows altogether
        if (std::exchange(m_subject, {}))
            emit subjectChanged({});
    });
    connect(m_feed, &TableFeed::flushed, this, &TablePage::selectWanted);
    connect(m_feed, &TableFeed::flushed, this, &TablePage::tellSubject);
    connect(m_namespaceField, &NamespaceField::chosen, this, [this](const QString &ns) {
        m_ns = ns;
        subscribe();
        focusTable();
    });
    connect(m_model, &TableModel::countsChanged, this, &TablePage::refreshCount);
    connect(m_model, &TableModel::statusChanged, this, &TablePage::refreshStatus);
    connect(m_namespaceFeed, &TableFeed::flushed, this, [this] {
        QStringList names;
        for (int row = 0; row < m_namespaces->rowCount(); ++row)
            names << m_namespaces->cell(row, 0).text;
        m_namespaceField->setKnown(names);
    });
    m_second.setInterval(1000);
    connect(&m_second, &QTimer::timeout, this, &TablePage::tick);
}

TablePage::~TablePage()
{
    leave();
}

void TablePage::show(std::shared_ptr<OpenCluster> cluster, const KindSpec &kind, const QString &ns)
{
    if (cluster != m_cluster) {
        leave();
        m_namespaceField->setKnown({});
    }
    m_cluster = std::move(cluster);
    m_kind = kind;
    m_ns = ns;
    m_title->setText(titleOf(kind.resource));
    m_view->setAccessibleName(titleOf(kind.resource));
    m_filter->clear();
    m_namespaceField->setVisible(namespaced());
    m_namespaceField->setChosen(ns);
    subscribe();
}

void TablePage::leave()
{
    m_feed->follow({});
    m_namespaceFeed->follow({});
    m_namespacesAsked = false;
    m_second.stop();
    m_cluster.reset();
}

void TablePage::subscribe()
{
    const bool metrics = m_kind.resource.group.empty() && (m_kind.resource.name == "pods" || m_kind.resource.name == "nodes");
    m_feed->follow({});
    m_model->setNow(QDateTime::currentSecsSinceEpoch());
    m_model->begin(m_kind.columns, {.namespaced = namespaced() && m_ns.isEmpty(), .metrics = metrics});
    m_namespaceField->setChosen(m_ns);
    m_stack->setCurrentWidget(m_view);
    m_feed->follow(m_cluster->subscribe(m_kind, {.ns = namespaced() ? m_ns.toStdString() : std::string()}, metrics,
                                        m_feed->wake()));
    m_second.start();
    refreshStatus();
}

void TablePage::readNamespaces()
{
    // After the table itself, so that it does not wait in line behind the names.
    if (m_namespaceKind.resource.name.empty() || m_namespacesAsked || !m_cluster || !namespaced())
        return;
    m_namespacesAsked = true;
    m_namespaces->begin(m_namespaceKind.columns, {});
    m_namespaceFeed->follow(m_cluster->subscribe(m_namespaceKind, {}, false, m_namespaceFeed->wake()));
}

void TablePage::retry()
{
    m_feed->retry();
}

void TablePage::focusFilter()
{
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
    // The keys that a first letter needs are made now, while it is on its way.
    auto *prepare = new QTimer(this);
    connect(prepare, &QTimer::timeout, this, [this, prepare] {
        if (m_model->prepareFilter())
            prepare->deleteLater();
    });
    prepare->start(0);
}

void TablePage::focusTable()
{
    m_view->setFocus(Qt::ShortcutFocusReason);
    if (!m_view->currentIndex().isValid() && m_model->rowCount() > 0)
        m_view->selectionModel()->setCurrentIndex(m_model->index(0, 0), QItemSelectionModel::NoUpdate);
}

void TablePage::focusNamespace()
{
    if (!m_namespaceField->isVisible())
        return;
    m_namespaceField->setFocus(Qt::ShortcutFocusReason);
    m_namespaceField->lineEdit()->selectAll();
}

Subject TablePage::subject() const
{
    const QModelIndex current = m_view->currentIndex();
    if (current.isValid() && m_view->selectionModel()->isRowSelected(current.row()))
        return {m_cluster, m_kind, m_model->rowAt(current.row())};
    if (!m_subject || m_subject.cluster != m_cluster)
        return {};
    Subject kept = m_subject;
    if (RowPtr row = m_model->find(kept.row->uid)) {
        if (m_model->rowOf(kept.row->uid) >= 0)
            return {}; // it is there to be seen, and somebody has deselected it
        kept.row = std::move(row);
        kept.gone = false;
    } else {
        kept.gone = true;
    }
    return kept;
}

void TablePage::tellSubject()
{
    if (m_rearranging)
        return;
    const Subject now = subject();
    if (now.row == m_subject.row && now.cluster == m_subject.cluster && now.gone == m_subject.gone)
        return;
    m_subject = now;
    emit subjectChanged(now);
}

void TablePage::select(const QString &ns, const QString &name)
{
    m_wanted.emplace(ns.toStdString(), name.toStdString());
    selectWanted();
}

void TablePage::selectWanted()
{
    if (!m_wanted)
        return;
    for (int row = 0; row < m_model->rowCount(); ++row) {
        const RowPtr &object = m_model->rowAt(row);
        if (object->name != m_wanted->second || (!m_wanted->first.empty() && object->ns != m_wanted->first))
            continue;
        m_wanted.reset();
        m_view->setCurrentIndex(m_model->index(row, 0));
        m_view->scrollTo(m_model->index(row, 0), QAbstractItemView::PositionAtCenter);
        return;
    }
}

bool TablePage::isSettled() const
{
    const TableStatus &status = m_model->status();
    if (status.state == ReflectorState::Watching || status.state == ReflectorState::Relisting)
        return status.complete;
    return status.state == ReflectorState::Forbidden || status.state == ReflectorState::Stale;
}

void TablePage::refreshStatus()
{
    const TableStatus &status = m_model->status();
    const QString kind = QString::fromStdString(m_kind.resource.name);
    const StatusWords words =
        wordsFor(status, kind, namespaced(), m_ns, m_model->total(), std::chrono::system_clock::now());
    emit statusWords(words);
    if (status.state == ReflectorState::Forbidden)
        showRefusal();
    else if (status.state == ReflectorState::Stale && !status.complete && m_model->total() == 0)
        showUnreached();
    else
        m_stack->setCurrentWidget(m_view);
    refreshCount();
    if (status.complete)
        readNamespaces();
    if (isSettled())
        emit settled();
}

void TablePage::showRefusal()
{
    const TableStatus &status = m_model->status();
    const bool choose = namespaced() && (!status.error || status.error->kind == ErrorKind::Forbidden);
    const QString title = refusalOf(status, QString::fromStdString(m_kind.resource.name), namespaced(), m_ns);
    const QString advice = choose ? tr("Choose a namespace in which you may, or ask whoever runs this cluster for the right to list them.")
                         : status.error ? QString::fromStdString(status.error->hint)
                                        : QString();
    if (!sayInstead(title, advice))
        return;
    if (choose) {
        m_message->ask(tr("Namespace", "placeholder of a field"), tr("Show", "button: show the namespace that was typed"),
                       [this](const QString &ns) {
                           m_ns = ns;
                           subscribe();
                       });
    } else {
        m_message->offer(tr("Try again"), [this] { retry(); });
    }
}

void TablePage::showUnreached()
{
    const std::optional<Error> &error = m_model->status().error;
    if (sayInstead(tr("The cluster cannot be reached"), error ? QString::fromStdString(error->hint) : QString()))
        m_message->offer(tr("Try again"), [this] { retry(); });
}

// The message page in place of the table; false when it says this already, and somebody may be typing into it.
bool TablePage::sayInstead(const QString &title, const QString &advice)
{
    const std::optional<Error> &error = m_model->status().error;
    const QString evidence = error ? QString::fromStdString(error->text()) : QString();
    const bool news = m_stack->currentWidget() != m_message || m_message->title() != title || m_message->evidence() != evidence;
    if (news)
        m_message->say(MessagePage::Mood::Bad, title, advice, evidence);
    m_stack->setCurrentWidget(m_message);
    return news;
}

void TablePage::refreshCount()
{
    const TableStatus &status = m_model->status();
    const QLocale locale;
    const bool filtered = m_model->shown() != m_model->total();
    m_count->setText(filtered ? tr("%1 of %2", "rows that pass the filter, of all")
                                    .arg(locale.toString(m_model->shown()), locale.toString(m_model->total()))
                              : locale.toString(m_model->total()));
    if (m_stack->currentWidget() == m_message)
        m_count->clear();
    m_count->setAccessibleName(tr("%n row(s)", nullptr, static_cast<int>(m_model->shown())));
    QString empty;
    if (filtered)
        empty = tr("Nothing here matches the filter.");
    else if (status.complete)
        empty = m_ns.isEmpty() || !namespaced() ? tr("There are none in this cluster.")
                                                : tr("There are none in the namespace %1.").arg(m_ns);
    else if (status.state == ReflectorState::Listing)
        empty = tr("Loading …");
    m_view->setEmptyText(empty);
    // Loading says how many there are so far.
    if (!status.complete && status.state == ReflectorState::Listing)
        emit statusWords(wordsFor(status, {}, namespaced(), m_ns, m_model->total(), {}));
}

void TablePage::tick()
{
    m_model->setNow(QDateTime::currentSecsSinceEpoch());
    m_view->refreshAges();
    const ReflectorState state = m_model->status().state;
    if (state == ReflectorState::Stale || state == ReflectorState::Listing) // their words count seconds
        refreshStatus();
}

bool TablePage::eventFilter(QObject *object, QEvent *event)
{
    if (object == m_filter && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Escape) {
            m_filter->text().isEmpty() ? focusTable() : m_filter->clear();
            return true;
        }
        if (key == Qt::Key_Down || key == Qt::Key_Return || key == Qt::Key_Enter) {
            focusTable();
            return true;
        }
    }
    return QWidget::eventFilter(object, event);
}

} // namespace timonier
