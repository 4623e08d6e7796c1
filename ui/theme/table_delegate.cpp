#include "ui/theme/table_delegate.h"

#include "ui/theme/colours.h"

#include <QPainter>
#include <QStyleOptionViewItem>

#include <algorithm>

namespace timonier {

TableDelegate::TableDelegate(const TableModel *model, QObject *parent) : QAbstractItemDelegate(parent), m_model(model) {}

void TableDelegate::refreshFont(const QFont &font) const
{
    if (m_figureText && m_font == font)
        return;
    m_font = font;
    m_texts.clear();
    m_figures.clear();
    m_figureText.emplace(font);
}

TableDelegate::Text &TableDelegate::textOf(const QString &text, const QFont &font) const
{
    if (Text *known = m_texts.object(text))
        return *known;
    auto *made = new Text;
    made->natural.setTextFormat(Qt::PlainText);
    made->natural.setText(text);
    made->natural.prepare({}, font);
    made->width = made->natural.size().width();
    m_texts.insert(text, made);
    return *made;
}

void TableDelegate::drawFigures(QPainter *painter, const QRectF &rect, const QString &text) const
{
    FigureText::Line *line = m_figures.object(text);
    if (!line) {
        line = new FigureText::Line(m_figureText->layOut(text));
        m_figures.insert(text, line);
    }
    if (line->run.isEmpty() || line->width > rect.width()) {
        painter->drawText(rect, Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine,
                          QFontMetricsF(m_font).elidedText(text, Qt::ElideRight, rect.width()));
        return;
    }
    const qreal height = m_figureText->ascent() + m_figureText->descent();
    const qreal baseline = rect.top() + (rect.height() - height) / 2 + m_figureText->ascent();
    painter->drawGlyphRun({rect.right() - line->width, baseline}, line->run);
}

qreal TableDelegate::figureWidth(const QString &text) const
{
    if (const FigureText::Line *line = m_figures.object(text))
        return line->width;
    return m_figureText->layOut(text).width;
}

// Its last point stands at the right edge, so that times line up from row to row.
void TableDelegate::drawCurve(QPainter *painter, const QRectF &rect, const Curve &curve, const QColor &colour) const
{
    std::array<QPointF, MetricsSnapshot::mostSamples> points;
    int count = 0;
    const qreal step = rect.width() / static_cast<qreal>(MetricsSnapshot::mostSamples - 1);
    painter->setPen(QPen(colour, 1.25));
    painter->setRenderHint(QPainter::Antialiasing);
    for (std::size_t i = 0; i <= curve.count; ++i) {
        if (i < curve.count && curve.points[i] >= 0) {
            const qreal x = rect.right() - static_cast<qreal>(curve.count - 1 - i) * step;
            points[static_cast<std::size_t>(count++)] = {x, rect.bottom() - static_cast<qreal>(curve.points[i]) * rect.height()};
            continue;
        }
        if (count > 1)
            painter->drawPolyline(points.data(), count);
        count = 0;
    }
    painter->setRenderHint(QPainter::Antialiasing, false);
}

namespace {

// How much is taken: the line says it, the figure beside it as well.
void drawBar(QPainter *painter, const QRectF &rect, float share, const Colours &c)
{
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(c.line);
    painter->drawRoundedRect(rect, 3, 3);
    if (share > 0) {
        painter->setBrush(share > 1 ? c.bad : share >= 0.9f ? c.careful : c.accent);
        painter->drawRoundedRect(
            QRectF(rect.topLeft(), QSizeF(std::max<qreal>(rect.width() * std::min<qreal>(share, 1), 4), rect.height())), 3, 3);
    }
    painter->setRenderHint(QPainter::Antialiasing, false);
}

} // namespace

void TableDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Colours &c = colours();
    refreshFont(option.font);
    const bool selected = option.state & QStyle::State_Selected;
    if (selected)
        painter->fillRect(option.rect, c.selection);
    const QRect &r = option.rect;
    painter->fillRect(QRect(r.left(), r.bottom(), r.width(), 1), c.line);
    if (index.column() == 0 && (option.state & QStyle::State_HasFocus || (selected && option.state & QStyle::State_Active)))
        painter->fillRect(QRect(r.left(), r.top(), 3, r.height() - 1), c.accent);

    const CellView cell = m_model->cell(index.row(), index.column());
    if (cell.text.isEmpty())
        return;
    QRectF inner = QRectF(r).adjusted(padding, 0, -padding, -1);
    painter->setFont(option.font);
    if (cell.tone != Tone::None) {
        drawTone(painter, {inner.left() + 5, inner.center().y()}, cell.tone, c.of(cell.tone));
        inner.setLeft(inner.left() + dotWidth);
    }
    if (cell.share >= 0 && textOf(cell.text, option.font).width + barWidth + gap <= inner.width()) {
        drawBar(painter, QRectF(inner.left(), inner.center().y() - 3, barWidth, 6), cell.share, c);
        inner.setLeft(inner.left() + barWidth + gap);
    }
    const ViewColumn &column = m_model->columns()[static_cast<std::size_t>(index.column())];
    if (column.isUsage() && figureWidth(cell.text) + curveWidth + gap <= inner.width()) {
        const Curve curve = m_model->curve(index.row(), index.column());
        if (curve.count > 1) {
            drawCurve(painter, {inner.left(), inner.center().y() - 7, curveWidth, 14}, curve,
                      column.source == SortKey::By::Cpu ? c.accent : c.dim);
        }
    }
    painter->setPen(cell.dim ? c.dim : c.text);
    if (cell.right) {
        drawFigures(painter, inner, cell.text);
        return;
    }
    Text &text = textOf(cell.text, option.font);
    const bool fits = text.width <= inner.width();
    if (!fits && text.elidedFor != inner.width()) {
        text.elided.setTextFormat(Qt::PlainText);
        text.elided.setText(QFontMetricsF(option.font).elidedText(
            // What tells two pods of one deployment apart is the end of the name.
            cell.text, index.column() == 0 ? Qt::ElideMiddle : Qt::ElideRight, inner.width()));
        text.elidedFor = inner.width();
    }
    const QStaticText &drawn = fits ? text.natural : text.elided;
    painter->drawStaticText(QPointF(inner.left(), inner.top() + (inner.height() - drawn.size().height()) / 2), drawn);
}

QSize TableDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    return {naturalWidth(option.font, index.row(), index.column()), rowHeight};
}

int TableDelegate::naturalWidth(const QFont &font, int row, int column) const
{
    refreshFont(font);
    const CellView cell = m_model->cell(row, column);
    const ViewColumn &view = m_model->columns()[static_cast<std::size_t>(column)];
    const qreal width = (cell.right ? m_figureText->layOut(cell.text).width : textOf(cell.text, font).width)
        + (cell.share >= 0 ? barWidth + gap : 0) + (view.isUsage() && m_model->metricsProblem() == nullptr ? curveWidth + gap : 0);
    return static_cast<int>(width + 0.999) + 2 * padding + (cell.tone == Tone::None ? 0 : dotWidth);
}

} // namespace timonier
