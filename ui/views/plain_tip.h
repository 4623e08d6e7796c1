// Tool tips take what looks like HTML for HTML. What a cluster says is never that.
#pragma once

#include <QString>
#include <QTextDocument>

namespace timonier {

inline QString plainTip(const QString &text)
{
    return Qt::mightBeRichText(text) ? QStringLiteral("<qt>") + text.toHtmlEscaped() + QStringLiteral("</qt>") : text;
}

} // namespace timonier
