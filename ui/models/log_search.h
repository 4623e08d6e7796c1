// Which lines of a log hold what somebody looks for. Looks through the lines in slices, so that hundreds of thousands of
// them hold nobody up, and goes on with those that come. GUI thread.
#pragma once

#include "kube/log_buffer.h"

#include <QRegularExpression>
#include <QString>

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace timonier {

class LogSearch
{
public:
    // A text (case does not matter), or a /regular expression/; empty: nothing is looked for.
    void setPattern(const QString &pattern);
    QString pattern() const { return m_pattern; }
    bool isActive() const { return !m_pattern.isEmpty() && m_problem.isEmpty(); }
    QString problem() const { return m_problem; } // why the expression is none
    void restart(); // the lines are other ones now

    // Looks on for about this long; true when all lines have been looked at.
    bool step(LogBuffer &lines, std::chrono::milliseconds time);

    // Lines that match, numbered from 0 as they were found; first() .. end()-1 are still held.
    std::uint64_t first() const { return m_dropped; }
    std::uint64_t end() const { return m_dropped + m_found.size(); }
    std::uint64_t lineOf(std::uint64_t match) const { return m_found[static_cast<std::size_t>(match - m_dropped)]; }
    // The match on this line or the first after it; end() when there is none.
    std::uint64_t from(std::uint64_t line) const;

    // Where in a shown text it matches: position and length.
    std::vector<std::pair<qsizetype, qsizetype>> places(const QString &shown) const;

private:
    bool matches(const QString &shown) const;

    QString m_pattern;
    QString m_problem;
    std::optional<QRegularExpression> m_expression;
    std::deque<std::uint64_t> m_found;
    std::uint64_t m_dropped = 0;
    std::uint64_t m_next = 0; // line to look at
};

} // namespace timonier
