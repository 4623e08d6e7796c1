// ADAPTER, to be connected by the integrator: replace both functions by those of kube/format.h and kube/compare.h.
#include "ui/models/cell_rules.h"

#include <fmt/format.h>

namespace timonier {

namespace {

// duration.HumanDuration of k8s.io/apimachinery, shortened.
std::string age(std::int64_t seconds)
{
    seconds = std::max<std::int64_t>(seconds, 0);
    const std::int64_t minutes = seconds / 60, hours = minutes / 60, days = hours / 24;
    if (seconds < 120)
        return fmt::format("{}s", seconds);
    if (minutes < 10)
        return seconds % 60 ? fmt::format("{}m{}s", minutes, seconds % 60) : fmt::format("{}m", minutes);
    if (hours < 3)
        return fmt::format("{}m", minutes);
    if (hours < 8)
        return minutes % 60 ? fmt::format("{}h{}m", hours, minutes % 60) : fmt::format("{}h", hours);
    if (hours < 48)
        return fmt::format("{}h", hours);
    if (days < 8)
        return hours % 24 ? fmt::format("{}d{}h", days, hours % 24) : fmt::format("{}d", days);
    return fmt::format("{}d", days);
}

std::string format(const Row &row, const Columns &columns, std::size_t column, std::int64_t now)
{
    const Cell &cell = row.cells[column];
    if (columns[column].type == CellType::Number)
        return fmt::format_int(cell.number).str();
    if (columns[column].type == CellType::Time)
        return cell.number ? age(now - cell.number) : std::string("<unknown>");
    return std::string(cell.text);
}

int compare(const Row &a, const Row &b, const Columns &columns, std::size_t column)
{
    const Cell &x = a.cells[column], &y = b.cells[column];
    if (columns[column].type == CellType::Text)
        return x.text.compare(y.text);
    return x.number < y.number ? -1 : x.number > y.number ? 1 : 0;
}

} // namespace

CellRules coreCellRules()
{
    return {format, compare};
}

} // namespace timonier
