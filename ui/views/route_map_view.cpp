#include "ui/views/route_map_view.h"

#include "ui/theme/colours.h"
#include "ui/theme/glyphs.h"
#include "ui/views/plain_tip.h"
#include "ui/views/route_map_accessible.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

namespace timonier {

namespace {

constexpr int margin = 4;
constexpr int boxHeight = 48;
constexpr int boxGap = 8;
constexpr int layerGap = 32;        // above a box that a label stands on
constexpr int indent = 24;          // of a layer below another
constexpr int columnGap = 64;       // between columns
constexpr int labelledGap = 132;    // the same where lines have labels
constexpr int wideFrom = 620;       // px
constexpr int widestBox = 300;
constexpr int labelHeight = 18;
constexpr int captionHeight = 24;   // above a column

using Type = RouteBox::Type;

QString text(const std::string &utf8) { return QString::fromStdString(utf8); }

Tone toneOf(const RouteBox &box)
{
    if (box.type == Type::Pod)
        return timonier::toneOf(box.status, box.ready);
    switch (box.health) {
    case RouteHealth::Good:
        return Tone::Good;
    case RouteHealth::Busy:
        return Tone::Busy;
    case RouteHealth::Careful:
        return Tone::Careful;
    case RouteHealth::Bad:
        return Tone::Bad;
    case RouteHealth::None:
        break;
    }
    return Tone::None;
}

QString kindWord(Type type)
{
    switch (type) {
    case Type::Ingress:
        return RouteMapView::tr("Ingress");
    case Type::Service:
        return RouteMapView::tr("Service");
    case Type::Pod:
        return RouteMapView::tr("Pod");
    case Type::MorePods:
        return RouteMapView::tr("Pods");
    case Type::Elsewhere:
        return RouteMapView::tr("Address");
    }
    return {};
}

} // namespace

RouteMapView::RouteMapView(QWidget *parent) : QWidget(parent)
{
    tellScreenReaders();
    setObjectName(QStringLiteral("routeMap"));
    setAccessibleName(tr("What routes to what", "accessible name of the map"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void RouteMapView::show(RouteMap map)
{
    const std::string before = m_current >= 0 ? m_map.boxes[static_cast<std::size_t>(m_current)].title : std::string();
    m_map = std::move(map);
    m_hovered = -1;
    m_current = -1;
    for (std::size_t i = 0; i < m_map.boxes.size(); ++i)
        if (m_map.boxes[i].title == before || (m_current < 0 && m_map.boxes[i].isFocus))
            m_current = static_cast<int>(i);
    if (m_current < 0 && !m_map.boxes.empty())
        m_current = 0;
    m_layout = layOut(width());
    QStringList all;
    for (int i = 0; i < static_cast<int>(m_map.boxes.size()); ++i)
        all << textOf(i);
    setAccessibleDescription(all.join(u'\n'));
    updateGeometry();
    update();
}

QString RouteMapView::textOf(int box) const
{
    const RouteBox &what = m_map.boxes[static_cast<std::size_t>(box)];
    QString out = kindWord(what.type) + u' ' + text(what.title);
    if (!what.detail.empty())
        out += u", " + text(what.detail);
    QStringList to;
    for (const RouteLine &line : m_map.lines)
        if (line.from == static_cast<std::size_t>(box))
            to << text(m_map.boxes[line.to].title);
    if (!to.isEmpty())
        out += u", " + tr("leads to %1", "of an ingress or a service; %1: names").arg(to.join(QStringLiteral(", ")));
    return out;
}

QRect RouteMapView::rectOf(int box) const
{
    return box >= 0 && box < static_cast<int>(m_layout.boxes.size()) ? m_layout.boxes[static_cast<std::size_t>(box)] : QRect();
}

int RouteMapView::heightForWidth(int width) const { return layOut(width).height; }
QSize RouteMapView::sizeHint() const { return {320, layOut(std::max(width(), 240)).height}; }

// 0: what leads, then what is led to.
std::vector<int> RouteMapView::columnOf() const
{
    std::set<Type> types;
    for (const RouteBox &box : m_map.boxes)
        types.insert(box.type);
    const bool ingresses = types.contains(Type::Ingress), services = types.contains(Type::Service);
    std::vector<int> columns;
    for (const RouteBox &box : m_map.boxes)
        columns.push_back(box.type == Type::Ingress       ? 0
                              : box.type == Type::Service ? (ingresses ? 1 : 0)
                                                          : (ingresses ? 1 : 0) + (services ? 1 : 0));
    return columns;
}

void RouteMapView::layOutColumns(Layout &layout, int width) const
{
    const std::vector<int> column = columnOf();
    const int columns = *std::ranges::max_element(column) + 1;
    std::vector<int> gaps(static_cast<std::size_t>(columns), columnGap); // before each column
    gaps.front() = 0;
    for (const RouteLine &line : m_map.lines)
        if (!line.label.empty())
            gaps[static_cast<std::size_t>(column[line.to])] = labelledGap;
    const int boxWidth = std::min(widestBox, (width - 2 * margin - std::reduce(gaps.begin(), gaps.end())) / columns);
    std::vector<int> heights(static_cast<std::size_t>(columns), margin);
    for (const int c : column)
        heights[static_cast<std::size_t>(c)] += boxHeight + boxGap;
    layout.height = *std::ranges::max_element(heights) - boxGap + margin;
    std::vector<int> tops;
    for (const int height : heights) // short columns in the middle
        tops.push_back(captionHeight + margin + (layout.height - height + boxGap - margin) / 2);
    layout.height += captionHeight;
    for (const int c : column) {
        int &top = tops[static_cast<std::size_t>(c)];
        const int before = std::reduce(gaps.begin(), gaps.begin() + c + 1);
        layout.boxes.emplace_back(margin + c * boxWidth + before, top, boxWidth, boxHeight);
        top += boxHeight + boxGap;
    }
}

// Ingresses that lead to a service stand above it, what it leads to below; a line runs down the indent.
void RouteMapView::layOutStack(Layout &layout, int width) const
{
    const std::vector<int> column = columnOf();
    layout.boxes.assign(m_map.boxes.size(), {});
    std::set<std::size_t> placed;
    int y = margin;
    int lastColumn = -1;
    const auto place = [&](std::size_t box) {
        if (!placed.insert(box).second)
            return;
        const bool labelled = std::ranges::any_of(m_map.lines, [&](const RouteLine &line) { return line.to == box && !line.label.empty(); });
        if (lastColumn >= 0)
            y += labelled ? layerGap - boxGap : lastColumn != column[box] ? boxGap : 0;
        lastColumn = column[box];
        const int left = margin + column[box] * indent;
        layout.boxes[box] = QRect(left, y, std::min(width - left - margin, widestBox + 100), boxHeight);
        y += boxHeight + boxGap;
    };
    const auto behind = [&](std::size_t box) {
        std::set<std::size_t> out;
        for (const RouteLine &line : m_map.lines)
            if (line.from == box)
                out.insert(line.to);
        return out;
    };
    for (std::size_t box = 0; box < m_map.boxes.size(); ++box) {
        if (m_map.boxes[box].type != Type::Service || placed.contains(box))
            continue;
        for (const RouteLine &line : m_map.lines)
            if (line.to == box)
                place(line.from);
        place(box);
        // Services with the same pods stand together.
        for (std::size_t other = box + 1; other < m_map.boxes.size(); ++other)
            if (m_map.boxes[other].type == Type::Service && !behind(box).empty() && behind(other) == behind(box))
                place(other);
        for (const RouteLine &line : m_map.lines)
            if (line.from == box)
                place(line.to);
    }
    for (std::size_t box = 0; box < m_map.boxes.size(); ++box)
        place(box);
    layout.height = y - boxGap + margin;
}

RouteMapView::Layout RouteMapView::layOut(int width) const
{
    Layout layout;
    if (m_map.boxes.empty())
        return layout;
    layout.isWide = width >= wideFrom;
    if (layout.isWide)
        layOutColumns(layout, width);
    else
        layOutStack(layout, width);
    return layout;
}

QPainterPath RouteMapView::curve(const RouteLine &line) const
{
    const QRectF from = m_layout.boxes[line.from], to = m_layout.boxes[line.to];
    QPainterPath path;
    if (m_layout.isWide) {
        const QPointF a(from.right(), from.center().y()), b(to.left(), to.center().y());
        const double bend = (b.x() - a.x()) / 2;
        path.moveTo(a);
        path.cubicTo(a + QPointF(bend, 0), b - QPointF(bend, 0), b);
        return path;
    }
    // Down (or up) the indent, then round the corner into the box.
    const double x = from.left() + indent / 2.0;
    const double side = to.top() > from.top() ? 1 : -1;
    const double y = to.center().y();
    path.moveTo(x, side > 0 ? from.bottom() : from.top());
    path.lineTo(x, y - side * indent / 2.0);
    path.quadTo(x, y, to.left(), y);
    return path;
}

void RouteMapView::drawLines(QPainter &painter) const
{
    const Colours &c = colours();
    const auto near = [&](const RouteLine &line, int box) {
        return box >= 0 && (line.from == static_cast<std::size_t>(box) || line.to == static_cast<std::size_t>(box));
    };
    // Lines that look alike are one stroke: where they run together they would be darker otherwise. The lit ones on top.
    for (const bool lit : {false, true}) {
        for (const bool broken : {false, true}) {
            QPainterPath strokes, tips;
            for (const RouteLine &line : m_map.lines) {
                if (line.broken != broken || (near(line, m_hovered) || (hasFocus() && near(line, m_current))) != lit)
                    continue;
                strokes.addPath(curve(line));
                const QRectF to = m_layout.boxes[line.to];
                const QPointF tip(to.left(), to.center().y());
                tips.addPolygon(QPolygonF{{tip, tip + QPointF(-6, -3.5), tip + QPointF(-6, 3.5), tip}});
            }
            const QColor colour = broken ? c.bad : lit ? c.accent : c.dim;
            painter.setPen(QPen(colour, lit ? 2 : 1.25, broken ? Qt::DashLine : Qt::SolidLine, Qt::FlatCap));
            painter.setBrush(Qt::NoBrush);
            painter.drawPath(strokes);
            painter.fillPath(tips, colour);
        }
    }
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.85);
    painter.setFont(small);
    for (const RouteLine &line : m_map.lines) {
        if (line.label.empty())
            continue;
        painter.setPen(line.broken ? c.bad : c.dim);
        const QRectF from = m_layout.boxes[line.from], to = m_layout.boxes[line.to];
        const QFontMetrics metrics(small);
        if (!m_layout.isWide) {
            const QRectF where(to.left() + 2, to.top() - labelHeight - 1, to.width() - 2, labelHeight);
            painter.drawText(where, Qt::AlignLeft | Qt::AlignVCenter,
                             metrics.elidedText(text(line.label), Qt::ElideRight, static_cast<int>(where.width())));
            continue;
        }
        // In the middle of its line, which is cut for it.
        const QString label = metrics.elidedText(text(line.label), Qt::ElideRight, labelledGap - 32);
        QRectF where(0, 0, metrics.horizontalAdvance(label) + 8, labelHeight);
        where.moveCenter(QPointF((from.right() + to.left()) / 2 - 3, (from.center().y() + to.center().y()) / 2));
        painter.fillRect(where, palette().window());
        painter.drawText(where, Qt::AlignCenter, label);
    }
    if (!m_layout.isWide)
        return;
    std::set<int> captioned;
    painter.setPen(c.dim);
    for (std::size_t i = 0; i < m_map.boxes.size(); ++i) {
        if (!captioned.insert(m_layout.boxes[i].left()).second)
            continue;
        const Type type = m_map.boxes[i].type;
        painter.drawText(QRect(m_layout.boxes[i].left(), margin, m_layout.boxes[i].width(), captionHeight - 6), Qt::AlignLeft | Qt::AlignVCenter,
                         type == Type::Ingress ? tr("Ingresses") : type == Type::Service ? tr("Services") : tr("Pods"));
    }
}

void RouteMapView::drawBox(QPainter &painter, int index) const
{
    const Colours &c = colours();
    const RouteBox &box = m_map.boxes[static_cast<std::size_t>(index)];
    const QRect rect = m_layout.boxes[static_cast<std::size_t>(index)];
    const bool focus = hasFocus() && index == m_current;
    painter.setPen(QPen(focus ? c.accent : box.exists ? c.line : c.bad, focus ? 2 : 1, box.exists ? Qt::SolidLine : Qt::DashLine));
    painter.setBrush(box.isFocus ? c.selection : index == m_hovered ? c.panel : c.background);
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    if (box.isFocus) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(c.accent);
        painter.drawRoundedRect(QRectF(rect.left(), rect.top() + 8, 3, rect.height() - 16), 1.5, 1.5);
    }
    QRect inner = rect.adjusted(12, 6, -10, -6);
    const Tone tone = toneOf(box);
    if (tone != Tone::None) {
        drawTone(&painter, QPointF(inner.left() + 4, inner.top() + inner.height() / 4.0), tone, c.of(tone));
        painter.setRenderHint(QPainter::Antialiasing);
        inner.setLeft(inner.left() + 16);
    }
    // The kind, at the right: a pod's name says enough.
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.85);
    const QRect upper(inner.left(), inner.top(), inner.width(), inner.height() / 2);
    int kindWidth = 0;
    if (!m_layout.isWide && (box.type == Type::Ingress || box.type == Type::Service)) {
        painter.setFont(small);
        painter.setPen(c.dim);
        kindWidth = QFontMetrics(small).horizontalAdvance(kindWord(box.type)) + 8;
        painter.drawText(upper, Qt::AlignRight | Qt::AlignVCenter, kindWord(box.type));
    }
    QFont title = font();
    title.setWeight(box.type == Type::Pod || box.type == Type::MorePods ? QFont::Normal : QFont::DemiBold);
    painter.setFont(title);
    painter.setPen(box.exists ? c.text : c.bad);
    painter.drawText(upper, Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetrics(title).elidedText(text(box.title), Qt::ElideMiddle, upper.width() - kindWidth));
    painter.setFont(small);
    painter.setPen(c.dim);
    const QRect lower(inner.left(), upper.bottom() + 1, inner.width(), inner.bottom() - upper.bottom());
    painter.drawText(lower, Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetrics(small).elidedText(text(box.detail), Qt::ElideRight, lower.width()));
}

void RouteMapView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    drawLines(painter);
    for (int box = 0; box < static_cast<int>(m_layout.boxes.size()); ++box)
        drawBox(painter, box);
}

void RouteMapView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_layout = layOut(width());
}

int RouteMapView::boxAt(QPoint point) const
{
    for (std::size_t i = 0; i < m_layout.boxes.size(); ++i)
        if (m_layout.boxes[i].contains(point))
            return static_cast<int>(i);
    return -1;
}

void RouteMapView::setCurrent(int box)
{
    if (box < 0 || box >= static_cast<int>(m_map.boxes.size()) || box == m_current)
        return;
    m_current = box;
    update();
    emit currentChanged();
    if (QAccessible::isActive()) {
        QAccessibleEvent event(this, QAccessible::Focus);
        event.setChild(box);
        QAccessible::updateAccessibility(&event);
    }
}

// To the nearest box in that direction; what lies straight ahead is nearer than what lies aside.
void RouteMapView::walk(int key)
{
    if (m_current < 0)
        return;
    const QPoint from = rectOf(m_current).center();
    int best = -1;
    double bestFar = std::numeric_limits<double>::max();
    for (int i = 0; i < static_cast<int>(m_layout.boxes.size()); ++i) {
        const QPoint way = rectOf(i).center() - from;
        const int ahead = key == Qt::Key_Left ? -way.x() : key == Qt::Key_Right ? way.x() : key == Qt::Key_Up ? -way.y() : way.y();
        const int aside = key == Qt::Key_Left || key == Qt::Key_Right ? std::abs(way.y()) : std::abs(way.x());
        if (i == m_current || ahead <= 0 || (!m_layout.isWide && (key == Qt::Key_Left || key == Qt::Key_Right)))
            continue;
        if (m_layout.isWide && (key == Qt::Key_Up || key == Qt::Key_Down) && aside > 4)
            continue; // within a column
        if (const double far = ahead + 2.0 * (m_layout.isWide ? aside : 0); far < bestFar) {
            bestFar = far;
            best = i;
        }
    }
    setCurrent(best);
}

void RouteMapView::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_Left:
    case Qt::Key_Right:
        walk(event->key());
        return;
    case Qt::Key_Home:
        setCurrent(0);
        return;
    case Qt::Key_End:
        setCurrent(static_cast<int>(m_map.boxes.size()) - 1);
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (m_current >= 0)
            emit chosen(m_current);
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

void RouteMapView::mouseMoveEvent(QMouseEvent *event)
{
    const int box = boxAt(event->position().toPoint());
    if (std::exchange(m_hovered, box) != box) {
        setCursor(box >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
        update();
    }
}

void RouteMapView::leaveEvent(QEvent *)
{
    m_hovered = -1;
    update();
}

void RouteMapView::mouseReleaseEvent(QMouseEvent *event)
{
    const int box = boxAt(event->position().toPoint());
    if (event->button() != Qt::LeftButton || box < 0)
        return;
    setCurrent(box);
    emit chosen(box);
}

void RouteMapView::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    update();
}

void RouteMapView::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    update();
}

bool RouteMapView::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const int box = boxAt(help->pos());
        QToolTip::showText(help->globalPos(), box >= 0 ? plainTip(textOf(box)) : QString(), this, rectOf(box));
        return true;
    }
    return QWidget::event(event);
}

} // namespace timonier
