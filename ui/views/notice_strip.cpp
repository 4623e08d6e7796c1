#include "ui/views/notice_strip.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

namespace timonier {

NoticeStrip::NoticeStrip(const QString &name, QWidget *parent)
    : QFrame(parent), m_text(new QLabel(this)), m_button(new QPushButton(this)), m_close(new QToolButton(this))
{
    setObjectName(name);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::AlternateBase);
    m_text->setObjectName(name + QStringLiteral("Text"));
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_button->setObjectName(name + QStringLiteral("Button"));
    m_close->setObjectName(name + QStringLiteral("Close"));
    m_close->setText(QStringLiteral("×"));
    m_close->setAutoRaise(true);
    m_close->setFocusPolicy(Qt::TabFocus);
    m_close->setAccessibleName(tr("Dismiss", "button: take a notice away"));
    m_close->setToolTip(tr("Dismiss", "button: take a notice away"));
    auto *line = new QHBoxLayout(this);
    line->setContentsMargins(12, 4, 12, 4);
    line->setSpacing(12);
    line->addWidget(m_text, 1);
    line->addWidget(m_button);
    line->addWidget(m_close);
    connect(m_button, &QPushButton::clicked, this, [this] {
        const std::function<void()> action = m_action; // it may have something else said meanwhile
        if (action)
            action();
    });
    connect(m_close, &QToolButton::clicked, this, [this] {
        hide();
        emit dismissed();
    });
    hide();
}

void NoticeStrip::say(const QString &text, const QString &button, std::function<void()> action)
{
    m_text->setText(text);
    setAccessibleName(text);
    m_button->setText(button);
    m_button->setAccessibleName(button);
    m_button->setVisible(!button.isEmpty());
    m_action = std::move(action);
    show();
}

QString NoticeStrip::text() const
{
    return isHidden() ? QString() : m_text->text();
}

} // namespace timonier
