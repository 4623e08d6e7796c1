#include "ui/models/table_settings.h"

#include <QSettings>
#include <QStringList>

#include <algorithm>

namespace timonier {

namespace {

constexpr qsizetype mostColumns = 200;
constexpr int widest = 4000;

QString &fileName()
{
    static QString name;
    return name;
}

// Kinds of custom resources may hold anything but a slash, which QSettings takes for a group.
QString group(const QString &kind)
{
    return QStringLiteral("tables/") + QString(kind).replace(u'/', u'_');
}

} // namespace

void TableSettings::setFile(const QString &file)
{
    fileName() = file;
}

// "name:1:0", "restarts:0:80" …
TableChoice TableSettings::read(const QString &kind)
{
    TableChoice choice;
    if (fileName().isEmpty())
        return choice;
    QSettings settings(fileName(), QSettings::IniFormat);
    settings.beginGroup(group(kind));
    const QStringList columns = settings.value(QStringLiteral("columns")).toStringList();
    for (const QString &column : columns.mid(0, mostColumns)) {
        const QStringList parts = column.split(u':');
        if (parts.size() != 3 || parts[0].isEmpty())
            continue;
        if (std::ranges::find(choice.columns, parts[0], &ColumnChoice::id) == choice.columns.end())
            choice.columns.push_back({parts[0], parts[1] != u"0", std::clamp(parts[2].toInt(), 0, widest)});
    }
    choice.sort = settings.value(QStringLiteral("sort")).toString();
    choice.descending = choice.sort.startsWith(u'-');
    choice.sort.remove(0, choice.descending ? 1 : 0);
    return choice;
}

void TableSettings::write(const QString &kind, const TableChoice &choice)
{
    if (fileName().isEmpty())
        return;
    QSettings settings(fileName(), QSettings::IniFormat);
    settings.beginGroup(group(kind));
    settings.remove(QString());
    QStringList columns;
    for (const ColumnChoice &column : choice.columns)
        columns << QStringLiteral("%1:%2:%3").arg(column.id).arg(column.shown ? 1 : 0).arg(column.width);
    if (!columns.isEmpty())
        settings.setValue(QStringLiteral("columns"), columns);
    if (!choice.sort.isEmpty())
        settings.setValue(QStringLiteral("sort"), QString((choice.descending ? QStringLiteral("-") : QString()) + choice.sort));
}

} // namespace timonier
