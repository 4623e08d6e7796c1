#include "kube/safe_file.h"

#include "base/paths.h"
#include "base/say.h"

#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#ifndef _WIN32
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace timonier {

Result<> makeFolder(const std::filesystem::path &folder)
{
    std::error_code error;
    if (folder.empty() || std::filesystem::is_directory(folder, error))
        return {};
    std::filesystem::create_directories(folder, error);
    if (error)
        return std::unexpected(Error{.kind = ErrorKind::Io, .message = say("Core", "the folder {} cannot be made: {}", toUtf8(folder), error.message()),
                                     .context = {{"folder", toUtf8(folder)}}});
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
    return {};
}

Result<> writeSafely(const std::filesystem::path &path, std::string_view text)
{
    TRY(makeFolder(path.parent_path()));
    const QString name = QString::fromStdString(toUtf8(path));
    const auto failed = [&](const QString &reason) {
        return std::unexpected(Error{.kind = ErrorKind::Io, .message = say("Core", "{} cannot be written: {}", toUtf8(path), reason.toStdString()),
                                     .hint = say("Core", "See that its disk has room and that its folder can be written to"), .context = {{"file", toUtf8(path)}}});
    };
    const bool isNew = !QFileInfo::exists(name);
    QSaveFile file(name); // flushed to the disk, then renamed
    if (!file.open(QIODevice::WriteOnly))
        return failed(file.errorString());
#ifndef _WIN32
    // QSaveFile has copied the mode; the owner is lost when root writes a person's file.
    struct stat was = {};
    if (!isNew && ::stat(path.c_str(), &was) == 0)
        (void)!::fchown(file.handle(), was.st_uid, was.st_gid);
#endif
    if (isNew && !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner))
        return failed(file.errorString());
    // Flushed by ourselves: commit() of Qt 6.4 overlooks that its last bytes found no room, and renames.
    if (file.write(text.data(), static_cast<qint64>(text.size())) != static_cast<qint64>(text.size()) || !file.flush() || !file.commit())
        return failed(file.errorString());
    return {};
}

} // namespace timonier
