// What a person types to find rows. Words stand for "all of these":
//   web prod        both occur in the name, namespace or visible text (case does not matter)
//   label=app=web   a label that starts so ("label=app" finds any value)
//   -word, -label=… not so
//   /web-[0-9]+$/   a regular expression over each text; a slash that is not closed yet reaches to the end
#pragma once

#include "kube/row.h"

#include <QRegularExpression>
#include <QString>

#include <optional>
#include <string>
#include <vector>

namespace timonier {

class RowFilter
{
public:
    RowFilter() = default;
    // Never fails: a regular expression that is wrong (or not finished) sets problem() and finds nothing by itself.
    static RowFilter parse(const QString &text);

    bool empty() const { return m_terms.empty(); }
    // Why the filter cannot be used, for people; empty when it can.
    QString problem() const { return m_problem; }
    // Whether a row passes; `key` as SearchKeys makes it.
    bool accepts(const Row &row, std::string_view key) const;
    // Whether whatever passes this filter passed `before`: then only those rows need to be looked at.
    bool narrows(const RowFilter &before) const;

private:
    enum class Type { Text, Label, Regex };
    struct Term {
        Type type = Type::Text;
        bool negated = false;
        std::string text;
        QRegularExpression regex;
    };
    void add(const QString &word, bool negated);
    void addRegex(const QString &pattern, bool negated);

    std::vector<Term> m_terms;
    QString m_problem;
};

} // namespace timonier
