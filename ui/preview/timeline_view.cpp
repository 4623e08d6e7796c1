#include "ui/preview/timeline_view.h"

#include "ui/preview/chart_paint.h"
#include "ui/theme/colours.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QToolTip>

#include <cmath>

namespace timonier {

using strategy::Moment;
using strategy::Time;

namespace {

constexpr int frameMs = 33, playMs = 12'000;

} // namespace

TimelineView::TimelineView(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("timeline"));
    setAccessibleName(tr("The roll-out over time", "accessible name of the chart"));
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setCursor(Qt::PointingHandCursor);
    m_clock.setInterval(frameMs);
    connect(&m_clock, &QTimer::timeout, this, [this] {
        const double next = m_scale.place(m_at) + double(frameMs) / playMs;
        setMoment(m_scale.at(next));
        if (next >= 1)
            play(false);
    });
}

void TimelineView::show(ForetoldPtr foretold)
{
    if (foretold && foretold == m_told)
        return;
    const bool other = !m_told || !foretold || m_told->outcome.strategy != foretold->outcome.strategy;
    m_told = std::move(foretold);
    if (other) {
        play(false);
        m_untouched = true;
    }
    rescale();
    if (m_told && m_untouched) { // where there is most to see: half of the way
        m_at = Time(0);
        for (const Moment &moment : m_told->course.moments)
            if (moment.newReady > 0 || moment.serving == 0) {
                m_at = moment.at;
                break;
            }
        m_at = m_scale.at(std::max(m_scale.place(m_at), 0.45));
    }
    m_at = std::min(m_at, m_scale.end());
    if (minimumSizeHint() != std::exchange(m_least, minimumSizeHint()))
        updateGeometry();
    setAccessibleDescription(momentText());
    emit momentChanged();
}

void TimelineView::setLive(std::vector<LivePoint> live)
{
    m_live = std::move(live);
    rescale();
}

void TimelineView::rescale()
{
    if (m_told)
        m_scale = m_told->scale;
    if (m_told && !m_live.empty() && m_live.back().at > m_told->course.end) { // it takes longer than was foretold
        strategy::Course course = m_told->course;
        course.end = m_live.back().at;
        m_scale = strategy::TimeScale::folded(course);
    }
    const QFontMetricsF metrics(font());
    const QString widest = QLocale().toString(m_told ? std::max(m_told->course.most, 88) : 88);
    m_wordsWidth = std::max({metrics.horizontalAdvance(tr("new %1", "a pod of the new version, and its number").arg(widest)),
                             metrics.horizontalAdvance(tr("old %1", "a pod of the old version, and its number").arg(widest)), 48.0}) + 10;
    m_picture = {};
    update();
}

void TimelineView::setMoment(Time at)
{
    at = std::clamp(at, Time(0), m_scale.end());
    if (at == m_at)
        return;
    m_at = at;
    m_untouched = false;
    setAccessibleDescription(momentText());
    update();
    emit momentChanged();
}

void TimelineView::play(bool on)
{
    if (on == m_clock.isActive() || (on && !m_told))
        return;
    if (on && m_at >= m_scale.end())
        setMoment(Time(0));
    on ? m_clock.start() : m_clock.stop();
    emit playingChanged();
}

QString TimelineView::momentText() const
{
    if (!m_told)
        return {};
    const QLocale locale;
    const Moment &now = strategy::momentAt(m_told->course, m_at);
    QStringList parts{tr("%1 old and %2 new pods ready", "at a moment").arg(locale.toString(now.oldReady), locale.toString(now.newReady))};
    if (now.starting)
        parts << tr("%1 starting", "pods").arg(locale.toString(now.starting));
    if (now.terminating)
        parts << tr("%1 ending", "pods").arg(locale.toString(now.terminating));
    parts << tr("%1 % of the requests on the new version").arg(locale.toString(now.newShare * 100, 'f', 0));
    if (now.failing > 0.0005)
        parts << tr("%1 % fail", "requests").arg(locale.toString(std::max(1.0, now.failing * 100), 'f', 0));
    parts << tr("%1 pods answer where %2 are wanted").arg(locale.toString(now.serving), locale.toString(m_told->parameters.spec.replicas));
    return tr("At %1: %2", "%1: a time, %2: what is so then").arg(QString::fromStdString(strategy::spanText(m_at)), parts.join(QStringLiteral(", ")));
}

QString TimelineView::stageText() const
{
    QString words;
    for (const strategy::Stage &stage : m_told ? m_told->course.stages : std::vector<strategy::Stage>())
        if (stage.at <= m_at)
            words = QString::fromStdString(stage.words);
    if (!words.isEmpty())
        words[0] = words[0].toUpper();
    return words;
}

double TimelineView::demand() const
{
    const strategy::Parameters &p = m_told->parameters;
    return p.podCapacity > 0 ? p.requestsPerSecond / p.podCapacity : p.spec.replicas;
}

double TimelineView::rest() const { return headHeight + stageHeight + 2 * (chartHeight + gap) + axisHeight; }

double TimelineView::laneHeight(double room) const
{
    return std::clamp(room / static_cast<double>(std::max<std::size_t>(m_told->course.lanes.size(), 1)), 9.0, 22.0);
}

QSize TimelineView::minimumSizeHint() const
{
    const double lanes = m_told ? static_cast<double>(m_told->course.lanes.size()) : 0;
    return {320, static_cast<int>(rest() + (lanes > 0 ? lanes * 9 : 120))};
}

// It takes what there is: a larger wish would be taken for a need by the layouts around it.
QSize TimelineView::sizeHint() const { return minimumSizeHint(); }

TimelineView::Bands TimelineView::bands() const
{
    const double width = this->width() - m_wordsWidth - right;
    const double wished = !m_told || m_told->course.lanes.empty() ? 220 : 22.0 * static_cast<double>(m_told->course.lanes.size());
    const double chart = std::clamp(chartHeight + (height() - rest() - wished) / 3, chartHeight, 120.0);
    const double room = height() - rest() - 2 * (chart - chartHeight);
    const double pods = !m_told || m_told->course.lanes.empty() ? std::min(room, 340.0) : laneHeight(room) * static_cast<double>(m_told->course.lanes.size());
    Bands bands;
    bands.stages = {m_wordsWidth, headHeight, width, stageHeight};
    bands.pods = {m_wordsWidth, headHeight + stageHeight, width, pods};
    bands.share = {m_wordsWidth, bands.pods.bottom() + gap, width, chart};
    bands.capacity = {m_wordsWidth, bands.share.bottom() + gap, width, chart};
    bands.axis = bands.capacity.bottom() + 18;
    return bands;
}

void TimelineView::paintEvent(QPaintEvent *)
{
    if (m_picture.isNull() || m_picture.devicePixelRatio() != devicePixelRatioF())
        paintPicture();
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_picture);
    if (!m_told)
        return;
    const Bands where = bands();
    paintLive(&painter, where);
    paintMoment(&painter, where);
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(colours().accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
    }
}

void TimelineView::paintMoment(QPainter *painter, const Bands &where) const
{
    const Colours &c = colours();
    const double x = where.pods.left() + m_scale.place(m_at) * where.pods.width();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(c.bad, 1.5));
    painter->drawLine(QPointF(x, where.pods.top() - 2), QPointF(x, where.capacity.bottom()));
    const QString words = QString::fromStdString(strategy::spanText(m_at));
    const QFontMetricsF metrics(font());
    const double width = metrics.horizontalAdvance(words) + 12;
    const QRectF chip(std::clamp(x - width / 2, 2.0, this->width() - width - 2), where.axis - metrics.ascent() - 4, width, metrics.height() + 6);
    painter->setPen(QPen(c.bad, 1));
    painter->setBrush(c.background);
    painter->drawRoundedRect(chip, 4, 4);
    painter->setPen(c.bad);
    painter->drawText(chip, Qt::AlignCenter, words);
    painter->setRenderHint(QPainter::Antialiasing, false);
}

void TimelineView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_picture = {};
}

void TimelineView::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        m_picture = {};
        update();
    }
}

void TimelineView::moveTo(double x)
{
    const Bands where = bands();
    play(false);
    setMoment(m_scale.at((x - where.pods.left()) / std::max(where.pods.width(), 1.0)));
}

void TimelineView::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton)
        moveTo(event->position().x());
}

void TimelineView::mouseMoveEvent(QMouseEvent *event)
{
    if (event->buttons() & Qt::LeftButton)
        moveTo(event->position().x());
}

// To the next moment at which something changes.
void TimelineView::stepTo(int direction)
{
    if (!m_told)
        return;
    const auto &moments = m_told->course.moments;
    if (direction > 0) {
        const auto next = std::ranges::upper_bound(moments, m_at, {}, &Moment::at);
        setMoment(next == moments.end() ? m_scale.end() : next->at);
    } else {
        const auto next = std::ranges::lower_bound(moments, m_at, {}, &Moment::at);
        setMoment(next == moments.begin() ? Time(0) : (next - 1)->at);
    }
}

void TimelineView::keyPressEvent(QKeyEvent *event)
{
    const bool far = event->modifiers() & Qt::ControlModifier;
    if (event->modifiers() & Qt::AltModifier) { // the window's way back
        QWidget::keyPressEvent(event);
        return;
    }
    const double step = 0.01;
    switch (event->key()) {
    case Qt::Key_Left: play(false), far ? stepTo(-1) : setMoment(m_scale.at(m_scale.place(m_at) - step)); break;
    case Qt::Key_Right: play(false), far ? stepTo(1) : setMoment(m_scale.at(m_scale.place(m_at) + step)); break;
    case Qt::Key_PageUp: play(false), setMoment(m_scale.at(m_scale.place(m_at) - 0.1)); break;
    case Qt::Key_PageDown: play(false), setMoment(m_scale.at(m_scale.place(m_at) + 0.1)); break;
    case Qt::Key_Home: play(false), setMoment(Time(0)); break;
    case Qt::Key_End: play(false), setMoment(m_scale.end()); break;
    case Qt::Key_Space: play(!isPlaying()); break;
    default: QWidget::keyPressEvent(event);
    }
}

bool TimelineView::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip && m_told) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const Bands where = bands();
        QString words = tr("Drag, or use the arrow keys; Ctrl goes from change to change; Space plays");
        if (where.stages.contains(help->pos())) { // the stage's whole words
            const Time at = m_scale.at((help->pos().x() - where.stages.left()) / where.stages.width());
            for (const strategy::Stage &stage : m_told->course.stages)
                if (stage.at <= at)
                    words = QString::fromStdString(strategy::spanText(stage.at) + ": " + stage.words);
        }
        QToolTip::showText(help->globalPos(), words, this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace timonier
