// Text that many rows share, kept once. Written by one worker thread; the views it hands out stay valid as long as the
// pool does, and may be read by any thread that got them with a row. Rebuilt at a relist, so that it cannot only grow.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_set>

namespace timonier {

class StringPool
{
public:
    std::string_view intern(std::string_view text)
    {
        if (text.empty())
            return {};
        const auto it = m_index.find(text);
        if (it != m_index.end())
            return *it;
        const std::string_view kept = m_texts.emplace_back(text);
        m_index.insert(kept);
        return kept;
    }
    std::size_t size() const { return m_texts.size(); }

private:
    std::deque<std::string> m_texts; // a deque never moves what it holds
    std::unordered_set<std::string_view> m_index;
};

} // namespace timonier
