#include "cloud/azure/sign_in.h"

#include "base/pause.h"
#include "base/redact.h"
#include "base/say.h"
#include "cloud/azure/json.h"

#include <algorithm>
#include <array>

#include <QCoreApplication>

namespace timonier::azure {

namespace {

using namespace std::chrono_literals;

struct Known {
    std::string_view code;
    ErrorKind kind;
    const char *words, *hint;
};

// learn.microsoft.com/entra/identity-platform/reference-error-codes
constexpr std::array known{
    Known{"AADSTS7000215", ErrorKind::Unauthorized, QT_TRANSLATE_NOOP("Core", "Azure does not accept the client's secret"), QT_TRANSLATE_NOOP("Core", "AZURE_CLIENT_SECRET holds the value of a secret, not its id: make a new one under App registrations, Certificates & secrets.")},
    Known{"AADSTS7000222", ErrorKind::Unauthorized, QT_TRANSLATE_NOOP("Core", "the client's secret has expired"), QT_TRANSLATE_NOOP("Core", "Make a new one under App registrations, Certificates & secrets.")},
    Known{"AADSTS700016", ErrorKind::Unauthorized, QT_TRANSLATE_NOOP("Core", "Azure knows no such client in this tenant"), QT_TRANSLATE_NOOP("Core", "Compare AZURE_CLIENT_ID and AZURE_TENANT_ID with the app registration.")},
    Known{"AADSTS90002", ErrorKind::Invalid, QT_TRANSLATE_NOOP("Core", "Azure knows no such tenant"), QT_TRANSLATE_NOOP("Core", "A tenant is an id or a domain, such as example.onmicrosoft.com; another of Azure's clouds has others.")},
    Known{"AADSTS900023", ErrorKind::Invalid, QT_TRANSLATE_NOOP("Core", "Azure knows no such tenant"), QT_TRANSLATE_NOOP("Core", "A tenant is an id or a domain, such as example.onmicrosoft.com; another of Azure's clouds has others.")},
    Known{"AADSTS700082", ErrorKind::Unauthorized, QT_TRANSLATE_NOOP("Core", "the sign-in to Azure has expired"), QT_TRANSLATE_NOOP("Core", "Sign in again: timonierctl azure login")},
    Known{"AADSTS70043", ErrorKind::Unauthorized, QT_TRANSLATE_NOOP("Core", "the sign-in to Azure has expired"), QT_TRANSLATE_NOOP("Core", "Sign in again: timonierctl azure login")},
    Known{"AADSTS50173", ErrorKind::Unauthorized, QT_TRANSLATE_NOOP("Core", "the sign-in to Azure was revoked"), QT_TRANSLATE_NOOP("Core", "Sign in again: timonierctl azure login")},
    Known{"AADSTS50076", ErrorKind::Unauthorized, QT_TRANSLATE_NOOP("Core", "Azure wants a second factor"), QT_TRANSLATE_NOOP("Core", "Sign in again, to this tenant: timonierctl azure login --tenant TENANT")},
    Known{"AADSTS50079", ErrorKind::Unauthorized, QT_TRANSLATE_NOOP("Core", "Azure wants a second factor"), QT_TRANSLATE_NOOP("Core", "Sign in again, to this tenant: timonierctl azure login --tenant TENANT")},
    Known{"AADSTS53003", ErrorKind::Forbidden, QT_TRANSLATE_NOOP("Core", "a policy of the tenant (conditional access) does not allow this sign-in"), QT_TRANSLATE_NOOP("Core", "Some tenants allow no device codes: whoever manages it can give you a service principal (AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_TENANT_ID).")},
    Known{"AADSTS50034", ErrorKind::Unauthorized, QT_TRANSLATE_NOOP("Core", "Azure knows no such person in this tenant"), QT_TRANSLATE_NOOP("Core", "Sign in to the tenant that you belong to.")},
};

// "AADSTS7000215: Invalid client secret provided. … Trace ID: …"
Error refusal(const HttpAnswer &answer)
{
    const Json json = readJson(answer.body);
    const std::string name = textOf(json, "error"), description = textOf(json, "error_description");
    if (name.empty() && answer.status < 500)
        return {.kind = ErrorKind::Protocol, .message = say("Core", "what answers is not Azure's sign-in (status {})", answer.status), .hint = say("Core", "A proxy or AZURE_AUTHORITY_HOST may lead elsewhere.")};
    const std::string code = description.starts_with("AADSTS") ? description.substr(0, description.find(':')) : std::string();
    std::string words = description.substr(0, description.find(" Trace ID"));
    words = redact(words.substr(0, 600));
    while (words.ends_with('.') || words.ends_with(' ') || words.ends_with('\r') || words.ends_with('\n'))
        words.pop_back();
    Error error{.kind = answer.status == 429 ? ErrorKind::Throttled : answer.status >= 500 ? ErrorKind::Server : ErrorKind::Unauthorized,
                .message = say("Core", "Azure does not let us sign in: {}", words.empty() ? name.empty() ? say("Core", "status {}", answer.status) : name : words), .context = {{"status", std::to_string(answer.status)}}};
    if (const auto found = std::ranges::find(known, code, &Known::code); found != known.end()) {
        error.kind = found->kind;
        error.message = translated("Core", found->words);
        error.hint = translated("Core", found->hint);
    }
    error.context.emplace_back("code", code.empty() ? name : code);
    if (const std::string id = textOf(json, "correlation_id"); !id.empty())
        error.context.emplace_back("correlation id", id);
    return error;
}

std::string oauthName(const HttpAnswer &answer) { return textOf(readJson(answer.body), "error"); }

Result<Tokens> readTokens(const HttpAnswer &answer)
{
    if (answer.status != 200)
        return std::unexpected(refusal(answer));
    const Json json = readJson(answer.body);
    Tokens tokens{.access = Secret(textOf(json, "access_token")), .refresh = Secret(textOf(json, "refresh_token")), .life = std::chrono::seconds(numberOf(json, "expires_in"))};
    if (tokens.access.empty())
        return fail(ErrorKind::Protocol, say("Core", "Azure's sign-in answered without a token"));
    return tokens;
}

} // namespace

std::string Entra::scope(bool forPeople) const { return cloud.audience + "/.default" + (forPeople ? " offline_access openid" : ""); }

Result<HttpAnswer> Entra::post(const std::string &what, std::vector<std::pair<std::string, std::string>> form, std::stop_token stop) const
{
    const HttpRequest request{.method = "POST", .url = cloud.authority + "/" + encoded(tenant.empty() ? "organizations" : tenant) + "/oauth2/v2.0/" + what,
                              .headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}}, .body = queryOf(form), .limit = 1u << 20};
    auto limit = std::chrono::milliseconds(500);
    for (int attempt = 1;; ++attempt) { // nothing is changed by asking twice
        auto answer = http->send(request, stop);
        const bool again = answer ? answer->status == 429 || answer->status >= 500 : answer.error().kind == ErrorKind::Unreachable || answer.error().kind == ErrorKind::Timeout;
        if (!again || attempt == 4)
            return answer;
        if (!pause(jittered(limit), stop))
            return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
        limit *= 3;
    }
}

Result<Tokens> Entra::tokens(std::vector<std::pair<std::string, std::string>> form, std::stop_token stop) const { return readTokens(TRY(post("token", std::move(form), std::move(stop)))); }

Result<Tokens> Entra::byClientSecret(const std::string &client, const Secret &secret, std::stop_token stop) const
{
    return tokens({{"grant_type", "client_credentials"}, {"client_id", client}, {"client_secret", secret.reveal()}, {"scope", scope(false)}}, std::move(stop));
}

Result<Tokens> Entra::byRefreshToken(const Secret &refresh, std::stop_token stop) const
{
    return tokens({{"grant_type", "refresh_token"}, {"client_id", std::string(publicClient)}, {"refresh_token", refresh.reveal()}, {"scope", scope(true)}}, std::move(stop));
}

Result<DeviceCode> Entra::askDeviceCode(std::stop_token stop) const
{
    const HttpAnswer answer = TRY(post("devicecode", {{"client_id", std::string(publicClient)}, {"scope", scope(true)}}, std::move(stop)));
    if (answer.status != 200)
        return std::unexpected(refusal(answer));
    const Json json = readJson(answer.body);
    DeviceCode code{.code = textOf(json, "user_code"), .page = textOf(json, "verification_uri"), .device = Secret(textOf(json, "device_code")),
                    .interval = std::chrono::seconds(std::clamp(numberOf(json, "interval"), 1, 60)), .life = std::chrono::seconds(std::clamp(numberOf(json, "expires_in"), 60, 3600))};
    if (code.code.empty() || code.device.empty())
        return fail(ErrorKind::Protocol, say("Core", "Azure's sign-in answered without a code"));
    return code;
}

Result<Tokens> Entra::awaitDeviceCode(const DeviceCode &code, std::stop_token stop) const
{
    const auto end = clock->elapsed() + code.life;
    auto interval = code.interval;
    while (clock->elapsed() < end) {
        if (!pause(interval, stop))
            return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
        auto answer = post("token", {{"grant_type", "urn:ietf:params:oauth:grant-type:device_code"}, {"client_id", std::string(publicClient)}, {"device_code", code.device.reveal()}}, stop);
        if (!answer) {
            if (answer.error().kind == ErrorKind::Unreachable || answer.error().kind == ErrorKind::Timeout)
                continue; // the person may still be typing
            return std::unexpected(std::move(answer).error());
        }
        const std::string name = oauthName(*answer);
        if (name == "slow_down")
            interval += 5s;
        else if (name == "authorization_declined")
            return fail(ErrorKind::Forbidden, say("Core", "the sign-in was declined"));
        else if (name == "expired_token" || name == "code_expired")
            break;
        else if (name != "authorization_pending")
            return readTokens(*answer);
    }
    return fail(ErrorKind::Timeout, say("Core", "nobody typed the code in"), say("Core", "Ask for another one."));
}

} // namespace timonier::azure
