#include "ui/theme/controls_paint.h"

#include "ui/theme/colours.h"

#include <QStyle>

namespace timonier {

namespace {

// A square in the middle, with room for its edge.
QRectF markIn(const QRect &rect)
{
    const double size = std::min(rect.width(), rect.height()) - 2;
    const QPointF centre = QRectF(rect).center();
    return {centre.x() - size / 2, centre.y() - size / 2, size, size};
}

QPen edgeOf(const QStyleOption &option, bool on)
{
    const Colours &c = colours();
    const bool focus = option.state & QStyle::State_HasFocus, enabled = option.state & QStyle::State_Enabled;
    return QPen(!enabled ? c.line : on || focus ? c.accent : c.dim, focus ? 2 : 1.2);
}

} // namespace

void drawSlider(QPainter *painter, const QStyleOptionSlider &slider, const QRect &handle)
{
    const Colours &c = colours();
    const bool enabled = slider.state & QStyle::State_Enabled, focus = slider.state & QStyle::State_HasFocus;
    const QPointF centre = QRectF(handle).center();
    const QRectF groove(slider.rect.left() + 2, centre.y() - 1.5, slider.rect.width() - 4, 3);
    const QColor colour = enabled ? c.accent : c.dim;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(c.line);
    painter->drawRoundedRect(groove, 1.5, 1.5);
    painter->setBrush(colour);
    painter->drawRoundedRect(QRectF(groove.topLeft(), QPointF(centre.x(), groove.bottom())), 1.5, 1.5);
    if (focus) {
        QColor halo = c.accent;
        halo.setAlphaF(0.25f);
        painter->setBrush(halo);
        painter->drawEllipse(centre, 10, 10);
    }
    painter->setBrush(c.background);
    painter->setPen(QPen(colour, 2));
    painter->drawEllipse(centre, 5.5, 5.5);
    painter->restore();
}

void drawRadio(QPainter *painter, const QStyleOption &option)
{
    const Colours &c = colours();
    const bool on = option.state & QStyle::State_On;
    const QRectF mark = markIn(option.rect);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(edgeOf(option, on));
    painter->setBrush(c.background);
    painter->drawEllipse(mark);
    if (on) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(option.state & QStyle::State_Enabled ? c.accent : c.dim);
        painter->drawEllipse(mark.center(), 4, 4);
    }
    painter->restore();
}

void drawCheck(QPainter *painter, const QStyleOption &option)
{
    const Colours &c = colours();
    const bool on = option.state & QStyle::State_On;
    const QRectF mark = markIn(option.rect);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(edgeOf(option, on));
    painter->setBrush(on ? c.accent : c.background);
    painter->drawRoundedRect(mark, 3, 3);
    if (on) {
        const QPointF at = mark.center();
        painter->setPen(QPen(c.onAccent, 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter->drawPolyline(QPolygonF{{at + QPointF(-3.5, 0), at + QPointF(-1, 2.8), at + QPointF(3.6, -2.8)}});
    }
    painter->restore();
}

} // namespace timonier
