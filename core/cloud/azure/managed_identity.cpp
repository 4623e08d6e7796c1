#include "cloud/azure/managed_identity.h"

#include "base/pause.h"
#include "base/say.h"
#include "cloud/azure/json.h"

#include <charconv>

namespace timonier::azure {

namespace {

using namespace std::chrono_literals;

using Found = Result<std::optional<Tokens>>;

// "3599", as the metadata has it, or 3599.
long long secondsOf(const Json &json, const char *name)
{
    const std::string text = textOf(json, name);
    long long value = numberOf(json, name);
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::string withoutSlash(std::string address)
{
    while (address.ends_with('/'))
        address.pop_back();
    return address;
}

} // namespace

std::string ManagedIdentity::query(const std::string &version) const
{
    std::vector<std::pair<std::string, std::string>> all{{"api-version", version}, {"resource", audience}};
    if (!client.empty())
        all.emplace_back("client_id", client);
    return queryOf(all);
}

std::optional<Tokens> ManagedIdentity::read(const HttpAnswer &answer) const
{
    const Json json = readJson(answer.body);
    Tokens tokens{.access = Secret(textOf(json, "access_token")), .life = std::chrono::seconds(secondsOf(json, "expires_in"))};
    if (answer.status != 200 || tokens.access.empty())
        return std::nullopt;
    if (const long long end = secondsOf(json, "expires_on"); tokens.life == 0s && end > 0) // App Service says nothing else; its clock is this machine's
        tokens.life = std::clamp(std::chrono::seconds(end) - std::chrono::duration_cast<std::chrono::seconds>(clock->wall().time_since_epoch()), 0s, std::chrono::seconds(24h));
    return tokens;
}

Found ManagedIdentity::token(std::stop_token stop) const
{
    const std::string endpoint(variable(environment, "IDENTITY_ENDPOINT"));
    if (!endpoint.empty() && !variable(environment, "IDENTITY_SERVER_THUMBPRINT").empty())
        return fail(ErrorKind::Unsupported, say("Core", "the managed identity of {} is not supported", "Azure Service Fabric"), say("Core", "Sign in (timonierctl azure login), or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET."));
    if (!endpoint.empty() && !variable(environment, "IDENTITY_HEADER").empty())
        return ofAppService(endpoint, std::move(stop));
    if (!endpoint.empty() && !variable(environment, "IMDS_ENDPOINT").empty())
        return fail(ErrorKind::Unsupported, say("Core", "the managed identity of {} is not supported", "Azure Arc"), say("Core", "Sign in (timonierctl azure login), or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET."));
    return ofMachine(std::move(stop));
}

Found ManagedIdentity::ofAppService(const std::string &endpoint, std::stop_token stop) const
{
    const HttpRequest request{.url = endpoint + "?" + query("2019-08-01"), .headers = {{"X-IDENTITY-HEADER", std::string(variable(environment, "IDENTITY_HEADER"))}, {"Accept", "application/json"}}, .connect = 2s, .whole = 30s, .limit = 1u << 20};
    const HttpAnswer answer = TRY(http->send(request, std::move(stop)));
    if (auto tokens = read(answer))
        return tokens;
    return fail(ErrorKind::Unauthorized, say("Core", "App Service gives no token of its managed identity (status {})", answer.status), say("Core", "Has the application an identity? It is given one under Settings, Identity."));
}

Found ManagedIdentity::ofMachine(std::stop_token stop) const
{
    std::string base = withoutSlash(std::string(variable(environment, "AZURE_POD_IDENTITY_AUTHORITY_HOST"))); // as azure-identity has it
    if (base.empty())
        base = "http://169.254.169.254";
    const HttpRequest request{.url = base + "/metadata/identity/oauth2/token?" + query("2018-02-01"), .headers = {{"Metadata", "true"}, {"Accept", "application/json"}}, .connect = 1s, .whole = 10s, .limit = 1u << 20};
    auto limit = 500ms;
    for (int attempt = 1;; ++attempt) {
        const auto answer = http->send(request, stop);
        if (!answer && answer.error().kind == ErrorKind::Cancelled)
            return std::unexpected(answer.error());
        if (!answer) // nobody is there: no machine of Azure's
            return std::nullopt;
        if (auto tokens = read(*answer))
            return tokens;
        if (answer->status == 400 && !client.empty())
            return fail(ErrorKind::Unauthorized, say("Core", "this machine has no managed identity with the client id {}", client), say("Core", "AZURE_CLIENT_ID names it: give it to the machine (Security, Identity, User assigned), or name another one."));
        const bool again = answer->status == 410 || answer->status == 429 || answer->status >= 500;
        if (!again) // a machine without an identity; or another cloud's, whose metadata are at the same address
            return std::nullopt;
        if (attempt == 4)
            return fail(answer->status == 429 ? ErrorKind::Throttled : ErrorKind::Server, say("Core", "the machine's metadata give no token of its managed identity (status {})", answer->status), say("Core", "Try again in a minute: Azure may be changing this machine's identities."));
        if (!pause(jittered(limit), stop))
            return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
        limit *= 3;
    }
}

} // namespace timonier::azure
