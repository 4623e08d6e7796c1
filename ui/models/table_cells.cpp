// What the cells of a live table say: the half of TableModel that the views read.
#include "ui/models/table_model.h"

#include <QDateTime>
#include <QLocale>

namespace timonier {

namespace {

QString fromView(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

} // namespace

int TableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_order.shown().size());
}

int TableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

CellView TableModel::cell(int row, int column) const
{
    const ViewColumn &view = m_columns[static_cast<std::size_t>(column)];
    const Slot slot = m_order.shown()[static_cast<std::size_t>(row)];
    const Row &object = *m_order.row(slot);
    switch (view.source) {
    case SortKey::By::Name:
        return {fromView(object.name), Tone::None, false, false};
    case SortKey::By::Namespace:
        return {fromView(object.ns), Tone::None, false, true};
    case SortKey::By::Cpu:
    case SortKey::By::Memory: {
        const bool known = m_order.usage(slot).cpu >= 0;
        return {usageText(slot, view.source == SortKey::By::Cpu), Tone::None, true, !known};
    }
    case SortKey::By::Cell:
        break;
    }
    CellView cell{fromView(m_rules.format(object, m_cells, view.cell, m_now)), Tone::None, view.right(), view.right()};
    const std::int64_t number = object.cells[view.cell].number;
    if (view.type == CellType::Number || view.type == CellType::Restarts)
        cell.dim = number == 0; // a zero is not news
    if (view.type == CellType::Restarts) // "3 (5m ago)" without the English: the tool tip says what it is
        cell.text.remove(QStringLiteral(" ago"));
    if (view.isStatus) {
        const bool hasReady = m_readyCell < object.cells.size();
        cell.tone = toneOf(object.cells[view.cell].text, hasReady ? object.cells[m_readyCell].text : std::string_view());
    }
    return cell;
}

QString TableModel::usageText(Slot slot, bool cpu) const
{
    const Usage usage = m_order.usage(slot);
    if (usage.cpu < 0)
        return QStringLiteral("–");
    if (cpu) // as `kubectl top` writes it
        return QString::number(usage.cpu) + u'm';
    return QString::number(usage.memory / (1024 * 1024)) + QStringLiteral(" Mi");
}

QString TableModel::toolTip(int row, int column) const
{
    const ViewColumn &view = m_columns[static_cast<std::size_t>(column)];
    if (view.source == SortKey::By::Cpu || view.source == SortKey::By::Memory) {
        if (!m_metrics)
            return tr("Use of CPU and memory has not been read yet");
        if (m_metrics->unavailable)
            return QString::fromStdString(m_metrics->unavailable->text());
        if (m_order.usage(m_order.shown()[static_cast<std::size_t>(row)]).cpu < 0)
            return tr("The metrics server has no figure for this one yet");
        return {};
    }
    if (view.type == CellType::Time) {
        const std::int64_t when = rowAt(row)->cells[view.cell].number;
        return when ? QLocale().toString(QDateTime::fromSecsSinceEpoch(when), QLocale::LongFormat) : QString();
    }
    if (view.type == CellType::Restarts) {
        const std::int64_t number = rowAt(row)->cells[view.cell].number;
        const std::int64_t last = number == noNumber ? 0 : lastRestart(number);
        return last > 0 ? tr("Last restart: %1").arg(QLocale().toString(QDateTime::fromSecsSinceEpoch(last), QLocale::LongFormat))
                        : QString();
    }
    return cell(row, column).text;
}

QVariant TableModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const ViewColumn &view = m_columns[static_cast<std::size_t>(index.column())];
    switch (role) {
    case Qt::DisplayRole:
        return cell(index.row(), index.column()).text;
    case Qt::ToolTipRole:
        return toolTip(index.row(), index.column());
    case Qt::AccessibleTextRole: // a screen reader comes from anywhere: say which column this is
        return QString(view.title % QStringLiteral(": ") % cell(index.row(), index.column()).text);
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter | (view.right() ? Qt::AlignRight : Qt::AlignLeft)));
    default:
        return {};
    }
}

QVariant TableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    const ViewColumn &view = m_columns[static_cast<std::size_t>(section)];
    if (role == Qt::DisplayRole || role == Qt::AccessibleTextRole)
        return view.title;
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter | (view.right() ? Qt::AlignRight : Qt::AlignLeft)));
    if (role == Qt::ToolTipRole && m_metrics && m_metrics->unavailable &&
        (view.source == SortKey::By::Cpu || view.source == SortKey::By::Memory))
        return QString::fromStdString(m_metrics->unavailable->text());
    return {};
}

} // namespace timonier
