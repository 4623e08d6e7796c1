// The log under a person's hands: selecting with the mouse, copying, tool tips. What is painted is in log_view.cpp.
#include "ui/views/log_view_laid.h"

#include "ui/views/plain_tip.h"

#include <QApplication>
#include <QClipboard>
#include <QHelpEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>

namespace timonier {

namespace {

constexpr qsizetype mostCopied = 32 << 20; // characters

} // namespace

LogView::Place LogView::placeAt(QPoint point) const
{
    int y = -m_topSkip * m_rowHeight;
    Place last;
    for (std::uint64_t row = m_top; row < endRow(); ++row) {
        const std::uint64_t number = lineOf(row);
        const Laid &line = *laid(number);
        const int height = heightOf(row) * m_rowHeight;
        last = {number, line.text.size()};
        if (point.y() < y + height || y + height > viewport()->height()) {
            const int within = std::clamp((point.y() - y) / m_rowHeight, 0, std::max(0, line.layout.lineCount() - 1));
            const QTextLine textLine = line.layout.lineAt(within);
            const double x = point.x() - m_textLeft + horizontalScrollBar()->value();
            return {number, textLine.isValid() ? textLine.xToCursor(x) : 0};
        }
        y += height;
    }
    return last;
}

void LogView::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || firstRow() == endRow())
        return;
    const Place place = placeAt(event->position().toPoint());
    if (!(event->modifiers() & Qt::ShiftModifier))
        m_anchor = place;
    m_caret = place;
    m_selecting = true;
    viewport()->update();
}

void LogView::extendTo(QPoint point)
{
    m_caret = placeAt(QPoint(point.x(), std::clamp(point.y(), 0, viewport()->height() - 1)));
    viewport()->update();
}

void LogView::mouseMoveEvent(QMouseEvent *event)
{
    if (!m_selecting)
        return;
    m_dragPoint = event->position().toPoint();
    const bool outside = m_dragPoint.y() < 0 || m_dragPoint.y() >= viewport()->height();
    if (outside && !m_dragging.isActive())
        m_dragging.start();
    else if (!outside)
        m_dragging.stop();
    if (m_following && m_anchor != m_caret)
        setFollowing(false); // what is being selected stays where it is
    extendTo(m_dragPoint);
}

void LogView::mouseReleaseEvent(QMouseEvent *)
{
    m_selecting = false;
    m_dragging.stop();
    if (hasSelection() && QApplication::clipboard()->supportsSelection())
        QApplication::clipboard()->setText(selectedText(), QClipboard::Selection);
}

void LogView::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (firstRow() == endRow())
        return;
    const Place place = placeAt(event->position().toPoint());
    const Laid &line = *laid(place.line);
    const auto isWord = [&](qsizetype i) { return !line.text[i].isSpace() && !QStringLiteral("\"'()[]{},;=").contains(line.text[i]); };
    qsizetype from = std::min(place.at, line.text.size()), to = from;
    while (from > 0 && isWord(from - 1))
        --from;
    while (to < line.text.size() && isWord(to))
        ++to;
    m_anchor = {place.line, from};
    m_caret = {place.line, to};
    viewport()->update();
}

void LogView::focusInEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusInEvent(event);
    update();
}

void LogView::focusOutEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusOutEvent(event);
    update();
}

bool LogView::viewportEvent(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QAbstractScrollArea::viewportEvent(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    QString tip;
    if (const Laid *at = firstRow() < endRow() ? laid(placeAt(help->pos()).line) : nullptr;
        at && help->pos().x() < logPadding + gutterOf(*at)) {
        const Laid &line = *at;
        tip = m_reader->fullLabel(line.source);
        if (const QString when = wholeTime(line.stamp); !when.isEmpty())
            tip += (tip.isEmpty() ? QString() : QStringLiteral("\n")) + when;
    }
    QToolTip::showText(help->globalPos(), plainTip(tip), viewport());
    return true;
}

void LogView::selectAll()
{
    if (firstRow() == endRow())
        return;
    setFollowing(false);
    m_anchor = {lineOf(firstRow()), 0};
    const std::uint64_t last = lineOf(endRow() - 1);
    m_caret = {last, laid(last)->text.size()};
    updateBars();
    viewport()->update();
}

// Times and names are copied where they are shown and lines are whole.
QString LogView::selectedText() const
{
    const auto [from, to] = std::minmax(m_anchor, m_caret);
    QString out;
    for (std::uint64_t row = rowFrom(from.line); row < endRow() && lineOf(row) <= to.line && out.size() < mostCopied; ++row) {
        const std::uint64_t number = lineOf(row);
        const Result<LogLine> read = m_reader->lines().line(number);
        if (!read)
            continue;
        const StampedLine parts = splitStamp(read->text);
        const QString text = shownText(parts.text);
        const qsizetype start = number == from.line ? from.at : 0;
        const qsizetype end = number == to.line ? to.at : text.size();
        if (!out.isEmpty())
            out += u'\n';
        if (start == 0 && from.line != to.line) {
            if (m_timeWidth > 0)
                out += shortTime(parts.stamp, QDate::currentDate()) + u' ';
            if (m_labelWidth > 0 && read->source != LogReader::noteSource)
                out += m_reader->fullLabel(read->source) + u' ';
        }
        out += text.mid(start, end - start);
    }
    return out;
}

void LogView::copy() const
{
    if (hasSelection())
        QApplication::clipboard()->setText(selectedText());
}

QStringList LogView::visibleTexts() const
{
    QStringList out;
    int y = -m_topSkip;
    for (std::uint64_t row = m_top; row < endRow() && y < capacity(); ++row) {
        out << laid(lineOf(row))->text;
        y += heightOf(row);
    }
    return out;
}

} // namespace timonier
