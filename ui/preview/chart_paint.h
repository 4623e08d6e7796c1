// The marks that all charts of a roll-out share: states told apart by pattern as well as by colour, steps, axis, legend. GUI thread.
#pragma once

#include "strategy/columns.h"

#include <QBrush>
#include <QPainter>
#include <QRectF>
#include <QString>

#include <functional>

namespace timonier {

// Old: grey. New: the accent. Starting: striped. Ending: dotted.
enum class PodMark { Old, New, Starting, Ending };
QBrush brushOf(PodMark mark);
// What goes wrong: red, striped the other way.
QBrush failingBrush();
QString wordsOf(PodMark mark);

using ColumnValue = std::function<double(const strategy::Column &)>;

// Fills between two values per column, each a height in the units of `top`.
void fillSteps(QPainter *painter, const QRectF &plot, const std::vector<strategy::Column> &columns, double top, const ColumnValue &from, const ColumnValue &to,
               const QBrush &brush);
void drawSteps(QPainter *painter, const QRectF &plot, const std::vector<strategy::Column> &columns, double top, const ColumnValue &value, const QPen &pen);
// Old ready, new ready, starting, ending, one on the other.
void drawPodAreas(QPainter *painter, const QRectF &plot, const std::vector<strategy::Column> &columns, double top);

// Ticks below `plot` with lines through it, as many as have room; and how long what is folded is.
void drawAxis(QPainter *painter, const QRectF &plot, const strategy::TimeScale &scale, double wordsAt);
// Veils what is folded, so that nobody takes its width for its length.
void drawFolds(QPainter *painter, const QRectF &plot, const strategy::TimeScale &scale);

// Right-aligned at `right`; returns its width. `draw` false: only measured.
double drawLegend(QPainter *painter, QPointF right, bool draw);

} // namespace timonier
