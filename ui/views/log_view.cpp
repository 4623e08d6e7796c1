#include "ui/views/log_view.h"

#include "ui/theme/colours.h"
#include "ui/theme/icons.h"
#include "ui/views/log_view_laid.h"

#include <QAccessibleWidget>
#include <QApplication>
#include <QClipboard>
#include <QFontDatabase>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QPainter>
#include <QPushButton>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace timonier {

namespace {

constexpr int gap = 8;
constexpr int mostLabel = 24;               // characters
constexpr int hanging = 12;                 // where a line goes on, so that it is told from the next one
constexpr int leastTextColumn = 56;         // characters; with fewer, text goes on below its time and name
constexpr int wheelRows = 3;

// A screen reader is told what stands on the screen.
class LogAccessible final : public QAccessibleWidget
{
public:
    explicit LogAccessible(LogView *view) : QAccessibleWidget(view, QAccessible::Document) {}
    QString text(QAccessible::Text type) const override
    {
        if (type == QAccessible::Value)
            return static_cast<LogView *>(widget())->visibleTexts().join(u'\n');
        return QAccessibleWidget::text(type);
    }
};

QAccessibleInterface *accessibleOf(const QString &, QObject *object)
{
    auto *view = qobject_cast<LogView *>(object);
    return view ? new LogAccessible(view) : nullptr;
}

QTextLayout::FormatRange marked(qsizetype start, qsizetype length, const QColor &background, const QColor &text)
{
    QTextLayout::FormatRange range;
    range.start = static_cast<int>(start);
    range.length = static_cast<int>(length);
    range.format.setBackground(background);
    range.format.setForeground(text);
    return range;
}

} // namespace


LogView::LogView(LogReader *reader, const LogSearch *search, QWidget *parent)
    : QAbstractScrollArea(parent), m_reader(reader), m_search(search), m_newest(new QPushButton(this))
{
    static const bool once = [] {
        QAccessible::installFactory(accessibleOf);
        return true;
    }();
    Q_UNUSED(once)
    setObjectName(QStringLiteral("logView"));
    setAccessibleName(tr("Log", "accessible name of the lines of a log"));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setBackgroundRole(QPalette::Base);
    viewport()->setAutoFillBackground(true);
    viewport()->setCursor(Qt::IBeamCursor);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn); // lines do not break anew when the first page is full
    verticalScrollBar()->setBackgroundRole(QPalette::Base);
    horizontalScrollBar()->setBackgroundRole(QPalette::Base);
    m_newest->setObjectName(QStringLiteral("logNewest"));
    m_newest->setAccessibleName(tr("Newest lines", "accessible name of a button"));
    m_newest->setToolTip(tr("Go to the newest lines and stay there (End)"));
    m_newest->setDefault(true);
    m_newest->hide();
    connect(m_newest, &QPushButton::clicked, this, [this] {
        toEnd();
        setFocus(Qt::OtherFocusReason);
    });
    m_dragging.setInterval(40);
    connect(&m_dragging, &QTimer::timeout, this, [this] {
        scrollRows(m_dragPoint.y() < 0 ? -1 : 1);
        extendTo(m_dragPoint);
    });
    QFont mono = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    mono.setPointSizeF(font().pointSizeF() * 0.95);
    setFont(mono);
    m_newest->setFont(QApplication::font());
    measure();
}

LogView::~LogView() = default;

std::uint64_t LogView::firstRow() const { return m_onlyMatches ? m_search->first() : m_reader->lines().first(); }
std::uint64_t LogView::endRow() const { return m_onlyMatches ? m_search->end() : m_reader->lines().end(); }
std::uint64_t LogView::lineOf(std::uint64_t row) const { return m_onlyMatches ? m_search->lineOf(row) : row; }
std::uint64_t LogView::rowFrom(std::uint64_t line) const { return m_onlyMatches ? m_search->from(line) : line; }

LogView::Laid *LogView::laid(std::uint64_t line) const
{
    if (Laid *known = m_laid.object(line))
        return known;
    const Result<LogLine> read = m_reader->lines().line(line);
    auto *made = new Laid;
    if (read) {
        const StampedLine parts = splitStamp(read->text);
        made->source = read->source;
        made->stamp = parts.stamp;
        made->text = shownText(parts.text);
    } else {
        made->source = LogReader::noteSource;
        made->text = QString::fromStdString(read.error().text());
    }
    if (m_times)
        made->time = shortTime(made->stamp, QDate::currentDate());
    QTextOption option;
    option.setWrapMode(m_wrap ? QTextOption::WrapAtWordBoundaryOrAnywhere : QTextOption::NoWrap);
    option.setTextDirection(Qt::LeftToRight);
    option.setTabStopDistance(QFontMetricsF(font()).horizontalAdvance(u' ') * 8);
    made->layout.setTextOption(option);
    made->layout.setFont(font());
    made->layout.setText(made->text);
    made->layout.beginLayout();
    const int room = std::max(40, viewport()->width() - m_textLeft - logPadding);
    const int first = m_inline ? gutterOf(*made) : 0;
    for (int row = 0;; ++row) {
        QTextLine textLine = made->layout.createLine();
        if (!textLine.isValid())
            break;
        const int indent = row == 0 ? first : m_wrap ? hanging : 0;
        textLine.setLineWidth(m_wrap ? std::max(40, room - indent) : 1e6);
        textLine.setPosition(QPointF(indent, row * m_rowHeight + (m_rowHeight - textLine.height()) / 2));
        m_widest = std::max(m_widest, static_cast<int>(std::ceil(textLine.naturalTextWidth())));
    }
    made->layout.endLayout();
    m_laid.insert(line, made);
    return made;
}

int LogView::gutterOf(const Laid &line) const
{
    const bool labelled = m_labelWidth > 0 && line.source != LogReader::noteSource;
    return m_timeWidth + (labelled ? std::min(m_labelWidth, fontMetrics().horizontalAdvance(m_reader->label(line.source)) + gap) : 0);
}

int LogView::heightOf(std::uint64_t row) const
{
    return m_wrap ? std::max(1, laid(lineOf(row))->layout.lineCount()) : 1;
}

int LogView::capacity() const { return std::max(1, viewport()->height() / m_rowHeight); }

void LogView::measure()
{
    const QFontMetrics metrics(font());
    m_rowHeight = metrics.height() + 2;
    m_timeWidth = m_times ? metrics.horizontalAdvance(QStringLiteral("00:00:00.000")) + gap : 0;
    m_labelWidth = 0;
    if (m_reader->isMany()) {
        for (std::uint32_t i = 0; i < m_reader->sources().size(); ++i)
            m_labelWidth = std::max(m_labelWidth, metrics.horizontalAdvance(m_reader->label(i)));
        const int most = std::min(metrics.horizontalAdvance(u'0') * mostLabel, viewport()->width() / 2);
        m_labelWidth = m_labelWidth > 0 ? std::min(m_labelWidth, most) + gap : 0;
    }
    const int column = viewport()->width() - m_timeWidth - m_labelWidth - 2 * logPadding;
    m_inline = m_wrap && column < metrics.horizontalAdvance(u'0') * leastTextColumn;
    m_textLeft = logPadding + (m_inline ? 0 : m_timeWidth + m_labelWidth);
}

void LogView::relayout()
{
    measure();
    m_laid.clear();
    m_widest = 0;
    if (m_following)
        placeAtEnd();
    else
        stayInside();
    updateBars();
    viewport()->update();
}

void LogView::setShowsTimes(bool on)
{
    m_times = on;
    relayout();
}

void LogView::setWraps(bool on)
{
    m_wrap = on;
    m_topSkip = 0;
    relayout();
}

void LogView::setShowsOnlyMatches(bool on)
{
    if (m_onlyMatches == on)
        return;
    const std::uint64_t line = firstVisibleLine();
    m_onlyMatches = on;
    m_top = rowFrom(line);
    m_topSkip = 0;
    relayout();
}

void LogView::setEmptyText(const QString &text)
{
    if (std::exchange(m_emptyText, text) != text && firstRow() == endRow())
        viewport()->update();
}

void LogView::setFollowing(bool on)
{
    if (std::exchange(m_following, on) != on) {
        m_seenEnd = m_reader->lines().end();
        emit followingChanged();
    }
    placeNewestButton();
}

// The last row at the lower edge.
void LogView::placeAtEnd()
{
    int left = capacity();
    m_top = endRow();
    while (m_top > firstRow() && left > 0)
        left -= heightOf(--m_top);
    m_topSkip = std::max(0, -left);
}

// Not before the first row, and no empty rows at the lower edge while there are lines above.
void LogView::stayInside()
{
    if (m_top < firstRow()) {
        m_top = firstRow();
        m_topSkip = 0;
    }
    int filled = -m_topSkip;
    for (std::uint64_t row = m_top; row < endRow() && filled < capacity(); ++row)
        filled += heightOf(row);
    if (filled < capacity())
        placeAtEnd();
}

void LogView::updateBars()
{
    m_settingBars = true;
    const std::uint64_t rows = endRow() - firstRow();
    const auto top = static_cast<int>(std::min<std::uint64_t>(m_top - std::min(m_top, firstRow()), INT_MAX));
    QScrollBar *bar = verticalScrollBar();
    int most = 0;
    if (m_following)
        most = top;
    else if (rows > 0) // where the last page begins is only known once it is laid out
        most = m_wrap ? static_cast<int>(rows) - 1 : std::max(0, static_cast<int>(rows) - capacity());
    bar->setRange(0, std::max(most, top));
    bar->setPageStep(std::max(1, capacity() - 1));
    bar->setValue(top);
    const int room = viewport()->width() - m_textLeft - logPadding;
    horizontalScrollBar()->setRange(0, m_wrap ? 0 : std::max(0, m_widest - room));
    horizontalScrollBar()->setPageStep(std::max(1, room));
    horizontalScrollBar()->setSingleStep(fontMetrics().horizontalAdvance(u'0') * 4);
    m_settingBars = false;
    placeNewestButton();
}

void LogView::linesCame()
{
    if (m_following)
        placeAtEnd();
    else
        stayInside();
    updateBars();
    viewport()->update();
}

void LogView::linesReplaced()
{
    m_laid.clear();
    m_widest = 0;
    m_anchor = m_caret = {};
    m_match.reset();
    m_top = 0;
    m_topSkip = 0;
    setFollowing(true);
    relayout();
}

void LogView::labelsChanged()
{
    relayout();
}

void LogView::matchesChanged()
{
    m_match.reset();
    if (m_onlyMatches)
        linesCame();
    viewport()->update();
}

void LogView::toEnd()
{
    setFollowing(true);
    placeAtEnd();
    updateBars();
    viewport()->update();
}

std::uint64_t LogView::firstVisibleLine() const
{
    return m_top < endRow() && m_top >= firstRow() ? lineOf(m_top) : m_reader->lines().end();
}

void LogView::showMatch(std::uint64_t line)
{
    m_match = line;
    const std::uint64_t row = rowFrom(line);
    int before = -m_topSkip;
    for (std::uint64_t at = m_top; at < row && before < capacity(); ++at)
        before += heightOf(at);
    const bool visible = row >= m_top && (row > m_top || m_topSkip == 0) && before + heightOf(row) <= capacity();
    if (!visible) {
        m_top = row;
        m_topSkip = 0;
        for (int above = capacity() / 3; above > 0 && m_top > firstRow(); --above)
            --m_top;
        setFollowing(false);
        stayInside();
        updateBars();
    } else {
        setFollowing(false); // what was found is looked at
        updateBars();
    }
    viewport()->update();
}

void LogView::scrollRows(int delta)
{
    for (; delta < 0; ++delta) {
        if (m_topSkip > 0) {
            --m_topSkip;
        } else if (m_top > firstRow()) {
            --m_top;
            m_topSkip = heightOf(m_top) - 1;
        } else {
            break;
        }
        setFollowing(false);
    }
    for (; delta > 0 && m_top < endRow(); --delta) {
        if (++m_topSkip >= heightOf(m_top)) {
            ++m_top;
            m_topSkip = 0;
        }
    }
    const std::uint64_t top = m_top;
    const int skip = m_topSkip;
    placeAtEnd();
    if (std::pair(top, skip) < std::pair(m_top, m_topSkip)) {
        m_top = top;
        m_topSkip = skip;
    } else {
        setFollowing(true);
    }
    updateBars();
    viewport()->update();
}

// Somebody moved a scroll bar.
void LogView::scrollContentsBy(int, int dy)
{
    if (m_settingBars)
        return;
    if (dy != 0) {
        m_top = firstRow() + static_cast<std::uint64_t>(verticalScrollBar()->value());
        m_topSkip = 0;
        setFollowing(false);
        scrollRows(0); // at the end it follows again
        return;
    }
    viewport()->update();
}

void LogView::wheelEvent(QWheelEvent *event)
{
    if (event->modifiers() & Qt::ShiftModifier || std::abs(event->angleDelta().x()) > std::abs(event->angleDelta().y())) {
        QAbstractScrollArea::wheelEvent(event);
        return;
    }
    const int rows = event->pixelDelta().isNull() ? -event->angleDelta().y() * wheelRows / 120 : -event->pixelDelta().y() / m_rowHeight;
    scrollRows(rows);
    event->accept();
}

void LogView::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy))
        return copy();
    if (event->matches(QKeySequence::SelectAll))
        return selectAll();
    switch (event->key()) {
    case Qt::Key_Up:
        return scrollRows(-1);
    case Qt::Key_Down:
        return scrollRows(1);
    case Qt::Key_PageUp:
        return scrollRows(1 - capacity());
    case Qt::Key_PageDown:
    case Qt::Key_Space:
        return scrollRows(capacity() - 1);
    case Qt::Key_Home:
        m_top = firstRow();
        m_topSkip = 0;
        setFollowing(false);
        return scrollRows(0);
    case Qt::Key_End:
        return toEnd();
    case Qt::Key_Left:
        return horizontalScrollBar()->triggerAction(QScrollBar::SliderSingleStepSub);
    case Qt::Key_Right:
        return horizontalScrollBar()->triggerAction(QScrollBar::SliderSingleStepAdd);
    default:
        event->ignore();
    }
}

void LogView::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    if (m_wrap && event->size().width() != event->oldSize().width()) {
        relayout();
        return;
    }
    measure();
    linesCame();
}

void LogView::changeEvent(QEvent *event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        m_newest->setIcon(themedIcon("down", colours().onAccent));
        if (event->type() == QEvent::FontChange)
            relayout();
        viewport()->update();
    }
}

void LogView::placeNewestButton()
{
    const bool shown = !m_following && firstRow() < endRow();
    if (shown) {
        const std::uint64_t news = m_reader->lines().end() - std::min(m_seenEnd, m_reader->lines().end());
        m_newest->setText(news > 0 ? tr("%1 new", "lines that have come since; on a button that goes to them")
                                         .arg(QLocale().toString(static_cast<qulonglong>(news)))
                                   : tr("Newest", "button: go to the newest lines"));
        if (m_newest->icon().isNull())
            m_newest->setIcon(themedIcon("down", colours().onAccent));
        m_newest->adjustSize();
        const QRect area = viewport()->geometry();
        m_newest->move(area.right() - m_newest->width() - 12, area.bottom() - m_newest->height() - 12);
        m_newest->raise();
    }
    m_newest->setVisible(shown);
}

void LogView::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    painter.setFont(font());
    const Colours &c = colours();
    if (firstRow() == endRow()) {
        painter.setFont(QApplication::font());
        painter.setPen(c.dim);
        painter.drawText(viewport()->rect().adjusted(16, 16, -16, -viewport()->height() / 3), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    int y = -m_topSkip * m_rowHeight;
    for (std::uint64_t row = m_top; row < endRow() && y < viewport()->height(); ++row) {
        const std::uint64_t line = lineOf(row);
        drawLine(painter, *laid(line), line, y);
        y += heightOf(row) * m_rowHeight;
    }
    // A wider line has been seen.
    if (!m_wrap && m_widest > horizontalScrollBar()->maximum() + viewport()->width() - m_textLeft - logPadding)
        QMetaObject::invokeMethod(this, &LogView::updateBars, Qt::QueuedConnection);
}

void LogView::drawLine(QPainter &painter, const Laid &line, std::uint64_t number, int top) const
{
    const Colours &c = colours();
    const int height = std::max(1, line.layout.lineCount()) * m_rowHeight;
    const int baseline = top + (m_rowHeight + fontMetrics().ascent() - fontMetrics().descent()) / 2;
    const bool isNote = line.source == LogReader::noteSource;
    if (m_match == number) {
        painter.fillRect(QRect(0, top, viewport()->width(), height), c.selection);
        painter.fillRect(QRect(0, top, 3, height), c.accent);
    }
    if (m_timeWidth > 0) {
        painter.setPen(c.dim);
        painter.drawText(logPadding, baseline, line.time);
    }
    if (m_labelWidth > 0 && !isNote) {
        painter.setPen(c.series[line.source % c.series.size()]);
        painter.drawText(logPadding + m_timeWidth, baseline,
                         fontMetrics().elidedText(m_reader->label(line.source), Qt::ElideMiddle, m_labelWidth - gap));
    }
    QList<QTextLayout::FormatRange> ranges;
    for (const auto &[start, length] : m_search->places(line.text)) {
        QColor mark = c.careful;
        mark.setAlphaF(0.35f);
        ranges << (m_match == number ? marked(start, length, c.accent, c.onAccent) : marked(start, length, mark, c.text));
    }
    const auto [from, to] = std::minmax(m_anchor, m_caret);
    if (from < to && number >= from.line && number <= to.line) {
        const qsizetype start = number == from.line ? from.at : 0;
        const qsizetype end = number == to.line ? to.at : line.text.size();
        QColor mark = c.accent;
        mark.setAlphaF(0.28f);
        ranges << marked(start, end - start, mark, c.text);
    }
    painter.setPen(isNote ? c.dim : c.text);
    painter.save();
    painter.setClipRect(QRect(m_textLeft, top, viewport()->width() - m_textLeft, height));
    line.layout.draw(&painter, QPointF(m_textLeft - horizontalScrollBar()->value(), top), ranges);
    painter.restore();
    if (isNote) { // told apart from what a container says
        const int end = m_textLeft + static_cast<int>(line.layout.lineCount() ? line.layout.lineAt(0).naturalTextWidth() : 0) + gap;
        painter.fillRect(QRect(end, top + m_rowHeight / 2, std::max(0, viewport()->width() - end - logPadding), 1), c.line);
    }
}

} // namespace timonier
