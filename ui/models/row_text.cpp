#include "ui/models/row_text.h"

namespace timonier {

namespace {

QString title(const TableModel &model, int column)
{
    return model.columns()[static_cast<std::size_t>(column)].title;
}

// One line, whatever a message holds.
QString oneLine(const QString &text)
{
    return text.simplified();
}

} // namespace

QString alignedText(const TableModel &model, const std::vector<int> &rows, const std::vector<int> &columns)
{
    std::vector<QStringList> lines(rows.size() + 1);
    std::vector<qsizetype> widths(columns.size(), 0);
    for (std::size_t c = 0; c < columns.size(); ++c) {
        lines[0] << title(model, columns[c]);
        for (std::size_t r = 0; r < rows.size(); ++r)
            lines[r + 1] << oneLine(model.cell(rows[r], columns[c]).text);
        for (const QStringList &line : lines)
            widths[c] = std::max(widths[c], line[static_cast<qsizetype>(c)].size());
    }
    QString out;
    for (const QStringList &line : lines) {
        QString text;
        for (std::size_t c = 0; c < columns.size(); ++c)
            text += line[static_cast<qsizetype>(c)].leftJustified(widths[c] + 3);
        while (text.endsWith(u' '))
            text.chop(1);
        out += text + u'\n';
    }
    return out;
}

QString csvField(QString text)
{
    // "=", "+", "-", "@", tab and return begin a formula (OWASP, CSV injection). A plain negative number is none.
    if (!text.isEmpty() && QStringLiteral("=+-@\t\r").contains(text[0])) {
        bool number = false;
        text.toDouble(&number);
        if (!number)
            text.prepend(u'\'');
    }
    const bool quoted = text.contains(u'"') || text.contains(u',') || text.contains(u'\n') || text.contains(u'\r');
    return quoted ? u'"' + text.replace(u'"', QStringLiteral("\"\"")) + u'"' : text;
}

QString csvText(const TableModel &model, const std::vector<int> &rows, const std::vector<int> &columns)
{
    QString out;
    for (std::size_t c = 0; c < columns.size(); ++c)
        out += (c ? QStringLiteral(",") : QString()) + csvField(title(model, columns[c]));
    out += QStringLiteral("\r\n");
    for (const int row : rows) {
        for (std::size_t c = 0; c < columns.size(); ++c)
            out += (c ? QStringLiteral(",") : QString()) + csvField(model.cell(row, columns[c]).text);
        out += QStringLiteral("\r\n");
    }
    return out;
}

} // namespace timonier
