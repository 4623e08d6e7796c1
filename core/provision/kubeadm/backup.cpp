#include "provision/kubeadm/backup.h"

#include "base/say.h"

#include <QDateTime>
#include <QFile>
#include <QFileInfo>

#include <nlohmann/json.hpp>

#ifndef _WIN32
#include <unistd.h>
#endif

namespace timonier::kubeadm {

namespace {

using namespace std::chrono_literals;

// A file that has its name only when all of it is there, and that never takes the place of another.
class NewFile
{
public:
    explicit NewFile(const std::string &name) : m_name(QString::fromStdString(name)), m_file(m_name + QStringLiteral(".part")) {}
    ~NewFile()
    {
        if (m_open)
            m_file.remove(); // closes it
    }
    NewFile(const NewFile &) = delete;
    NewFile &operator=(const NewFile &) = delete;

    Result<> open()
    {
        if (QFileInfo::exists(m_name))
            return std::unexpected(exists());
        QFile::remove(m_file.fileName()); // of a run that was killed
        if (!m_file.open(QIODevice::WriteOnly | QIODevice::NewOnly, QFileDevice::ReadOwner | QFileDevice::WriteOwner))
            return std::unexpected(failed());
        m_open = true;
        return {};
    }
    bool write(std::string_view piece) { return m_file.write(piece.data(), qint64(piece.size())) == qint64(piece.size()); }
    QString partName() const { return m_file.fileName(); }
    Result<> flush()
    {
        bool good = m_file.flush();
#ifndef _WIN32
        good = good && fsync(m_file.handle()) == 0;
#endif
        if (!good)
            return std::unexpected(failed());
        return {};
    }
    Result<> commit()
    {
        if (!m_file.rename(m_name)) // refuses a name that is taken
            return std::unexpected(QFileInfo::exists(m_name) ? exists() : failed());
        m_open = false;
        return {};
    }
    Error failed() const { return {.kind = ErrorKind::Io, .message = say("Core", "the file {} cannot be written", m_name.toStdString()), .context = {{"file", m_name.toStdString()}, {"reason", m_file.errorString().toStdString()}}}; }

private:
    Error exists() const { return {.kind = ErrorKind::Conflict, .message = say("Core", "there is a file {} already, and a backup takes no other's place", m_name.toStdString()), .hint = say("Core", "Give it another name: --to FILE"), .context = {{"file", m_name.toStdString()}}}; }

    QString m_name;
    QFile m_file;
    bool m_open = false;
};

Result<Backup> backupOf(const HostTool &host, NewFile &file, const std::function<void(std::uint64_t)> &progress, std::stop_token stop)
{
    const auto session = TRY(host.session());
    std::uint64_t received = 0;
    bool full = false;
    std::stop_source own;
    const std::stop_callback also(stop, [&own] { own.request_stop(); });
    remote::HostCommand command{.arguments = {"sh", "-c", scriptText("etcd"), "etcd", "snapshot"}, .root = true, .outLimit = 0, .stall = 10min};
    command.heard = [&](ProcessStream stream, std::string_view piece) {
        if (stream != ProcessStream::Out || full)
            return;
        if (!file.write(piece)) {
            full = true;
            own.request_stop();
        }
        received += piece.size();
        if (progress)
            progress(received);
    };
    auto output = session->run(command, own.get_token());
    if (full)
        return std::unexpected(file.failed());
    if (!output)
        return std::unexpected(std::move(output).error().with("host", host.name()));
    if (output->exitCode != 0)
        return std::unexpected(host.failed("etcd", *output));
    TRY(file.flush());
    auto snapshot = readSnapshotFile(file.partName().toStdString());
    if (!snapshot)
        return std::unexpected(Error{.kind = ErrorKind::Invalid, .message = say("Core", "what arrived is not what etcd sent: {}", snapshot.error().message), .hint = say("Core", "Nothing was kept; try it again"), .context = {{"host", host.name()}}});
    Backup done{.host = host.name(), .snapshot = *snapshot};
    const auto words = nlohmann::json::parse(output->err, nullptr, false); // etcdutl snapshot status
    if (words.is_object() && words.contains("totalKey") && words["totalKey"].is_number_integer())
        done.keys = words["totalKey"].get<std::int64_t>();
    if (words.is_object() && words.contains("revision") && words["revision"] != done.snapshot.revision)
        return std::unexpected(Error{.kind = ErrorKind::Invalid, .message = say("Core", "the snapshot was read in two ways, and they differ: revision {} and {}", words["revision"].dump(), done.snapshot.revision), .context = {{"host", host.name()}}});
    return done;
}

} // namespace

std::string backupName(const std::string &cluster, std::int64_t now)
{
    return cluster + "-" + QDateTime::fromSecsSinceEpoch(now, Qt::UTC).toString(QStringLiteral("yyyyMMdd-HHmmss")).toStdString() + ".db";
}

Result<Backup> backup(const ClusterTool &cluster, const std::string &name, const std::function<void(std::uint64_t)> &progress, std::stop_token stop)
{
    Error last{.kind = ErrorKind::NotFound, .message = say("Core", "the spec has no control plane")};
    for (const HostPtr &host : cluster.hosts()) {
        if (!host->host().controlPlane)
            continue;
        NewFile file(name);
        TRY(file.open());
        auto done = backupOf(*host, file, progress, stop);
        if (done) {
            TRY(file.commit());
            done->file = name;
            return done;
        }
        last = std::move(done).error();
        if (last.kind == ErrorKind::Cancelled || last.kind == ErrorKind::Io || stop.stop_requested())
            break;
    }
    return std::unexpected(std::move(last));
}

Result<Loss> lossOf(const ClusterTool &cluster, const std::string &file, std::stop_token stop)
{
    Loss loss{.snapshot = TRY(readSnapshotFile(file))};
    for (const HostPtr &host : cluster.hosts()) {
        if (!host->host().controlPlane)
            continue;
        if (const auto status = etcdStatus(*host, stop)) {
            if (!loss.now || status->revision > loss.now->revision)
                loss.now = *status;
        } else {
            loss.silence = status.error().text();
        }
    }
    return loss;
}

} // namespace timonier::kubeadm
