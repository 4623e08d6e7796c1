#include "ui/models/row_filter.h"

namespace timonier {

namespace {

bool hasLabel(std::string_view labels, std::string_view wanted)
{
    for (std::size_t at = labels.find(wanted); at != labels.npos; at = labels.find(wanted, at + 1)) {
        if (at == 0 || labels[at - 1] == ',')
            return true;
    }
    return false;
}

} // namespace

RowFilter RowFilter::parse(const QString &text)
{
    RowFilter filter;
    qsizetype at = 0;
    while (at < text.size()) {
        if (text[at].isSpace()) {
            ++at;
            continue;
        }
        const bool negated = text[at] == u'-';
        if (negated)
            ++at;
        if (at < text.size() && text[at] == u'/') {
            qsizetype end = at + 1;
            while (end < text.size() && text[end] != u'/')
                end += text[end] == u'\\' ? 2 : 1;
            end = std::min(end, text.size());
            filter.addRegex(text.mid(at + 1, end - at - 1), negated);
            at = end + 1;
            continue;
        }
        qsizetype end = at;
        while (end < text.size() && !text[end].isSpace())
            ++end;
        filter.add(text.mid(at, end - at), negated);
        at = end;
    }
    return filter;
}

void RowFilter::add(const QString &word, bool negated)
{
    static const QString prefix = QStringLiteral("label=");
    if (word.isEmpty())
        return;
    if (word.startsWith(prefix)) {
        if (word.size() > prefix.size())
            m_terms.push_back({Type::Label, negated, word.mid(prefix.size()).toStdString(), {}});
        return;
    }
    m_terms.push_back({Type::Text, negated, word.toLower().toStdString(), {}});
}

void RowFilter::addRegex(const QString &pattern, bool negated)
{
    if (pattern.isEmpty())
        return;
    // Multi-line: ^ and $ are the ends of each text of the row.
    Term term{Type::Regex, negated, pattern.toStdString(),
              QRegularExpression(pattern, QRegularExpression::CaseInsensitiveOption |
                                              QRegularExpression::MultilineOption |
                                              QRegularExpression::DontCaptureOption)};
    if (!term.regex.isValid())
        m_problem = term.regex.errorString();
    else
        term.regex.optimize();
    m_terms.push_back(std::move(term));
}

bool RowFilter::accepts(const Row &row, std::string_view key) const
{
    for (const Term &term : m_terms) {
        bool found = false;
        switch (term.type) {
        case Type::Text:
            found = key.find(term.text) != key.npos;
            break;
        case Type::Label:
            found = hasLabel(row.labels, term.text);
            break;
        case Type::Regex:
            found = term.regex.isValid() &&
                    term.regex.match(QString::fromUtf8(key.data(), static_cast<qsizetype>(key.size()))).hasMatch();
            break;
        }
        if (found == term.negated)
            return false;
    }
    return true;
}

bool RowFilter::narrows(const RowFilter &before) const
{
    // One more letter at the end of the last word, or more words: the everyday case of typing.
    if (before.m_terms.size() > m_terms.size())
        return false;
    for (std::size_t i = 0; i < before.m_terms.size(); ++i) {
        const Term &was = before.m_terms[i], &is = m_terms[i];
        if (was.type != is.type || was.negated != is.negated)
            return false;
        const bool longer = was.type != Type::Regex && !was.negated && is.text.starts_with(was.text);
        if (was.text != is.text && !longer)
            return false;
    }
    return true;
}

} // namespace timonier
