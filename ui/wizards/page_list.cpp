#include "ui/wizards/page_list.h"

#include "ui/theme/colours.h"

#include <QAbstractItemDelegate>
#include <QPainter>

namespace timonier {

namespace {

constexpr int rowHeight = 32;
constexpr int stateRole = Qt::UserRole + 1, countRole = Qt::UserRole + 2, reachableRole = Qt::UserRole + 3;

class PageDelegate final : public QAbstractItemDelegate
{
public:
    using QAbstractItemDelegate::QAbstractItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const override { return {80, std::max(rowHeight, option.fontMetrics.height() + 12)}; }
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Colours &c = colours();
        const auto state = static_cast<PageList::State>(index.data(stateRole).toInt());
        const QRect row = option.rect.adjusted(8, 1, -8, -1);
        const auto *list = qobject_cast<const QListWidget *>(option.widget);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const bool focused = list && list->hasFocus() && (option.state & QStyle::State_HasFocus);
        if (state == PageList::State::Current || focused) {
            painter->setPen(focused ? QPen(c.accent, 1) : Qt::NoPen);
            painter->setBrush(state == PageList::State::Current ? c.selection : Qt::transparent);
            painter->drawRoundedRect(QRectF(row).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
        }
        QRect text = row.adjusted(12, 0, -10, 0);
        if (state == PageList::State::Behind) {
            const QPointF at(text.left() + 5, text.center().y() + 0.5);
            painter->setPen(QPen(c.text, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
            painter->setBrush(Qt::NoBrush);
            painter->drawPolyline(QPolygonF{{at + QPointF(-4, 0), at + QPointF(-1.2, 3), at + QPointF(4.4, -3)}});
        }
        text.setLeft(text.left() + 20);
        QFont font = option.font;
        font.setWeight(state == PageList::State::Current ? QFont::DemiBold : QFont::Normal);
        painter->setFont(font);
        const QFontMetrics metrics(font);
        const QString title = metrics.elidedText(index.data(Qt::DisplayRole).toString(), Qt::ElideRight, text.width());
        painter->setPen(state == PageList::State::Current ? c.accent : state == PageList::State::Behind ? c.text : c.dim);
        painter->drawText(text, Qt::AlignLeft | Qt::AlignVCenter, title);
        text.setLeft(text.left() + metrics.horizontalAdvance(title) + 8);
        // A count that is cut says something else than it is.
        if (const QString count = index.data(countRole).toString(); option.fontMetrics.horizontalAdvance(count) <= text.width()) {
            painter->setFont(option.font);
            painter->setPen(c.dim);
            painter->drawText(text, Qt::AlignRight | Qt::AlignVCenter, count);
        }
        painter->restore();
    }
};

} // namespace

PageList::PageList(QWidget *parent) : QListWidget(parent)
{
    setObjectName(QStringLiteral("wizardPages"));
    setAccessibleName(tr("Pages of this wizard"));
    setFrameShape(QFrame::NoFrame);
    setItemDelegate(new PageDelegate(this));
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTabKeyNavigation(false);
    viewport()->setBackgroundRole(QPalette::Window);
    const auto ask = [this](const QListWidgetItem *item) {
        if (item->data(reachableRole).toBool())
            emit wanted(row(item));
    };
    connect(this, &QListWidget::itemActivated, this, ask); // Enter
    connect(this, &QListWidget::itemClicked, this, ask);
}

void PageList::setPages(const QStringList &titles)
{
    clear();
    addItems(titles);
}

void PageList::tell(int page, State state, const QString &count, bool reachable)
{
    QListWidgetItem *row = item(page);
    row->setData(stateRole, int(state));
    row->setData(countRole, count);
    row->setData(reachableRole, reachable);
    const QString words = state == State::Behind ? tr("done", "a page of a wizard") : state == State::Current ? tr("shown now") : tr("later");
    row->setData(Qt::AccessibleTextRole, QString(row->text() + QStringLiteral(", ") + words + (count.isEmpty() ? QString() : QStringLiteral(", ") + count)));
    if (state == State::Current && !hasFocus())
        setCurrentRow(page);
}

int PageList::titlesWidth() const
{
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    int widest = 0;
    for (int i = 0; i < count(); ++i)
        widest = std::max(widest, QFontMetrics(bold).horizontalAdvance(item(i)->text()));
    return widest + 8 + 12 + 20 + 10 + 8 + 4; // as it is painted
}

PageList::State PageList::stateOf(int page) const { return static_cast<State>(item(page)->data(stateRole).toInt()); }
QString PageList::countOf(int page) const { return item(page)->data(countRole).toString(); }

} // namespace timonier
