#include "ui/views/link_row.h"

#include "ui/theme/colours.h"
#include "ui/theme/glyphs.h"

#include <QPainter>

namespace timonier {

LinkRow::LinkRow(const QString &name, QWidget *parent) : QAbstractButton(parent)
{
    setObjectName(name);
    setAccessibleName(name); // until it says something
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void LinkRow::tell(Tone tone, const QString &text, const QString &detail, const QString &end)
{
    if (m_tone == tone && this->text() == text && m_detail == detail && m_end == end)
        return;
    m_tone = tone;
    m_detail = detail;
    m_end = end;
    setText(text);
    QStringList all{text};
    for (const QString &part : {detail, end}) {
        if (!part.isEmpty())
            all << part;
    }
    setAccessibleName(all.join(QStringLiteral(", ")));
    setToolTip(detail.isEmpty() ? text : QString(text % u'\n' % detail));
    update();
}

void LinkRow::setPlain(bool plain)
{
    m_plain = plain;
    setFocusPolicy(plain ? Qt::NoFocus : Qt::StrongFocus);
    setCursor(plain ? Qt::ArrowCursor : Qt::PointingHandCursor);
}

QSize LinkRow::sizeHint() const
{
    return {160, std::max(28, fontMetrics().height() + 12)};
}

void LinkRow::paintEvent(QPaintEvent *)
{
    const Colours &c = colours();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (hasFocus() || (underMouse() && !m_plain)) {
        QColor hover = c.line;
        hover.setAlphaF(0.5f);
        painter.setPen(hasFocus() ? QPen(c.accent, 1.5) : QPen(Qt::NoPen));
        painter.setBrush(underMouse() && !m_plain ? hover : QColor(Qt::transparent));
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
    }
    QRect inner = rect().adjusted(8, 0, -8, 0);
    if (m_tone != Tone::None) {
        drawTone(&painter, {inner.left() + 5.0, inner.center().y() + 0.5}, m_tone, c.of(m_tone));
        inner.setLeft(inner.left() + 18);
    }
    const QFontMetrics metrics(font());
    painter.setPen(c.dim);
    if (!m_end.isEmpty()) {
        painter.drawText(inner, Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine, m_end);
        inner.setRight(inner.right() - metrics.horizontalAdvance(m_end) - 12);
    }
    const int wanted = metrics.horizontalAdvance(text());
    const int most = m_detail.isEmpty() ? inner.width() : std::max(inner.width() * 2 / 5, std::min(wanted, inner.width() / 2));
    painter.setPen(c.text);
    const QString shown = metrics.elidedText(text(), Qt::ElideMiddle, most);
    painter.drawText(inner, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, shown);
    inner.setLeft(inner.left() + metrics.horizontalAdvance(shown) + 10);
    painter.setPen(c.dim);
    painter.drawText(inner, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     metrics.elidedText(m_detail, Qt::ElideRight, inner.width()));
}

} // namespace timonier
