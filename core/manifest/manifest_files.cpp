#include "manifest/manifest_files.h"

#include "base/say.h"

#include <QDirIterator>
#include <QFile>
#include <QFileInfo>

#include <algorithm>

namespace timonier {

namespace {

constexpr qint64 most = 256 << 20; // bytes, all together

Result<std::string> contents(QFile &file, const QString &name, qint64 left)
{
    const QByteArray bytes = file.read(left + 1);
    if (file.error() != QFileDevice::NoError)
        return fail(ErrorKind::Io, say("Core", "{} cannot be read: {}", name.toStdString(), file.errorString().toStdString()));
    if (bytes.size() > left)
        return fail(ErrorKind::TooLarge, say("Core", "{}: with it the manifests are larger than 256 MB", name.toStdString()));
    return bytes.toStdString();
}

// Folders whose names begin with a dot (.git) hold no manifests.
QStringList filesBelow(const QString &folder)
{
    QStringList files;
    QDirIterator below(folder, {QStringLiteral("*.yaml"), QStringLiteral("*.yml"), QStringLiteral("*.json")}, QDir::Files, QDirIterator::Subdirectories);
    while (below.hasNext())
        if (const QString file = below.next(); !file.mid(folder.size()).contains(QLatin1String("/.")))
            files << file;
    files.sort();
    return files;
}

} // namespace

Result<std::vector<ManifestText>> manifestTexts(const std::vector<std::string> &paths)
{
    std::vector<ManifestText> texts;
    qint64 left = most;
    const auto add = [&](const QString &path) -> Result<> {
        QFile file(path);
        const bool opened = path == QLatin1String("-") ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly);
        if (!opened)
            return fail(ErrorKind::Io, say("Core", "{} cannot be read: {}", path.toStdString(), file.errorString().toStdString()));
        texts.push_back({path.toStdString(), TRY(contents(file, path, left))});
        left -= static_cast<qint64>(texts.back().text.size());
        return {};
    };
    for (const std::string &path : paths) {
        const QString name = QString::fromStdString(path);
        const QFileInfo info(name);
        if (path == "-") {
            TRY(add(name));
        } else if (!info.exists()) {
            return fail(ErrorKind::NotFound, say("Core", "{} does not exist", path), say("Core", "Name a file or a folder with manifests, or - for the standard input."));
        } else if (info.isDir()) {
            const QStringList files = filesBelow(name);
            if (files.isEmpty())
                return fail(ErrorKind::Invalid, say("Core", "{}: there is no manifest in this folder", path), say("Core", "Their names end in .yaml, .yml or .json."));
            for (const QString &file : files)
                TRY(add(file));
        } else {
            TRY(add(name));
        }
    }
    return texts;
}

} // namespace timonier
