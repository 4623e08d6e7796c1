#include "ui/theme/glyphs.h"

#include <algorithm>

namespace timonier {

void drawTone(QPainter *painter, QPointF centre, Tone tone, const QColor &colour)
{
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(colour);
    const QPen line(colour, 1.5);
    switch (tone) {
    case Tone::None:
        break;
    case Tone::Good:
        painter->drawEllipse(centre, 4, 4);
        break;
    case Tone::Done:
        painter->setPen(line);
        painter->setBrush(Qt::NoBrush);
        painter->drawEllipse(centre, 3.25, 3.25);
        break;
    case Tone::Busy:
        painter->drawPie(QRectF(centre - QPointF(3.25, 3.25), QSizeF(6.5, 6.5)), 90 * 16, 180 * 16);
        painter->setPen(line);
        painter->setBrush(Qt::NoBrush);
        painter->drawEllipse(centre, 3.25, 3.25);
        break;
    case Tone::Careful:
        painter->drawPolygon(QPolygonF{{centre + QPointF(0, -4.5), centre + QPointF(4.75, 3.75), centre + QPointF(-4.75, 3.75)}});
        break;
    case Tone::Bad:
        painter->drawRoundedRect(QRectF(centre - QPointF(4, 4), QSizeF(8, 8)), 1.5, 1.5);
        break;
    }
    painter->setRenderHint(QPainter::Antialiasing, false);
}

FigureText::FigureText(const QFont &font) : m_font(QRawFont::fromFont(font))
{
    const QList<quint32> digits = m_font.glyphIndexesForString(QStringLiteral("0123456789"));
    for (const QPointF &advance : m_font.advancesForGlyphIndexes(digits))
        m_digit = std::max(m_digit, advance.x());
}

FigureText::Line FigureText::layOut(const QString &text) const
{
    const QList<quint32> glyphs = m_font.glyphIndexesForString(text);
    if (glyphs.size() != text.size() || glyphs.contains(0))
        return {};
    const QList<QPointF> advances = m_font.advancesForGlyphIndexes(glyphs);
    QList<QPointF> positions;
    positions.reserve(glyphs.size());
    qreal x = 0;
    for (qsizetype i = 0; i < glyphs.size(); ++i) {
        const qreal natural = advances[i].x();
        const bool digit = text[i] >= u'0' && text[i] <= u'9';
        positions.append({x + (digit ? (m_digit - natural) / 2 : 0), 0});
        x += digit ? m_digit : natural;
    }
    Line line;
    line.run.setRawFont(m_font);
    line.run.setGlyphIndexes(glyphs);
    line.run.setPositions(positions);
    line.width = x;
    return line;
}

} // namespace timonier
