#include "kube/kubeconfig_write.h"

#include "base/paths.h"
#include "base/pause.h"
#include "base/say.h"
#include "kube/file_lock.h"
#include "kube/kubeconfig.h"
#include "kube/safe_file.h"

#include <QDateTime>
#include <QFile>
#include <QFileInfo>

#include <algorithm>

namespace timonier {

namespace {

constexpr qint64 maxFile = 4 << 20;

Result<std::string> readWhole(const std::filesystem::path &path)
{
    QFile file(QString::fromStdString(toUtf8(path)));
    if (!file.exists())
        return std::string();
    if (!file.open(QIODevice::ReadOnly))
        return std::unexpected(Error{.kind = ErrorKind::Io, .message = say("Core", "{} cannot be read: {}", toUtf8(path), file.errorString().toStdString()),
                                     .context = {{"file", toUtf8(path)}}});
    if (file.size() > maxFile)
        return std::unexpected(Error{.kind = ErrorKind::TooLarge, .message = say("Core", "{} is larger than any kubeconfig", toUtf8(path)), .context = {{"file", toUtf8(path)}}});
    return file.readAll().toStdString();
}

// What a symbolic link comes to, though that be missing; a circle stays as it is.
std::filesystem::path resolved(const std::filesystem::path &path)
{
    std::error_code error;
    std::filesystem::path at = path;
    for (int hops = 0; hops < 32 && std::filesystem::is_symlink(at, error); ++hops) {
        const std::filesystem::path to = std::filesystem::read_symlink(at, error);
        if (error)
            return path;
        at = to.is_absolute() ? to : at.parent_path() / to;
    }
    return at;
}

// Root may write anything; a person who took the right away meant it.
bool isReadOnly(const std::filesystem::path &path)
{
    const QFileInfo info(QString::fromStdString(toUtf8(path)));
    return info.exists() && (!info.isWritable() || !info.permission(QFile::WriteOwner));
}

std::string stamp() { return QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss")).toStdString(); }

std::filesystem::path unused(const std::filesystem::path &wanted, const std::string &ending)
{
    std::error_code error;
    std::filesystem::path path = wanted;
    path += ending;
    for (int i = 2; std::filesystem::exists(path, error); ++i) {
        path = wanted;
        path += "-" + std::to_string(i) + ending;
    }
    return path;
}

bool hasComments(const std::string &text) { return text.starts_with('#') || text.find("\n#") != text.npos || text.find(" #") != text.npos; }

// A kubeconfig of its own: in the same folder, or, where nothing can be written there, in ours.
Result<KubeconfigChange> writeBeside(const std::filesystem::path &path, const KubeconfigEdit &edit, const KubeconfigWriting &how, KubeconfigChange change)
{
    const std::string text = TRY(edit({}));
    std::filesystem::path beside = path;
    beside += "." + how.besideName + ".yaml"; // the newest of that name counts: it is ours
    const std::filesystem::path ours = dataDir() / "kubeconfigs" / beside.filename();
    for (const std::filesystem::path &there : {beside, ours})
        if (readWhole(there).value_or(std::string()) == text) {
            change.beside = toUtf8(there);
            return change; // changed: no
        }
    change.changed = true;
    if (how.look)
        return change;
    auto written = writeSafely(beside, text);
    if (!written) {
        beside = ours;
        written = writeSafely(beside, text);
    }
    if (!written)
        return std::unexpected(std::move(written).error());
    change.beside = toUtf8(beside);
    return change;
}

} // namespace

std::string kubeconfigToWrite(const std::string &chosen, const Environment &environment)
{
    const std::vector<std::string> paths = kubeconfigPaths(chosen, environment);
    std::error_code error;
    const auto first = std::ranges::find_if(paths, [&](const std::string &path) { return std::filesystem::exists(toPath(path), error); });
    return first == paths.end() ? paths.back() : *first;
}

std::string KubeconfigChange::words() const
{
    if (!beside.empty())
        return say("Core", "{} was left alone ({}); the cluster stands in {}", file, reason, beside);
    if (!changed)
        return say("Core", "{} said so already", file);
    if (backup.empty())
        return say("Core", "{} was written", file);
    return lostComments ? say("Core", "{} was changed; as it was, with its comments, it is kept as {}", file, backup)
                        : say("Core", "{} was changed; as it was it is kept as {}", file, backup);
}

Result<KubeconfigChange> changeKubeconfig(const std::string &file, const KubeconfigEdit &edit, const KubeconfigWriting &how, std::stop_token stop)
{
    const std::filesystem::path named = std::filesystem::absolute(toPath(file));
    const std::filesystem::path path = resolved(named);
    KubeconfigChange change{.file = toUtf8(named)};
    const auto aside = [&](Error reason) -> Result<KubeconfigChange> {
        if (!how.mayBeside)
            return std::unexpected(std::move(reason));
        change.reason = reason.text();
        return writeBeside(path, edit, how, change);
    };
    if (isReadOnly(path))
        return aside({.kind = ErrorKind::Forbidden, .message = say("Core", "{} is read-only", toUtf8(path)),
                      .hint = say("Core", "Make it writable, or name another file in KUBECONFIG"), .context = {{"file", toUtf8(path)}}});
    std::vector<FileLock> locks;
    if (!how.look) {
        if (auto made = makeFolder(path.parent_path()); !made)
            return aside(std::move(made).error());
        // As client-go does, beside the name that was given; and beside the file itself, for those who were given that one.
        for (const std::filesystem::path &lockOf : path == named ? std::vector{named} : std::vector{named, path}) {
            auto lock = FileLock::take(lockOf, how.lockWait, stop);
            if (!lock)
                return lock.error().kind == ErrorKind::Forbidden ? aside(std::move(lock).error()) : Result<KubeconfigChange>(std::unexpected(std::move(lock).error()));
            locks.push_back(std::move(*lock));
        }
    }
    const std::string before = TRY(readWhole(path));
    auto after = edit(before);
    if (!after) {
        const Error &error = after.error();
        const bool isItsFault = std::ranges::any_of(error.context, [](const auto &pair) { return pair.first == "file" && !pair.second.empty(); });
        return error.kind == ErrorKind::Invalid && isItsFault ? aside(std::move(after).error().because(say("Core", "it is broken"))) : Result<KubeconfigChange>(std::unexpected(std::move(after).error()));
    }
    change.changed = *after != before;
    if (!change.changed || how.look)
        return change;
    std::error_code gone;
    if (std::filesystem::exists(path, gone)) {
        std::filesystem::path kept = path;
        kept += ".timonier-" + stamp();
        kept = unused(kept, {});
        TRY(writeSafely(kept, before));
        change.backup = toUtf8(kept);
    }
    TRY(writeSafely(path, *after));
    change.lostComments = hasComments(before);
    return change;
}

} // namespace timonier
