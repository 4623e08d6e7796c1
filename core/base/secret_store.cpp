#include "base/secret_store.h"

#include "base/say.h"
#include "base/worker.h"

#include <QEventLoop>

#include <qt6keychain/keychain.h>

#include <future>

namespace timonier {

namespace {

const QString service = QStringLiteral("Timonier");

Error problem(const QKeychain::Job &job)
{
    const std::string words = job.errorString().toStdString();
    switch (job.error()) {
    case QKeychain::NoBackendAvailable:
    case QKeychain::NotImplemented:
        return {.kind = ErrorKind::Unsupported, .message = say("Core", "this system has no store for passwords: {}", words),
                .hint = say("Core", "Start GNOME Keyring or KWallet, or give the password each time.")};
    case QKeychain::AccessDenied:
    case QKeychain::AccessDeniedByUser:
        return {.kind = ErrorKind::Forbidden, .message = say("Core", "the system's store for passwords stays closed: {}", words),
                .hint = say("Core", "Unlock it, and try again.")};
    default: return {.kind = ErrorKind::Io, .message = say("Core", "the system's store for passwords failed: {}", words)};
    }
}

// QtKeychain queues its jobs in an object of the thread that asked first, for the whole program: a job of another thread is never begun.
// So there is one thread for all of them, as long as the program runs.
Worker &keychainThread()
{
    static Worker worker("keychain");
    return worker;
}

// Runs `work` there, and waits for it.
template <class Work>
auto onKeychainThread(Work work) -> decltype(work())
{
    std::promise<decltype(work())> done;
    keychainThread().post([&] { done.set_value(work()); });
    return done.get_future().get();
}

// The jobs speak to D-Bus by an event loop; the thread has one for as long.
void runJob(QKeychain::Job &job, const std::string &key)
{
    QEventLoop loop;
    job.setAutoDelete(false);
    job.setInsecureFallback(false); // or it would write them into a file of ours where there is no store
    job.setKey(QString::fromStdString(key));
    QObject::connect(&job, &QKeychain::Job::finished, &loop, &QEventLoop::quit);
    job.start();
    loop.exec();
}

struct SystemSecretStore final : SecretStore {
    using Read = Result<std::optional<Secret>>;

    Result<std::optional<Secret>> read(const std::string &key) override
    {
        return onKeychainThread([&]() -> Read {
            QKeychain::ReadPasswordJob job(service);
            runJob(job, key);
            if (job.error() == QKeychain::EntryNotFound)
                return std::optional<Secret>();
            if (job.error() != QKeychain::NoError)
                return std::unexpected(problem(job));
            return std::optional(Secret(job.textData().toStdString()));
        });
    }

    Result<> write(const std::string &key, const Secret &value) override
    {
        return onKeychainThread([&]() -> Result<> {
            QKeychain::WritePasswordJob job(service);
            job.setTextData(QString::fromStdString(value.reveal()));
            runJob(job, key);
            if (job.error() != QKeychain::NoError)
                return std::unexpected(problem(job));
            return {};
        });
    }

    Result<> remove(const std::string &key) override
    {
        return onKeychainThread([&]() -> Result<> {
            QKeychain::DeletePasswordJob job(service);
            runJob(job, key);
            if (job.error() != QKeychain::NoError && job.error() != QKeychain::EntryNotFound)
                return std::unexpected(problem(job));
            return {};
        });
    }
};

} // namespace

std::unique_ptr<SecretStore> systemSecretStore() { return std::make_unique<SystemSecretStore>(); }

Result<std::optional<Secret>> MemorySecretStore::read(const std::string &key)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_secrets.find(key);
    return found == m_secrets.end() ? std::nullopt : std::optional(found->second);
}

Result<> MemorySecretStore::write(const std::string &key, const Secret &value)
{
    const std::lock_guard lock(m_mutex);
    m_secrets.insert_or_assign(key, value);
    return {};
}

Result<> MemorySecretStore::remove(const std::string &key)
{
    const std::lock_guard lock(m_mutex);
    m_secrets.erase(key);
    return {};
}

} // namespace timonier
