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

std::vector<std::string> partsOf(std::string_view text, std::string_view by)
{
    std::vector<std::string> parts;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(by, at), text.size());
        std::string_view part = text.substr(at, end - at);
        if (by == "\n" && part.ends_with('\r'))
            part.remove_suffix(1);
        if (!part.empty())
            parts.emplace_back(part);
        at = end + by.size();
    }
    return parts;
}

} // namespace timonier
