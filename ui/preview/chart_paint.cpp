#include "ui/preview/chart_paint.h"

#include "ui/theme/colours.h"

#include <QCoreApplication>

namespace timonier {

namespace {

QColor mixed(const QColor &a, const QColor &b, double part)
{
    return QColor::fromRgbF(static_cast<float>(a.redF() * part + b.redF() * (1 - part)), static_cast<float>(a.greenF() * part + b.greenF() * (1 - part)),
                            static_cast<float>(a.blueF() * part + b.blueF() * (1 - part)));
}

// A tile that repeats: stripes or dots on a tint of the same colour.
QPixmap tile(const QColor &ink, const QColor &ground, bool dots)
{
    constexpr int size = 6;
    QPixmap pixmap(QSize(size, size) * 2);
    pixmap.setDevicePixelRatio(2);
    pixmap.fill(ground);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    if (dots) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(ink);
        painter.drawEllipse(QPointF(1.5, 1.5), 0.9, 0.9);
        painter.drawEllipse(QPointF(4.5, 4.5), 0.9, 0.9);
    } else {
        painter.setPen(QPen(ink, 1.2));
        painter.drawLine(QPointF(-1, 7), QPointF(7, -1));
        painter.drawLine(QPointF(-1, 1), QPointF(1, -1));
        painter.drawLine(QPointF(5, 7), QPointF(7, 5));
    }
    return pixmap;
}

} // namespace

QBrush brushOf(PodMark mark)
{
    const Colours &c = colours();
    switch (mark) {
    case PodMark::Old: return mixed(c.dim, c.background, c.dark ? 0.42 : 0.38);
    case PodMark::New: return c.accent;
    case PodMark::Starting: return tile(mixed(c.accent, c.background, 0.75), mixed(c.accent, c.background, 0.12), false);
    case PodMark::Ending: return tile(c.dim, mixed(c.dim, c.background, 0.10), true);
    }
    return {};
}

QBrush failingBrush()
{
    const Colours &c = colours();
    const QPixmap stripes = tile(mixed(c.bad, c.background, 0.8), mixed(c.bad, c.background, 0.22), false);
    return QPixmap::fromImage(stripes.toImage().mirrored(true, false));
}

QString wordsOf(PodMark mark)
{
    switch (mark) {
    case PodMark::Old: return QCoreApplication::translate("PodMark", "old, ready");
    case PodMark::New: return QCoreApplication::translate("PodMark", "new, ready");
    case PodMark::Starting: return QCoreApplication::translate("PodMark", "starting");
    case PodMark::Ending: return QCoreApplication::translate("PodMark", "ending");
    }
    return {};
}

void fillSteps(QPainter *painter, const QRectF &plot, const std::vector<strategy::Column> &columns, double top, const ColumnValue &from, const ColumnValue &to,
               const QBrush &brush)
{
    const double each = plot.width() / static_cast<double>(std::max<std::size_t>(columns.size(), 1)), unit = plot.height() / std::max(top, 1e-9);
    QList<QRectF> boxes; // a path of as many edges is filled ten times more slowly
    // Runs of the same height are one box: a roll-out has few steps and many columns.
    for (std::size_t i = 0; i < columns.size();) {
        const double low = from(columns[i]), high = to(columns[i]);
        std::size_t end = i + 1;
        while (end < columns.size() && from(columns[end]) == low && to(columns[end]) == high)
            ++end;
        if (high > low)
            boxes << QRectF(QPointF(plot.left() + each * static_cast<double>(i), plot.bottom() - unit * high),
                                QPointF(plot.left() + each * static_cast<double>(end), plot.bottom() - unit * low));
        i = end;
    }
    painter->setPen(Qt::NoPen);
    painter->setBrush(brush);
    painter->drawRects(boxes);
    painter->setBrush(Qt::NoBrush);
}

void drawSteps(QPainter *painter, const QRectF &plot, const std::vector<strategy::Column> &columns, double top, const ColumnValue &value, const QPen &pen)
{
    if (columns.empty())
        return;
    const double each = plot.width() / static_cast<double>(columns.size()), unit = plot.height() / std::max(top, 1e-9);
    QPolygonF line;
    double last = -1;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const double here = value(columns[i]);
        if (i == 0 || here != last) {
            const double x = plot.left() + each * static_cast<double>(i);
            if (i > 0)
                line << QPointF(x, plot.bottom() - unit * last);
            line << QPointF(x, plot.bottom() - unit * here);
        }
        last = here;
    }
    line << QPointF(plot.right(), plot.bottom() - unit * last);
    painter->setPen(pen);
    painter->setBrush(Qt::NoBrush);
    painter->drawPolyline(line);
}

void drawPodAreas(QPainter *painter, const QRectF &plot, const std::vector<strategy::Column> &columns, double top)
{
    using strategy::Column;
    const auto none = [](const Column &) { return 0.0; };
    const auto olds = [](const Column &c) { return double(c.last.oldReady); };
    const auto news = [](const Column &c) { return double(c.last.oldReady + c.last.newReady); };
    const auto starting = [](const Column &c) { return double(c.last.oldReady + c.last.newReady + c.last.starting); };
    const auto all = [](const Column &c) { return double(c.last.pods()); };
    fillSteps(painter, plot, columns, top, none, olds, brushOf(PodMark::Old));
    fillSteps(painter, plot, columns, top, olds, news, brushOf(PodMark::New));
    fillSteps(painter, plot, columns, top, news, starting, brushOf(PodMark::Starting));
    fillSteps(painter, plot, columns, top, starting, all, brushOf(PodMark::Ending));
}

void drawAxis(QPainter *painter, const QRectF &plot, const strategy::TimeScale &scale, double wordsAt)
{
    const Colours &c = colours();
    const QFontMetricsF metrics(painter->font());
    const int most = std::max(2, static_cast<int>(plot.width() / (metrics.horizontalAdvance(QStringLiteral("00:00 min")) + 16)));
    std::vector<QRectF> taken; // by the words of folds, which say more than a tick
    for (const strategy::Fold &fold : scale.folds()) {
        const double from = plot.left() + scale.place(fold.from) * plot.width(), to = plot.left() + scale.place(fold.to) * plot.width();
        QString words = QStringLiteral("⋯ %1 ⋯").arg(QString::fromStdString(strategy::foldText(fold)));
        if (metrics.horizontalAdvance(words) > to - from + 8)
            words = QString::fromStdString(strategy::foldText(fold));
        if (metrics.horizontalAdvance(words) > to - from + 16)
            words = QStringLiteral("⋯");
        const double width = metrics.horizontalAdvance(words);
        taken.emplace_back((from + to - width) / 2, wordsAt - metrics.ascent(), width, metrics.height());
        painter->setPen(c.text);
        painter->drawText(QPointF(taken.back().left(), wordsAt), words);
    }
    for (const strategy::Tick &tick : scale.ticks(most)) {
        const double x = plot.left() + tick.place * plot.width();
        painter->fillRect(QRectF(x, plot.top(), 1, plot.height()), c.line);
        const QString words = QString::fromStdString(tick.words);
        const double width = metrics.horizontalAdvance(words), at = std::clamp(x - width / 2, plot.left() - 16, plot.right() - width + 8);
        const QRectF box(at - 6, wordsAt - metrics.ascent(), width + 12, metrics.height());
        if (std::ranges::any_of(taken, [&](const QRectF &other) { return other.intersects(box); }))
            continue;
        painter->setPen(c.dim);
        painter->drawText(QPointF(at, wordsAt), words);
    }
}

void drawFolds(QPainter *painter, const QRectF &plot, const strategy::TimeScale &scale)
{
    const Colours &c = colours();
    for (const strategy::Fold &fold : scale.folds()) {
        const QRectF band(plot.left() + scale.place(fold.from) * plot.width(), plot.top() - 2,
                (scale.place(fold.to) - scale.place(fold.from)) * plot.width(), plot.height() + 4);
        QColor veil = c.background;
        veil.setAlphaF(0.62f);
        painter->fillRect(band, veil);
        painter->setPen(QPen(c.dim, 1, Qt::DotLine));
        painter->drawLine(band.topLeft(), band.bottomLeft());
        painter->drawLine(band.topRight(), band.bottomRight());
    }
}

double drawLegend(QPainter *painter, QPointF right, bool draw)
{
    const QFontMetricsF metrics(painter->font());
    double x = right.x();
    for (const PodMark mark : {PodMark::Ending, PodMark::Starting, PodMark::New, PodMark::Old}) {
        const QString words = wordsOf(mark);
        x -= metrics.horizontalAdvance(words);
        if (draw) {
            painter->setPen(colours().dim);
            painter->drawText(QPointF(x, right.y()), words);
        }
        x -= 17;
        if (draw) {
            const QRectF box(x, right.y() - metrics.ascent() / 2 - 4.5, 12, 11);
            painter->fillRect(box, brushOf(mark));
            if (mark == PodMark::Starting || mark == PodMark::Ending) {
                painter->setPen(QPen(mark == PodMark::Starting ? colours().accent : colours().dim, 1, mark == PodMark::Starting ? Qt::DashLine : Qt::DotLine));
                painter->setBrush(Qt::NoBrush);
                painter->drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5));
            }
        }
        x -= 14;
    }
    return right.x() - x - 14;
}

} // namespace timonier
