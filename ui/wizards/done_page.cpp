#include "ui/wizards/done_page.h"

#include "ui/models/wizard_draft.h"
#include "ui/views/tone_label.h"
#include "ui/wizards/fact_list.h"
#include "ui/wizards/wizard_parts.h"

#include <QHBoxLayout>
#include <QPointer>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace timonier {

namespace {

constexpr int buttonWidth = 168; // px, at least

} // namespace

DonePage::DonePage(WizardDraft *draft, QWidget *parent)
    : WizardPage(parent), m_draft(draft), m_head(wrapped(QStringLiteral("doneHead"))), m_notes(wrapped(QStringLiteral("doneNotes"))),
      m_made(new FactList(QStringLiteral("doneMade"), tr("Made"))), m_next(new QWidget), m_buttons(new QVBoxLayout(m_next))
{
    named(this, QStringLiteral("donePage"), title());
    named(m_next, QStringLiteral("doneNext"), tr("What next"));
    m_head->setFont(bigger(font(), 1.4));
    m_buttons->setContentsMargins(0, 0, 0, 0);
    m_buttons->setSpacing(8);
    auto *inner = named(new QWidget, QStringLiteral("doneInner"), title());
    inner->setMaximumWidth(720);
    inner->setBackgroundRole(QPalette::Base);
    auto *column = new QVBoxLayout(inner);
    column->setContentsMargins(24, 24, 24, 24);
    column->setSpacing(20);
    for (QWidget *part : std::initializer_list<QWidget *>{m_head, m_made, m_notes, m_next})
        column->addWidget(part);
    column->addStretch(1);
    auto *scroll = named(new QScrollArea, QStringLiteral("doneScroll"), title());
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->viewport()->setBackgroundRole(QPalette::Base);
    scroll->setWidget(inner);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(scroll);
}

void DonePage::enter()
{
    m_head->setText(tr("Done"));
    m_made->show({});
    m_notes->hide();
    m_next->hide();
    m_draft->subject().result(m_draft->values(), [self = QPointer(this)](WizardResult result) {
        if (self)
            self->tell(result);
    });
}

void DonePage::begin()
{
    if (auto *first = m_next->findChild<QPushButton *>())
        first->setFocus(Qt::OtherFocusReason);
}

void DonePage::tell(const WizardResult &result)
{
    m_head->setText(QStringLiteral("✓  ") + result.sentence);
    m_made->show(result.made);
    m_notes->setText(result.notes.join(QStringLiteral("\n\n")));
    m_notes->setVisible(!result.notes.isEmpty());
    while (QLayoutItem *item = m_buttons->takeAt(0)) {
        delete item->widget(); // at once: the newer ones have the same names
        delete item;
    }
    for (const WizardNext &next : result.next)
        m_buttons->addWidget(lineOf(next));
    int widest = buttonWidth; // the words beside them stand in one column
    const auto buttons = m_next->findChildren<QPushButton *>();
    for (const QPushButton *one : buttons)
        widest = std::max(widest, one->sizeHint().width());
    for (QPushButton *one : buttons)
        one->setMinimumWidth(widest);
    m_next->setVisible(!result.next.empty());
    if (isVisible())
        begin();
}

QWidget *DonePage::lineOf(const WizardNext &next)
{
    auto *line = new QWidget;
    line->setObjectName(QStringLiteral("doneNextLine-") + next.id);
    auto *said = new ToneLabel;
    said->setObjectName(QStringLiteral("doneNextSaid-") + next.id);
    said->setAccessibleName(tr("What became of it"));
    said->hide();
    QPushButton *made = button(QStringLiteral("doneNext-") + next.id, next.title, next.help, [this, next, said = QPointer(said)] {
        m_draft->subject().next(next.id, m_draft->values(), [said](const StatusWords &words) {
            if (!said)
                return;
            said->show(words);
            said->setAccessibleName(words.text);
            said->setVisible(true);
        });
        if (!next.stays)
            emit left(next.id);
    });
    made->setAccessibleDescription(next.help);
    auto *row = new QHBoxLayout;
    row->setSpacing(12);
    row->addWidget(made);
    row->addWidget(dimmed(QStringLiteral("doneNextHelp-") + next.id, next.help), 1);
    auto *column = new QVBoxLayout(line);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(row);
    column->addWidget(said);
    return line;
}

} // namespace timonier
