#include "catalog/catalog.h"

#include "base/nearest_name.h"
#include "base/paths.h"
#include "base/say.h"
#include "catalog/entry_reader.h"
#include "catalog/words.h"

#include <QDir>
#include <QFile>

#include <tuple>

namespace timonier::catalog {

namespace {

constexpr qint64 most = 4 << 20; // bytes of a file: an entry is written by hand

Result<std::string> contents(const QString &name)
{
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly))
        return fail(file.exists() ? ErrorKind::Io : ErrorKind::NotFound, say("Core", "{} cannot be read: {}", name.toStdString(), file.errorString().toStdString()));
    if (file.size() > most)
        return fail(ErrorKind::TooLarge, say("Core", "{} is larger than {} MB", name.toStdString(), most >> 20));
    return file.readAll().toStdString();
}

Result<Entry> entryIn(const QDir &folder, const QString &name)
{
    const QString beside = folder.filePath(name.chopped(5)); // without ".yaml"
    const auto side = [&](const std::string &wanted) -> Result<std::string> {
        const QString file = QString::fromStdString(wanted);
        if (file.contains(QLatin1String("..")) || QDir::isAbsolutePath(file))
            return fail(ErrorKind::Invalid, say("Core", "{}: an entry's manifests lie in its own folder", wanted));
        return contents(beside + QLatin1Char('/') + file);
    };
    const QString path = folder.filePath(name);
    return readEntry(TRY(contents(path)), QDir::toNativeSeparators(path).toStdString(), side);
}

} // namespace

const Entry *Catalog::find(std::string_view id) const
{
    const auto found = std::ranges::find(entries, id, &Entry::id);
    return found == entries.end() ? nullptr : &*found;
}

std::filesystem::path ownCatalog() { return configDir() / "catalog"; }

Catalog loadCatalog(const std::filesystem::path &own)
{
    Catalog catalog;
    const auto add = [&](const QDir &folder, bool isOwn) {
        for (const QString &name : folder.entryList({QStringLiteral("*.yaml")}, QDir::Files, QDir::Name)) {
            if (!isOwn && name == QLatin1String("failures.yaml"))
                continue;
            auto entry = entryIn(folder, name);
            if (!entry) {
                catalog.broken.push_back(std::move(entry).error());
                continue;
            }
            entry->own = isOwn;
            std::erase_if(catalog.entries, [&](const Entry &one) { return one.id == entry->id; });
            catalog.entries.push_back(std::move(*entry));
        }
    };
    add(QDir(QStringLiteral(":/catalog")), false);
    const auto text = contents(QStringLiteral(":/catalog/failures.yaml"));
    auto failures = text ? readFailures(*text, "failures.yaml") : std::unexpected(text.error());
    if (failures)
        catalog.failures = std::move(*failures);
    else
        catalog.broken.push_back(std::move(failures).error());
    if (!own.empty())
        add(QDir(QString::fromStdString(toUtf8(own))), true);
    const auto words = wordsOf(catalogLanguage());
    const auto inLanguage = [&](std::string &english) {
        if (const auto found = words.find(english); found != words.end())
            english = found->second;
    };
    if (!words.empty()) {
        for (Entry &entry : catalog.entries)
            forEachText(entry, inLanguage);
        forEachText(catalog.failures, inLanguage);
    }
    std::ranges::stable_sort(catalog.entries, {}, [](const Entry &entry) { return std::tie(entry.group, entry.title); });
    return catalog;
}

Result<const Entry *> entryOf(const Catalog &catalog, std::string_view id)
{
    if (const Entry *found = catalog.find(id))
        return found;
    std::vector<std::string> ids;
    for (const Entry &entry : catalog.entries)
        ids.push_back(entry.id);
    const std::string nearest = nearestName(id, ids);
    return fail(ErrorKind::NotFound, say("Core", "the catalogue has no application “{}”", id),
                nearest.empty() ? say("Core", "`timonierctl app list` names them") : say("Core", "Did you mean “{}”?", nearest));
}

} // namespace timonier::catalog
