#include "ui/views/table_view.h"

#include "ui/models/table_model.h"
#include "ui/theme/colours.h"
#include "ui/theme/table_delegate.h"

#include <QAccessible>
#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>

namespace timonier {

namespace {

constexpr int sampleRows = 60;
constexpr int widestText = 360;

} // namespace

TableView::TableView(TableModel *model, QWidget *parent)
    : QTableView(parent)
    , m_model(model)
    , m_delegate(new TableDelegate(model, this))
{
    setObjectName(QStringLiteral("table"));
    setAccessibleName(tr("Objects", "accessible name of the table"));
    setModel(model);
    setItemDelegate(m_delegate);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false); // Tab leaves the table; arrows walk in it
    setFrameShape(QFrame::NoFrame);
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollMode(ScrollPerPixel);
    setEditTriggers(NoEditTriggers);
    // Sizes of rows are never asked for: ResizeToContents takes seconds on 50,000 rows.
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setMinimumSectionSize(TableDelegate::rowHeight);
    verticalHeader()->setDefaultSectionSize(TableDelegate::rowHeight);
    verticalHeader()->hide();
    verticalScrollBar()->setBackgroundRole(QPalette::Base);
    horizontalScrollBar()->setBackgroundRole(QPalette::Base);
    verticalScrollBar()->setSingleStep(TableDelegate::rowHeight);
    QHeaderView *header = horizontalHeader();
    header->setObjectName(QStringLiteral("tableHeader"));
    header->setAccessibleName(tr("Columns", "accessible name of the table's header"));
    header->setHighlightSections(false);
    header->setSectionsMovable(true);
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header->setFixedHeight(32);
    header->setMinimumSectionSize(48);
    header->setSortIndicator(0, Qt::AscendingOrder);
    setSortingEnabled(true);
    connect(header, &QHeaderView::sectionResized, this, [this] { m_personResized = m_personResized || !m_layingOut; });
    connect(header, &QHeaderView::sectionClicked, this, &TableView::acted);
    connect(verticalScrollBar(), &QScrollBar::sliderMoved, this, &TableView::acted);
    connect(model, &TableModel::columnsChanged, this, &TableView::columnsReset);
    connect(model, &TableModel::countsChanged, this, [this] {
        if (!std::exchange(m_hadRows, m_model->shown() > 0) && m_hadRows)
            layOutColumns();
    });
}

void TableView::setEmptyText(const QString &text)
{
    if (std::exchange(m_emptyText, text) != text && m_model->shown() == 0)
        viewport()->update();
}

void TableView::columnsReset()
{
    m_hadRows = false;
    m_personResized = false;
    m_layingOut = true;
    const auto &columns = m_model->columns();
    for (std::size_t i = 0; i < columns.size(); ++i)
        setColumnHidden(static_cast<int>(i), !columns[i].byDefault);
    m_layingOut = false;
    horizontalHeader()->setSortIndicator(m_model->sortColumn(), m_model->sortOrder());
    layOutColumns();
}

void TableView::layOutColumns()
{
    const auto &columns = m_model->columns();
    if (m_personResized || columns.empty())
        return;
    const QFontMetrics metrics(font());
    std::vector<int> widths(columns.size(), 0), least(columns.size(), 0);
    int total = 0, flexible = 0;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const int column = static_cast<int>(i);
        if (isColumnHidden(column))
            continue;
        least[i] = metrics.horizontalAdvance(columns[i].title) + 2 * TableDelegate::padding + 16;
        widths[i] = least[i];
        for (int row = 0; row < std::min<int>(sampleRows, m_model->rowCount()); ++row)
            widths[i] = std::max(widths[i], m_delegate->naturalWidth(font(), row, column));
        widths[i] = std::min(widths[i] + 8, widestText);
        least[i] = std::min(widths[i], i == 0 ? 200 : 150); // narrower says nothing: rather scroll
        total += widths[i];
        flexible += columns[i].right() ? 0 : widths[i];
    }
    // Text columns share what is left over, or give way when it is too narrow.
    const int spare = viewport()->width() - total;
    m_layingOut = true;
    int given = 0, lastText = -1;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (widths[i] == 0)
            continue;
        if (!columns[i].right() && flexible > 0) {
            const int share = static_cast<int>(static_cast<qint64>(spare) * widths[i] / flexible);
            widths[i] = std::max(widths[i] + share, least[i]);
            lastText = static_cast<int>(i);
        }
        given += widths[i];
    }
    if (lastText >= 0 && spare > 0) // what rounding left
        widths[static_cast<std::size_t>(lastText)] += viewport()->width() - given;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (widths[i] > 0)
            setColumnWidth(static_cast<int>(i), widths[i]);
    }
    m_layingOut = false;
}

int TableView::lastVisibleRow() const
{
    const int row = rowAt(viewport()->height() - 1);
    return row < 0 ? m_model->rowCount() - 1 : row;
}

void TableView::dataChanged(const QModelIndex &topLeft, const QModelIndex &bottomRight, const QList<int> &roles)
{
    if (QAccessible::isActive()) { // a screen reader is told by the base class
        QTableView::dataChanged(topLeft, bottomRight, roles);
        return;
    }
    const int first = std::max(topLeft.row(), rowAt(0)), last = std::min(bottomRight.row(), lastVisibleRow());
    if (first > last)
        return;
    const int top = rowViewportPosition(first);
    viewport()->update(0, top, viewport()->width(), rowViewportPosition(last) + TableDelegate::rowHeight - top);
}

void TableView::refreshAges()
{
    const auto &columns = m_model->columns();
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const int column = static_cast<int>(i);
        if (columns[i].type == CellType::Time && !isColumnHidden(column))
            viewport()->update(columnViewportPosition(column), 0, columnWidth(column), viewport()->height());
    }
}

void TableView::paintEvent(QPaintEvent *event)
{
    QTableView::paintEvent(event);
    if (m_model->shown() > 0 || m_emptyText.isEmpty())
        return;
    QPainter painter(viewport());
    painter.setPen(colours().dim);
    painter.drawText(viewport()->rect().adjusted(24, 0, -24, -viewport()->height() / 4), Qt::AlignCenter | Qt::TextWordWrap,
                     m_emptyText);
}

void TableView::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    layOutColumns();
}

void TableView::keyPressEvent(QKeyEvent *event)
{
    emit acted();
    QTableView::keyPressEvent(event);
}

void TableView::mousePressEvent(QMouseEvent *event)
{
    emit acted();
    QTableView::mousePressEvent(event);
}

void TableView::wheelEvent(QWheelEvent *event)
{
    emit acted();
    QTableView::wheelEvent(event);
}

} // namespace timonier
