#include "kube/file_lock.h"

#include "base/paths.h"
#include "base/pause.h"
#include "base/say.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLocale>

#include <utility>

namespace timonier {

namespace {

using Clock = std::chrono::steady_clock;

// The programs that take this lock, as far as they run. Linux says; elsewhere the owner and the time must do.
QStringList writersRunning()
{
    QStringList found;
    for (const QString &id : QDir(QStringLiteral("/proc")).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        QFile file(QStringLiteral("/proc/%1/comm").arg(id));
        if (!id.front().isDigit() || !file.open(QIODevice::ReadOnly))
            continue;
        const QByteArray name = file.readAll().trimmed();
        for (const char *writer : {"kubectl", "kind", "minikube", "helm", "k3d", "kubectx", "kubens", "aws", "az"})
            if (name == writer)
                found << QStringLiteral("%1 (%2)").arg(QString::fromUtf8(name), id);
    }
    return found;
}

std::string whoHolds(const QString &lock)
{
    const QFileInfo info(lock);
    std::string who = info.owner().isEmpty() ? say("Core", "since {}", info.lastModified().toString(Qt::ISODate).toStdString())
                                             : say("Core", "{} since {}", info.owner().toStdString(), info.lastModified().toString(Qt::ISODate).toStdString());
    if (const QStringList running = writersRunning(); !running.isEmpty())
        who += "; " + say("Core", "running now: {}", running.join(QStringLiteral(", ")).toStdString());
    return who;
}

} // namespace

Result<FileLock> FileLock::take(const std::filesystem::path &file, std::chrono::milliseconds wait, std::stop_token stop)
{
    std::filesystem::path path = file;
    path += ".lock";
    const QString name = QString::fromStdString(toUtf8(path));
    const Clock::time_point until = Clock::now() + wait;
    for (;;) {
        QFile lock(name);
        if (lock.open(QIODevice::WriteOnly | QIODevice::NewOnly))
            return FileLock(path);
        if (!QFileInfo::exists(name)) // gone since: try again, unless none can be made here
            if (const QFileInfo folder(QFileInfo(name).path()); !folder.isWritable())
                return std::unexpected(Error{.kind = ErrorKind::Forbidden, .message = say("Core", "nothing can be written in {}", folder.filePath().toStdString()),
                                             .context = {{"folder", folder.filePath().toStdString()}}});
        if (Clock::now() >= until) {
            const std::string who = whoHolds(name);
            return std::unexpected(Error{.kind = ErrorKind::Conflict, .message = say("Core", "{} is locked by another program ({})", toUtf8(file), who),
                                         .hint = say("Core", "Let it end. If none is at it, remove {}", toUtf8(path)),
                                         .context = {{"file", toUtf8(file)}, {"lock", toUtf8(path)}, {"who", who}}});
        }
        if (!pause(std::chrono::milliseconds(50), stop))
            return fail(ErrorKind::Cancelled, say("Core", "the change of {} was cancelled", toUtf8(file)));
    }
}

FileLock::~FileLock()
{
    std::error_code error;
    if (!m_path.empty())
        std::filesystem::remove(m_path, error);
}

FileLock::FileLock(FileLock &&other) noexcept : m_path(std::exchange(other.m_path, {})) {}

} // namespace timonier
