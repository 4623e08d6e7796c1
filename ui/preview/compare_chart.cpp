#include "ui/preview/compare_chart.h"

#include "strategy/figures_text.h"
#include "ui/preview/chart_paint.h"
#include "ui/preview/level_tone.h"
#include "ui/theme/colours.h"
#include "ui/theme/glyphs.h"

#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>

namespace timonier {

using strategy::Time;

namespace {

constexpr double rowHeight = 64, top = 30, axisHeight = 28;
constexpr int rows = static_cast<int>(strategy::allStrategies.size());

} // namespace

CompareChart::CompareChart(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("compareChart"));
    setAccessibleName(tr("Six strategies over time: Enter opens one", "accessible name of the chart"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QSize CompareChart::sizeHint() const { return {420, static_cast<int>(top + rowHeight * rows + axisHeight)}; }

void CompareChart::show(const AllForetold &all, const strategy::Advice &advice)
{
    m_all = all;
    if (advice.best != m_best)
        m_current = static_cast<int>(indexOf(advice.best));
    m_best = advice.best;
    m_none = advice.none;
    m_why = {};
    for (const strategy::Advice::Instead &other : advice.instead)
        m_why[indexOf(other.strategy)] = QString::fromStdString(other.why);
    std::vector<strategy::Course> courses;
    m_most = 1;
    for (const ForetoldPtr &told : all) {
        if (!told)
            continue;
        courses.push_back({.end = told->course.end, .moments = {}, .lanes = {}, .stages = {}});
        m_most = std::max(m_most, told->course.most);
    }
    m_scale = strategy::TimeScale::shared(courses);
    m_picture = {};
    sayCurrent();
    update();
}

QRectF CompareChart::rowRect(int row) const { return {0, top + row * rowHeight, double(width()), rowHeight}; }
QRectF CompareChart::plotOf(const QRectF &row) const { return row.adjusted(nameWidth(), 8, -endWidth(), -24); }

int CompareChart::rowAt(QPointF at) const
{
    const int row = static_cast<int>((at.y() - top) / rowHeight);
    return at.y() >= top && row < rows ? row : -1;
}

QString CompareChart::bestWords() const
{
    return m_none ? tr("harms least", "the strategy, where none goes well") : tr("take this one", "the strategy that is recommended");
}

double CompareChart::endWidth() const
{
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    const QFontMetricsF metrics(bold);
    return 20 + std::max({metrics.horizontalAdvance(QString::fromStdString(strategy::spanText(Time(59 * 60'000 + 59'000)))),
                          metrics.horizontalAdvance(tr("nothing lost", "no request fails")),
                          metrics.horizontalAdvance(tr("%1 fail", "requests").arg(QLocale().toString(88'888)))});
}

double CompareChart::nameWidth() const
{
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    double widest = 84;
    for (const strategy::Strategy strategy : strategy::allStrategies)
        widest = std::max(widest, QFontMetricsF(bold).horizontalAdvance(QString::fromStdString(strategy::title(strategy))));
    return widest + 40;
}

void CompareChart::paintPicture()
{
    m_picture = QPixmap(size() * devicePixelRatioF());
    m_picture.setDevicePixelRatio(devicePixelRatioF());
    m_picture.fill(Qt::transparent);
    QPainter painter(&m_picture);
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.92);
    painter.setFont(small);
    const QRectF all(plotOf(rowRect(0)).topLeft() - QPointF(0, 8), plotOf(rowRect(rows - 1)).bottomRight() + QPointF(0, 24));
    drawAxis(&painter, all, m_scale, all.bottom() + 17);
    painter.setPen(colours().dim);
    const QString words = m_scale.isLogarithmic() ? tr("Pods over time; early is wide, late is narrow (logarithmic)") : tr("Pods over time");
    const double legend = drawLegend(&painter, {}, false);
    drawLegend(&painter, {width() - 12.0, top - 11}, true);
    const int room = static_cast<int>(width() - legend - 44);
    if (room > 60) {
        painter.setPen(colours().dim);
        painter.drawText(QRectF(12, 0, room, top - 7), Qt::AlignLeft | Qt::AlignVCenter, painter.fontMetrics().elidedText(words, Qt::ElideRight, room));
    }
    painter.setFont(font());
    for (int row = 0; row < rows; ++row)
        paintRow(&painter, row);
}

void CompareChart::paintRow(QPainter *painter, int row) const
{
    const Colours &c = colours();
    const QRectF box = rowRect(row), plot = plotOf(box);
    const strategy::Strategy strategy = strategy::allStrategies[static_cast<std::size_t>(row)];
    const ForetoldPtr &told = m_all[static_cast<std::size_t>(row)];
    painter->fillRect(QRectF(0, box.top(), width(), 1), c.line);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    painter->setFont(bold);
    painter->setPen(c.text);
    const bool best = strategy == m_best;
    painter->drawText(QRectF(30, box.top() + 8, nameWidth() - 34, 20), Qt::AlignLeft | Qt::AlignVCenter, QString::fromStdString(strategy::title(strategy)));
    painter->setFont(font());
    if (!told)
        return;
    const Tone tone = toneOf(told->outcome.verdict.level);
    drawTone(painter, {17, box.top() + 18}, tone, c.of(tone));
    // Below the picture, why not; of the one to take the sentence above says why.
    const QRectF below(plot.left(), plot.bottom() + 3, plot.width() + endWidth() - 12, 18);
    painter->setPen(best ? c.accent : c.dim);
    painter->drawText(best ? below.adjusted(30 - plot.left(), 0, 0, 0) : below, Qt::AlignLeft | Qt::AlignVCenter,
                      best ? bestWords() : painter->fontMetrics().elidedText(m_why[static_cast<std::size_t>(row)], Qt::ElideRight,
                              static_cast<int>(below.width())));
    const auto columns = strategy::columnsOf(told->course, m_scale, static_cast<int>(plot.width()));
    drawPodAreas(painter, plot, columns, m_most);
    using strategy::Column;
    fillSteps(painter, plot, columns, 1, [](const Column &) { return 0.0; }, [](const Column &k) { return k.last.serving == 0
            && k.last.failing > 0.99 ? 1.0 : 0.0; }, failingBrush());
    // Where it is over, it is said how long it was.
    const Time over = told->outcome.figures.duration != strategy::never ? told->outcome.figures.duration : told->course.end;
    const double end = plot.left() + m_scale.place(over) * plot.width();
    painter->setPen(QPen(c.text, 1));
    painter->drawLine(QPointF(end, plot.top() - 3), QPointF(end, plot.bottom() + 3));
    const strategy::Figures &f = told->outcome.figures;
    const double risk = f.lost + f.overloaded + f.wrongAnswers;
    const QRectF last(box.right() - endWidth() + 8, box.top() + 4, endWidth() - 20, 18);
    painter->setFont(bold);
    painter->setPen(f.duration == strategy::never ? c.bad : c.text);
    painter->drawText(last, Qt::AlignRight | Qt::AlignVCenter, QString::fromStdString(strategy::durationText(told->outcome)));
    painter->setFont(font());
    painter->setPen(f.withoutService > Time(0) ? c.bad : c.dim);
    painter->drawText(last.translated(0, 17), Qt::AlignRight | Qt::AlignVCenter,
                      risk < 1 ? tr("nothing lost", "no request fails") : tr("%1 fail", "requests").arg(QString::fromStdString(strategy::numberText(risk))));
}

void CompareChart::paintEvent(QPaintEvent *)
{
    if (m_picture.isNull() || m_picture.devicePixelRatio() != devicePixelRatioF())
        paintPicture();
    const Colours &c = colours();
    QPainter painter(this);
    const int best = static_cast<int>(indexOf(m_best));
    QColor tint = c.selection;
    painter.fillRect(rowRect(best), tint);
    painter.fillRect(QRectF(0, rowRect(best).top(), 3, rowHeight), c.accent);
    if (m_hovered >= 0 && m_hovered != best) {
        QColor hover = c.line;
        hover.setAlphaF(0.4f);
        painter.fillRect(rowRect(m_hovered), hover);
    }
    painter.drawPixmap(0, 0, m_picture);
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(c.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(rowRect(m_current).adjusted(1, 1, -1, -1), 6, 6);
    }
}

void CompareChart::mousePressEvent(QMouseEvent *event)
{
    if (const int row = rowAt(event->position()); row >= 0 && event->button() == Qt::LeftButton)
        emit strategyWanted(strategy::allStrategies[static_cast<std::size_t>(row)]);
}

void CompareChart::mouseMoveEvent(QMouseEvent *event)
{
    m_hovered = rowAt(event->position());
    setCursor(m_hovered >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    update();
}

void CompareChart::leaveEvent(QEvent *event)
{
    QWidget::leaveEvent(event);
    m_hovered = -1;
    update();
}

void CompareChart::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Up: m_current = std::max(0, m_current - 1); break;
    case Qt::Key_Down: m_current = std::min(rows - 1, m_current + 1); break;
    case Qt::Key_Home: m_current = 0; break;
    case Qt::Key_End: m_current = rows - 1; break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space: emit strategyWanted(strategy::allStrategies[static_cast<std::size_t>(m_current)]); return;
    default: QWidget::keyPressEvent(event); return;
    }
    sayCurrent();
    update();
}

void CompareChart::sayCurrent()
{
    const ForetoldPtr &told = m_all[static_cast<std::size_t>(m_current)];
    const strategy::Strategy strategy = strategy::allStrategies[static_cast<std::size_t>(m_current)];
    QString words = QString::fromStdString(strategy::title(strategy));
    if (strategy == m_best)
        words += QStringLiteral(", ") + bestWords();
    else if (!m_why[static_cast<std::size_t>(m_current)].isEmpty())
        words += QStringLiteral(", ") + m_why[static_cast<std::size_t>(m_current)];
    if (told)
        words += QStringLiteral(", ") + QString::fromStdString(told->outcome.verdict.summary + ", " + strategy::durationText(told->outcome));
    setAccessibleDescription(words);
}

void CompareChart::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        m_picture = {};
}

void CompareChart::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_picture = {};
}

} // namespace timonier
