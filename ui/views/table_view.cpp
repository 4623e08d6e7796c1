#include "ui/views/table_view.h"

#include "ui/models/table_model.h"
#include "ui/theme/colours.h"
#include "ui/theme/table_delegate.h"
#include "ui/views/kept_selection.h"
#include "ui/views/table_header.h"

#include <QAccessible>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QScopedValueRollback>
#include <QScrollBar>

#include <algorithm>

namespace timonier {

namespace {

constexpr int sampleRows = 40;
constexpr int widestText = 360;
constexpr int leastName = 128;
constexpr int leastText = 72;
constexpr int leastSpare = 140;
constexpr int leastSentence = 160;
constexpr int arrowWidth = 16; // of the column that it is sorted by

} // namespace

TableView::TableView(TableModel *model, QWidget *parent)
    : QTableView(parent)
    , m_model(model)
    , m_delegate(new TableDelegate(model, this))
    , m_anchor(model)
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
    auto *header = new TableHeader(this);
    setHorizontalHeader(header);
    header->setFixedHeight(32);
    header->setSortIndicator(0, Qt::AscendingOrder);
    setSortingEnabled(true);
    connect(header, &QHeaderView::sectionResized, this, [this](int column, int, int size) {
        if (m_layingOut || size <= 0)
            return;
        choose();
        chosen(m_model->columns()[static_cast<std::size_t>(column)].id)->width = size;
        emit choiceChanged();
    });
    connect(header, &QHeaderView::sectionMoved, this, [this] {
        if (m_layingOut)
            return;
        choose();
        emit choiceChanged();
    });
    connect(header, &QHeaderView::sortIndicatorChanged, this, [this] {
        if (!m_layingOut)
            emit choiceChanged();
    });
    connect(header, &TableHeader::chooserWanted, this, &TableView::chooserWanted);
    connect(header, &QHeaderView::sectionClicked, this, &TableView::acted);
    connect(header, &TableHeader::left, this, [this] { setFocus(Qt::OtherFocusReason); });
    // Shift+Tab from the rows: as on the screen, the header is above them.
    setTabOrder(header, this);
    new KeptSelection(model, selectionModel(), this);
    connect(model, &TableModel::rowsShifting, this, &TableView::anchor);
    connect(model, &TableModel::rowsShifted, this, &TableView::stayAtAnchor);
    connect(verticalScrollBar(), &QScrollBar::sliderMoved, this, &TableView::acted);
    connect(model, &TableModel::columnsChanged, this, &TableView::columnsReset);
    connect(model, &TableModel::besideArrived, this, &TableView::layOutColumns);
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
    m_chosen.clear();
    m_blank.assign(m_model->columns().size(), 1);
    const QScopedValueRollback laying(m_layingOut, true);
    for (int visual = 0; visual < m_model->columnCount(); ++visual)
        horizontalHeader()->moveSection(horizontalHeader()->visualIndex(visual), visual);
    horizontalHeader()->setSortIndicator(m_model->sortColumn(), m_model->sortOrder());
    m_layingOut = false;
    layOutColumns();
}

void TableView::setChoice(const TableChoice &choice)
{
    const auto &columns = m_model->columns();
    const auto columnOf = [&columns](const QString &id) {
        return static_cast<int>(std::ranges::find(columns, id, &ViewColumn::id) - columns.begin());
    };
    columnsReset();
    {
        const QScopedValueRollback laying(m_layingOut, true);
        int visual = 0;
        for (const ColumnChoice &column : choice.columns) {
            const int logical = columnOf(column.id);
            if (logical >= m_model->columnCount()) // of another version, or of rows of one namespace only
                continue;
            if (logical != 0)
                visual = std::max(visual, 1); // the name stays the first
            horizontalHeader()->moveSection(horizontalHeader()->visualIndex(logical), logical == 0 ? 0 : visual);
            ++visual;
        }
        const int sort = columnOf(choice.sort);
        if (!choice.sort.isEmpty() && sort < m_model->columnCount())
            horizontalHeader()->setSortIndicator(sort, choice.descending ? Qt::DescendingOrder : Qt::AscendingOrder);
    }
    m_chosen = choice.columns;
    refreshRareColumns();
    layOutColumns();
}

TableChoice TableView::choice() const
{
    TableChoice choice{.columns = m_chosen};
    const auto &columns = m_model->columns();
    // Those that are not here now (the namespace, while only one is shown) keep their place among the others.
    std::ranges::stable_sort(choice.columns, {}, [&](const ColumnChoice &column) {
        const auto it = std::ranges::find(columns, column.id, &ViewColumn::id);
        return it == columns.end() ? 1 : horizontalHeader()->visualIndex(static_cast<int>(it - columns.begin()));
    });
    const int sort = horizontalHeader()->sortIndicatorSection();
    if (sort >= 0 && sort < m_model->columnCount())
        choice.sort = columns[static_cast<std::size_t>(sort)].id;
    choice.descending = horizontalHeader()->sortIndicatorOrder() == Qt::DescendingOrder;
    if (choice.sort == u"name" && !choice.descending)
        choice.sort.clear();
    return choice;
}

// From now on what is shown is what was chosen: it begins with what is shown by itself.
void TableView::choose()
{
    if (!m_chosen.empty())
        return;
    const auto &columns = m_model->columns();
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const bool shown = !isColumnHidden(static_cast<int>(i));
        if (shown || (!columns[i].rare && !columns[i].isUsage())) // those come and go by themselves
            m_chosen.push_back({columns[i].id, shown, 0});
    }
}

ColumnChoice *TableView::chosen(const QString &id)
{
    const auto it = std::ranges::find(m_chosen, id, &ColumnChoice::id);
    return it != m_chosen.end() ? &*it : &m_chosen.emplace_back(ColumnChoice{id, false, 0});
}

void TableView::showColumn(const QString &id, bool shown)
{
    choose();
    chosen(id)->shown = shown;
    layOutColumns();
    emit choiceChanged();
}

bool TableView::isWanted(std::size_t column) const
{
    const ViewColumn &view = m_model->columns()[column];
    const auto it = std::ranges::find(m_chosen, view.id, &ColumnChoice::id);
    if (it != m_chosen.end())
        return it->shown || column == 0;
    // One word for both is enough.
    if (view.source == SortKey::By::Memory && m_model->lacksMetricsServer())
        return false;
    return view.byDefault && !(view.rare && column < m_blank.size() && m_blank[column]);
}

int TableView::chosenWidth(std::size_t column) const
{
    const auto it = std::ranges::find(m_chosen, m_model->columns()[column].id, &ColumnChoice::id);
    return it == m_chosen.end() ? 0 : it->width;
}

void TableView::refreshRareColumns()
{
    const auto &columns = m_model->columns();
    bool changed = false;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const bool wasWanted = isWanted(i);
        if (columns[i].rare)
            m_blank[i] = m_model->isBlank(static_cast<int>(i));
        changed = changed || wasWanted != isWanted(i) || (columns[i].isUsage() && isWanted(i) && isColumnHidden(static_cast<int>(i)));
    }
    if (changed)
        layOutColumns();
}

std::vector<int> TableView::visibleColumns() const
{
    std::vector<int> visible;
    for (int visual = 0; visual < m_model->columnCount(); ++visual) {
        const int logical = horizontalHeader()->logicalIndex(visual);
        if (!isColumnHidden(logical))
            visible.push_back(logical);
    }
    return visible;
}

std::vector<int> TableView::selectedRows() const
{
    std::vector<int> rows;
    for (const QItemSelectionRange &range : selectionModel()->selection()) {
        for (int row = range.top(); row <= range.bottom(); ++row)
            rows.push_back(row);
    }
    std::ranges::sort(rows);
    rows.erase(std::ranges::unique(rows).begin(), rows.end());
    return rows;
}

ColumnNeed TableView::needOf(std::size_t column) const
{
    ColumnNeed need;
    if (!isWanted(column))
        return need;
    if (const int width = chosenWidth(column))
        return {.natural = width, .least = width};
    const ViewColumn &view = m_model->columns()[column];
    const int title = fontMetrics().horizontalAdvance(view.title) + 2 * TableDelegate::padding;
    // What is wrong has longer words than what is well, and is to be read in full.
    const int leastStatus = fontMetrics().horizontalAdvance(QStringLiteral("CrashLoopBackOff")) + TableDelegate::dotWidth + 2 * TableDelegate::padding + 1;
    int widest = 0;
    // The first rows, and as many from all over the table: what stands first is often alike.
    const int rows = m_model->rowCount(), near = std::min(sampleRows, rows);
    for (int i = 0; i < near; ++i) {
        for (const int row : {i, static_cast<int>(static_cast<qint64>(i) * rows / near)})
            widest = std::max(widest, m_delegate->naturalWidth(font(), row, static_cast<int>(column)));
    }
    if (view.isStatus && view.type == CellType::Text)
        widest = std::max(widest, leastStatus);
    if (view.type == CellType::Time) // it grows while it is looked at
        widest = std::max(widest, fontMetrics().horizontalAdvance(QStringLiteral("59m59s")) + 2 * TableDelegate::padding);
    // Numbers are shown in full or not at all; a text may be cut, as long as it still says something.
    const int cut = column == 0               ? leastName
                  : view.id == u"health"        ? leastSentence
                  : view.spare                  ? leastSpare
                  : view.isStatus               ? leastStatus
                                                : leastText;
    need.natural = std::min(std::max(widest, title + arrowWidth) + 8, widestText);
    // A count with its time, "2/3": as wide as they are, whatever room there is.
    const bool figure = view.type == CellType::Restarts || view.type == CellType::Fraction;
    need.elastic = !view.right() && !view.bar && !figure;
    need.least = std::min(need.natural, std::max(title, cut));
    need.spare = view.spare && m_chosen.empty();
    const int picture = view.bar                                      ? TableDelegate::barWidth + TableDelegate::gap
                      : view.isUsage() && !m_model->metricsProblem() ? TableDelegate::curveWidth + TableDelegate::gap
                                                                      : 0;
    // With the picture goes the room for the arrow.
    need.picture = need.elastic ? 0 : std::max(0, need.natural - std::max({widest - picture, title, horizontalHeader()->minimumSectionSize()}) - 2);
    return need;
}

void TableView::reveal(int row)
{
    executeDelayedItemsLayout(); // or the bar does not reach rows that have just come
    scrollTo(m_model->index(row, 0), PositionAtCenter);
}

void TableView::layOutColumns()
{
    if (m_layingOut || m_model->columns().empty())
        return;
    std::vector<ColumnNeed> needs;
    for (std::size_t i = 0; i < m_model->columns().size(); ++i)
        needs.push_back(needOf(i));
    const int room = viewport()->width();
    const std::vector<int> widths = shareWidth(needs, room);
    m_layingOut = true;
    for (std::size_t i = 0; i < widths.size(); ++i) {
        const int column = static_cast<int>(i);
        setColumnHidden(column, widths[i] == 0);
        if (widths[i] > 0)
            setColumnWidth(column, widths[i]);
    }
    m_layingOut = false;
    if (viewport()->width() != room && !std::exchange(m_layingOutAgain, true)) { // a scroll bar came or went meanwhile
        layOutColumns();
        m_layingOutAgain = false;
    }
}

void TableView::anchor()
{
    m_anchoredAt = verticalScrollBar()->value();
    if (currentIndex().isValid())
        m_lostAt = currentIndex().row();
    const bool scrolled = m_anchoredAt > 0 && m_model->rowCount() > 0;
    m_anchor.take(scrolled ? rowAt(0) : 0, scrolled ? lastVisibleRow() : -1);
}

void TableView::stayAtAnchor()
{
    // Set in full: where the current row goes, the base class makes another the current one and scrolls to it.
    const int value = m_anchoredAt + m_anchor.shift() * TableDelegate::rowHeight;
    if (value == verticalScrollBar()->value())
        return;
    updateGeometries(); // the scroll bar's range follows late
    verticalScrollBar()->setValue(value);
}

int TableView::lastVisibleRow() const
{
    const int row = rowAt(viewport()->height() - 1);
    return row < 0 ? m_model->rowCount() - 1 : row;
}

void TableView::rowsAboutToBeRemoved(const QModelIndex &parent, int first, int last)
{
    // The base class would make a neighbour current and select it: a person would act on an object they never chose.
    if (const int row = currentIndex().row(); row >= first && row <= last) {
        m_lostAt = first;
        selectionModel()->setCurrentIndex({}, QItemSelectionModel::NoUpdate);
    }
    QTableView::rowsAboutToBeRemoved(parent, first, last);
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
    const int key = event->key();
    const bool moves = key == Qt::Key_Up || key == Qt::Key_Down || key == Qt::Key_PageUp || key == Qt::Key_PageDown;
    if (moves && !currentIndex().isValid() && m_lostAt >= 0 && m_model->rowCount() > 0) {
        selectRow(std::min(m_lostAt, m_model->rowCount() - 1));
        return;
    }
    QTableView::keyPressEvent(event);
}

void TableView::mousePressEvent(QMouseEvent *event)
{
    emit acted();
    QTableView::mousePressEvent(event);
}

void TableView::contextMenuEvent(QContextMenuEvent *event)
{
    event->accept();
    const QRect current = visualRect(currentIndex());
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    emit menuWanted(byKey ? viewport()->mapToGlobal(QPoint(TableDelegate::padding, current.bottom() + 1)) : event->globalPos());
}

void TableView::wheelEvent(QWheelEvent *event)
{
    emit acted();
    QTableView::wheelEvent(event);
}

} // namespace timonier
