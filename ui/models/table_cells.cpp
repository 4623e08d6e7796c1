// What the cells of a live table say: the half of TableModel that the views read.
#include "ui/models/table_model.h"

#include "ui/models/utf8_text.h"

#include <QDateTime>
#include <QLocale>

namespace timonier {

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
    case SortKey::By::Labels:
        return {fromView(object.labels), Tone::None, false, true};
    case SortKey::By::Cpu:
    case SortKey::By::Memory:
        return usageCell(slot, view.source == SortKey::By::Cpu);
    case SortKey::By::Extra: {
        const std::vector<ExtraCell> *extra = m_order.extra(slot);
        if (!extra || view.cell >= extra->size())
            return {QStringLiteral("…"), Tone::None, view.right(), true};
        const ExtraCell &cell = (*extra)[view.cell];
        return {cell.text, cell.tone, view.right(), cell.dim, cell.share};
    }
    case SortKey::By::Cell:
        break;
    }
    const std::string_view written = object.cells[view.cell].text;
    if (written == "<none>" || written == "<unset>") {
        if (view.id == u"roles") // a node with no role is one that works
            return {tr("worker", "a node's role"), Tone::None, false, true};
        return {QStringLiteral("–"), Tone::None, view.right(), true};
    }
    if (written == "<pending>")
        return {tr("pending", "a load balancer's address"), Tone::Busy, false, true};
    CellView cell{fromView(m_rules.format(object, m_cells, view.cell, m_now)), Tone::None, view.right(), view.right()};
    const std::int64_t number = object.cells[view.cell].number;
    if (view.type == CellType::Number || view.type == CellType::Restarts)
        cell.dim = number == 0; // a zero is not news
    if (view.type == CellType::Restarts) // "3 (5m ago)" without the English: the tool tip says what it is
        cell.text.remove(QStringLiteral(" ago"));
    if (view.isStatus) {
        const bool hasReady = m_readyCell < object.cells.size();
        cell.tone = view.type == CellType::Fraction
            ? toneOfFraction(object.cells[view.cell].text)
            : toneOf(object.cells[view.cell].text, hasReady ? object.cells[m_readyCell].text : std::string_view());
    } else if (view.id == u"conditions" && !cell.text.isEmpty()) {
        cell.tone = cell.text.startsWith(u"NotReady") ? Tone::Bad : Tone::Careful;
    }
    return cell;
}

bool TableModel::isBlank(int column) const
{
    for (int row = 0; row < rowCount(); ++row) {
        const QString text = cell(row, column).text;
        if (!text.isEmpty() && text != QStringLiteral("–"))
            return false;
    }
    return true;
}

namespace {

QString cpuText(std::int64_t millicores)
{
    return QString::number(millicores) + u'm'; // as `kubectl top` writes it
}

QString memoryText(std::int64_t bytes)
{
    return QString::number(bytes / (1024 * 1024)) + QStringLiteral(" Mi");
}

} // namespace

CellView TableModel::usageCell(Slot slot, bool cpu) const
{
    const RowOrder::RowUsage usage = m_order.usage(slot);
    if (usage.known())
        return {cpu ? cpuText(usage.cpu) : memoryText(usage.memory), Tone::None, true, true};
    return {lacksMetricsServer() ? tr("no metrics-server") : QStringLiteral("–"), Tone::None, true, true};
}

Curve TableModel::curve(int row, int column) const
{
    Curve curve;
    const ViewColumn &view = m_columns[static_cast<std::size_t>(column)];
    if (!view.isUsage())
        return curve;
    const RowOrder::RowUsage usage = m_order.usage(m_order.shown()[static_cast<std::size_t>(row)]);
    if (!usage.known() || usage.place == Usage::noPlace)
        return curve;
    // Its own range, with as much room again, and never less than a fifth of its height: noise stays small, and what is
    // steady lies flat in the middle.
    float least = 0, most = 0;
    bool any = false;
    curve.count = usage.from->samples.size();
    for (std::size_t i = 0; i < curve.count; ++i) {
        const UsagePoint point = usage.from->at(i, usage.place);
        const std::uint32_t figure = view.source == SortKey::By::Cpu ? point.cpu : point.memory;
        curve.points[i] = figure == UsagePoint::none ? -1.0f : static_cast<float>(figure);
        if (figure == UsagePoint::none)
            continue;
        least = any ? std::min(least, curve.points[i]) : curve.points[i];
        most = std::max(most, curve.points[i]);
        any = true;
    }
    const float range = std::max({most - least, most / 5, 1.0f});
    const float low = std::max(0.0f, least - range / 2), high = most + range / 2;
    for (std::size_t i = 0; i < curve.count; ++i) {
        if (curve.points[i] >= 0)
            curve.points[i] = (curve.points[i] - low) / (high - low);
    }
    return curve;
}

QString TableModel::usageTip(int row, bool cpu) const
{
    if (m_metrics.empty())
        return tr("Use of CPU and memory has not been read yet");
    if (const Error *problem = metricsProblem())
        return QString::fromStdString(problem->text());
    const RowOrder::RowUsage usage = m_order.usage(m_order.shown()[static_cast<std::size_t>(row)]);
    if (!usage.known())
        return tr("The metrics server has no figure for this one yet");
    std::uint32_t least = UsagePoint::none, most = 0;
    for (std::size_t i = 0; usage.place != Usage::noPlace && i < usage.from->samples.size(); ++i) {
        const UsagePoint point = usage.from->at(i, usage.place);
        const std::uint32_t figure = cpu ? point.cpu : point.memory;
        if (figure == UsagePoint::none)
            continue;
        least = std::min(least, figure);
        most = std::max(most, figure);
    }
    if (least == UsagePoint::none)
        return {};
    const auto text = [cpu](std::uint32_t figure) { return cpu ? cpuText(figure) : memoryText(std::int64_t{figure} * 1024); };
    return tr("Now %1; least %2, most %3 of the last samples, 30 s apart", "CPU or memory in use")
        .arg(cpu ? cpuText(usage.cpu) : memoryText(usage.memory), text(least), text(most));
}

QString TableModel::toolTip(int row, int column) const
{
    const ViewColumn &view = m_columns[static_cast<std::size_t>(column)];
    if (view.isUsage())
        return usageTip(row, view.source == SortKey::By::Cpu);
    if (view.source == SortKey::By::Extra) {
        const std::vector<ExtraCell> *extra = m_order.extra(m_order.shown()[static_cast<std::size_t>(row)]);
        if (!extra || view.cell >= extra->size())
            return {};
        return (*extra)[view.cell].tip.isEmpty() ? (*extra)[view.cell].text : (*extra)[view.cell].tip;
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
    if (role == Qt::ToolTipRole && view.isUsage() && metricsProblem())
        return QString::fromStdString(metricsProblem()->text());
    return {};
}

} // namespace timonier
