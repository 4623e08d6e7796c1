#include "ui/views/yaml_highlighter.h"

#include "ui/theme/colours.h"

namespace timonier {

namespace {

// Behind the blanks and the "- " of list items.
qsizetype beginOf(const QString &text)
{
    qsizetype at = 0;
    while (at < text.size() && (text[at] == u' ' || (text[at] == u'-' && at + 1 < text.size() && text[at + 1] == u' ')))
        ++at;
    return at;
}

// Behind the key that begins at `at`: where its colon stands; -1: there is none.
qsizetype colonOf(const QString &text, qsizetype at)
{
    if (at < text.size() && text[at] == u'"') {
        for (++at; at < text.size() && text[at] != u'"'; ++at)
            at += text[at] == u'\\' ? 1 : 0;
        ++at;
        return at < text.size() && text[at] == u':' ? at : -1;
    }
    for (; at < text.size(); ++at) {
        if (text[at] == u':' && (at + 1 == text.size() || text[at + 1] == u' '))
            return at;
    }
    return -1;
}

} // namespace

// The state of a line is the indentation that ends the text of several lines it stands in, plus one; 0: it stands in none.
void YamlHighlighter::highlightBlock(const QString &text)
{
    const qsizetype begin = beginOf(text);
    qsizetype blanks = 0;
    while (blanks < text.size() && text[blanks] == u' ')
        ++blanks;
    const int inText = std::max(previousBlockState(), 0);
    if (inText > 0 && (blanks >= inText || text.isEmpty())) {
        setCurrentBlockState(inText);
        return;
    }
    setCurrentBlockState(0);
    if (text.startsWith(u'#')) {
        setFormat(0, static_cast<int>(text.size()), colours().dim);
        return;
    }
    const qsizetype colon = colonOf(text, begin);
    if (colon < 0)
        return;
    setFormat(static_cast<int>(begin), static_cast<int>(colon - begin), colours().accent);
    setFormat(static_cast<int>(colon), 1, colours().dim);
    if (text.endsWith(QStringLiteral(": |")) || text.endsWith(QStringLiteral(": |-")) || text.endsWith(QStringLiteral(": |+")))
        setCurrentBlockState(static_cast<int>(begin) + 1);
}

} // namespace timonier
