// Small shapes painted by hand: the dot of a status, and text whose digits stand in columns.
#pragma once

#include "ui/models/status_tone.h"

#include <QGlyphRun>
#include <QPainter>
#include <QRawFont>

namespace timonier {

// 9 x 9 px around `centre`: a disc, ring, half disc, triangle or square, so that it is told apart without colour.
void drawTone(QPainter *painter, QPointF centre, Tone tone, const QColor &colour);

// Lays out text with every digit as wide as the widest one (QFont has no feature for "tnum" before Qt 6.7).
class FigureText
{
public:
    explicit FigureText(const QFont &font);
    struct Line {
        QGlyphRun run;
        qreal width = 0;
    };
    // An empty run when the font lacks a character: draw it as text then.
    Line layOut(const QString &text) const;
    qreal ascent() const { return m_font.ascent(); }
    qreal descent() const { return m_font.descent(); }

private:
    QRawFont m_font;
    qreal m_digit = 0;
};

} // namespace timonier
