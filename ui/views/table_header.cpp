#include "ui/views/table_header.h"

#include "ui/theme/colours.h"

#include <QAbstractItemModel>
#include <QAccessible>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QPainter>

namespace timonier {

TableHeader::TableHeader(QWidget *parent) : QHeaderView(Qt::Horizontal, parent)
{
    setObjectName(QStringLiteral("tableHeader"));
    setAccessibleName(tr("Columns", "accessible name of the table's header"));
    setToolTip(tr("Sort by this column (from the rows: Shift+Tab, arrows, Space; Ctrl and arrows move it)"));
    setFirstSectionMovable(false);
    setFocusPolicy(Qt::TabFocus);
    setSectionsClickable(true);
    setSectionsMovable(true);
    setHighlightSections(false);
    setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    setMinimumSectionSize(48);
}

void TableHeader::keyPressEvent(QKeyEvent *event)
{
    if (event->modifiers() & Qt::ControlModifier && (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right)) {
        moveColumn(event->key() == Qt::Key_Left ? -1 : 1);
        return;
    }
    switch (event->key()) {
    case Qt::Key_Left:
        walk(visualIndex(m_at) - 1, -1);
        return;
    case Qt::Key_Right:
        walk(visualIndex(m_at) + 1, 1);
        return;
    case Qt::Key_Home:
        walk(0, 1);
        return;
    case Qt::Key_End:
        walk(count() - 1, -1);
        return;
    case Qt::Key_Space:
    case Qt::Key_Return:
    case Qt::Key_Enter:
        sort();
        return;
    case Qt::Key_Down:
    case Qt::Key_Escape:
        emit left();
        return;
    default:
        QHeaderView::keyPressEvent(event);
    }
}

// Past the next column that is shown; the one with the name stays the first.
void TableHeader::moveColumn(int step)
{
    int to = visualIndex(m_at) + step;
    while (to > 0 && to < count() && isSectionHidden(logicalIndex(to)))
        to += step;
    if (to <= 0 || to >= count() || visualIndex(m_at) == 0)
        return;
    moveSection(visualIndex(m_at), to);
    viewport()->update();
}

void TableHeader::contextMenuEvent(QContextMenuEvent *event)
{
    event->accept();
    emit chooserWanted();
}

// To the first column that is shown, from the visual index `from` on.
void TableHeader::walk(int from, int step)
{
    for (int visual = from; visual >= 0 && visual < count(); visual += step) {
        const int logical = logicalIndex(visual);
        if (isSectionHidden(logical))
            continue;
        m_at = logical;
        // Said as the header's own value: a header's sections have no focus of their own.
        setAccessibleDescription(model()->headerData(m_at, Qt::Horizontal, Qt::DisplayRole).toString());
        viewport()->update();
        return;
    }
}

void TableHeader::sort()
{
    const bool again = sortIndicatorSection() == m_at && sortIndicatorOrder() == Qt::AscendingOrder;
    setSortIndicator(m_at, again ? Qt::DescendingOrder : Qt::AscendingOrder);
}

void TableHeader::focusInEvent(QFocusEvent *event)
{
    QHeaderView::focusInEvent(event);
    m_at = sortIndicatorSection();
    if (m_at < 0 || m_at >= count() || isSectionHidden(m_at))
        walk(0, 1);
    viewport()->update();
}

void TableHeader::focusOutEvent(QFocusEvent *event)
{
    QHeaderView::focusOutEvent(event);
    viewport()->update();
}

void TableHeader::paintSection(QPainter *painter, const QRect &rect, int logical) const
{
    painter->save(); // the base class may leave a clip behind
    QHeaderView::paintSection(painter, rect, logical);
    painter->restore();
    if (!hasFocus() || logical != m_at)
        return;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(colours().accent, 2));
    painter->drawRoundedRect(QRectF(rect).adjusted(2, 3, -2, -4), 6, 6);
    painter->restore();
}

} // namespace timonier
