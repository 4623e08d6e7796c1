#include "ui/wizards/choose_page.h"

#include "ui/wizards/choice_card.h"
#include "ui/wizards/wizard_parts.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QLineEdit>
#include <QScrollArea>
#include <QVBoxLayout>

namespace timonier {

namespace {

constexpr std::size_t many = 8; // beyond that there is a field to filter them
constexpr int mostWidth = 760;

} // namespace

ChoosePage::ChoosePage(WizardChoices choices, QWidget *parent) : WizardPage(parent), m_choices(std::move(choices)), m_group(new QButtonGroup(this))
{
    named(this, QStringLiteral("choosePage"), m_choices.title);
    auto *inner = named(new QWidget, QStringLiteral("chooseInner"), m_choices.title);
    inner->setMaximumWidth(mostWidth);
    inner->setBackgroundRole(QPalette::Base);
    auto *column = new QVBoxLayout(inner);
    column->setContentsMargins(24, 20, 24, 24);
    column->setSpacing(8);
    const auto question = [&](const QString &name, const QString &text) {
        QLabel *label = wrapped(name, text);
        label->setFont(bigger(font(), 1.15));
        column->addWidget(label);
    };
    if (!m_choices.purposes.empty()) {
        question(QStringLiteral("choosePurposeQuestion"), m_choices.purposeQuestion);
        m_purpose = named(new QComboBox, QStringLiteral("choosePurpose"), m_choices.purposeQuestion);
        m_purpose->setMaximumWidth(360);
        for (const WizardPurpose &one : m_choices.purposes)
            m_purpose->addItem(one.title, one.id);
        m_fixes = dimmed(QStringLiteral("choosePurposeFixes"));
        column->addWidget(m_purpose);
        column->addWidget(m_fixes);
        column->addSpacing(12);
        connect(m_purpose, &QComboBox::currentIndexChanged, this, [this] {
            refuse();
            emit purposeChanged(purpose());
        });
    }
    question(QStringLiteral("chooseQuestion"), m_choices.question);
    if (m_choices.choices.size() > many) {
        m_filter = named(new QLineEdit, QStringLiteral("chooseFilter"), tr("Filter"));
        m_filter->setPlaceholderText(tr("Filter"));
        m_filter->setTextMargins(6, 0, 6, 0);
        m_filter->setClearButtonEnabled(true);
        column->addWidget(m_filter);
        connect(m_filter, &QLineEdit::textChanged, this, &ChoosePage::filter);
    }
    QStringList groups;
    for (const WizardChoice &choice : m_choices.choices)
        if (!groups.contains(choice.group))
            groups << choice.group;
    for (const QString &group : groups) {
        QLabel *head = nullptr;
        if (!group.isEmpty()) {
            head = dimmed(QStringLiteral("chooseGroup-") + group, group);
            head->setFont(bigger(font(), 0.92));
            head->setContentsMargins(0, 8, 0, 0);
            column->addWidget(head);
        }
        std::vector<ChoiceCard *> cards;
        for (const WizardChoice &choice : m_choices.choices) {
            if (choice.group != group)
                continue;
            auto *card = new ChoiceCard(choice);
            m_group->addButton(card);
            column->addWidget(card);
            cards.push_back(card);
            m_cards.push_back(card);
            connect(card, &QAbstractButton::toggled, this, &WizardPage::changed);
        }
        if (head)
            m_headings.emplace_back(head, std::move(cards));
    }
    column->addStretch(1);
    m_scroll = named(new QScrollArea, QStringLiteral("chooseScroll"), m_choices.title);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->viewport()->setBackgroundRole(QPalette::Base);
    m_scroll->setWidget(inner);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_scroll);
    refuse();
}

QString ChoosePage::whyNot() const { return chosen().isEmpty() ? tr("Choose one of them") : QString(); }

void ChoosePage::begin()
{
    if (auto *chosenCard = m_group->checkedButton()) {
        m_scroll->ensureWidgetVisible(chosenCard, 0, 48); // and its heading
        return chosenCard->setFocus(Qt::OtherFocusReason);
    }
    if (m_purpose)
        return m_purpose->setFocus(Qt::OtherFocusReason);
    for (ChoiceCard *card : m_cards)
        if (card->isEnabled())
            return card->setFocus(Qt::OtherFocusReason);
}

void ChoosePage::leave()
{
    const QString now = chosen() + u'\n' + purpose();
    if (!chosen().isEmpty() && now != std::exchange(m_went, now))
        emit went(chosen(), purpose());
}

void ChoosePage::setFixes(const QString &purpose, const QString &fixes)
{
    for (WizardPurpose &one : m_choices.purposes)
        if (one.id == purpose)
            one.fixes = fixes;
    refuse();
}

void ChoosePage::setRefusal(std::function<QString(const QString &choice, const QString &purpose)> refusal)
{
    m_choices.refusal = std::move(refusal);
    refuse();
}

void ChoosePage::choose(const QString &choice, const QString &purpose)
{
    if (m_purpose && !purpose.isEmpty())
        m_purpose->setCurrentIndex(m_purpose->findData(purpose));
    if (ChoiceCard *one = card(choice); one && one->isEnabled()) {
        one->setChecked(true);
        m_scroll->ensureWidgetVisible(one, 0, 48);
    }
}

QString ChoosePage::chosen() const
{
    const auto *card = static_cast<const ChoiceCard *>(m_group->checkedButton());
    return card ? card->choice().id : QString();
}

QString ChoosePage::purpose() const { return m_purpose ? m_purpose->currentData().toString() : QString(); }

ChoiceCard *ChoosePage::card(const QString &choice) const
{
    const auto found = std::ranges::find_if(m_cards, [&](const ChoiceCard *card) { return card->choice().id == choice; });
    return found == m_cards.end() ? nullptr : *found;
}

// What it is for decides what can be chosen.
void ChoosePage::refuse()
{
    m_group->setExclusive(false);
    for (ChoiceCard *card : m_cards) {
        QString why = card->choice().refused;
        if (why.isEmpty() && m_choices.refusal)
            why = m_choices.refusal(card->choice().id, purpose());
        card->setRefused(why);
    }
    m_group->setExclusive(true);
    if (m_fixes && !m_choices.purposes.empty()) {
        const QString &fixes = m_choices.purposes[std::size_t(std::max(0, m_purpose->currentIndex()))].fixes;
        m_fixes->setText(fixes);
        m_fixes->setVisible(!fixes.isEmpty());
    }
    emit changed();
}

void ChoosePage::filter(const QString &text)
{
    for (ChoiceCard *card : m_cards)
        card->setVisible(QString(card->choice().title + u'\n' + card->choice().what).contains(text.trimmed(), Qt::CaseInsensitive));
    for (const auto &[head, cards] : m_headings)
        head->setVisible(std::ranges::any_of(cards, [](const ChoiceCard *card) { return !card->isHidden(); }));
}

} // namespace timonier
