#include "ui/wizards/check_page.h"

#include "ui/models/check_grid.h"
#include "ui/models/waker.h"
#include "ui/models/wizard_draft.h"
#include "ui/wizards/row_view.h"
#include "ui/wizards/wizard_parts.h"

#include <QClipboard>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLocale>
#include <QPointer>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

namespace timonier {

namespace {

constexpr int batchMs = 33;
QString shown(const std::string &text) { return QString::fromStdString(text); }

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
    table->horizontalHeader()->setMinimumSectionSize(150);
    table->horizontalHeader()->setHighlightSections(false);
    table->verticalHeader()->setDefaultSectionSize(RowDelegate::rowHeight);
    table->verticalHeader()->setHighlightSections(false);
    table->hide();
    return table;
}

} // namespace

CheckPage::CheckPage(WizardDraft *draft, QWidget *parent)
    : WizardPage(parent), m_draft(draft), m_rows(new CheckRows(this)), m_grid(new CheckGrid(m_rows, this)), m_waker(new Waker(this)), m_head(wrapped(QStringLiteral("checkHead"))),
      m_view(new RowView(QStringLiteral("checkList"), tr("Checks"),
                         {.detail = CheckRows::WordsRole, .tone = CheckRows::ToneRole, .busy = CheckRows::BusyRole, .subject = CheckRows::SubjectRole})),
      m_table(tableOf(m_grid)), m_card(new HelpCard(QStringLiteral("checkCard")))
{
    named(this, QStringLiteral("checkPage"), title());
    m_head->setFont(bigger(font(), 1.15));
    m_again = button(QStringLiteral("checkAgain"), tr("Check again"), tr("All of them, as things stand now"), [this] { checkAgain(); });
    m_view->setModel(m_rows);
    m_view->setRootIsDecorated(false);
    m_card->hide();
    auto *top = new QHBoxLayout;
    top->setSpacing(12);
    top->addWidget(m_head, 1);
    top->addWidget(m_again);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(24, 16, 24, 16);
    column->setSpacing(12);
    column->addLayout(top);
    column->addWidget(m_view, 1);
    column->addWidget(m_table, 1);
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
    for (QAbstractItemView *view : {static_cast<QAbstractItemView *>(m_view), static_cast<QAbstractItemView *>(m_table)})
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

QAbstractItemView *CheckPage::view() const { return m_grid->hasSeveral() ? static_cast<QAbstractItemView *>(m_table) : m_view; }

int CheckPage::chosen() const { return m_grid->hasSeveral() ? m_grid->checkAt(m_table->currentIndex()) : m_view->currentIndex().row(); }

void CheckPage::choose(int row)
{
    m_view->setCurrentIndex(m_rows->index(row));
    if (const QModelIndex cell = m_grid->cellOf(row); cell.isValid())
        m_table->setCurrentIndex(cell);
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
    m_grid->refresh();
    if (m_personChose && was >= 0)
        choose(was);
    m_view->setVisible(!m_grid->hasSeveral());
    m_table->setVisible(m_grid->hasSeveral());
    m_over = over;
    if (m_over)
        m_checking.reset();
    // What stands against it is shown by itself, unless the person looks at something.
    if (const int worst = m_rows->worst(); worst >= 0 && !m_personChose)
        choose(worst);
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

void CheckPage::tellChosen()
{
    const int row = chosen();
    m_card->clearButtons();
    if (row < 0)
        return m_card->hide();
    const form::Check &check = m_rows->at(row);
    const bool says = !check.why.empty() || !check.evidence.empty() || !check.fixes.empty();
    m_card->setVisible(says);
    if (!says)
        return;
    m_card->tell(static_cast<Tone>(m_rows->index(row).data(CheckRows::ToneRole).toInt()), check.words.empty() ? shown(check.title) : shown(check.words), shown(check.why), shown(check.evidence));
    QStringList all;
    for (const form::Fix &fix : check.fixes) {
        QStringList commands;
        for (const std::string &command : fix.commands)
            commands << shown(command);
        QPushButton *made = m_card->offer(QStringLiteral("Fix-") + shown(fix.id), shown(fix.title), commands.isEmpty() ? tr("Changes a setting") : tr("Runs the commands that are shown"),
                                          [this, check, fix] { this->fix(check, fix); }, commands);
        made->setEnabled(m_over && !m_fixing);
        all << commands;
    }
    if (!all.isEmpty()) // some need a terminal, for a password or for being seen
        m_card->offer(QStringLiteral("Copy"), tr("Copy the commands"), tr("To be pasted into a terminal"), [all] { QApplication::clipboard()->setText(all.join(u'\n')); });
}

void CheckPage::fix(const form::Check &check, const form::Fix &fix)
{
    m_fixing = true;
    m_head->setText(shown(fix.title) + QStringLiteral(" …"));
    m_again->setEnabled(false);
    emit changed();
    m_draft->subject().fix(m_draft->values(), check, fix, [self = QPointer(this), title = shown(fix.title)](Result<form::Values> values) {
        if (!self)
            return;
        self->m_fixing = false;
        if (values) {
            self->m_draft->setAll(std::move(*values));
            self->checkAgain();
            self->begin();
            return;
        }
        self->tellHead();
        self->m_card->tell(Tone::Bad, tr("“%1” did not work", "%1: a button that mends something").arg(title), shown(values.error().hint), shown(values.error().text()));
        self->m_card->show();
        emit self->changed();
    });
    tellChosen();
}

} // namespace timonier
