#include "ui/models/log_search.h"

#include "ui/models/log_text.h"

#include <QElapsedTimer>

#include <algorithm>

namespace timonier {

void LogSearch::setPattern(const QString &pattern)
{
    m_pattern = pattern;
    m_problem.clear();
    m_expression.reset();
    if (pattern.size() > 2 && pattern.startsWith(u'/') && pattern.endsWith(u'/')) {
        m_expression.emplace(pattern.mid(1, pattern.size() - 2), QRegularExpression::CaseInsensitiveOption);
        if (!m_expression->isValid())
            m_problem = m_expression->errorString();
    }
    restart();
}

void LogSearch::restart()
{
    m_found.clear();
    m_dropped = 0;
    m_next = 0;
}

bool LogSearch::matches(const QString &shown) const
{
    return m_expression ? m_expression->match(shown).hasMatch() : shown.contains(m_pattern, Qt::CaseInsensitive);
}

bool LogSearch::step(LogBuffer &lines, std::chrono::milliseconds time)
{
    if (!isActive())
        return true;
    while (!m_found.empty() && m_found.front() < lines.first()) {
        m_found.pop_front();
        ++m_dropped;
    }
    QElapsedTimer passed;
    passed.start();
    int sinceLook = 0;
    m_next = lines.visit(m_next, [&](std::uint64_t number, std::uint32_t, std::string_view text) {
        if (matches(shownText(splitStamp(text).text)))
            m_found.push_back(number);
        return ++sinceLook % (m_expression ? 1 : 64) != 0 || passed.elapsed() < time.count();
    });
    return m_next >= lines.end();
}

std::uint64_t LogSearch::from(std::uint64_t line) const
{
    const auto it = std::ranges::lower_bound(m_found, line);
    return m_dropped + static_cast<std::uint64_t>(it - m_found.begin());
}

std::vector<std::pair<qsizetype, qsizetype>> LogSearch::places(const QString &shown) const
{
    std::vector<std::pair<qsizetype, qsizetype>> out;
    if (!isActive())
        return out;
    if (m_expression) {
        for (auto it = m_expression->globalMatch(shown); it.hasNext() && out.size() < 200;) {
            const QRegularExpressionMatch match = it.next();
            if (match.capturedLength() > 0)
                out.emplace_back(match.capturedStart(), match.capturedLength());
        }
        return out;
    }
    for (qsizetype at = 0; (at = shown.indexOf(m_pattern, at, Qt::CaseInsensitive)) >= 0 && out.size() < 200; at += m_pattern.size())
        out.emplace_back(at, m_pattern.size());
    return out;
}

} // namespace timonier
