#include "ui/views/message_page.h"

#include "ui/theme/colours.h"
#include "ui/theme/icons.h"

#include <QEvent>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace timonier {

MessagePage::MessagePage(QWidget *parent)
    : QWidget(parent)
    , m_icon(new QLabel(this))
    , m_title(new QLabel(this))
    , m_text(new QLabel(this))
    , m_evidence(new QLabel(this))
    , m_field(new QLineEdit(this))
    , m_fieldButton(new QPushButton(this))
    , m_button(new QPushButton(this))
{
    setObjectName(QStringLiteral("messagePage"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_icon->setObjectName(QStringLiteral("messageIcon"));
    m_title->setObjectName(QStringLiteral("messageTitle"));
    m_text->setObjectName(QStringLiteral("messageText"));
    m_evidence->setObjectName(QStringLiteral("messageEvidence"));
    m_field->setObjectName(QStringLiteral("messageField"));
    m_fieldButton->setObjectName(QStringLiteral("messageFieldButton"));
    m_button->setObjectName(QStringLiteral("messageButton"));
    m_icon->setAccessibleName(tr("Decoration", "accessible name of a picture that says nothing"));
    m_evidence->setAccessibleName(tr("What was answered", "accessible name of the evidence of an error"));
    QFont big = font();
    big.setPointSizeF(big.pointSizeF() * 1.5);
    big.setWeight(QFont::DemiBold);
    m_title->setFont(big);
    for (QLabel *label : {m_title, m_text, m_evidence}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        // Selectable by a click; Tab goes on to what can be done.
        label->setFocusPolicy(Qt::ClickFocus);
    }
    QFont mono = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    mono.setPointSizeF(font().pointSizeF());
    m_evidence->setFont(mono);
    m_evidence->setMargin(12);
    m_evidence->setAutoFillBackground(true);
    m_evidence->setBackgroundRole(QPalette::Window);
    m_field->setMaximumWidth(280);
    m_field->setTextMargins(6, 0, 6, 0);

    auto *fieldRow = new QHBoxLayout;
    fieldRow->setSpacing(8);
    fieldRow->addWidget(m_field, 1);
    fieldRow->addWidget(m_fieldButton);
    fieldRow->addWidget(m_button);
    fieldRow->addStretch(1);
    auto *column = new QVBoxLayout;
    column->setSpacing(12);
    column->addStretch(2);
    column->addWidget(m_icon);
    column->addWidget(m_title);
    column->addWidget(m_text);
    column->addWidget(m_evidence);
    column->addSpacing(4);
    column->addLayout(fieldRow);
    column->addStretch(3);
    auto *middle = new QHBoxLayout(this);
    middle->setContentsMargins(32, 32, 32, 32);
    middle->addStretch(1);
    middle->addLayout(column, 6);
    middle->addStretch(1);
    for (QWidget *wide : std::initializer_list<QWidget *>{m_title, m_text, m_evidence})
        wide->setMaximumWidth(640);

    connect(m_button, &QPushButton::clicked, this, [this] {
        // A copy: what it does may say something else on this page, and so replace it.
        if (const auto action = m_action)
            action();
    });
    const auto answer = [this] {
        const auto action = m_fieldAction;
        if (action && !m_field->text().trimmed().isEmpty())
            action(m_field->text().trimmed());
    };
    connect(m_fieldButton, &QPushButton::clicked, this, answer);
    connect(m_field, &QLineEdit::returnPressed, this, answer);
    say(Mood::Calm, {}, {});
}

void MessagePage::say(Mood mood, const QString &title, const QString &text, const QString &evidence)
{
    m_mood = mood;
    m_title->setText(title);
    m_text->setText(text);
    m_text->setVisible(!text.isEmpty());
    m_evidence->setText(evidence);
    m_evidence->setVisible(!evidence.isEmpty());
    setAccessibleName(title);
    offer({}, {});
    ask({}, {}, {});
    refreshColours();
}

void MessagePage::offer(const QString &button, std::function<void()> action)
{
    m_button->setText(button);
    m_button->setAccessibleName(button);
    m_button->setVisible(!button.isEmpty());
    m_button->setDefault(true);
    m_action = std::move(action);
}

void MessagePage::ask(const QString &placeholder, const QString &button, std::function<void(QString)> action)
{
    m_field->setPlaceholderText(placeholder);
    m_field->setAccessibleName(placeholder);
    m_field->setVisible(!button.isEmpty());
    m_fieldButton->setText(button);
    m_fieldButton->setAccessibleName(button);
    m_fieldButton->setVisible(!button.isEmpty());
    m_fieldButton->setDefault(true);
    m_button->setDefault(button.isEmpty());
    m_fieldAction = std::move(action);
}

QString MessagePage::title() const
{
    return m_title->text();
}

QString MessagePage::evidence() const
{
    return m_evidence->text();
}

void MessagePage::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        refreshColours();
}

void MessagePage::refreshColours()
{
    const bool bad = m_mood == Mood::Bad;
    m_icon->setPixmap(iconPixmap(bad ? "warning" : "helm", 40, bad ? colours().bad : colours().accent, devicePixelRatioF()));
}

} // namespace timonier
