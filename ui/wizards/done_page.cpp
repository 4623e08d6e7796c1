#include "ui/wizards/done_page.h"

#include "ui/models/wizard_draft.h"
#include "ui/wizards/fact_list.h"
#include "ui/wizards/wizard_parts.h"

#include <QGridLayout>
#include <QPointer>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace timonier {

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
        delete item->widget();
        delete item;
    }
    for (const WizardNext &next : result.next) {
        auto *line = new QWidget;
        line->setObjectName(QStringLiteral("doneNextLine-") + next.id);
        auto *row = new QHBoxLayout(line);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(12);
        QPushButton *made = button(QStringLiteral("doneNext-") + next.id, next.title, next.help, [this, id = next.id] {
            m_draft->subject().next(id, m_draft->values());
            emit left(id);
        });
        made->setMinimumWidth(168);
        made->setAccessibleDescription(next.help);
        row->addWidget(made);
        row->addWidget(dimmed(QStringLiteral("doneNextHelp-") + next.id, next.help), 1);
        m_buttons->addWidget(line);
    }
    m_next->setVisible(!result.next.empty());
    if (isVisible())
        begin();
}

} // namespace timonier
