#include "ui/wizards/intro_page.h"

#include "ui/models/wizard_subject.h"
#include "ui/wizards/fact_list.h"
#include "ui/wizards/wizard_parts.h"

#include <QScrollArea>
#include <QVBoxLayout>

namespace timonier {

IntroPage::IntroPage(const WizardIntro &intro, QWidget *parent) : WizardPage(parent)
{
    named(this, QStringLiteral("introPage"), title());
    auto *inner = named(new QWidget, QStringLiteral("introInner"), title());
    inner->setMaximumWidth(720);
    inner->setBackgroundRole(QPalette::Base);
    auto *column = new QVBoxLayout(inner);
    column->setContentsMargins(24, 24, 24, 24);
    column->setSpacing(20);
    QLabel *head = wrapped(QStringLiteral("introTitle"), intro.title);
    head->setFont(bigger(font(), 1.4));
    QLabel *what = wrapped(QStringLiteral("introWhat"), intro.what);
    auto *gets = new FactList(QStringLiteral("introGets"), tr("You get"));
    gets->show(intro.gets);
    auto *takes = new FactList(QStringLiteral("introTakes"), tr("It takes"));
    takes->show(intro.takes);
    for (QWidget *part : std::initializer_list<QWidget *>{head, what, gets, takes})
        column->addWidget(part);
    column->setSpacing(20);
    if (!intro.warning.isEmpty()) {
        auto *card = new HelpCard(QStringLiteral("introWarning"));
        card->tell(Tone::Careful, tr("To be known before"), intro.warning);
        column->addWidget(card);
    }
    column->addStretch(1);
    auto *scroll = named(new QScrollArea, QStringLiteral("introScroll"), title());
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->viewport()->setBackgroundRole(QPalette::Base);
    scroll->setWidget(inner);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(scroll);
    setFocusProxy(scroll);
}

} // namespace timonier
