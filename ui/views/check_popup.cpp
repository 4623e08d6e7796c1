#include "ui/views/check_popup.h"

#include "ui/theme/colours.h"

#include <QAbstractItemDelegate>
#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QMouseEvent>
#include <QPainter>
#include <QPushButton>
#include <QScreen>
#include <QSortFilterProxyModel>
#include <QVBoxLayout>

namespace timonier {

namespace {

constexpr int boxWidth = 30; // a click here ticks; further right it picks

// A box with a tick that is seen in both themes.
class TickDelegate final : public QAbstractItemDelegate
{
public:
    using QAbstractItemDelegate::QAbstractItemDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Colours &c = colours();
        const QRect &r = option.rect;
        if (option.state & (QStyle::State_Selected | QStyle::State_HasFocus))
            painter->fillRect(r, c.selection);
        const bool checked = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
        painter->setRenderHint(QPainter::Antialiasing);
        const QRectF box(r.left() + 8.5, r.center().y() - 6.5, 14, 14);
        painter->setPen(checked ? c.accent : c.dim);
        painter->setBrush(checked ? QBrush(c.accent) : QBrush(Qt::NoBrush));
        painter->drawRoundedRect(box, 3, 3);
        if (checked) {
            const QPointF tick[] = {{box.left() + 3.5, box.top() + 7.5}, {box.left() + 6, box.top() + 10}, {box.left() + 10.5, box.top() + 4.5}};
            painter->setPen(QPen(c.onAccent, 1.75, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
            painter->drawPolyline(tick, 3);
        }
        painter->setRenderHint(QPainter::Antialiasing, false);
        painter->setPen(c.text);
        painter->setFont(option.font);
        const QRect words = r.adjusted(boxWidth, 0, -8, 0);
        painter->drawText(words, Qt::AlignVCenter | Qt::TextSingleLine,
                          option.fontMetrics.elidedText(index.data().toString(), Qt::ElideMiddle, words.width()));
    }
    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const override
    {
        return index.data(Qt::SizeHintRole).toSize();
    }
};

} // namespace

CheckPopup::CheckPopup(const QString &name, const QString &accessibleName, bool filtered, QWidget *parent)
    : QFrame(parent, Qt::Popup), m_list(new CheckList(this)), m_shown(new QSortFilterProxyModel(this)),
      m_filter(new QLineEdit(this)), m_view(new QListView(this))
{
    setObjectName(name);
    setAccessibleName(accessibleName);
    setFrameShape(QFrame::StyledPanel);
    m_filter->setObjectName(name + QStringLiteral("Filter"));
    m_filter->setAccessibleName(accessibleName);
    m_filter->setVisible(filtered);
    m_view->setObjectName(name + QStringLiteral("List"));
    m_view->setAccessibleName(accessibleName);
    m_view->setUniformItemSizes(true);
    m_view->setItemDelegate(new TickDelegate(m_view));
    m_view->setFrameShape(QFrame::NoFrame);
    m_shown->setSourceModel(m_list);
    m_shown->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_view->setModel(m_shown);
    m_view->installEventFilter(this);
    m_view->viewport()->installEventFilter(this);
    m_filter->installEventFilter(this);
    setFocusProxy(filtered ? static_cast<QWidget *>(m_filter) : m_view);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(6, 6, 6, 6);
    column->setSpacing(6);
    column->addWidget(m_filter);
    column->addWidget(m_view);
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString &text) {
        const QString typed = text.section(u',', -1).trimmed();
        m_shown->setFilterFixedString(typed);
        const QModelIndex best = bestFit(typed);
        m_view->setCurrentIndex(best);
        // It may have been the current one before: then what was filtered away has moved it.
        best.isValid() ? m_view->scrollTo(best) : m_view->scrollToTop();
    });
}

void CheckPopup::setPlaceholder(const QString &text)
{
    m_filter->setPlaceholderText(text);
}

QPushButton *CheckPopup::addButton(const QString &text)
{
    auto *button = new QPushButton(text, this);
    button->setObjectName(objectName() + QStringLiteral("Button"));
    button->setAccessibleName(text);
    layout()->addWidget(button);
    return button;
}

void CheckPopup::popUp(const QWidget *anchor, bool right)
{
    m_filter->clear();
    const int rows = std::min(m_shown->rowCount(), 16);
    const int row = std::max(m_view->sizeHintForRow(0), 24);
    m_view->setFixedHeight(std::max(rows, 3) * row + 4);
    setFixedWidth(std::max(anchor->width(), 260));
    adjustSize();
    QPoint at = anchor->mapToGlobal(QPoint(right ? anchor->width() - width() : 0, anchor->height() + 2));
    if (const QScreen *screen = anchor->screen()) {
        const QRect room = screen->availableGeometry();
        at.setX(std::clamp(at.x(), room.left(), std::max(room.left(), room.right() - width())));
        at.setY(std::clamp(at.y(), room.top(), std::max(room.top(), room.bottom() - height())));
    }
    move(at);
    show();
    focusProxy()->setFocus(Qt::PopupFocusReason);
    if (m_filter->isHidden())
        m_view->setCurrentIndex(m_shown->index(0, 0));
}

// What Enter takes: the name itself, else the first that holds it; never the item that stands for all.
QModelIndex CheckPopup::bestFit(const QString &name) const
{
    QModelIndex best;
    for (int row = 0; !name.isEmpty() && row < m_shown->rowCount(); ++row) {
        const QModelIndex index = m_shown->index(row, 0);
        const QString id = index.data(Qt::UserRole).toString();
        if (id == name)
            return index;
        if (!best.isValid() && !id.isEmpty())
            best = index;
    }
    return best;
}

void CheckPopup::pick()
{
    const QModelIndex current = m_view->currentIndex();
    const QString typed = m_filter->text().trimmed();
    hide();
    if (current.isValid() && !typed.contains(u','))
        emit picked(current.data(Qt::UserRole).toString());
    else if (!typed.isEmpty())
        emit picked(typed);
}

void CheckPopup::toggleCurrent()
{
    const QModelIndex current = m_view->currentIndex();
    if (!current.isValid())
        return;
    const bool checked = current.data(Qt::CheckStateRole).toInt() == Qt::Checked;
    m_shown->setData(current, checked ? Qt::Unchecked : Qt::Checked, Qt::CheckStateRole);
}

bool CheckPopup::eventFilter(QObject *object, QEvent *event)
{
    if (event->type() == QEvent::KeyPress) {
        auto *press = static_cast<QKeyEvent *>(event);
        const bool inField = object == m_filter;
        switch (press->key()) {
        case Qt::Key_Return:
        case Qt::Key_Enter:
            m_filter->isHidden() ? hide() : pick();
            return true;
        case Qt::Key_Escape:
            hide();
            return true;
        case Qt::Key_Space:
            if (inField && !m_view->currentIndex().isValid())
                return true; // no name has a space
            toggleCurrent();
            return true;
        case Qt::Key_Up:
        case Qt::Key_Down:
        case Qt::Key_PageUp:
        case Qt::Key_PageDown:
            if (!inField)
                break;
            if (m_view->currentIndex().isValid())
                QApplication::sendEvent(m_view, event);
            else
                m_view->setCurrentIndex(m_shown->index(0, 0));
            return true;
        default:
            break;
        }
    }
    if (object == m_view->viewport() && event->type() == QEvent::MouseButtonRelease) {
        auto *release = static_cast<QMouseEvent *>(event);
        const QModelIndex index = m_view->indexAt(release->pos());
        if (index.isValid()) {
            m_view->setCurrentIndex(index);
            if (m_filter->isHidden() || release->pos().x() < boxWidth)
                toggleCurrent();
            else
                pick();
        }
        return true;
    }
    return QFrame::eventFilter(object, event);
}

void CheckPopup::hideEvent(QHideEvent *event)
{
    QFrame::hideEvent(event);
    emit closed();
}

} // namespace timonier
