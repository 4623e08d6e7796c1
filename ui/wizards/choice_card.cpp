#include "ui/wizards/choice_card.h"

#include "ui/theme/colours.h"
#include "ui/theme/controls_paint.h"
#include "ui/theme/glyphs.h"
#include "ui/wizards/wizard_parts.h"

#include <QPainter>
#include <QStyleOption>

namespace timonier {

namespace {

constexpr int side = 16, top = 12, mark = 32, between = 4;

int heightOf(const QFont &font, const QString &text, int width)
{
    return text.isEmpty() ? 0 : QFontMetrics(font).boundingRect(QRect(0, 0, width, 10'000), Qt::TextWordWrap, text).height() + between;
}

} // namespace

ChoiceCard::ChoiceCard(WizardChoice choice, QWidget *parent) : QAbstractButton(parent), m_choice(std::move(choice))
{
    named(this, QStringLiteral("choice-") + m_choice.id, m_choice.title);
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setRefused(m_choice.refused);
}

void ChoiceCard::setRefused(const QString &why)
{
    m_refused = why;
    setEnabled(why.isEmpty());
    if (!why.isEmpty())
        setChecked(false);
    setAccessibleDescription(why.isEmpty() ? QString(m_choice.what + u' ' + factsText()) : why);
    updateGeometry();
    update();
}

QFont ChoiceCard::bold() const { return bigger(font(), 1, QFont::DemiBold); }
QFont ChoiceCard::small() const { return bigger(font(), 0.92, QFont::Normal); }

QString ChoiceCard::factsText() const
{
    QStringList all;
    for (const WizardFact &fact : m_choice.facts)
        all << (fact.label.isEmpty() ? fact.value : tr("%1: %2", "a fact, and its value").arg(fact.label, fact.value));
    return all.join(QStringLiteral("  ·  "));
}

int ChoiceCard::heightForWidth(int width) const
{
    const int inner = width - 2 * side - mark;
    const int refused = m_refused.isEmpty() ? 0 : heightOf(font(), m_refused, inner - 16);
    return 2 * top - between + heightOf(bold(), m_choice.title, inner) + heightOf(font(), m_choice.what, inner) + heightOf(small(), factsText(), inner) + refused;
}

void ChoiceCard::paintEvent(QPaintEvent *)
{
    const Colours &c = colours();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool lit = isChecked() || hasFocus();
    painter.setPen(QPen(lit ? c.accent : c.line, hasFocus() ? 2 : 1));
    painter.setBrush(isChecked() ? c.selection : isEnabled() && underMouse() ? c.panel : c.background);
    const double half = hasFocus() ? 1 : 0.5;
    painter.drawRoundedRect(QRectF(rect()).adjusted(half, half, -half, -half), 6, 6);
    QStyleOption radio;
    radio.rect = QRect(side, top, 17, QFontMetrics(bold()).height());
    radio.state = (isEnabled() ? QStyle::State_Enabled : QStyle::State_None) | (isChecked() ? QStyle::State_On : QStyle::State_Off);
    drawRadio(&painter, radio);
    QRect area = rect().adjusted(side + mark, top, -side, 0);
    const auto write = [&](const QString &text, const QFont &font, const QColor &colour) {
        if (text.isEmpty())
            return;
        painter.setFont(font);
        painter.setPen(colour);
        painter.drawText(area, Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, text);
        area.setTop(area.top() + heightOf(font, text, area.width()));
    };
    write(m_choice.title, bold(), isEnabled() ? c.text : c.dim);
    write(m_choice.what, font(), isEnabled() ? c.text : c.dim);
    write(factsText(), small(), c.dim);
    if (!m_refused.isEmpty()) {
        drawTone(&painter, QPointF(area.left() + 5, area.top() + fontMetrics().height() / 2.0), Tone::Careful, c.careful);
        area.setLeft(area.left() + 16);
        write(m_refused, font(), c.text);
    }
}

} // namespace timonier
