#include "ui/wizards/check_page.h"

#include "ui/models/check_grid.h"
#include "ui/models/check_tree.h"
#include "ui/models/waker.h"
#include "ui/models/wizard_draft.h"
#include "ui/wizards/flow_layout.h"
#include "ui/wizards/row_view.h"
#include "ui/wizards/wizard_parts.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLocale>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

namespace timonier {

namespace {

constexpr int batchMs = 33;
constexpr int leastColumn = 150; // px, of a host in the table

// A row for each check, a column for each host.
QTableView *tableOf(CheckGrid *grid)
{
    auto *table = named(new QTableView, QStringLiteral("checkTable"), CheckPage::tr("Checks"));
    table->setModel(grid);
    table->setItemDelegate(new RowDelegate({.tone = CheckRows::ToneRole, .busy = CheckRows::BusyRole}, table));
    table->setShowGrid(false);
    table->setFrameShape(QFrame::NoFrame);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setTabKeyNavigation(false);
    table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    table->horizontalHeader()->setMinimumSectionSize(leastColumn);
    table->horizontalHeader()->setHighlightSections(false);
    table->verticalHeader()->setDefaultSectionSize(std::max(RowDelegate::rowHeight, table->fontMetrics().height() + 8));
    table->verticalHeader()->setHighlightSections(false);
    table->hide();
    return table;
}

} // namespace

CheckPage::CheckPage(WizardDraft *draft, QWidget *parent)
    : WizardPage(parent), m_draft(draft), m_rows(new CheckRows(this)), m_grid(new CheckGrid(m_rows, this)), m_tree(new CheckTree(m_rows, this)), m_waker(new Waker(this)), m_head(wrapped(QStringLiteral("checkHead"))),
      m_view(new RowView(QStringLiteral("checkList"), tr("Checks"),
                         {.detail = CheckRows::WordsRole, .tone = CheckRows::ToneRole, .busy = CheckRows::BusyRole, .subject = CheckRows::SubjectRole})),
      m_table(tableOf(m_grid)), m_gathered(new RowView(QStringLiteral("checkTree"), tr("Checks"), {.detail = CheckRows::WordsRole, .tone = CheckRows::ToneRole, .busy = CheckRows::BusyRole})),
      m_looks(looks()), m_card(new HelpCard(QStringLiteral("checkCard")))
{
    named(this, QStringLiteral("checkPage"), title());
    m_head->setFont(bigger(font(), 1.15));
    m_again = button(QStringLiteral("checkAgain"), tr("Check again"), tr("All of them, as things stand now"), [this] { checkAgain(); });
    m_view->setModel(m_rows);
    m_view->setRootIsDecorated(false);
    m_gathered->setModel(m_tree);
    connect(m_tree, &QAbstractItemModel::modelReset, this, &CheckPage::unfold);
    m_gathered->hide();
    m_card->hide();
    auto *top = new QHBoxLayout;
    top->setSpacing(12);
    top->addWidget(m_head, 1);
    top->addWidget(m_again);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(24, 16, 24, 16);
    column->setSpacing(12);
    column->addLayout(top);
    column->addWidget(m_looks);
    column->addWidget(m_view, 1);
    column->addWidget(m_table, 1);
    column->addWidget(m_gathered, 1);
    column->addWidget(m_card);
    column->addStretch(0); // few checks: what they mean stands right below them
    m_batch.setSingleShot(true);
    m_batch.setInterval(batchMs);
    connect(&m_batch, &QTimer::timeout, this, &CheckPage::take);
    connect(m_waker, &Waker::woken, this, [this] {
        if (!m_batch.isActive())
            m_batch.start();
    });
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this, &CheckPage::tellChosen);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &CheckPage::tellChosen);
    connect(m_gathered->selectionModel(), &QItemSelectionModel::currentChanged, this, &CheckPage::tellChosen);
    connect(m_gathered, &QAbstractItemView::activated, this, [this](const QModelIndex &index) {
        if (m_tree->isRest(index)) {
            const QPersistentModelIndex group = index.parent();
            const int row = index.row();
            m_tree->unfold(index);
            m_gathered->setCurrentIndex(m_tree->index(row, 0, group));
        } else if (!index.parent().isValid()) {
            m_gathered->setExpanded(index, !m_gathered->isExpanded(index));
        }
    });
    for (QAbstractItemView *view : {static_cast<QAbstractItemView *>(m_view), static_cast<QAbstractItemView *>(m_table), static_cast<QAbstractItemView *>(m_gathered)})
        connect(view, &QAbstractItemView::clicked, this, [this] { m_personChose = true; });
}

QString CheckPage::count() const
{
    const int all = m_rows->rowCount();
    return all == 0 ? QString() : tr("%1 of %2", "checks that are over").arg(QLocale().toString(m_rows->over()), QLocale().toString(all));
}

QString CheckPage::whyNot() const
{
    if (m_fixing)
        return tr("It is being mended …");
    if (!m_over)
        return tr("The checks are still being made");
    return m_rows->bad() ? tr("%n checks stand against it", nullptr, m_rows->bad()) : QString();
}

void CheckPage::enter()
{
    if (m_checked != m_draft->revision())
        checkAgain();
}

void CheckPage::begin() { view()->setFocus(Qt::OtherFocusReason); }

// How several hosts are looked at: three buttons, one of them down.
QWidget *CheckPage::looks()
{
    auto *box = named(new QWidget, QStringLiteral("checkLooks"), tr("How they are shown"));
    auto *row = new FlowLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    m_lookGroup = new QButtonGroup(box);
    const auto add = [&](Look look, const QString &name, const QString &text, const QString &tip) {
        QPushButton *made = button(name, text, tip, {});
        made->setCheckable(true);
        m_lookGroup->addButton(made, int(look));
        row->addWidget(made);
    };
    add(Look::Table, QStringLiteral("checkAsTable"), tr("Table"), tr("A row for each check, a column for each host"));
    add(Look::ByHost, QStringLiteral("checkByHost"), tr("By host"), tr("What was found on each host; those with something against it first"));
    add(Look::ByCheck, QStringLiteral("checkByCheck"), tr("By check"), tr("Which hosts each check speaks of; those that stand against it first"));
    connect(m_lookGroup, &QButtonGroup::idClicked, this, [this](int look) {
        m_personLooks = true;
        const int was = chosen();
        showAs(Look(look));
        if (was >= 0)
            choose(was);
        begin();
    });
    box->hide();
    return box;
}

QAbstractItemView *CheckPage::view() const { return m_look == Look::List ? static_cast<QAbstractItemView *>(m_view) : m_look == Look::Table ? static_cast<QAbstractItemView *>(m_table) : m_gathered; }

int CheckPage::chosen() const
{
    return m_look == Look::List ? m_view->currentIndex().row() : m_look == Look::Table ? m_grid->checkAt(m_table->currentIndex()) : m_tree->checkAt(m_gathered->currentIndex());
}

void CheckPage::choose(int row)
{
    m_view->setCurrentIndex(m_rows->index(row));
    if (const QModelIndex cell = m_grid->cellOf(row); cell.isValid())
        m_table->setCurrentIndex(cell);
    if (const QModelIndex at = m_tree->indexOf(row); at.isValid()) {
        m_gathered->expand(at.parent());
        m_gathered->setCurrentIndex(at);
    }
}

// What one would read first: where they are gathered it stands at the top.
int CheckPage::worst() const
{
    const QModelIndex top = m_tree->index(0, 0);
    const bool isGathered = m_over && (m_look == Look::ByHost || m_look == Look::ByCheck) && m_tree->hasProblems(top);
    return isGathered ? m_tree->checkAt(m_tree->index(0, 0, top)) : m_rows->worst();
}

void CheckPage::showAs(Look look)
{
    const bool hasFocus = view()->hasFocus(); // a view that is hidden would hand it to whoever comes next
    m_look = look;
    view()->show();
    if (hasFocus)
        view()->setFocus(Qt::OtherFocusReason);
    if (look == Look::ByHost || look == Look::ByCheck)
        m_tree->gather(look == Look::ByHost ? CheckTree::Gather::ByHost : CheckTree::Gather::ByCheck);
    m_view->setVisible(look == Look::List);
    m_table->setVisible(look == Look::Table);
    m_gathered->setVisible(look == Look::ByHost || look == Look::ByCheck);
    m_looks->setVisible(look != Look::List);
    if (QAbstractButton *down = m_lookGroup->button(int(look)))
        down->setChecked(true);
}

// The table as long as each host has room for words in it, unless the person has chosen.
void CheckPage::showWhatFits()
{
    const bool several = m_grid->hasSeveral();
    if (several && m_personLooks && m_look != Look::List)
        return showAs(m_look);
    int titles = 0;
    for (int row = 0; row < m_grid->rowCount(); ++row)
        titles = std::max(titles, fontMetrics().horizontalAdvance(m_grid->headerData(row, Qt::Vertical, Qt::DisplayRole).toString()) + 24);
    const int least = std::max(leastColumn, fontMetrics().averageCharWidth() * 20);
    const bool fits = titles + m_grid->columnCount() * least <= width() - 48;
    showAs(!several ? Look::List : fits ? Look::Table : Look::ByHost);
}

void CheckPage::resizeEvent(QResizeEvent *event)
{
    WizardPage::resizeEvent(event);
    if (!m_personLooks)
        showWhatFits();
}

// What is to be read is seen; the rest is one row each.
void CheckPage::unfold()
{
    for (int group = 0; group < m_tree->rowCount(); ++group)
        m_gathered->setExpanded(m_tree->index(group, 0), m_tree->hasProblems(m_tree->index(group, 0)));
}

void CheckPage::checkAgain()
{
    m_checking.reset();
    m_rows->clear();
    m_over = m_personChose = false;
    m_checked = m_draft->revision();
    m_checking = m_draft->subject().check(m_draft->values(), m_waker->wake());
    take();
}

void CheckPage::take()
{
    if (!m_checking)
        return;
    const bool over = m_checking->isOver(); // before: what is taken now is all of it then
    const int was = chosen();
    m_rows->take(m_checking->take());
    m_grid->refresh(over);
    m_tree->refresh(over);
    showWhatFits();
    if (m_personChose && was >= 0)
        choose(was);
    m_over = over;
    if (m_over)
        m_checking.reset();
    // What stands against it is shown by itself, unless the person looks at something.
    if (const int first = worst(); first >= 0 && !m_personChose)
        choose(first);
    m_view->setMaximumHeight(std::max(RowDelegate::rowHeight, m_view->sizeHint().height()));
    tellChosen();
    tellHead();
    emit changed();
}

void CheckPage::tellHead()
{
    if (!m_over)
        m_head->setText(tr("Looking at what is there …"));
    else if (m_rows->bad())
        m_head->setText(tr("%n checks stand against it", nullptr, m_rows->bad()));
    else if (m_rows->careful())
        m_head->setText(tr("It can be done; %n things to be known before", nullptr, m_rows->careful()));
    else
        m_head->setText(tr("Nothing stands against it"));
    m_again->setEnabled(m_over && !m_fixing);
}

} // namespace timonier
