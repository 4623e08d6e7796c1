#include "ui/views/table_page.h"

#include "ui/models/kind_words.h"
#include "ui/theme/colours.h"
#include "ui/theme/icons.h"
#include "ui/views/check_popup.h"
#include "ui/views/message_page.h"
#include "ui/views/namespace_field.h"
#include "ui/views/notice_strip.h"
#include "ui/views/row_actions.h"
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
#include <QPointer>
#include <QPushButton>
#include <QShortcut>
#include <QStackedLayout>
#include <QToolButton>
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
    , m_columns(new QToolButton(this))
    , m_chooser(new CheckPopup(QStringLiteral("columnChooser"), tr("Columns", "accessible name of the list of columns"), false, this))
    , m_metricsNotice(new NoticeStrip(QStringLiteral("metricsNotice"), this))
    , m_notice(new NoticeStrip(QStringLiteral("tableNotice"), this))
    , m_view(new TableView(m_model, this))
    , m_message(new MessagePage(this))
{
    m_actions = new RowActions(m_view, m_model, m_notice);
    connect(m_actions, &RowActions::previewWanted, this, &TablePage::previewWanted);
    connect(m_actions, &RowActions::forwardWanted, this, &TablePage::forwardWanted);
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
    bar->addWidget(m_columns);
    m_columns->setObjectName(QStringLiteral("columnsButton"));
    m_columns->setAccessibleName(tr("Choose columns", "accessible name of the button"));
    m_columns->setToolTip(tr("Choose columns (Ctrl+Shift+C)"));
    m_columns->setIcon(themedIcon("columns", colours().dim));
    m_columns->setAutoRaise(true);
    m_columns->setFocusPolicy(Qt::TabFocus);
    m_stack = new QStackedLayout;
    m_stack->addWidget(m_view);
    m_stack->addWidget(m_message);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(bar);
    column->addWidget(m_metricsNotice);
    column->addWidget(m_notice);
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
        applyChoice();
    });
    connect(m_metricsNotice, &NoticeStrip::dismissed, this, [this] { m_metricsNoticeDismissed = m_cluster.get(); });
    connect(m_model, &TableModel::metricsChanged, this, &TablePage::refreshMetricsNotice);
    connect(m_view, &TableView::choiceChanged, &m_save, qOverload<>(&QTimer::start));
    connect(m_view, &TableView::chooserWanted, this, &TablePage::openChooser);
    connect(m_columns, &QToolButton::clicked, this, &TablePage::openChooser);
    connect(m_chooser->list(), &CheckList::toggled, m_view, &TableView::showColumn);
    connect(m_chooser->addButton(tr("Reset columns", "button: as they were at first")), &QPushButton::clicked, this, [this] {
        m_chooser->hide();
        m_view->setChoice({});
        m_save.start();
    });
    connect(new QShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), this), &QShortcut::activated, this, &TablePage::openChooser);
    m_save.setSingleShot(true);
    m_save.setInterval(400);
    connect(&m_save, &QTimer::timeout, this, &TablePage::saveChoice);
    m_extrasPace.setSingleShot(true);
    connect(&m_extrasPace, &QTimer::timeout, this, &TablePage::refreshExtras);
    connect(m_model, &TableModel::rowsShifted, this, [this] {
        if (m_extrasBegun && !m_extrasPace.isActive())
            m_extrasPace.start(500);
    });
    connect(m_feed, &TableFeed::flushed, this, &TablePage::selectWanted);
    connect(m_feed, &TableFeed::flushed, this, &TablePage::tellSubject);
    connect(m_namespaceField, &NamespaceField::chosen, this, [this](const QStringList &namespaces) {
        choose(namespaces);
        focusTable();
    });
    connect(m_model, &TableModel::countsChanged, this, &TablePage::refreshCount);
    connect(m_model, &TableModel::statusChanged, this, &TablePage::refreshStatus);
    connect(m_namespaceFeed, &TableFeed::flushed, this, [this] {
        QStringList names;
        for (int row = 0; row < m_namespaces->rowCount(); ++row)
            names << m_namespaces->cell(row, 0).text;
        m_namespaceField->setKnown(names);
        refreshStatus();
    });
    // The keys that a first letter is looked for in, made a few at a time while nothing else is to be done.
    m_prepare.setInterval(0);
    connect(&m_prepare, &QTimer::timeout, this, [this] {
        if (m_model->prepareFilter())
            m_prepare.stop();
    });
    m_second.setInterval(1000);
    connect(&m_second, &QTimer::timeout, this, &TablePage::tick);
}

TablePage::~TablePage()
{
    saveChoice();
    leave();
}

void TablePage::show(std::shared_ptr<OpenCluster> cluster, const KindSpec &kind, const QStringList &namespaces)
{
    if (cluster != m_cluster) {
        leave();
        m_namespaceField->setKnown({});
    }
    m_cluster = std::move(cluster);
    saveChoice();
    m_kind = kind;
    m_chosen = namespaces;
    m_title->setText(titleOf(kind.resource));
    m_view->setAccessibleName(titleOf(kind.resource));
    m_filter->clear();
    m_namespaceField->setVisible(namespaced());
    subscribe();
}

void TablePage::choose(const QStringList &namespaces)
{
    m_chosen = namespaces;
    subscribe();
    emit namespacesChanged(m_chosen);
}

void TablePage::leave()
{
    m_feed->follow(nullptr);
    m_namespaceFeed->follow(nullptr);
    m_extras.reset();
    m_extrasBegun = false;
    m_actions->setSource({}, {});
    m_namespacesAsked = false;
    m_second.stop();
    m_prepare.stop();
    m_subject = {};
    m_cluster.reset();
}

void TablePage::subscribe()
{
    const bool metrics = m_kind.resource.group.empty() && (m_kind.resource.name == "pods" || m_kind.resource.name == "nodes");
    m_feed->follow(nullptr);
    m_revealing = false;
    m_extras = TableExtras::forKind(m_kind);
    m_extrasBegun = false;
    if (m_extras)
        connect(m_extras.get(), &TableExtras::changed, this, [this] {
            if (!m_extrasPace.isActive())
                m_extrasPace.start(m_model->hasSupplement() ? 500 : 0);
        });
    m_missing.clear();
    m_metricsNotice->hide();
    m_actions->setSource(m_cluster, m_kind);
    m_model->setNow(QDateTime::currentSecsSinceEpoch());
    m_model->begin(m_kind.columns, {.namespaced = namespaced() && m_chosen.size() != 1,
                                    .metrics = metrics,
                                    .extra = m_extras ? m_extras->columns() : std::vector<ExtraColumn>{},
                                    .kind = QString::fromStdString(m_kind.resource.fullName())});
    m_namespaceField->setChosen(m_chosen);
    m_stack->setCurrentWidget(m_view);
    std::vector<TableFeed::Source> sources;
    for (const QString &ns : !namespaced() || m_chosen.isEmpty() ? QStringList{QString()} : m_chosen) {
        sources.push_back({.ns = ns.toStdString(),
                           .subscription = m_cluster->subscribe(m_kind, {.ns = ns.toStdString()}, metrics, m_feed->wake())});
    }
    m_feed->followAll(std::move(sources));
    m_second.start();
    m_prepare.stop();
    m_prepared = false;
    refreshStatus();
}

void TablePage::applyChoice()
{
    m_savedKind = QString::fromStdString(m_kind.resource.fullName());
    TableChoice choice = TableSettings::read(m_savedKind);
    if (m_kind.resource.name == "events" && choice.sort.isEmpty()) {
        choice.sort = QStringLiteral("last-seen"); // by age: the youngest first
    }
    m_view->setChoice(choice);
}

void TablePage::saveChoice()
{
    if (!m_save.isActive() && sender() != &m_save)
        return;
    m_save.stop();
    TableSettings::write(m_savedKind, m_view->choice());
}

void TablePage::openChooser()
{
    if (m_stack->currentWidget() != m_view)
        return;
    std::vector<CheckList::Item> items;
    for (std::size_t i = 1; i < m_model->columns().size(); ++i) // the name is always there
        items.push_back({m_model->columns()[i].id, m_model->columns()[i].title, !m_view->isColumnHidden(static_cast<int>(i))});
    m_chooser->list()->setItems(std::move(items));
    m_chooser->popUp(m_columns, true);
}

// What needs other kinds than the one that is shown comes after it.
void TablePage::beginExtras()
{
    if (!m_extras || std::exchange(m_extrasBegun, true))
        return;
    std::vector<std::string> namespaces;
    for (const QString &ns : std::as_const(m_chosen))
        namespaces.push_back(ns.toStdString());
    m_extras->begin(*m_cluster, namespaces);
}

void TablePage::refreshExtras()
{
    if (m_extras && m_extrasBegun)
        m_model->setSupplement(m_extras->make(m_model->allRows()));
    m_view->refreshRareColumns();
    tellSubject();
}

void TablePage::refreshMetricsNotice()
{
    m_view->refreshRareColumns();
    if (!m_model->lacksMetricsServer()) {
        m_metricsNotice->hide();
        return;
    }
    if (m_metricsNoticeDismissed == m_cluster.get() || !m_metricsNotice->text().isEmpty())
        return;
    m_metricsNotice->say(tr("This cluster has no metrics-server, so CPU and memory in use are not known."),
                         tr("Install metrics-server…"), [this] { emit metricsServerWanted(); });
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
    m_prepare.start();
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
    m_namespaceField->open();
}

Subject TablePage::subject() const
{
    const QModelIndex current = m_view->currentIndex();
    if (current.isValid() && m_view->selectionModel()->isRowSelected(current.row())) {
        const RowPtr &row = m_model->rowAt(current.row());
        return {m_cluster, m_kind, row, false, m_model->remarkOn(row->uid)};
    }
    if (!m_subject || m_subject.cluster != m_cluster)
        return {};
    Subject kept = m_subject;
    if (RowPtr row = m_model->find(kept.row->uid)) {
        if (m_model->rowOf(kept.row->uid) >= 0)
            return {}; // it is there to be seen, and somebody has deselected it
        kept.remark = m_model->remarkOn(row->uid);
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
    if (now.row == m_subject.row && now.cluster == m_subject.cluster && now.gone == m_subject.gone && now.remark == m_subject.remark)
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
    if (m_revealing) { // rows that came later may have pushed it out of sight
        if (const int row = m_subject ? m_model->rowOf(m_subject.row->uid) : -1; row >= 0)
            m_view->reveal(row);
        m_revealing = !m_model->status().complete;
    }
    if (!m_wanted)
        return;
    for (int row = 0; row < m_model->rowCount(); ++row) {
        const RowPtr &object = m_model->rowAt(row);
        if (object->name != m_wanted->second || (!m_wanted->first.empty() && object->ns != m_wanted->first))
            continue;
        m_wanted.reset();
        m_revealing = !m_model->status().complete;
        m_view->setCurrentIndex(m_model->index(row, 0));
        m_view->reveal(row);
        return;
    }
    if (!m_model->status().complete || !isSettled())
        return; // it may still come
    const QString name = QString::fromStdString(m_wanted->second);
    m_wanted.reset();
    if (m_filter->text().isEmpty()) // else the filter may hide it
        emit wantedMissing(name);
}

bool TablePage::isSettled() const
{
    const auto settled = [](const TableFeed::Source &source) {
        const ReflectorState state = source.status.state;
        if (state == ReflectorState::Watching || state == ReflectorState::Relisting)
            return source.status.complete;
        return state == ReflectorState::Forbidden || state == ReflectorState::Stale;
    };
    return !m_feed->sources().empty() && std::ranges::all_of(m_feed->sources(), settled);
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
            if (!m_view->selectionModel()->hasSelection() && m_model->rowCount() > 0)
                m_view->setCurrentIndex(m_model->index(0, 0)); // what was looked for, most often
            return true;
        }
    }
    return QWidget::eventFilter(object, event);
}

} // namespace timonier
