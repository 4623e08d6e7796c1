#include "ui/wizards/wizard_header.h"

#include "ui/theme/colours.h"
#include "ui/theme/glyphs.h"

#include <QPainter>

namespace timonier {

WizardHeader::WizardHeader(const QString &title, QWidget *parent) : QWidget(parent), m_title(title)
{
    setObjectName(QStringLiteral("wizardHeader"));
    setFixedHeight(std::max(44, fontMetrics().height() + 24));
}

void WizardHeader::tell(const QString &title, const QString &name, const QString &detail, const QString &time)
{
    m_title = title;
    m_name = name;
    m_detail = detail;
    m_time = time;
    QStringList all;
    for (const QString &one : {title, name, detail, time})
        if (!one.isEmpty())
            all << one;
    setAccessibleName(all.join(QStringLiteral(", ")));
    update();
}

void WizardHeader::paintEvent(QPaintEvent *)
{
    const Colours &c = colours();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), c.panel);
    painter.fillRect(0, height() - 1, width(), 1, c.line);
    int right = width() - 16;
    if (!m_time.isEmpty()) {
        const FigureText figures(font());
        const FigureText::Line line = figures.layOut(m_time);
        painter.setPen(c.dim);
        if (line.run.isEmpty()) {
            right -= fontMetrics().horizontalAdvance(m_time);
            painter.drawText(QRect(right, 0, width() - right, height()), Qt::AlignLeft | Qt::AlignVCenter, m_time);
        } else {
            right -= qCeil(line.width);
            painter.drawGlyphRun(QPointF(right, height() / 2.0 + (figures.ascent() - figures.descent()) / 2), line.run);
        }
        right -= 16;
    }
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    const QFontMetrics boldMetrics(bold);
    int left = 16;
    painter.setFont(bold);
    painter.setPen(c.text);
    const QString title = boldMetrics.elidedText(m_title, Qt::ElideRight, right - left);
    painter.drawText(QRect(left, 0, right - left, height()), Qt::AlignLeft | Qt::AlignVCenter, title);
    left += boldMetrics.horizontalAdvance(title) + 12;
    const int room = right - left - 20;
    if (m_name.isEmpty() || room < 80)
        return;
    const QString name = fontMetrics().elidedText(m_name, Qt::ElideMiddle, room);
    const int nameWidth = fontMetrics().horizontalAdvance(name);
    const QString detail = room - nameWidth > 60 ? fontMetrics().elidedText(m_detail, Qt::ElideRight, room - nameWidth - 8) : QString();
    const int width = nameWidth + (detail.isEmpty() ? 0 : fontMetrics().horizontalAdvance(detail) + 8) + 20;
    const QRectF chip(left, (height() - 26) / 2.0, width, 26);
    painter.setPen(QPen(c.line, 1));
    painter.setBrush(c.background);
    painter.drawRoundedRect(chip.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    painter.setFont(font());
    painter.setPen(c.text);
    painter.drawText(chip.adjusted(10, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, name);
    painter.setPen(c.dim);
    painter.drawText(chip.adjusted(10 + nameWidth + 8, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, detail);
}

} // namespace timonier
