#include "session/hosts.h"

#include "base/paths.h"
#include "base/secret_store.h"
#include "remote/ssh_client.h"

#include <fmt/format.h>

#include <map>
#include <mutex>

namespace timonier {

namespace {

std::string keyFile(const std::string &key) { return key.starts_with("~/") ? toUtf8(homeDir()) + key.substr(1) : key; }

std::string storeKey(const remote::SecretQuestion &question)
{
    return question.kind == remote::SecretKind::Passphrase ? "ssh-key/" + question.about : "ssh/" + question.host;
}

// What the person's store of passwords keeps comes first; a wrong one is not offered again.
remote::Questions withStore(remote::Questions questions)
{
    questions.secret = [ask = std::move(questions.secret)](const remote::SecretQuestion &question, std::stop_token stop) -> std::optional<Secret> {
        if (question.attempt == 0 && question.kind != remote::SecretKind::Answer) {
            if (const auto kept = systemSecretStore()->read(storeKey(question)); kept && *kept)
                return **kept;
        }
        return ask ? ask(question, std::move(stop)) : std::nullopt;
    };
    return questions;
}

struct Hosts {
    explicit Hosts(remote::Questions questions) : client(withStore(std::move(questions))) {}

    remote::SshClient client;
    std::mutex mutex{};
    std::map<std::string, std::shared_ptr<remote::Session>> sessions{};
};

} // namespace

kubeadm::Access hostAccess(remote::Questions questions)
{
    return [hosts = std::make_shared<Hosts>(std::move(questions))](const kubeadm::Host &host) -> Result<std::shared_ptr<remote::Session>> {
        const std::string key = fmt::format("{}\n{}\n{}\n{}\n{}\n{}", host.host, host.port, host.user, host.key, host.jump, host.keyName);
        const std::lock_guard lock(hosts->mutex);
        if (const auto open = hosts->sessions.find(key); open != hosts->sessions.end())
            return open->second;
        remote::Target target{.host = host.host, .port = static_cast<std::uint16_t>(host.port), .user = host.user, .jump = host.jump, .keyName = host.keyName};
        if (!host.key.empty())
            target.keyFiles = {keyFile(host.key)};
        if (!host.knownHosts.empty())
            target.knownHosts = {host.knownHosts};
        return hosts->sessions[key] = TRY(hosts->client.open(target));
    };
}

void keepHostSecret(const remote::SecretQuestion &question, const Secret &secret)
{
    if (question.kind != remote::SecretKind::Answer)
        static_cast<void>(systemSecretStore()->write(storeKey(question), secret));
}

} // namespace timonier
