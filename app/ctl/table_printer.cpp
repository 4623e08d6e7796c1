#include "ctl/table_printer.h"

#include "kube/format.h"

#include <algorithm>

namespace timonier::ctl {

namespace {

// The number of terminal columns, near enough: UTF-8 sequences count once.
std::size_t widthOf(std::string_view text)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

} // namespace

void printTable(std::FILE *out, const Columns &columns, std::span<const RowPtr> rows, const TableLayout &layout,
                std::chrono::system_clock::time_point now)
{
    std::vector<std::size_t> shown;
    for (std::size_t i = 0; i < columns.size(); ++i)
        if (columns[i].priority <= layout.priority)
            shown.push_back(i);

    // Two passes over the rows instead of all the texts at once: 10,000 rows of nine cells would be 5 MB.
    std::vector<std::size_t> widths(shown.size() + 1, 0);
    std::string cell;
    const auto text = [&](const Row &row, std::size_t column) -> const std::string & {
        cell = cellAt(row, columns, column, now);
        return cell;
    };
    if (layout.withNamespace)
        widths[0] = std::string_view("NAMESPACE").size();
    for (std::size_t i = 0; i < shown.size(); ++i)
        widths[i + 1] = widthOf(columns[shown[i]].title);
    for (const RowPtr &row : rows) {
        widths[0] = std::max(widths[0], widthOf(row->ns));
        for (std::size_t i = 0; i + 1 < shown.size(); ++i)
            widths[i + 1] = std::max(widths[i + 1], widthOf(text(*row, shown[i])));
    }

    std::string line;
    const auto add = [&](std::string_view value, std::size_t width, bool last) {
        line += value;
        if (!last)
            line.append(width - std::min(width, widthOf(value)) + 3, ' ');
    };
    const auto flush = [&] {
        line += '\n';
        std::fwrite(line.data(), 1, line.size(), out);
        line.clear();
    };
    if (layout.header) {
        if (layout.withNamespace)
            add("NAMESPACE", widths[0], false);
        for (std::size_t i = 0; i < shown.size(); ++i)
            add(columns[shown[i]].title, widths[i + 1], i + 1 == shown.size());
        flush();
    }
    for (const RowPtr &row : rows) {
        if (layout.withNamespace)
            add(row->ns, widths[0], false);
        for (std::size_t i = 0; i < shown.size(); ++i)
            add(text(*row, shown[i]), widths[i + 1], i + 1 == shown.size());
        flush();
    }
}

std::string cellAt(const Row &row, const Columns &columns, std::size_t column, std::chrono::system_clock::time_point now)
{
    return column < row.cells.size() ? oneLine(cellText(columns[column].type, row.cells[column], now)) : std::string();
}

void sortByName(std::vector<RowPtr> &rows)
{
    std::ranges::sort(rows, [](const RowPtr &a, const RowPtr &b) {
        return a->ns != b->ns ? a->ns < b->ns : a->name < b->name;
    });
}

} // namespace timonier::ctl
