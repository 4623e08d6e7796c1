#include "kube/credential_source.h"

#include "base/file_stamp.h"
#include "base/log.h"
#include "base/say.h"
#include "base/single_flight.h"
#include "kube/kubeconfig_file.h"

#include <algorithm>
#include <mutex>

namespace timonier {

namespace {

using namespace std::chrono_literals;

// Mounted tokens are replaced without warning; client-go reads them once a minute (rest/token_source.go).
constexpr auto fileAge = 60s;

// Several watches are refused at once: one new run of the plugin answers all of them.
constexpr auto rejectionAge = 2s;

Result<std::string> readPem(const std::string &path, const std::string &user, const char *field)
{
    Result<std::string> pem = readSmallFile(path);
    if (pem && pem->find("-----BEGIN ") == pem->npos)
        pem = std::unexpected(Error{.kind = ErrorKind::Invalid,
                                    .message = say("Core", "the file {} holds no PEM", path),
                                    .context = {{"file", path}}});
    if (!pem)
        return std::unexpected(
            std::move(pem).error().because(say("Core", "the {} of the user {} cannot be read", field, user),
                                           say("Core", "Put the file in place, or correct {} in the kubeconfig", field)));
    return pem;
}

// Certificates, tokens and passwords that are written down, inline or in files.
class WrittenCredentials final : public CredentialSource
{
public:
    WrittenCredentials(UserSpec user, std::shared_ptr<const Clock> clock) : m_user(std::move(user)), m_clock(std::move(clock))
    {
        for (const std::string &file : {m_user.certificateFile, m_user.keyFile, m_user.tokenFile})
            if (!file.empty())
                m_files.push_back(file);
    }

    Result<Credential> resolve(bool afterRejection, std::stop_token stop) override
    {
        if (stop.stop_requested())
            return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
        if (!afterRejection)
            if (auto known = cached())
                return std::move(*known);
        FileStamp stamp(m_files); // before the reading: a file that changes meanwhile is read again
        Credential credential = TRY(read(afterRejection));
        const std::scoped_lock lock(m_mutex);
        m_stamp = std::move(stamp);
        m_read = m_clock->elapsed();
        m_credential = credential;
        return credential;
    }

    std::optional<Credential> cached() override
    {
        const std::scoped_lock lock(m_mutex);
        if (!m_credential)
            return {};
        if (!m_files.empty() && (m_clock->elapsed() - m_read >= fileAge || m_stamp.changed()))
            m_credential.reset();
        return m_credential;
    }

private:
    Result<Credential> read(bool afterRejection)
    {
        Credential credential;
        credential.certificatePem = m_user.certificatePem;
        credential.keyPem = m_user.keyPem;
        if (!m_user.certificateFile.empty())
            credential.certificatePem = TRY(readPem(m_user.certificateFile, m_user.name, "client-certificate"));
        if (!m_user.keyFile.empty())
            credential.keyPem = Secret(TRY(readPem(m_user.keyFile, m_user.name, "client-key")));
        if (Secret token = TRY(readToken(afterRejection)); !token.empty())
            credential.bearer = std::move(token);
        else if (!m_user.username.empty())
            credential.basic = {m_user.username, m_user.password};
        return credential;
    }

    // The file's token; the last one that could be read while it cannot; else the one in the kubeconfig.
    Result<Secret> readToken(bool afterRejection)
    {
        if (m_user.tokenFile.empty())
            return m_user.token;
        Result<Secret> token = readTokenFile();
        const std::scoped_lock lock(m_mutex);
        if (token) {
            m_token = *token;
            return token;
        }
        if (!m_user.token.empty())
            return m_user.token;
        if (m_token.empty() || afterRejection)
            return std::unexpected(std::move(token).error());
        log(LogLevel::Warning, say("Core", "{}; the last token read is used", token.error().text()));
        return m_token;
    }

    Result<Secret> readTokenFile() const
    {
        const std::string hint = say("Core", "Put the file in place, or correct tokenFile in the kubeconfig");
        Result<std::string> text = readSmallFile(m_user.tokenFile);
        if (!text)
            return std::unexpected(std::move(text).error().because(
                say("Core", "the token file of the user {} cannot be read", m_user.name), hint));
        constexpr const char *blanks = " \t\r\n";
        const std::size_t begin = std::min(text->find_first_not_of(blanks), text->size());
        std::string token = text->substr(begin, text->find_last_not_of(blanks) + 1 - begin);
        const auto refused = [&](std::string message) {
            return std::unexpected(Error{.kind = ErrorKind::Invalid,
                                         .message = std::move(message),
                                         .hint = hint,
                                         .context = {{"file", m_user.tokenFile}}});
        };
        if (token.empty())
            return refused(say("Core", "the token file {} is empty", m_user.tokenFile));
        // It becomes a header line.
        if (std::ranges::any_of(token, [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; }))
            return refused(say("Core", "the file {} holds more than a token", m_user.tokenFile));
        return Secret(std::move(token));
    }

    const UserSpec m_user;
    const std::shared_ptr<const Clock> m_clock;
    std::vector<std::string> m_files;
    std::mutex m_mutex; // of all below
    std::optional<Credential> m_credential;
    std::chrono::milliseconds m_read{0};
    FileStamp m_stamp;
    Secret m_token;
};

// What a plugin answers. A certificate written beside it is used where the plugin gives none.
class PluginCredentials final : public CredentialSource
{
public:
    PluginCredentials(UserSpec user, Endpoint endpoint, CredentialSettings settings)
        : m_exec(*user.exec), m_endpoint(std::move(endpoint)), m_settings(std::move(settings)),
          m_written(std::move(user), m_settings.clock)
    {
    }

    Result<Credential> resolve(bool afterRejection, std::stop_token stop) override
    {
        if (auto known = usable(afterRejection))
            return std::move(*known);
        return m_flight.run(std::move(stop), [this, afterRejection](std::stop_token inner) -> Result<Credential> {
            if (auto known = usable(afterRejection)) // a flight that has just landed
                return std::move(*known);
            Credential credential = TRY(runExecPlugin(m_exec, m_endpoint, m_settings, inner));
            if (credential.certificatePem.empty()) {
                const Credential written = TRY(m_written.resolve(afterRejection, inner));
                credential.certificatePem = written.certificatePem;
                credential.keyPem = written.keyPem;
            }
            const std::scoped_lock lock(m_mutex);
            m_credential = credential;
            m_renewed = afterRejection ? std::optional(m_settings.clock->elapsed()) : std::nullopt;
            return credential;
        });
    }

    std::optional<Credential> cached() override
    {
        const std::scoped_lock lock(m_mutex);
        if (m_credential && m_credential->expires && *m_credential->expires <= m_settings.clock->wall())
            m_credential.reset();
        return m_credential;
    }

private:
    std::optional<Credential> usable(bool afterRejection)
    {
        if (afterRejection) {
            const std::scoped_lock lock(m_mutex);
            if (!m_renewed || m_settings.clock->elapsed() - *m_renewed >= rejectionAge)
                m_credential.reset();
        }
        return cached();
    }

    const ExecSpec m_exec;
    const Endpoint m_endpoint;
    const CredentialSettings m_settings;
    WrittenCredentials m_written;
    SingleFlight<Credential> m_flight;
    std::mutex m_mutex; // of all below
    std::optional<Credential> m_credential;
    std::optional<std::chrono::milliseconds> m_renewed; // when the credential replaced a refused one
};

} // namespace

std::shared_ptr<CredentialSource> makeCredentialSource(UserSpec user, Endpoint endpoint, CredentialSettings settings)
{
    // As client-go: who brings a token or a password does not ask the plugin.
    if (user.exec && user.token.empty() && user.tokenFile.empty() && user.username.empty())
        return std::make_shared<PluginCredentials>(std::move(user), std::move(endpoint), std::move(settings));
    return std::make_shared<WrittenCredentials>(std::move(user), std::move(settings.clock));
}

} // namespace timonier
