#include "ui/views/verdict_card.h"

#include "ui/theme/colours.h"
#include "ui/views/text_page.h"

#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace timonier {

namespace {

constexpr int barWidth = 3;
constexpr int mostHeight = 168; // a runtime's message may have a hundred lines

} // namespace

VerdictCard::VerdictCard(const QString &name, QWidget *parent)
    : QFrame(parent), m_text(new TextPage(this)), m_button(new QPushButton(this))
{
    setObjectName(name);
    m_text->setObjectName(name + QStringLiteral("Text"));
    m_button->setObjectName(name + QStringLiteral("Button"));
    setAccessibleName(tr("What is wrong", "accessible name of the box that says so"));
    m_text->setAccessibleName(accessibleName());
    m_text->setMostHeight(mostHeight);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(barWidth + 10, 8, 12, 10);
    column->setSpacing(8);
    column->addWidget(m_text);
    column->addWidget(m_button, 0, Qt::AlignLeft);
    m_button->hide();
    connect(m_button, &QPushButton::clicked, this, [this] {
        if (const auto action = m_action) // a copy: it may say something else here
            action();
    });
}

void VerdictCard::tell(const Words &words)
{
    m_button->hide();
    m_action = {};
    if (words == m_words)
        return;
    m_words = words;
    setAccessibleName(words.sentence);
    m_text->setAccessibleName(words.sentence);
    m_text->begin();
    m_text->dotted();
    m_text->dot(words.tone);
    m_text->write(words.sentence, TextPage::Look::Bold);
    if (!words.reason.isEmpty()) {
        m_text->paragraph(2);
        m_text->write(words.reason, TextPage::Look::Dim);
    }
    if (!words.evidence.isEmpty()) {
        m_text->paragraph(4);
        m_text->write(words.evidence, TextPage::Look::Mono);
    }
    if (words.since != 0) {
        m_text->paragraph(4);
        m_text->age(words.since, QStringLiteral("%1"), TextPage::Look::Dim);
    }
    m_text->end();
    update();
}

void VerdictCard::offer(const QString &button, std::function<void()> action)
{
    m_button->setText(button);
    m_button->setAccessibleName(button);
    m_button->show();
    m_action = std::move(action);
}

void VerdictCard::tick(std::int64_t now)
{
    m_text->tick(now);
}

void VerdictCard::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colours().panel);
    painter.drawRoundedRect(rect(), 4, 4);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.fillRect(QRect(0, 0, barWidth, height()), colours().of(m_words.tone));
}

} // namespace timonier
