// What a table is sorted by, and how rows compare by it: by the column, upwards or downwards, then upwards by namespace,
// name and uid, so that no two rows are alike. Pure.
//
// The column's first eight bytes (or its number) are a word that is compared without looking at the row. Many rows are
// sorted word by word: each pass reads every row once, instead of a cache miss at each of n log n comparisons.
#pragma once

#include "kube/row.h"

#include <cstdint>
#include <vector>

namespace timonier {

using Slot = std::uint32_t;

// A cell of the row, or something the row does not hold.
struct SortKey {
    enum class By : std::uint8_t { Name, Namespace, Labels, Cell, Cpu, Memory, Extra };
    By by = By::Name;
    std::size_t cell = 0;          // of the row, or of its supplement
    bool descending = false;
    bool operator==(const SortKey &) const = default;
};

class RowSort
{
public:
    struct Entry {
        std::uint64_t word = 0;
        const Row *row = nullptr;
        Slot slot = 0;
    };

    RowSort() = default;
    // `type`: of the cell, when it is one.
    RowSort(const SortKey &key, CellType type) : m_key(key), m_type(type) {}

    const SortKey &key() const { return m_key; }
    bool usesMetrics() const { return m_key.by == SortKey::By::Cpu || m_key.by == SortKey::By::Memory; }
    bool usesExtra() const { return m_key.by == SortKey::By::Extra; }
    // A smaller word is a row further up; equal words say nothing. `beside`: the number that the row does not hold itself,
    // when usesMetrics() or usesExtra().
    std::uint64_t word(const Row &row, std::int64_t beside) const;
    // Whether they stand at the same place but for ties; of the row only, not of what stands beside it.
    bool sameKey(const Row &a, const Row &b) const { return compareKeys(a, b) == 0; }
    // < 0: a stands above b. For rows whose words are equal.
    int compare(const Row &a, const Row &b) const;
    // `entries` with their words.
    void sort(std::vector<Entry> &entries) const;

private:
    enum class Field : std::uint8_t { Key, Namespace, Name, UidHigh, UidLow, End };

    int compareKeys(const Row &a, const Row &b) const;
    std::string_view text(const Row &row, Field field) const;
    std::uint64_t wordAt(const Row &row, Field field, std::size_t offset) const;
    void sortRun(Entry *begin, Entry *end, Field field, std::size_t offset) const;
    void sortTies(Entry *begin, Entry *end, Field field, std::size_t offset, bool isText) const;

    SortKey m_key;
    CellType m_type = CellType::Text;
};

} // namespace timonier
