#include "kube/row_index.h"

#include <algorithm>
#include <tuple>

namespace timonier {

namespace {

bool before(const RowIndex::Posting &a, const RowIndex::Posting &b)
{
    return std::tie(a.key, a.uid.high, a.uid.low) < std::tie(b.key, b.uid.high, b.uid.low);
}

bool same(const RowIndex::Posting &a, const RowIndex::Posting &b)
{
    return a.key == b.key && a.uid == b.uid;
}

} // namespace

void RowIndex::clear()
{
    m_postings.clear();
    m_sorted = m_outdated = 0;
}

std::span<const RowIndex::Posting> RowIndex::find(Key key)
{
    if (m_sorted < m_postings.size()) {
        const auto middle = m_postings.begin() + static_cast<std::ptrdiff_t>(m_sorted);
        std::sort(middle, m_postings.end(), before);
        std::inplace_merge(m_postings.begin(), middle, m_postings.end(), before);
        // A row that lost a key and got it again has it twice.
        const auto end = std::unique(m_postings.begin(), m_postings.end(), same);
        m_outdated -= std::min(m_outdated, static_cast<std::size_t>(m_postings.end() - end));
        m_postings.erase(end, m_postings.end());
        m_sorted = m_postings.size();
    }
    const auto [first, last] = std::ranges::equal_range(m_postings, key, {}, &Posting::key);
    return {first, last};
}

} // namespace timonier
