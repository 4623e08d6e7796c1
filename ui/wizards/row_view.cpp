#include "ui/wizards/row_view.h"

#include "ui/theme/colours.h"

#include <QFocusEvent>
#include <QHeaderView>
#include <QPainter>

namespace timonier {

namespace {

constexpr int dotWidth = 24;
constexpr int side = 8;

} // namespace

void RowDelegate::drawTime(QPainter *painter, const QRect &rect, const QString &text, const QFont &font) const
{
    if (!m_figures || m_figureFont != font) {
        m_figures.emplace(font);
        m_figureFont = font;
    }
    const FigureText::Line line = m_figures->layOut(text);
    if (line.run.isEmpty())
        painter->drawText(rect, Qt::AlignRight | Qt::AlignVCenter, text);
    else
        painter->drawGlyphRun(QPointF(rect.right() + 1 - line.width, rect.top() + (rect.height() - QFontMetrics(font).height()) / 2 + QFontMetrics(font).ascent()), line.run);
}

void RowDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Colours &c = colours();
    const auto text = [&](int role) { return role < 0 ? QString() : index.data(role).toString(); };
    const auto tone = m_roles.tone < 0 ? Tone::None : static_cast<Tone>(index.data(m_roles.tone).toInt());
    const bool busy = m_roles.busy >= 0 && index.data(m_roles.busy).toBool();
    const bool waiting = m_roles.waiting >= 0 && index.data(m_roles.waiting).toBool();
    painter->save();
    QRect rect = option.rect.adjusted(side, 0, -side, 0);
    if (tone != Tone::None)
        drawTone(painter, QPointF(rect.left() + 5, rect.center().y() + 0.5), tone, busy ? c.accent : c.of(tone));
    if (m_roles.tone >= 0)
        rect.setLeft(rect.left() + dotWidth - side + 4);
    painter->setFont(option.font);
    const QString time = text(m_roles.time);
    if (!time.isEmpty()) {
        painter->setPen(c.dim);
        drawTime(painter, rect, time, option.font);
        rect.setRight(rect.right() - option.fontMetrics.horizontalAdvance(time) - 16);
    }
    const QString title = option.fontMetrics.elidedText(text(Qt::DisplayRole), Qt::ElideRight, rect.width());
    painter->setPen(waiting ? c.dim : c.text);
    painter->drawText(rect, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, title);
    rect.setLeft(rect.left() + option.fontMetrics.horizontalAdvance(title) + 8);
    QString detail = text(m_roles.subject);
    if (const QString words = text(m_roles.detail); !words.isEmpty())
        detail += (detail.isEmpty() ? QString() : QStringLiteral("  ")) + words;
    if (!detail.isEmpty() && rect.width() > 24) {
        painter->setPen(tone == Tone::Bad ? c.text : c.dim);
        painter->drawText(rect, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, option.fontMetrics.elidedText(detail.section(u'\n', 0, 0), Qt::ElideRight, rect.width()));
    }
    painter->restore();
}

QSize RowDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const { return {100, std::max(rowHeight, option.fontMetrics.height() + 8)}; }

RowView::RowView(const QString &name, const QString &accessible, RowRoles roles, QWidget *parent) : QTreeView(parent)
{
    setObjectName(name);
    setAccessibleName(accessible);
    setHeaderHidden(true);
    setUniformRowHeights(true);
    setItemDelegate(new RowDelegate(roles, this));
    setFrameShape(QFrame::NoFrame);
    setIndentation(20);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setTabKeyNavigation(false);
    setAnimated(false);
    header()->setStretchLastSection(true);
    QPalette own; // drawRow() paints the selection, over the whole width
    own.setColor(QPalette::Highlight, Qt::transparent);
    setPalette(own);
}

QSize RowView::sizeHint() const
{
    int rows = 0;
    for (QModelIndex index = model() ? model()->index(0, 0, rootIndex()) : QModelIndex(); index.isValid(); index = indexBelow(index))
        if (++rows > 200)
            break;
    return {200, rows * std::max(RowDelegate::rowHeight, fontMetrics().height() + 8) + 4};
}

void RowView::drawRow(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    if (selectionModel()->isSelected(index)) {
        const Colours &c = colours();
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setBrush(c.selection);
        painter->setPen(hasFocus() ? QPen(c.accent, 1) : Qt::NoPen);
        painter->drawRoundedRect(QRectF(0, option.rect.top(), viewport()->width(), option.rect.height()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
        painter->restore();
    }
    QTreeView::drawRow(painter, option, index);
}

void RowView::drawBranches(QPainter *painter, const QRect &rect, const QModelIndex &index) const
{
    if (!model()->hasChildren(index))
        return;
    const QPointF at(rect.right() - 7, rect.center().y() + 0.5);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(colours().dim, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    if (isExpanded(index))
        painter->drawPolyline(QPolygonF{{at + QPointF(-3.5, -1.8), at + QPointF(0, 1.8), at + QPointF(3.5, -1.8)}});
    else
        painter->drawPolyline(QPolygonF{{at + QPointF(-1.8, -3.5), at + QPointF(1.8, 0), at + QPointF(-1.8, 3.5)}});
    painter->restore();
}

void RowView::focusInEvent(QFocusEvent *event)
{
    QTreeView::focusInEvent(event);
    if (!currentIndex().isValid() && model() && model()->rowCount(rootIndex()) > 0)
        setCurrentIndex(model()->index(0, 0, rootIndex()));
    viewport()->update();
}

} // namespace timonier
