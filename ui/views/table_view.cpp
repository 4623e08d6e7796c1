#include "ui/views/table_view.h"

#include "ui/models/table_model.h"
#include "ui/theme/colours.h"
#include "ui/theme/table_delegate.h"
#include "ui/views/kept_selection.h"
#include "ui/views/table_header.h"

#include <QAccessible>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <numeric>

namespace timonier {

namespace {

constexpr int sampleRows = 60;
constexpr int widestText = 360;
constexpr int leastName = 140;
constexpr int leastStatus = 130;
constexpr int leastText = 72;

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
    connect(header, &QHeaderView::sectionResized, this, [this] { m_personResized = m_personResized || !m_layingOut; });
    connect(header, &QHeaderView::sectionClicked, this, &TableView::acted);
    connect(header, &TableHeader::left, this, [this] { setFocus(Qt::OtherFocusReason); });
    // Shift+Tab from the rows: as on the screen, the header is above them.
    setTabOrder(header, this);
    new KeptSelection(model, selectionModel(), this);
    connect(model, &TableModel::rowsShifting, this, &TableView::anchor);
    connect(model, &TableModel::rowsShifted, this, &TableView::stayAtAnchor);
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
    horizontalHeader()->setSortIndicator(m_model->sortColumn(), m_model->sortOrder());
    layOutColumns();
}

void TableView::layOutColumns()
{
    const auto &columns = m_model->columns();
    if (m_layingOut || m_personResized || columns.empty())
        return;
    const QFontMetrics metrics(font());
    const std::size_t count = columns.size();
    std::vector<int> widths(count, 0), least(count, 0);
    for (std::size_t i = 0; i < count; ++i) {
        if (!columns[i].byDefault)
            continue;
        const int title = metrics.horizontalAdvance(columns[i].title) + 2 * TableDelegate::padding;
        widths[i] = title + 16; // for the arrow
        for (int row = 0; row < std::min<int>(sampleRows, m_model->rowCount()); ++row)
            widths[i] = std::max(widths[i], m_delegate->naturalWidth(font(), row, static_cast<int>(i)));
        widths[i] = std::min(widths[i] + 8, widestText);
        // Numbers are shown in full or not at all; a text may be cut, as long as it still says something.
        const int cut = i == 0 ? leastName : columns[i].isStatus ? leastStatus : leastText;
        least[i] = columns[i].right() ? widths[i] : std::min(widths[i], std::max(title, cut));
    }
    const int room = viewport()->width();
    for (std::size_t i = count; i-- > 0 && std::reduce(least.begin(), least.end()) > room;) {
        if (columns[i].spare)
            widths[i] = least[i] = 0;
    }
    // Text columns share what is left over, or give way in proportion to what they can.
    const int spare = room - std::reduce(widths.begin(), widths.end());
    const auto elastic = [&](std::size_t i) {
        return columns[i].right() ? 0 : spare > 0 ? widths[i] : widths[i] - least[i];
    };
    int all = 0, given = 0, lastText = -1;
    for (std::size_t i = 0; i < count; ++i)
        all += elastic(i);
    m_layingOut = true;
    for (std::size_t i = 0; i < count; ++i) {
        if (const int part = elastic(i); part > 0) {
            widths[i] = std::max(least[i], widths[i] + static_cast<int>(static_cast<qint64>(spare) * part / all));
            lastText = static_cast<int>(i);
        }
        given += widths[i];
    }
    const int rounding = room - given;
    if (lastText >= 0 && std::abs(rounding) <= static_cast<int>(count))
        widths[static_cast<std::size_t>(rounding > 0 ? lastText : 0)] += rounding;
    for (std::size_t i = 0; i < count; ++i) {
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

void TableView::wheelEvent(QWheelEvent *event)
{
    emit acted();
    QTableView::wheelEvent(event);
}

} // namespace timonier
