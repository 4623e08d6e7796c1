#include "image/registry_login.h"

#include "base/paths.h"
#include "base/say.h"

#include <QByteArray>
#include <QFile>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <nlohmann/json.hpp>

namespace timonier::image {

std::string passwordKey(std::string_view registry, std::string_view user)
{
    return fmt::format("registry/{}/{}", registry, user);
}

Secret dockerConfig(const std::string &registry, const std::string &user, const Secret &password)
{
    // Docker's own registry goes by this address in its configuration (docker/cli, cli/config/credentials).
    const std::string server = registry == "docker.io" ? "https://index.docker.io/v1/" : registry;
    QByteArray pair = QByteArray::fromStdString(user + ":" + password.reveal());
    nlohmann::json config;
    config["auths"][server]["auth"] = pair.toBase64().toStdString();
    pair.fill('\0');
    return Secret(config.dump());
}

Result<LoginFolder> LoginFolder::make(const Secret &config)
{
    QString base = QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation);
    if (base.isEmpty())
        base = QStandardPaths::writableLocation(QStandardPaths::TempLocation);
    QTemporaryDir folder(base + QStringLiteral("/timonier-login-XXXXXX")); // mkdtemp: 0700
    folder.setAutoRemove(false);
    LoginFolder made(toPath(folder.path().toStdString()));
    QFile file(folder.filePath(QStringLiteral("config.json")));
    const bool written = folder.isValid() && file.open(QIODevice::WriteOnly | QIODevice::NewOnly, QFileDevice::ReadOwner | QFileDevice::WriteOwner) &&
                         file.write(config.reveal().data(), static_cast<qint64>(config.reveal().size())) == static_cast<qint64>(config.reveal().size()) && file.flush();
    if (!written)
        return fail(ErrorKind::Io, say("Core", "nothing can be written in {}", base.toStdString()));
    return made;
}

LoginFolder::LoginFolder(LoginFolder &&other) noexcept : m_path(std::exchange(other.m_path, {})) {}

LoginFolder::~LoginFolder()
{
    std::error_code error;
    if (!m_path.empty())
        std::filesystem::remove_all(m_path, error);
}

std::vector<std::string> LoginFolder::pushArguments(const std::string &program, const std::string &image) const
{
    if (program == "podman")
        return {"push", "--authfile", toUtf8(m_path / "config.json"), image};
    return {"--config", toUtf8(m_path), "push", image};
}

} // namespace timonier::image
