#include "ui/models/row_sort.h"

#include "kube/compare.h"

#include <algorithm>

namespace timonier {

namespace {

constexpr std::ptrdiff_t few = 24; // are sorted faster by comparing them

// Eight bytes from `offset` on, the first the most significant, so that words order as text does.
std::uint64_t textWord(std::string_view text, std::size_t offset)
{
    std::uint64_t word = 0;
    const std::size_t end = std::min(text.size(), offset + 8);
    for (std::size_t i = offset; i < end; ++i)
        word = word << 8 | static_cast<unsigned char>(text[i]);
    const std::size_t missing = offset + 8 - std::max(end, offset);
    return missing == 8 ? 0 : word << (8 * missing);
}

std::uint64_t numberWord(std::int64_t number)
{
    return static_cast<std::uint64_t>(number) ^ (std::uint64_t{1} << 63);
}

bool wordBefore(const RowSort::Entry &a, const RowSort::Entry &b)
{
    return a.word < b.word;
}

} // namespace

int RowSort::compareKeys(const Row &a, const Row &b) const
{
    switch (m_key.by) {
    case SortKey::By::Name:
        return a.name.compare(b.name);
    case SortKey::By::Namespace:
        return a.ns.data() == b.ns.data() && a.ns.size() == b.ns.size() ? 0 : a.ns.compare(b.ns);
    case SortKey::By::Labels:
        return a.labels.data() == b.labels.data() && a.labels.size() == b.labels.size() ? 0 : a.labels.compare(b.labels);
    case SortKey::By::Cell:
        return compareCells(a, b, m_key.cell, m_type);
    case SortKey::By::Cpu:
    case SortKey::By::Memory:
    case SortKey::By::Extra:
        break; // all of it is in the word
    }
    return 0;
}

std::uint64_t RowSort::word(const Row &row, std::int64_t beside) const
{
    std::uint64_t word = 0;
    switch (m_key.by) {
    case SortKey::By::Name:
        word = textWord(row.name, 0);
        break;
    case SortKey::By::Namespace:
        word = textWord(row.ns, 0);
        break;
    case SortKey::By::Cell:
        word = sortKey(row, m_key.cell, m_type);
        break;
    case SortKey::By::Labels:
        word = textWord(row.labels, 0);
        break;
    case SortKey::By::Cpu:
    case SortKey::By::Memory:
    case SortKey::By::Extra:
        word = numberWord(beside);
        break;
    }
    return m_key.descending ? ~word : word;
}

int RowSort::compare(const Row &a, const Row &b) const
{
    if (const int order = compareKeys(a, b))
        return m_key.descending ? -order : order;
    // Interned: the same namespace is mostly the same text in memory.
    if (a.ns.data() != b.ns.data()) {
        if (const int byNs = a.ns.compare(b.ns))
            return byNs;
    }
    if (const int byName = a.name.compare(b.name))
        return byName;
    // Aggregated APIs may serve the same name twice: an order must still be one.
    return a.uid.high != b.uid.high ? (a.uid.high < b.uid.high ? -1 : 1)
         : a.uid.low != b.uid.low   ? (a.uid.low < b.uid.low ? -1 : 1)
                                    : 0;
}

std::string_view RowSort::text(const Row &row, Field field) const
{
    switch (field) {
    case Field::Key:
        return m_key.by == SortKey::By::Name        ? row.name
             : m_key.by == SortKey::By::Namespace   ? row.ns
             : m_key.by == SortKey::By::Labels      ? row.labels
             : m_key.cell < row.cells.size()        ? row.cells[m_key.cell].text
                                                    : std::string_view();
    case Field::Namespace:
        return row.ns;
    case Field::Name:
        return row.name;
    case Field::UidHigh:
    case Field::UidLow:
    case Field::End:
        break;
    }
    return {};
}

std::uint64_t RowSort::wordAt(const Row &row, Field field, std::size_t offset) const
{
    if (field == Field::UidHigh)
        return row.uid.high;
    if (field == Field::UidLow)
        return row.uid.low;
    const std::uint64_t word = textWord(text(row, field), offset);
    return field == Field::Key && m_key.descending ? ~word : word;
}

void RowSort::sort(std::vector<Entry> &entries) const
{
    std::sort(entries.begin(), entries.end(), wordBefore);
    const bool isText = m_key.by == SortKey::By::Name || m_key.by == SortKey::By::Namespace ||
                        m_key.by == SortKey::By::Labels || (m_key.by == SortKey::By::Cell && m_type == CellType::Text);
    Entry *begin = entries.data(), *end = begin + entries.size();
    if (isText)
        sortTies(begin, end, Field::Key, 0, true);
    else if (m_key.by == SortKey::By::Cell) // equal numbers may be written differently
        sortTies(begin, end, Field::Key, 0, false);
    else
        sortTies(begin, end, Field::Namespace, 0, false);
}

// Rows that are alike up to here, by the eight bytes of `field` from `offset` on, and what comes after.
void RowSort::sortRun(Entry *begin, Entry *end, Field field, std::size_t offset) const
{
    if (field == Field::End)
        return;
    if (end - begin <= few) {
        std::sort(begin, end, [this](const Entry &a, const Entry &b) { return compare(*a.row, *b.row) < 0; });
        return;
    }
    constexpr std::ptrdiff_t ahead = 12;
    for (Entry *at = begin; at < end; ++at) {
        if (end - at > 2 * ahead)
            __builtin_prefetch(at[2 * ahead].row);
        if (end - at > ahead)
            __builtin_prefetch(text(*at[ahead].row, field).data() + offset);
        at->word = wordAt(*at->row, field, offset);
    }
    std::sort(begin, end, wordBefore);
    sortTies(begin, end, field, offset, field < Field::UidHigh);
}

// Each stretch of equal words. `isText`: the words are of a text, which goes on unless its last byte is not there.
void RowSort::sortTies(Entry *begin, Entry *end, Field field, std::size_t offset, bool isText) const
{
    const bool turned = field == Field::Key && m_key.descending;
    for (Entry *first = begin; first < end;) {
        Entry *last = first + 1;
        while (last < end && last->word == first->word)
            ++last;
        if (last - first > 1) {
            const std::uint64_t word = turned ? ~first->word : first->word;
            if (isText && (word & 0xff) != 0)
                sortRun(first, last, field, offset + 8);
            else if (isText || field >= Field::UidHigh)
                sortRun(first, last, static_cast<Field>(static_cast<int>(field) + 1), 0);
            else
                sortRun(first, last, field, 0);
        }
        first = last;
    }
}

} // namespace timonier
