#include "ui/views/palette.h"

#include "ui/theme/colours.h"
#include "ui/theme/icons.h"

#include <QAbstractItemDelegate>
#include <QAction>
#include <QApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QVBoxLayout>

namespace timonier {

namespace {

constexpr int rowHeight = 32;
constexpr int mostRows = 11;

class PaletteDelegate final : public QAbstractItemDelegate
{
public:
    using QAbstractItemDelegate::QAbstractItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override { return {0, rowHeight}; }
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Colours &c = colours();
        const bool enabled = index.flags() & Qt::ItemIsEnabled;
        if (option.state & QStyle::State_Selected) {
            painter->setRenderHint(QPainter::Antialiasing);
            painter->setPen(Qt::NoPen);
            painter->setBrush(c.selection);
            painter->drawRoundedRect(option.rect.adjusted(6, 1, -6, -1), 6, 6);
        }
        const QFontMetrics metrics(option.font);
        painter->setFont(option.font);
        QRect inner = option.rect.adjusted(16, 0, -16, 0);
        painter->setPen(c.dim);
        for (const QString &end : {index.data(PaletteModel::KeysRole).toString(), index.data(PaletteModel::DetailRole).toString()}) {
            if (end.isEmpty())
                continue;
            const int width = std::min(metrics.horizontalAdvance(end) + 2, option.rect.width() / 2);
            painter->drawText(inner, Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine,
                              metrics.elidedText(end, Qt::ElideRight, width));
            inner.setRight(inner.right() - width - 16);
        }
        painter->setPen(enabled ? c.text : c.dim);
        painter->drawText(inner, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                          metrics.elidedText(index.data().toString(), Qt::ElideMiddle, inner.width()));
    }
};

} // namespace

Palette::Palette(QWidget *over)
    : QFrame(over), m_model(new PaletteModel(this)), m_field(new QLineEdit(this)), m_list(new QListView(this)), m_nothing(new QLabel(this))
{
    setObjectName(QStringLiteral("palette"));
    setAccessibleName(tr("Command palette"));
    m_field->setObjectName(QStringLiteral("paletteField"));
    m_field->setAccessibleName(tr("Search or run a command"));
    m_field->setPlaceholderText(tr("Kinds, contexts, namespaces, objects by name, actions"));
    m_field->addAction(themedIcon("search", colours().dim), QLineEdit::LeadingPosition);
    m_field->setMinimumHeight(36);
    m_field->installEventFilter(this);
    m_list->setObjectName(QStringLiteral("paletteList"));
    m_list->setAccessibleName(tr("What was found"));
    m_list->setModel(m_model);
    m_list->setItemDelegate(new PaletteDelegate(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setFocusPolicy(Qt::NoFocus); // the field keeps it
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setUniformItemSizes(true);
    m_list->viewport()->setBackgroundRole(QPalette::Base);
    m_nothing->setObjectName(QStringLiteral("paletteNothing"));
    m_nothing->setText(tr("Nothing is called so."));
    m_nothing->setContentsMargins(16, 4, 16, 8);
    m_nothing->setForegroundRole(QPalette::PlaceholderText);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(6);
    column->addWidget(m_field);
    column->addWidget(m_list);
    column->addWidget(m_nothing);
    over->installEventFilter(this);
    connect(m_field, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_model->setTyped(text);
        refreshHeight();
        if (isVisible() && !text.trimmed().isEmpty())
            emit typed(text.trimmed());
    });
    connect(m_list, &QListView::clicked, this, &Palette::choose);
    hide();
}

void Palette::open(std::vector<PaletteItem> items)
{
    if (!isVisible())
        m_before = QApplication::focusWidget();
    m_model->setItems(std::move(items));
    m_field->clear();
    m_model->setTyped({});
    place();
    refreshHeight();
    show();
    raise();
    m_field->setFocus(Qt::PopupFocusReason);
}

void Palette::setObjects(const QString &typed, std::vector<PaletteItem> objects)
{
    if (!isVisible() || typed != m_field->text().trimmed())
        return;
    const QModelIndex at = m_list->currentIndex();
    const PaletteItem *chosen = m_model->itemAt(at.row());
    const QString text = chosen && at.row() > 0 ? chosen->text : QString();
    m_model->setObjects(std::move(objects));
    refreshHeight();
    // What somebody has walked to stays chosen.
    for (int row = 0; !text.isEmpty() && row < m_model->rowCount(); ++row) {
        if (m_model->itemAt(row)->text == text) {
            m_list->setCurrentIndex(m_model->index(row));
            break;
        }
    }
}

void Palette::leave()
{
    if (!isVisible())
        return;
    // Hiding hands the focus to whatever comes next; it belongs to whoever had it, unless somebody has clicked elsewhere.
    const bool hadFocus = m_field->hasFocus();
    hide();
    if (hadFocus && m_before)
        m_before->setFocus(Qt::PopupFocusReason);
}

void Palette::place()
{
    const int width = std::min(640, parentWidget()->width() - 32);
    setFixedWidth(width);
    move((parentWidget()->width() - width) / 2, 48);
}

void Palette::refreshHeight()
{
    const int rows = std::min(m_model->rowCount(), mostRows);
    const int room = (parentWidget()->height() - 140) / rowHeight;
    m_list->setFixedHeight(std::max(1, std::min(rows, room)) * rowHeight + 4);
    m_list->setVisible(rows > 0);
    m_nothing->setVisible(rows == 0);
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (m_model->flags(m_model->index(row)) & Qt::ItemIsEnabled) {
            m_list->setCurrentIndex(m_model->index(row));
            break;
        }
    }
    adjustSize();
}

void Palette::choose()
{
    const PaletteItem *item = m_model->itemAt(m_list->currentIndex().row());
    if (!item || !item->disabledBecause.isEmpty() || !item->run)
        return;
    const auto run = item->run;
    leave();
    run();
}

bool Palette::eventFilter(QObject *object, QEvent *event)
{
    if (object == parentWidget() && event->type() == QEvent::Resize && isVisible()) {
        place();
        refreshHeight();
    }
    if (object == m_field && event->type() == QEvent::FocusOut && isVisible()) {
        const auto reason = static_cast<QFocusEvent *>(event)->reason();
        if (reason == Qt::MouseFocusReason || reason == Qt::TabFocusReason || reason == Qt::BacktabFocusReason)
            hide();
    }
    if (object != m_field || event->type() != QEvent::KeyPress)
        return QFrame::eventFilter(object, event);
    auto *key = static_cast<QKeyEvent *>(event);
    switch (key->key()) {
    case Qt::Key_Escape:
        leave();
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        choose();
        return true;
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
        QApplication::sendEvent(m_list, event);
        return true;
    default:
        return false;
    }
}

void Palette::paintEvent(QPaintEvent *)
{
    const Colours &c = colours();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(c.dark ? c.line.lighter(130) : c.line.darker(115), 1));
    painter.setBrush(c.background);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10);
}

} // namespace timonier
