#include "kube/compare.h"

#include <algorithm>
#include <compare>
#include <tuple>

namespace timonier {

namespace {

constexpr std::uint64_t flip = std::uint64_t{1} << 63;

int sign(std::strong_ordering order)
{
    return order < 0 ? -1 : order > 0 ? 1 : 0;
}

// The first eight bytes, the first the most significant.
std::uint64_t textKey(std::string_view text)
{
    std::uint64_t key = 0;
    for (std::size_t i = 0; i < 8; ++i)
        key = key << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0u);
    return key;
}

// Any number of any type, so that a greater key is a later row.
std::uint64_t numberKey(std::int64_t number, CellType type)
{
    const auto plain = [](std::int64_t value) { return static_cast<std::uint64_t>(value) ^ flip; };
    switch (type) {
    case CellType::Time:
        // An age: the youngest first, what has none last.
        return number == 0 ? UINT64_MAX : plain(number == INT64_MIN ? INT64_MAX : -number);
    case CellType::Duration:
        // What still lasts comes after what is done, the longest last.
        if (number == noNumber)
            return 0;
        return number >= 0 ? 1 + static_cast<std::uint64_t>(number) : flip + static_cast<std::uint64_t>(INT64_MAX + number);
    default:
        return plain(number);
    }
}

} // namespace

std::uint64_t sortKey(const Row &row, std::size_t column, CellType type)
{
    if (column >= row.cells.size())
        return 0;
    const Cell &cell = row.cells[column];
    return type == CellType::Text ? textKey(cell.text) : numberKey(cell.number, type);
}

int compareCells(const Row &a, const Row &b, std::size_t column, CellType type)
{
    const bool hasA = column < a.cells.size();
    const bool hasB = column < b.cells.size();
    if (hasA != hasB)
        return hasA ? 1 : -1;
    if (hasA) {
        const std::uint64_t keyA = sortKey(a, column, type);
        const std::uint64_t keyB = sortKey(b, column, type);
        if (keyA != keyB)
            return keyA < keyB ? -1 : 1;
        const Cell &cellA = a.cells[column];
        const Cell &cellB = b.cells[column];
        if (cellA.text.data() != cellB.text.data() || cellA.text.size() != cellB.text.size()) {
            if (const int order = sign(cellA.text <=> cellB.text))
                return order;
        }
    }
    return 0;
}

int compare(const Row &a, const Row &b, std::size_t column, CellType type)
{
    if (const int order = compareCells(a, b, column, type))
        return order;
    if (a.ns.data() != b.ns.data() || a.ns.size() != b.ns.size()) {
        if (const int order = sign(a.ns <=> b.ns))
            return order;
    }
    if (const int order = sign(a.name <=> b.name))
        return order;
    return sign(std::tie(a.uid.high, a.uid.low) <=> std::tie(b.uid.high, b.uid.low));
}

} // namespace timonier
