#include "ui/wizards/plan_page.h"

#include "ui/models/plan_tree.h"
#include "ui/models/span_words.h"
#include "ui/models/wizard_draft.h"
#include "ui/theme/colours.h"
#include "ui/wizards/fact_list.h"
#include "ui/wizards/row_view.h"
#include "ui/wizards/wizard_parts.h"

#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPointer>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QTextBlock>
#include <QVBoxLayout>

namespace timonier {

namespace {

constexpr int fewRows = 40; // what the steps make is unfolded when it is not more

} // namespace

PlanPage::PlanPage(WizardDraft *draft, QWidget *parent)
    : WizardPage(parent), m_draft(draft), m_tree(new PlanTree(this)), m_head(wrapped(QStringLiteral("planHead"))), m_facts(dimmed(QStringLiteral("planFacts"))),
      m_view(new RowView(QStringLiteral("planTree"), tr("Steps, and what they make"), {.detail = PlanTree::DetailRole, .time = PlanTree::TimeRole, .tone = PlanTree::ToneRole})),
      m_diff(new QPlainTextEdit), m_costs(named(new QScrollArea, QStringLiteral("planCosts"), tr("What it costs"))), m_costList(new FactList(QStringLiteral("planCostList"), tr("Price while it runs"), 0)),
      m_costsNote(dimmed(QStringLiteral("planCostsNote"))), m_card(new HelpCard(QStringLiteral("planCard")))
{
    named(this, QStringLiteral("planPage"), title());
    m_head->setFont(bigger(font(), 1.15));
    m_view->setModel(m_tree);
    named(m_diff, QStringLiteral("planDiff"), tr("What changes in the chosen object"));
    m_diff->setReadOnly(true);
    m_diff->setTabChangesFocus(true);
    m_diff->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_diff->setFrameShape(QFrame::NoFrame);
    QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    fixed.setPointSizeF(font().pointSizeF() * 0.95);
    m_diff->setFont(fixed);
    m_diff->document()->setDocumentMargin(12);
    m_diff->hide();
    auto *inside = new QWidget;
    auto *costs = new QVBoxLayout(inside);
    costs->setContentsMargins(16, 8, 12, 12);
    costs->setSpacing(12);
    costs->addWidget(m_costList);
    costs->addWidget(m_costsNote);
    costs->addStretch(1);
    m_costs->setWidget(inside);
    m_costs->setWidgetResizable(true);
    m_costs->setFrameShape(QFrame::NoFrame);
    m_costs->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_costs->setMinimumWidth(280);
    m_costs->setMaximumWidth(420); // longer lines are not read
    m_costs->hide();
    m_card->hide();
    m_again = button(QStringLiteral("planAgain"), tr("Plan again"), tr("Asks again what there is to do"), [this] { ask(); });
    auto *split = named(new QSplitter(Qt::Horizontal), QStringLiteral("planSplit"), tr("Plan and changes"));
    split->setChildrenCollapsible(false);
    split->addWidget(m_view);
    split->addWidget(m_diff);
    split->addWidget(m_costs);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->setStretchFactor(2, 1);
    auto *words = new QVBoxLayout;
    words->setSpacing(4);
    words->addWidget(m_head);
    words->addWidget(m_facts);
    auto *top = new QHBoxLayout;
    top->setSpacing(12);
    top->addLayout(words, 1);
    top->addWidget(m_again, 0, Qt::AlignTop);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(24, 16, 24, 16);
    column->setSpacing(12);
    column->addLayout(top);
    column->addWidget(m_card);
    column->addWidget(split, 1);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this, &PlanPage::tellDiff);
}

QString PlanPage::count() const { return m_waits || m_failed || m_asked < 0 ? QString() : tr("%n steps", nullptr, m_tree->toDo()); }

QString PlanPage::whyNot() const
{
    if (m_waits)
        return tr("The plan is being made …");
    if (const int refused = m_tree->objects(WizardChange::Kind::Refused))
        return tr("%n objects are refused", nullptr, refused);
    return m_failed ? tr("There is no plan yet") : QString();
}

void PlanPage::enter()
{
    if (m_asked != m_draft->revision() || m_failed)
        ask();
}

void PlanPage::begin() { m_view->setFocus(Qt::OtherFocusReason); }

void PlanPage::ask()
{
    m_asked = m_draft->revision();
    m_waits = true;
    m_failed = false;
    m_head->setText(tr("Looking at what there is to do; nothing is changed …"));
    m_facts->hide();
    m_card->hide();
    m_again->setEnabled(false);
    emit changed();
    m_draft->subject().plan(m_draft->values(), [self = QPointer(this), asked = m_asked](Result<WizardPlan> plan) {
        if (self && self->m_asked == asked)
            self->tell(std::move(plan));
    });
}

void PlanPage::tell(Result<WizardPlan> plan)
{
    m_waits = false;
    m_again->setEnabled(true);
    m_failed = !plan;
    if (!plan) {
        m_tree->show({});
        m_costs->hide();
        m_head->setText(tr("The plan cannot be made"));
        m_card->tell(Tone::Bad, QString::fromStdString(plan.error().message), QString::fromStdString(plan.error().hint), plan.error().cause ? QString::fromStdString(plan.error().text()) : QString());
        m_card->show();
        return emit changed();
    }
    m_tree->show(std::move(*plan));
    using Kind = WizardChange::Kind;
    QStringList facts;
    if (const int count = m_tree->toDo())
        facts << aboutWords(m_tree->all()) << tr("%n steps", nullptr, count);
    if (const int count = m_tree->objects(Kind::Create) + m_tree->objects(Kind::Later))
        facts << tr("%n objects created", nullptr, count);
    if (const int count = m_tree->objects(Kind::Change))
        facts << tr("%n changed", "objects", count);
    if (const int count = m_tree->objects(Kind::Remove))
        facts << tr("%n removed", "objects", count);
    if (const int count = m_tree->objects(Kind::Same))
        facts << tr("%n as they are", "objects", count);
    if (!m_tree->plan().price.isEmpty())
        facts << tr("costs %1", "%1: a price").arg(m_tree->plan().price);
    m_costList->show(m_tree->plan().costs);
    m_costsNote->setText(m_tree->plan().costsNote);
    m_costs->setVisible(!m_tree->plan().costs.empty());
    m_head->setText(m_tree->toDo() == 0 ? tr("It is so already: nothing will be changed") : tr("This will be done; nothing has been changed yet"));
    m_facts->setText(facts.join(QStringLiteral("  ·  ")));
    m_facts->setVisible(!facts.isEmpty());
    if (const auto error = m_tree->firstError()) {
        m_card->tell(Tone::Careful, tr("Not all can be told before"), QString::fromStdString(error->hint), QString::fromStdString(error->text()));
        m_card->show();
    } else if (!m_tree->plan().notice.isEmpty()) {
        m_card->tell(Tone::Careful, m_tree->plan().notice);
        m_card->show();
    }
    int rows = m_tree->rowCount();
    for (const WizardStep &step : m_tree->plan().steps)
        rows += int(step.creates.size());
    if (rows <= fewRows)
        m_view->expandAll();
    const auto first = std::ranges::find_if(m_tree->plan().changes, [](const WizardChange &one) { return !one.diff.isEmpty(); });
    if (first != m_tree->plan().changes.end()) // what is refused, or changes, before what is new
        m_view->setCurrentIndex(m_tree->index(int(m_tree->plan().steps.size()) + worthLooking(), 0));
    tellDiff();
    emit changed();
}

// The change that one would look at first: one that is refused, one that changes something that is there, else the first with words.
int PlanPage::worthLooking() const
{
    using Kind = WizardChange::Kind;
    const auto &changes = m_tree->plan().changes;
    for (const Kind kind : {Kind::Refused, Kind::Change})
        if (const auto found = std::ranges::find(changes, kind, &WizardChange::kind); found != changes.end())
            return int(found - changes.begin());
    return int(std::ranges::find_if(changes, [](const WizardChange &one) { return !one.diff.isEmpty(); }) - changes.begin());
}

void PlanPage::tellDiff()
{
    const bool any = std::ranges::any_of(m_tree->plan().changes, [](const WizardChange &one) { return !one.diff.isEmpty(); });
    m_diff->setVisible(any);
    const QString diff = m_view->currentIndex().data(PlanTree::DiffRole).toString();
    m_diff->setPlainText(diff);
    QTextCursor cursor(m_diff->document());
    for (QTextBlock block = m_diff->document()->begin(); block.isValid(); block = block.next()) {
        const QString line = block.text();
        if (!line.startsWith(u'+') && !line.startsWith(u'-'))
            continue;
        cursor.setPosition(block.position());
        cursor.movePosition(QTextCursor::EndOfBlock, QTextCursor::KeepAnchor);
        QTextCharFormat format;
        format.setForeground(line.startsWith(u'+') ? colours().good : colours().bad);
        cursor.mergeCharFormat(format);
    }
}

} // namespace timonier
