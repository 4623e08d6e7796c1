// IAM Identity Center (docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html).
#include "cloud/aws/key_sources.h"

#include "base/paths.h"
#include "base/say.h"

#include <algorithm>

#include <QCryptographicHash>
#include <QFile>
#include <QSaveFile>

#include <nlohmann/json.hpp>

namespace timonier::aws {

namespace {

using Json = nlohmann::json;

std::string textOf(const Json &json, const char *name)
{
    const auto at = json.is_object() ? json.find(name) : json.end();
    return json.is_object() && at != json.end() && at->is_string() ? at->get<std::string>() : std::string();
}

std::unexpected<Error> again(const std::string &profile)
{
    return fail(ErrorKind::Unauthorized, say("Core", "the AWS profile {} is not signed in", profile), say("Core", "Run: aws sso login --profile {}", profile));
}

struct Session {
    std::string region{}, cacheName{}; // of the cached token: the session's name, or the start URL in older configurations
    bool renews = false;               // only a named session's
};

// Renews it without a browser (RFC 6749, 6), and keeps what it got for AWS' own tools. Failing to is no error: the person signs in again.
std::string renewed(Json &token, const QString &file, const std::string &url, const Machine &machine, std::stop_token stop)
{
    const Json ask{{"clientId", textOf(token, "clientId")}, {"clientSecret", textOf(token, "clientSecret")}, {"grantType", "refresh_token"}, {"refreshToken", textOf(token, "refreshToken")}};
    const auto answer = machine.http->send({.method = "POST", .url = url + "/token", .headers = {{"Content-Type", "application/json"}}, .body = ask.dump(-1, ' ', false, Json::error_handler_t::replace)}, std::move(stop));
    const Json got = answer && answer->status == 200 ? Json::parse(answer->body, nullptr, false) : Json();
    const std::string access = textOf(got, "accessToken");
    if (access.empty())
        return {};
    token["accessToken"] = access;
    if (const std::string next = textOf(got, "refreshToken"); !next.empty())
        token["refreshToken"] = next;
    const int seconds = got.contains("expiresIn") && got["expiresIn"].is_number_integer() ? got["expiresIn"].get<int>() : 0;
    const std::string expires = stamp(machine.clock->wall() + std::chrono::seconds(seconds));
    token["expiresAt"] = fmt::format("{}-{}-{}T{}:{}:{}Z", expires.substr(0, 4), expires.substr(4, 2), expires.substr(6, 2), expires.substr(9, 2), expires.substr(11, 2), expires.substr(13, 2));
    QSaveFile save(file);
    if (save.open(QIODevice::WriteOnly)) {
        save.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
        save.write(QByteArray::fromStdString(token.dump(2, ' ', false, Json::error_handler_t::replace)));
        save.commit();
    }
    return access;
}

} // namespace

Result<Keys> ssoKeys(const SharedConfig &config, const std::string &profile, const Machine &machine, std::stop_token stop)
{
    Section section = config.profiles.at(profile);
    Session session{.region = section["sso_region"], .cacheName = section["sso_start_url"]};
    if (const std::string name = section["sso_session"]; !name.empty()) {
        const auto found = config.ssoSessions.find(name);
        if (found == config.ssoSessions.end())
            return fail(ErrorKind::Invalid, say("Core", "the AWS profile {} names the sso-session {}, which there is not", profile, name));
        const auto region = found->second.find("sso_region");
        session = {.region = region == found->second.end() ? "" : region->second, .cacheName = name, .renews = true};
    }
    const std::string account = section["sso_account_id"], role = section["sso_role_name"];
    if (session.region.empty() || account.empty() || role.empty())
        return fail(ErrorKind::Invalid, say("Core", "the AWS profile {} needs sso_region, sso_account_id and sso_role_name", profile));
    const QString file = QString::fromStdString(toUtf8(machine.home / ".aws" / "sso" / "cache")) + QLatin1Char('/') +
                         QString::fromLatin1(QCryptographicHash::hash(QByteArray::fromStdString(session.cacheName), QCryptographicHash::Sha1).toHex()) + QStringLiteral(".json");
    QFile cache(file);
    if (!cache.open(QIODevice::ReadOnly))
        return again(profile);
    Json token = Json::parse(cache.readAll().toStdString(), nullptr, false);
    cache.close();
    const Endpoints endpoints = endpointsOf(config, profile, machine.environment);
    const Address oidc = TRY(addressOf(ssoOidc, session.region, endpoints)), portal = TRY(addressOf(sso, session.region, endpoints));
    std::string access = textOf(token, "accessToken");
    const auto expires = timeOf(textOf(token, "expiresAt"));
    if (access.empty() || !expires || *expires < machine.clock->wall() + std::chrono::minutes(1)) {
        const bool can = session.renews && !textOf(token, "refreshToken").empty() && !textOf(token, "clientSecret").empty();
        access = can ? renewed(token, file, oidc.url, machine, stop) : std::string();
        if (access.empty())
            return again(profile);
    }
    const HttpAnswer answer = TRY(machine.http->send({.url = portal.url + "/federation/credentials?" + queryOf({{"role_name", role}, {"account_id", account}}), .headers = {{"x-amz-sso_bearer_token", access}}}, stop));
    if (answer.status == 401)
        return again(profile);
    if (answer.status == 403 || answer.status == 404)
        return fail(ErrorKind::Forbidden, say("Core", "the AWS profile {} may not take the role {} in the account {}", profile, role, account), say("Core", "Ask whoever manages IAM Identity Center for it."));
    const Json body = Json::parse(answer.body, nullptr, false);
    const Json given = body.is_object() && body.contains("roleCredentials") ? body["roleCredentials"] : Json();
    Keys keys{.id = textOf(given, "accessKeyId"), .secret = Secret(textOf(given, "secretAccessKey")), .token = Secret(textOf(given, "sessionToken")), .from = say("Core", "the profile {}", profile)};
    if (answer.status != 200 || keys.id.empty() || keys.secret.empty())
        return fail(answer.status >= 500 ? ErrorKind::Server : ErrorKind::Protocol, say("Core", "IAM Identity Center gave no keys (status {})", answer.status));
    if (given.contains("expiration") && given["expiration"].is_number())
        keys.expires = Time(std::chrono::milliseconds(given["expiration"].get<std::int64_t>()));
    return keys;
}

} // namespace timonier::aws
