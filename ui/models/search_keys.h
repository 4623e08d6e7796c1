// What the filter searches: for each row its name, namespace and texts in lower case, one field a line, in one block.
// One block, because a filter keystroke walks all of it: 100,000 rows of own strings would be 100,000 cache misses.
#pragma once

#include "kube/row.h"

#include <string>
#include <string_view>
#include <vector>

namespace timonier {

class SearchKeys
{
public:
    void set(std::size_t slot, const Row &row, const Columns &columns);
    std::string_view of(std::size_t slot) const
    {
        return std::string_view(m_text).substr(m_spans[slot].offset, m_spans[slot].length);
    }
    bool has(std::size_t slot) const { return slot < m_spans.size() && m_spans[slot].length > 0; }
    void drop(std::size_t slot);
    // Room for so many rows like those that are there: growing by doubling would need twice the memory for a moment.
    void reserve(std::size_t rows);
    void clear();

private:
    void compact();

    struct Span {
        std::uint32_t offset = 0;
        std::uint32_t length = 0;
    };
    std::string m_text;
    std::vector<Span> m_spans;
    std::size_t m_unused = 0; // bytes of m_text that no span points at
};

} // namespace timonier
