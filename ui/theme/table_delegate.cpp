#include "ui/theme/table_delegate.h"

#include "ui/theme/colours.h"

#include <QPainter>
#include <QStyleOptionViewItem>

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
    const qreal width = cell.right ? m_figureText->layOut(cell.text).width : textOf(cell.text, font).width;
    return static_cast<int>(width + 0.999) + 2 * padding + (cell.tone == Tone::None ? 0 : dotWidth);
}

} // namespace timonier
