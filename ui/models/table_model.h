// A live table: batches in, rows out, sorted and filtered by itself. GUI thread. Keeps no text: rows are shared with the
// live store, and a cell becomes a QString when it is painted.
//
// apply() shows changes at once, but a row whose sort key changed waits for settle() to move (TableFeed decides when).
#pragma once

#include "kube/batch.h"
#include "kube/metrics.h"
#include "ui/models/cell_rules.h"
#include "ui/models/row_order.h"
#include "ui/models/status_tone.h"
#include "ui/models/view_columns.h"

#include <QAbstractTableModel>

#include <array>

namespace timonier {

// What the delegate paints, without a QVariant on the way.
struct CellView {
    QString text;
    Tone tone = Tone::None;
    bool right = false;
    bool dim = false;
    float share = -1;              // 0 … 1: a bar beside the text; < 0: none
};

// The past of a figure, each point 0 … 1 of the height; < 0: a gap. No memory of its own: one is made for each paint.
struct Curve {
    std::array<float, MetricsSnapshot::mostSamples> points{};
    std::size_t count = 0;         // fewer than two: nothing to draw
};

class TableModel final : public QAbstractTableModel
{
    Q_OBJECT
public:
    explicit TableModel(CellRules rules, QObject *parent = nullptr);
    ~TableModel() override;

    // Forgets all rows: another kind or namespace.
    void begin(const Columns &columns, TableShape shape);
    // Reads changes of rows, columns and status.
    void apply(Batch &&batch);
    // Moves rows whose sort key has changed to where they belong.
    void settle();
    bool needsSettling() const { return m_order.hasHeld() || m_metricsWaiting || m_extraWaiting; }
    void setMetrics(const MetricsPtr &metrics) { setMetrics(std::vector{metrics}); }
    // One for each namespace that is looked at.
    void setMetrics(std::vector<MetricsPtr> metrics);
    void setSupplement(SupplementPtr extra);
    bool hasSupplement() const { return m_hadExtra; }
    std::optional<Remark> remarkOn(const Uid &uid) const;
    // Why no CPU and memory are known, while they are known of nothing.
    const Error *metricsProblem() const;
    bool lacksMetricsServer() const { return metricsProblem() && metricsProblem()->kind == ErrorKind::NotFound; }
    void setFilter(const QString &text);
    QString filterProblem() const { return m_order.filter().problem(); }
    bool prepareFilter() { return m_order.prepareFilter(2000); }
    void sort(int column, Qt::SortOrder order) override;
    int sortColumn() const;
    Qt::SortOrder sortOrder() const;
    // Unix seconds, for ages.
    void setNow(std::int64_t now) { m_now = now; }

    const TableStatus &status() const { return m_status; }
    qsizetype total() const { return static_cast<qsizetype>(m_order.total()); }
    qsizetype shown() const { return static_cast<qsizetype>(m_order.shown().size()); }
    const std::vector<ViewColumn> &columns() const { return m_columns; }
    CellView cell(int row, int column) const;
    Curve curve(int row, int column) const;
    // No row that is shown has anything in this column.
    bool isBlank(int column) const;
    const RowPtr &rowAt(int row) const { return m_order.row(m_order.shown()[static_cast<std::size_t>(row)]); }
    // All of them, in no order, filtered away or not; some may be null.
    const std::vector<RowPtr> &allRows() const { return m_order.rows(); }
    // -1: not there, or filtered away.
    int rowOf(const Uid &uid) const;
    // Filtered away or not; null: not there.
    RowPtr find(const Uid &uid) const;
    // Of all rows of this namespace, filtered away or not.
    std::vector<Uid> uidsOf(std::string_view ns) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

signals:
    void statusChanged();
    void countsChanged();
    void metricsChanged();
    // The first figures that the rows themselves do not hold: cells have become wider.
    void besideArrived();
    void columnsChanged();
    // Around changes of the cluster's: rows come, go and move without anybody having asked for it.
    void rowsShifting();
    void rowsShifted();
    void filterChanging();
    void filterChanged();

private:
    void rearrange(bool settle);
    void showInRuns(const std::vector<Slot> &shown);
    void showAtOnce(std::vector<Slot> &&shown);
    void tellChanged();
    void showBeside();
    CellView usageCell(Slot slot, bool cpu) const;
    QString usageTip(int row, bool cpu) const;
    QString toolTip(int row, int column) const;

    CellRules m_rules;
    RowOrder m_order;
    Columns m_cells;
    TableShape m_shape;
    std::vector<ViewColumn> m_columns;
    std::size_t m_readyCell = ~std::size_t(0);
    TableStatus m_status;
    std::vector<MetricsPtr> m_metrics;
    SupplementPtr m_extra;
    bool m_metricsWaiting = false;
    bool m_extraWaiting = false;
    bool m_hadMetrics = false, m_hadExtra = false;
    std::int64_t m_now = 0;
};

} // namespace timonier
