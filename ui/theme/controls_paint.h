// Controls that Fusion paints with bevels, or that are lost on a dark ground: sliders, radio buttons, boxes to tick. GUI thread.
#pragma once

#include <QPainter>
#include <QStyleOption>

namespace timonier {

// A thin line, its part up to the handle in the accent's colour.
void drawSlider(QPainter *painter, const QStyleOptionSlider &slider, const QRect &handle);
void drawRadio(QPainter *painter, const QStyleOption &option);
void drawCheck(QPainter *painter, const QStyleOption &option);

} // namespace timonier
