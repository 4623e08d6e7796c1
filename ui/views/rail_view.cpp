#include "ui/views/rail_view.h"

#include "ui/theme/colours.h"
#include "ui/theme/glyphs.h"
#include "ui/theme/icons.h"

#include <QAbstractItemDelegate>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QPainter>

namespace timonier {

namespace {

class RailDelegate final : public QAbstractItemDelegate
{
public:
    using QAbstractItemDelegate::QAbstractItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const override
    {
        const bool group = index.data(RailModel::ItemRole).toInt() == static_cast<int>(RailItem::Group);
        return {0, group ? (index.row() == 0 ? 32 : 40) : 28};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Colours &c = colours();
        const auto item = static_cast<RailItem>(index.data(RailModel::ItemRole).toInt());
        const QRect inner = option.rect.adjusted(8, 1, -8, -1);
        QFont font = option.font;
        const bool focus = (option.state & QStyle::State_HasFocus) && (option.state & QStyle::State_Active);
        if (item == RailItem::Group) {
            paintGroup(painter, option, index, inner, focus);
            return;
        }
        const bool marked = option.state & QStyle::State_Selected;
        painter->setRenderHint(QPainter::Antialiasing);
        if (marked || focus || (option.state & QStyle::State_MouseOver)) {
            QColor hover = c.line;
            hover.setAlphaF(0.6f);
            painter->setPen(focus ? QPen(c.accent, 1.5) : QPen(Qt::NoPen));
            painter->setBrush(marked ? c.selection : focus ? QColor(Qt::transparent) : hover);
            painter->drawRoundedRect(QRectF(inner).adjusted(1, 0.5, -1, -0.5), 6, 6);
        }
        painter->setRenderHint(QPainter::Antialiasing, false);
        QRect text = inner.adjusted(8, 0, -8, 0);
        if (item == RailItem::Context) {
            const auto tone = static_cast<Tone>(index.data(RailModel::ToneRole).toInt());
            drawTone(painter, {text.left() + 5.0, text.center().y() + 0.5}, tone, c.of(tone));
            text.setLeft(text.left() + 18);
            if (index.data(RailModel::OpenRole).toBool())
                font.setWeight(QFont::DemiBold);
            if (index.data(RailModel::InsecureRole).toBool()) {
                const qreal scale = painter->device()->devicePixelRatioF();
                painter->drawPixmap(text.right() - 14, text.center().y() - 7, iconPixmap("warning", 14, c.bad, scale));
                text.setRight(text.right() - 18);
            }
        }
        if (item == RailItem::Overview)
            font.setWeight(QFont::DemiBold);
        if (const QVariant count = index.data(RailModel::CountRole); count.isValid()) {
            const QString figure = QLocale().toString(count.toLongLong());
            painter->setFont(font);
            painter->setPen(c.dim);
            painter->drawText(text, Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine, figure);
            text.setRight(text.right() - QFontMetrics(font).horizontalAdvance(figure) - 8);
        }
        painter->setFont(font);
        painter->setPen(marked && item != RailItem::Context ? c.accent : c.text);
        painter->drawText(text, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                          QFontMetrics(font).elidedText(index.data().toString(), Qt::ElideMiddle, text.width()));
    }

private:
    static void paintGroup(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index, const QRect &inner, bool focus)
    {
        const Colours &c = colours();
        QFont font = option.font;
        font.setPointSizeF(font.pointSizeF() * 0.88);
        font.setWeight(QFont::DemiBold);
        painter->setFont(font);
        const QRect text = inner.adjusted(8, 0, -8, -4);
        const QString title = QFontMetrics(font).elidedText(index.data().toString(), Qt::ElideMiddle, text.width() - 20);
        painter->setPen(c.dim);
        painter->drawText(text, Qt::AlignLeft | Qt::AlignBottom, title);
        const QVariant folded = index.data(RailModel::FoldedRole);
        if (!folded.isValid())
            return;
        painter->setRenderHint(QPainter::Antialiasing);
        if (focus) {
            painter->setPen(QPen(c.accent, 1.5));
            painter->setBrush(Qt::NoBrush);
            painter->drawRoundedRect(QRectF(inner).adjusted(1, inner.height() - 25, -1, -0.5), 6, 6);
        }
        // Which way it opens, shown when it is of use: folded in, or under the pointer.
        if (folded.toBool() || focus || (option.state & QStyle::State_MouseOver)) {
            const QPointF at(text.right() - 4, text.bottom() - QFontMetrics(font).height() / 2.0 + 1);
            painter->setPen(QPen(c.dim, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
            const QPolygonF arrow = folded.toBool() ? QPolygonF({at + QPointF(-2, -3.5), at + QPointF(1.5, 0), at + QPointF(-2, 3.5)})
                                                    : QPolygonF({at + QPointF(-3.5, -2), at + QPointF(0, 1.5), at + QPointF(3.5, -2)});
            painter->drawPolyline(arrow);
        }
        painter->setRenderHint(QPainter::Antialiasing, false);
    }
};

} // namespace

RailView::RailView(const Fleet *fleet, QWidget *parent) : QListView(parent), m_model(new RailModel(fleet, this))
{
    setObjectName(QStringLiteral("rail"));
    setAccessibleName(tr("Contexts and kinds", "accessible name of the left rail"));
    setModel(m_model);
    setItemDelegate(new RailDelegate(this));
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(ScrollPerPixel);
    setEditTriggers(NoEditTriggers);
    viewport()->setBackgroundRole(QPalette::Window);
    connect(this, &QListView::clicked, this, &RailView::choose);
}

void RailView::mark(int row)
{
    if (row >= 0)
        setCurrentIndex(m_model->index(row));
    else
        clearSelection();
}

void RailView::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Space) {
        choose(currentIndex());
        return;
    }
    // As in a tree: to the left folds a group in, to the right out.
    if (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right) {
        const QVariant folded = currentIndex().data(RailModel::FoldedRole);
        if (folded.isValid() && folded.toBool() == (event->key() == Qt::Key_Right))
            choose(currentIndex());
        return;
    }
    QListView::keyPressEvent(event);
}

void RailView::contextMenuEvent(QContextMenuEvent *event)
{
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const QModelIndex index = byKey ? currentIndex() : indexAt(event->pos());
    if (const QString name = index.isValid() ? m_model->contextAt(index.row()) : QString(); !name.isEmpty())
        emit menuWanted(name, byKey ? viewport()->mapToGlobal(visualRect(index).bottomLeft()) : event->globalPos());
}

void RailView::choose(const QModelIndex &index)
{
    if (!index.isValid())
        return;
    if (m_model->itemAt(index.row()) == RailItem::Overview)
        emit overviewChosen();
    else if (const KindSpec *kind = m_model->kindAt(index.row()))
        emit kindChosen(KindSpec(*kind)); // a copy: the model may be rebuilt by what follows
    else if (const QString name = m_model->contextAt(index.row()); !name.isEmpty())
        emit contextChosen(name);
    else if (const int row = index.row(); m_model->toggle(row)) {
        setCurrentIndex(m_model->index(row));
        emit foldedChanged();
    }
}

} // namespace timonier
