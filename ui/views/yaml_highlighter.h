// Light colours for YAML that is read: keys, comments. Keeps to what the core's own writer makes. GUI thread.
#pragma once

#include <QSyntaxHighlighter>

namespace timonier {

class YamlHighlighter final : public QSyntaxHighlighter
{
    Q_OBJECT
public:
    using QSyntaxHighlighter::QSyntaxHighlighter;

protected:
    void highlightBlock(const QString &text) override;
};

} // namespace timonier
