#include "cloud/azure/credentials.h"

#include "base/log.h"
#include "base/say.h"
#include "base/single_flight.h"
#include "cloud/azure/json.h"
#include "cloud/azure/managed_identity.h"

namespace timonier::azure {

namespace {

using namespace std::chrono_literals;

std::string storeName(const std::string &account) { return "azure/" + (account.empty() ? "default" : account); }

class Source final : public TokenSource
{
public:
    Source(SignIn signIn, Cloud cloud, Machine machine) : m_signIn(std::move(signIn)), m_cloud(std::move(cloud)), m_machine(std::move(machine)) {}

    Result<Secret> token(bool afterRejection, std::stop_token stop) override
    {
        {
            const std::lock_guard lock(m_mutex);
            if (afterRejection)
                m_end = 0ms;
            if (m_machine.clock->elapsed() + 5min < m_end)
                return m_access;
        }
        return m_flight.run(std::move(stop), [this](std::stop_token token) { return fetch(token); });
    }

private:
    Entra entra(const std::string &tenant) const { return {.http = m_machine.http, .clock = m_machine.clock, .cloud = m_cloud, .tenant = tenant}; }

    Result<std::optional<Tokens>> managed(const std::string &client, std::stop_token stop) const
    {
        return ManagedIdentity{.http = m_machine.http, .clock = m_machine.clock, .environment = m_machine.environment, .audience = m_cloud.audience, .client = client}.token(std::move(stop));
    }

    Result<Secret> fetch(std::stop_token stop)
    {
        const Environment &environment = m_machine.environment;
        const std::string client(variable(environment, "AZURE_CLIENT_ID")), tenant(variable(environment, "AZURE_TENANT_ID"));
        if (m_signIn.account.empty() && !client.empty())
            return kept(TRY(byEnvironment(client, tenant, stop)));
        return kept(TRY(byAccount(m_signIn.tenant.empty() ? tenant : m_signIn.tenant, stop)));
    }

    Result<Tokens> byEnvironment(const std::string &client, const std::string &tenant, std::stop_token stop)
    {
        const std::string wanted = m_signIn.tenant.empty() ? tenant : m_signIn.tenant;
        const Secret secret{std::string(variable(m_machine.environment, "AZURE_CLIENT_SECRET"))};
        const bool byCertificate = !variable(m_machine.environment, "AZURE_CLIENT_CERTIFICATE_PATH").empty();
        if (secret.empty() && !byCertificate) // then it is the client id of an identity that this machine was given, as azure-identity takes it
            if (auto tokens = TRY(managed(client, stop)))
                return std::move(*tokens);
        if (wanted.empty())
            return fail(ErrorKind::Unauthorized, say("Core", "AZURE_CLIENT_ID is set, and AZURE_TENANT_ID is not"));
        if (!secret.empty())
            return entra(wanted).byClientSecret(client, secret, std::move(stop));
        if (byCertificate)
            return fail(ErrorKind::Unsupported, say("Core", "signing in to Azure with a client's certificate is not supported"), say("Core", "Give the client a secret (AZURE_CLIENT_SECRET), or sign in yourself: timonierctl azure login"));
        return fail(ErrorKind::Unauthorized, say("Core", "AZURE_CLIENT_ID is set, and AZURE_CLIENT_SECRET is not"));
    }

    // The one that renews is used up by each renewal: the next one takes its place in the store, or, where that fails, in memory.
    Result<Tokens> byAccount(const std::string &tenant, std::stop_token stop)
    {
        const auto stored = m_machine.store ? m_machine.store->read(storeName(m_signIn.account)) : Result<std::optional<Secret>>(std::nullopt);
        const Json json = stored && *stored ? readJson((*stored)->reveal()) : Json();
        Secret refresh;
        {
            const std::lock_guard lock(m_mutex);
            refresh = m_refresh.empty() ? Secret(textOf(json, "refresh_token")) : m_refresh;
        }
        if (refresh.empty() && m_signIn.account.empty())
            if (auto tokens = TRY(managed({}, stop)))
                return std::move(*tokens);
        if (refresh.empty())
            return fail(ErrorKind::Unauthorized, m_signIn.account.empty() ? say("Core", "nobody is signed in to Azure") : say("Core", "nobody is signed in to Azure as {}", m_signIn.account),
                        stored ? say("Core", "Sign in (timonierctl azure login), or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.")
                               : say("Core", "The system's store of passwords cannot be asked: {}. Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET instead.", stored.error().text()));
        const std::string home = textOf(json, "tenant"), wanted = tenant.empty() ? home : tenant;
        Tokens tokens = TRY(entra(wanted).byRefreshToken(refresh, std::move(stop)));
        if (!tokens.refresh.empty() && m_machine.store)
            if (const auto written = storeAccount(*m_machine.store, m_signIn.account, home, tokens.refresh); !written)
                log(LogLevel::Warning, "the renewed sign-in to Azure is not kept: " + written.error().text());
        return tokens;
    }

    Secret kept(Tokens tokens)
    {
        const std::lock_guard lock(m_mutex);
        m_access = std::move(tokens.access);
        if (!tokens.refresh.empty())
            m_refresh = std::move(tokens.refresh);
        m_end = m_machine.clock->elapsed() + std::max<std::chrono::milliseconds>(tokens.life, 5min + 30s); // shorter ones are renewed when they are refused
        return m_access;
    }

    const SignIn m_signIn;
    const Cloud m_cloud;
    const Machine m_machine;
    SingleFlight<Secret> m_flight;
    std::mutex m_mutex;
    Secret m_access, m_refresh;
    std::chrono::milliseconds m_end{0}; // of m_access, on the clock that does not jump
};

} // namespace

Machine systemMachine()
{
    Environment environment = processEnvironment(), forHttp = environment;
    // What Microsoft's own tools call it (learn.microsoft.com/cli/azure/use-azure-cli-successfully-troubleshooting).
    if (const auto bundle = variable(environment, "REQUESTS_CA_BUNDLE"); !bundle.empty())
        forHttp["SSL_CERT_FILE"] = std::string(bundle);
    return {.http = systemHttpClient(std::move(forHttp)), .clock = std::make_shared<SystemClock>(), .store = systemSecretStore(), .environment = std::move(environment)};
}

std::shared_ptr<TokenSource> tokenSource(SignIn signIn, Cloud cloud, Machine machine) { return std::make_shared<Source>(std::move(signIn), std::move(cloud), std::move(machine)); }

Result<> storeAccount(SecretStore &store, const std::string &account, const std::string &tenant, const Secret &refresh)
{
    return store.write(storeName(account), Secret(dumped({{"tenant", tenant}, {"refresh_token", refresh.reveal()}})));
}

Result<> forgetAccount(SecretStore &store, const std::string &account) { return store.remove(storeName(account)); }

} // namespace timonier::azure
