#include "ui/views/scroll_anchor.h"

#include "ui/models/table_model.h"

#include <algorithm>

namespace timonier {

void ScrollAnchor::take(int first, int last)
{
    m_first = first;
    m_uids.clear();
    for (int row = first; row <= last; ++row)
        m_uids.push_back(m_model->rowAt(row)->uid);
}

int ScrollAnchor::shift()
{
    std::vector<int> shifts;
    for (std::size_t i = 0; i < m_uids.size(); ++i) {
        if (const int row = m_model->rowOf(m_uids[i]); row >= 0)
            shifts.push_back(row - m_first - static_cast<int>(i));
    }
    m_uids.clear();
    if (shifts.empty())
        return 0;
    const auto middle = shifts.begin() + static_cast<std::ptrdiff_t>(shifts.size() / 2);
    std::ranges::nth_element(shifts, middle);
    return *middle;
}

} // namespace timonier
