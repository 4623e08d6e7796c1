#include "base/lines.h"

#include <algorithm>

namespace timonier {

void LineCutter::add(std::string_view piece)
{
    while (!piece.empty()) {
        if (m_afterReturn && piece.front() == '\n') {
            piece.remove_prefix(1);
            m_afterReturn = false;
            continue;
        }
        m_afterReturn = false;
        const std::size_t end = piece.find_first_of("\r\n");
        const std::string_view text = piece.substr(0, end);
        const std::size_t kept = std::min(text.size(), m_limit - m_open.size());
        m_open.append(text.substr(0, kept));
        m_whole = m_whole && kept == text.size();
        if (end == piece.npos)
            return;
        m_afterReturn = piece[end] == '\r';
        finish();
        piece.remove_prefix(end + 1);
    }
}

void LineCutter::end()
{
    if (!m_open.empty())
        finish();
}

void LineCutter::finish()
{
    const std::string line = std::move(m_open);
    const bool whole = m_whole;
    m_open.clear();
    m_whole = true;
    m_line(line, whole);
}

} // namespace timonier
