#include "ui/models/table_model.h"

#include <algorithm>

namespace timonier {

namespace {

// Beyond this many pieces one layoutChanged is cheaper for a view than begin/end for each.
constexpr std::size_t maxRuns = 24;

} // namespace

TableModel::TableModel(CellRules rules, QObject *parent)
    : QAbstractTableModel(parent)
    , m_rules(rules)
{
}

TableModel::~TableModel() = default;

void TableModel::begin(const Columns &columns, TableShape shape)
{
    const RowFilter filter = m_order.filter();
    beginResetModel();
    m_order = RowOrder();
    m_order.setFilter(filter);
    m_order.setColumns(columns);
    m_cells = columns;
    m_columns = viewColumns(columns, shape);
    m_shape = std::move(shape);
    const auto ready = std::ranges::find(m_cells, std::string_view("ready"), &Column::id);
    m_readyCell = static_cast<std::size_t>(ready - m_cells.begin());
    m_status = {};
    m_metrics.clear();
    m_extra.reset();
    m_metricsWaiting = m_extraWaiting = m_hadMetrics = m_hadExtra = false;
    endResetModel();
    emit columnsChanged();
    emit countsChanged();
}

void TableModel::apply(Batch &&batch)
{
    if (batch.columns && *batch.columns != m_cells) {
        const TableStatus status = m_status;
        begin(*batch.columns, m_shape);
        m_status = status;
    } else if (batch.reset) {
        // A relist: rows that are still there keep their place and their selection.
        for (const Uid &uid : m_order.uidsNotIn(batch.changes))
            m_order.remove(uid);
    }
    for (const auto &[uid, row] : batch.changes) {
        if (row && row->cells.size() >= m_cells.size())
            m_order.put(uid, row);
        else
            m_order.remove(uid);
    }
    const qsizetype before = shown();
    const bool rows = m_order.needsRearranging();
    if (rows) {
        emit rowsShifting();
        rearrange(false);
        emit rowsShifted();
    }
    tellChanged();
    if (rows || before != shown())
        emit countsChanged();
    if (batch.status) {
        m_status = std::move(*batch.status);
        emit statusChanged();
    }
}

void TableModel::settle()
{
    if (m_metricsWaiting || m_extraWaiting)
        showBeside();
    if (!m_order.hasHeld() && !m_order.needsRearranging())
        return;
    emit rowsShifting();
    rearrange(true);
    emit rowsShifted();
}

void TableModel::setMetrics(std::vector<MetricsPtr> metrics)
{
    if (metrics == m_metrics)
        return;
    m_metrics = std::move(metrics);
    m_metricsWaiting = true;
    const SortKey::By by = m_order.sort().by;
    if (by != SortKey::By::Cpu && by != SortKey::By::Memory)
        showBeside(); // no row will move
    emit metricsChanged();
}

void TableModel::setSupplement(SupplementPtr extra)
{
    m_extra = std::move(extra);
    m_extraWaiting = true;
    if (m_order.sort().by != SortKey::By::Extra)
        showBeside();
}

std::optional<Remark> TableModel::remarkOn(const Uid &uid) const
{
    if (!m_extra)
        return std::nullopt;
    const auto found = m_extra->remarks.find(uid);
    return found == m_extra->remarks.end() ? std::nullopt : std::optional(found->second);
}

void TableModel::showBeside()
{
    const bool metrics = std::exchange(m_metricsWaiting, false), extra = std::exchange(m_extraWaiting, false);
    if (metrics)
        m_order.setMetrics(m_metrics);
    if (extra)
        m_order.setExtra(m_extra);
    if (shown() > 0)
        emit dataChanged(index(0, 0), index(static_cast<int>(shown()) - 1, columnCount() - 1));
    const bool firstMetrics = metrics && !m_metrics.empty() && !std::exchange(m_hadMetrics, true);
    const bool firstExtra = extra && m_extra && !m_extra->rows.empty() && !std::exchange(m_hadExtra, true);
    if (firstMetrics || firstExtra)
        emit besideArrived();
}

const Error *TableModel::metricsProblem() const
{
    const Error *problem = nullptr;
    for (const MetricsPtr &metrics : m_metrics) {
        if (!metrics->unavailable)
            return nullptr;
        problem = &*metrics->unavailable;
    }
    return problem;
}

void TableModel::setFilter(const QString &text)
{
    emit filterChanging();
    m_order.setFilter(RowFilter::parse(text));
    rearrange(false);
    emit filterChanged();
    emit countsChanged();
}

void TableModel::sort(int column, Qt::SortOrder order)
{
    if (column < 0 || column >= columnCount())
        return;
    const ViewColumn &by = m_columns[static_cast<std::size_t>(column)];
    const SortKey key{by.source, by.cell, order == Qt::DescendingOrder};
    if (key == m_order.sort())
        return;
    m_order.setSort(key);
    rearrange(true);
}

int TableModel::sortColumn() const
{
    const SortKey &key = m_order.sort();
    const auto it = std::ranges::find_if(
        m_columns, [&key](const ViewColumn &c) { return c.source == key.by && c.cell == key.cell; });
    return it == m_columns.end() ? 0 : static_cast<int>(it - m_columns.begin());
}

Qt::SortOrder TableModel::sortOrder() const
{
    return m_order.sort().descending ? Qt::DescendingOrder : Qt::AscendingOrder;
}

int TableModel::rowOf(const Uid &uid) const
{
    const Slot slot = m_order.slotOf(uid);
    return slot == RowOrder::none ? -1 : m_order.position(slot);
}

RowPtr TableModel::find(const Uid &uid) const
{
    const Slot slot = m_order.slotOf(uid);
    return slot == RowOrder::none ? nullptr : m_order.row(slot);
}

std::vector<Uid> TableModel::uidsOf(std::string_view ns) const
{
    return m_order.uidsOf(ns);
}

void TableModel::rearrange(bool settle)
{
    std::vector<Slot> next = m_order.rearrange(settle);
    const std::vector<Slot> &now = m_order.shown();
    // Do rows that stay keep their order? And in how many pieces do rows come and go?
    bool moved = false;
    int last = -1;
    std::size_t kept = 0, runs = 0;
    bool inRun = false;
    for (const Slot slot : next) {
        const int was = m_order.position(slot);
        runs += was < 0 && !inRun;
        inRun = was < 0;
        if (was < 0)
            continue;
        moved = moved || was < last;
        runs += was > last + 1; // a gap: rows were removed in between
        last = was;
        ++kept;
    }
    runs += last + 1 < static_cast<int>(now.size());
    if (kept == next.size() && kept == now.size() && !moved)
        m_order.show(std::move(next));
    else if (!moved && runs <= maxRuns)
        showInRuns(next);
    else
        showAtOnce(std::move(next));
}

void TableModel::showInRuns(const std::vector<Slot> &shown)
{
    std::vector<std::uint8_t> stays(m_order.shown().size(), 0);
    for (const Slot slot : shown) {
        if (const int was = m_order.position(slot); was >= 0)
            stays[static_cast<std::size_t>(was)] = 1;
    }
    // From the end, so that the numbers of rows still to look at stay true.
    for (std::size_t end = stays.size(); end > 0;) {
        std::size_t first = end;
        while (first > 0 && !stays[first - 1])
            --first;
        if (first < end) {
            beginRemoveRows({}, static_cast<int>(first), static_cast<int>(end) - 1);
            m_order.hide(first, end);
            endRemoveRows();
            end = first;
        } else {
            --end;
        }
    }
    for (std::size_t first = 0; first < shown.size();) {
        if (m_order.position(shown[first]) >= 0) {
            ++first;
            continue;
        }
        std::size_t end = first + 1;
        while (end < shown.size() && m_order.position(shown[end]) < 0)
            ++end;
        beginInsertRows({}, static_cast<int>(first), static_cast<int>(end) - 1);
        m_order.reveal(first, shown.data() + first, shown.data() + end);
        endInsertRows();
        first = end;
    }
    m_order.show(shown);
}

void TableModel::showAtOnce(std::vector<Slot> &&shown)
{
    emit layoutAboutToBeChanged({}, VerticalSortHint);
    const QModelIndexList before = persistentIndexList();
    std::vector<Slot> of;
    of.reserve(static_cast<std::size_t>(before.size()));
    for (const QModelIndex &index : before)
        of.push_back(m_order.shown()[static_cast<std::size_t>(index.row())]);
    m_order.show(std::move(shown));
    QModelIndexList after;
    after.reserve(before.size());
    for (qsizetype i = 0; i < before.size(); ++i) {
        const int row = m_order.position(of[static_cast<std::size_t>(i)]);
        after.append(row < 0 ? QModelIndex() : createIndex(row, before[i].column()));
    }
    changePersistentIndexList(before, after);
    emit layoutChanged({}, VerticalSortHint);
}

void TableModel::tellChanged()
{
    std::vector<int> rows;
    for (const Slot slot : m_order.takeChanged()) {
        if (const int row = m_order.position(slot); row >= 0)
            rows.push_back(row);
    }
    if (rows.empty())
        return;
    std::ranges::sort(rows);
    const int lastColumn = columnCount() - 1;
    if (rows.size() > 512) { // a relist: one word for all
        emit dataChanged(index(rows.front(), 0), index(rows.back(), lastColumn));
        return;
    }
    for (std::size_t first = 0; first < rows.size();) {
        std::size_t end = first + 1;
        while (end < rows.size() && rows[end] <= rows[end - 1] + 1)
            ++end;
        emit dataChanged(index(rows[first], 0), index(rows[end - 1], lastColumn));
        first = end;
    }
}

} // namespace timonier
