// How the timeline is painted: the half of TimelineView that changes only with what was foretold.
#include "ui/preview/chart_paint.h"
#include "ui/preview/timeline_view.h"
#include "ui/theme/colours.h"

#include <QLocale>

#include <cmath>

namespace timonier {

using strategy::Column;
using strategy::PodState;

namespace {

void heading(QPainter *painter, QPointF at, const QString &words)
{
    QFont bold = painter->font();
    bold.setWeight(QFont::DemiBold);
    painter->save();
    painter->setFont(bold);
    painter->setPen(colours().text);
    painter->drawText(at, words);
    painter->restore();
}

// A line across with its value at the left.
void level(QPainter *painter, const QRectF &band, double y, const QString &words)
{
    painter->fillRect(QRectF(band.left(), y, band.width(), 1), colours().line);
    painter->setPen(colours().dim);
    painter->drawText(QRectF(0, y - 10, band.left() - 8, 20), Qt::AlignRight | Qt::AlignVCenter, words);
}

} // namespace

void TimelineView::paintPicture()
{
    m_picture = QPixmap(size() * devicePixelRatioF());
    m_picture.setDevicePixelRatio(devicePixelRatioF());
    m_picture.fill(colours().background);
    QPainter painter(&m_picture);
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.92);
    painter.setFont(small);
    if (!m_told) {
        painter.setPen(colours().dim);
        painter.drawText(rect(), Qt::AlignCenter, tr("Working it out …"));
        return;
    }
    const Bands where = bands();
    m_columns = strategy::columnsOf(m_told->course, m_scale, static_cast<int>(where.pods.width()));
    const QRectF all(where.pods.topLeft(), where.capacity.bottomRight());
    drawAxis(&painter, all, m_scale, where.axis);
    painter.fillRect(QRectF(all.left(), where.pods.bottom() + 1, all.width(), gap - 2), colours().background);
    painter.fillRect(QRectF(all.left(), where.share.bottom() + 1, all.width(), gap - 2), colours().background);
    heading(&painter, {12, headHeight - 12}, tr("Pods"));
    if (const double room = width() - QFontMetricsF(small).horizontalAdvance(tr("Pods")) - 48; drawLegend(&painter, {}, false) < room)
        drawLegend(&painter, {where.pods.right(), headHeight - 12}, true);
    paintPods(&painter, where.pods);
    paintShare(&painter, where.share);
    paintCapacity(&painter, where.capacity);
    for (const QRectF &band : {where.pods, where.share, where.capacity})
        drawFolds(&painter, band, m_scale);
    paintStages(&painter, where.stages);
}

// A flag where each stage begins, with as much of its words as has room before the next.
void TimelineView::paintStages(QPainter *painter, const QRectF &band) const
{
    const Colours &c = colours();
    const QFontMetricsF metrics(painter->font());
    const auto &stages = m_told->course.stages;
    for (std::size_t i = 0; i < stages.size(); ++i) {
        const double x = band.left() + m_scale.place(stages[i].at) * band.width();
        const double next = i + 1 < stages.size() ? band.left() + m_scale.place(stages[i + 1].at) * band.width() : band.right() + right;
        painter->fillRect(QRectF(x, band.top() + 2, 1, m_told->course.lanes.empty() ? band.height() : band.height() - 2), c.dim);
        if (next - x < 60)
            continue;
        const QString words = metrics.elidedText(QString::fromStdString(stages[i].words), Qt::ElideRight, next - x - 10);
        painter->setPen(c.dim);
        painter->drawText(QRectF(x + 5, band.top(), next - x - 6, band.height() - 4), Qt::AlignLeft | Qt::AlignVCenter, words);
    }
}

void TimelineView::paintPods(QPainter *painter, const QRectF &band) const
{
    const Colours &c = colours();
    const QLocale locale;
    const auto &lanes = m_told->course.lanes;
    if (lanes.empty()) {
        level(painter, band, band.top(), locale.toString(m_told->course.most));
        level(painter, band, band.bottom(), locale.toString(0));
        drawPodAreas(painter, band, m_columns, m_told->course.most);
        const double wanted = band.bottom() - band.height() * m_told->parameters.spec.replicas / std::max(m_told->course.most, 1);
        painter->setPen(QPen(c.text, 1, Qt::DashLine));
        painter->drawLine(QPointF(band.left(), wanted), QPointF(band.right(), wanted));
        if (wanted - band.top() > 14) {
            painter->setPen(c.dim);
            painter->drawText(QRectF(0, wanted - 10, band.left() - 8, 20), Qt::AlignRight | Qt::AlignVCenter,
                    locale.toString(m_told->parameters.spec.replicas));
        }
        return;
    }
    const double each = laneHeight(band.height());
    const bool everyWord = each >= 12;
    double y = band.top();
    for (std::size_t i = 0; i < lanes.size(); ++i, y += each) {
        const strategy::Lane &lane = lanes[i];
        const bool first = i == 0 || lanes[i - 1].isNew != lane.isNew;
        if (everyWord || first) {
            painter->setPen(c.dim);
            const QString number = locale.toString(lane.number);
            painter->drawText(QRectF(0, y, band.left() - 8, each), Qt::AlignRight | Qt::AlignVCenter | Qt::TextDontClip,
                              lane.isNew ? tr("new %1", "a pod of the new version, and its number").arg(number)
                                      : tr("old %1", "a pod of the old version, and its number").arg(number));
        }
        painter->setRenderHint(QPainter::Antialiasing);
        for (const strategy::Bar &bar : lane.bars) {
            const double from = band.left() + m_scale.place(bar.from) * band.width(), to = band.left() + m_scale.place(bar.to) * band.width();
            const QRectF box = QRectF(from, y + 1.5, std::max(to - from, 2.0), each - 3);
            if (bar.state == PodState::Ready) {
                painter->setPen(Qt::NoPen);
                painter->setBrush(brushOf(lane.isNew ? PodMark::New : PodMark::Old));
                painter->drawRoundedRect(box, 2.5, 2.5);
                continue;
            }
            const bool ends = bar.state == PodState::Terminating;
            painter->setPen(QPen(ends || !lane.isNew ? c.dim : c.accent, 1, ends ? Qt::DotLine : Qt::DashLine));
            painter->setBrush(bar.state == PodState::Waiting ? Qt::NoBrush : brushOf(ends ? PodMark::Ending : PodMark::Starting));
            painter->drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 2.5, 2.5);
        }
        painter->setRenderHint(QPainter::Antialiasing, false);
    }
}

void TimelineView::paintShare(QPainter *painter, const QRectF &band) const
{
    const Colours &c = colours();
    heading(painter, {12, band.top() - 14}, tr("Share of traffic on the new version"));
    for (const int share : {0, 50, 100})
        level(painter, band, band.bottom() - band.height() * share / 100, tr("%1 %").arg(share));
    QColor tint = c.accent;
    tint.setAlphaF(0.12f);
    fillSteps(painter, band, m_columns, 1, [](const Column &) { return 0.0; }, [](const Column &k) { return k.last.newShare; }, tint);
    const bool fails = std::ranges::any_of(m_columns, [](const Column &k) { return k.mostFailing > 0.0005; });
    if (fails) { // from above: what reaches nobody
        fillSteps(painter, band, m_columns, 1, [](const Column &k) { return 1 - std::max(k.mostFailing, k.mostFailing > 0 ? 0.04 : 0); },
                [](const Column &) { return 1.0; },
                  failingBrush());
        const QString words = tr("red stripes: requests that nobody answers");
        const double width = QFontMetricsF(painter->font()).horizontalAdvance(words);
        painter->setPen(c.bad);
        if (width < band.width() * 0.55)
            painter->drawText(QPointF(band.right() - width, band.top() - 14), words);
    }
    drawSteps(painter, band, m_columns, 1, [](const Column &k) { return k.last.newShare; }, QPen(c.accent, 2));
}

void TimelineView::paintCapacity(QPainter *painter, const QRectF &band) const
{
    const Colours &c = colours();
    const QLocale locale;
    const bool wanted = m_told->parameters.podCapacity <= 0;
    heading(painter, {12, band.top() - 14}, tr("Ready capacity against demand"));
    const double needed = demand(), most = std::max({needed, double(m_told->course.most), 1.0}) * 1.05;
    level(painter, band, band.bottom(), locale.toString(0));
    const double y = band.bottom() - band.height() * needed / most;
    level(painter, band, y, locale.toString(needed, 'f', needed < 10 && needed != std::floor(needed) ? 1 : 0));
    const auto serving = [](const Column &k) { return double(k.leastServing); };
    fillSteps(painter, band, m_columns, most, serving, [needed](const Column &k) { return std::max(needed, double(k.leastServing)); }, failingBrush());
    drawSteps(painter, band, m_columns, most, serving, QPen(c.good, 2));
    painter->setPen(QPen(c.careful, 1.5, Qt::DashLine));
    painter->drawLine(QPointF(band.left(), y), QPointF(band.right(), y));
    const QString words = wanted ? tr("dashed: the pods wanted") : tr("dashed: what the requests need");
    const double width = QFontMetricsF(painter->font()).horizontalAdvance(words);
    painter->setPen(c.dim);
    if (width < band.width() * 0.55)
        painter->drawText(QPointF(band.right() - width, band.top() - 14), words);
}

// What really happens, on the same axis: a line with dots, in a colour that nothing foretold has.
void TimelineView::paintLive(QPainter *painter, const Bands &where) const
{
    if (m_live.empty())
        return;
    const Colours &c = colours();
    painter->setRenderHint(QPainter::Antialiasing);
    const auto trace = [&](const QRectF &band, double top, const std::function<double(const LivePoint &)> &value) {
        QPolygonF line;
        for (const LivePoint &point : m_live) {
            const double x = band.left() + m_scale.place(point.at) * band.width();
            if (!line.isEmpty())
                line << QPointF(x, line.back().y());
            line << QPointF(x, band.bottom() - band.height() * std::min(1.0, value(point) / std::max(top, 1e-9)));
        }
        painter->setPen(QPen(c.background, 5));
        painter->drawPolyline(line);
        painter->setPen(QPen(c.text, 2));
        painter->drawPolyline(line);
        painter->setPen(QPen(c.background, 1.5));
        painter->setBrush(c.text);
        painter->drawEllipse(line.back(), 4.5, 4.5);
        painter->setBrush(Qt::NoBrush);
    };
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.92);
    painter->setFont(small);
    painter->setPen(c.text);
    const QString words = tr("● line: as it happens", "what really happens, over what was foretold");
    const double from = 12 + QFontMetricsF(small).horizontalAdvance(tr("Pods")) + 16;
    const double legend = drawLegend(painter, QPointF(width() - right, headHeight - 12), false);
    if (from + QFontMetricsF(small).horizontalAdvance(words) + 16 < width() - right - legend)
        painter->drawText(QPointF(from, headHeight - 12), words);
    const double most = std::max({demand(), double(m_told->course.most), 1.0});
    if (m_told->course.lanes.empty()) {
        trace(where.pods, m_told->course.most, [](const LivePoint &p) { return double(p.oldReady); });
        trace(where.pods, m_told->course.most, [](const LivePoint &p) { return double(p.oldReady + p.newReady); });
    }
    trace(where.share, 1, [](const LivePoint &p) { return p.newShare; });
    trace(where.capacity, most * 1.05, [](const LivePoint &p) { return double(p.oldReady + p.newReady); });
    painter->setRenderHint(QPainter::Antialiasing, false);
}

} // namespace timonier
