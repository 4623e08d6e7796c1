#include "ui/models/window_settings.h"

#include <QSettings>

namespace timonier {

namespace {

QString file;

std::optional<QStringList> read(const QString &key)
{
    if (file.isEmpty())
        return {};
    const QSettings settings(file, QSettings::IniFormat);
    if (!settings.contains(key))
        return {};
    QStringList list = settings.value(key).toStringList();
    list.removeAll(QString()); // how an empty list is kept
    return list;
}

void write(const QString &key, const QStringList &list)
{
    if (file.isEmpty())
        return;
    QSettings settings(file, QSettings::IniFormat);
    settings.setValue(key, list.isEmpty() ? QStringList{QString()} : list);
}

// A context may have any name: a slash would make groups of it.
QString keyOf(const QString &context)
{
    return QStringLiteral("namespaces/") + QString::fromLatin1(context.toUtf8().toBase64(QByteArray::Base64UrlEncoding));
}

} // namespace

void WindowSettings::setFile(const QString &path) { file = path; }
std::optional<QStringList> WindowSettings::namespaces(const QString &context) { return read(keyOf(context)); }
void WindowSettings::rememberNamespaces(const QString &context, const QStringList &namespaces) { write(keyOf(context), namespaces); }
std::optional<QStringList> WindowSettings::folded() { return read(QStringLiteral("rail/folded")); }
void WindowSettings::rememberFolded(const QStringList &groups) { write(QStringLiteral("rail/folded"), groups); }

} // namespace timonier
