#include "cloud/azure/registry_calls.h"

#include "base/say.h"
#include "cloud/azure/json.h"

namespace timonier::azure {

namespace {

using namespace std::chrono_literals;

constexpr const char *version = "2025-11-01";
const std::string kind = "Microsoft.ContainerRegistry/registries";

std::string pathOf(const Calls &calls, const std::string &group, const std::string &name) { return calls.groupPath(group) + "/providers/" + kind + "/" + name; }

Registry read(const Json &json)
{
    Registry registry{.id = textOf(json, "id"), .name = textOf(json, "name"), .state = textOf(json, "properties", "provisioningState"), .server = textOf(json, "properties", "loginServer"), .location = textOf(json, "location")};
    if (const Json &tags = fieldOf(json, "tags"); tags.is_object())
        for (const auto &[key, value] : tags.items())
            if (value.is_string())
                registry.tags[key] = value.get<std::string>();
    return registry;
}

} // namespace

Result<std::optional<Registry>> registryById(const Calls &calls, const std::string &id)
{
    const auto body = TRY(calls.find({.path = id, .version = version, .action = kind + "/read"}));
    return body ? std::optional(read(readJson(*body))) : std::nullopt;
}

Result<std::optional<Registry>> registryOf(const Calls &calls, const std::string &group, const std::string &name) { return registryById(calls, pathOf(calls, group, name)); }

Result<std::vector<Registry>> registriesOf(const Calls &calls)
{
    const Json all = readJson(TRY(calls.arm.list({.path = calls.subscriptionPath() + "/providers/" + kind, .version = version, .action = kind + "/read"}, calls.stop)));
    std::vector<Registry> found;
    for (const Json &one : all)
        found.push_back(read(one));
    return found;
}

Result<Registry> putRegistry(const Calls &calls, const std::string &group, const std::string &name, const std::string &location, const std::string &tier, const Tags &tags)
{
    const Json body{{"location", location}, {"sku", {{"name", tier}}}, {"properties", {{"adminUserEnabled", false}}}, {"tags", tags}};
    return read(readJson(TRY(calls.change({.method = "PUT", .path = pathOf(calls, group, name), .version = version, .body = dumped(body), .action = kind + "/write"}, 20min))));
}

Result<> removeRegistry(const Calls &calls, const std::string &group, const std::string &name)
{
    return calls.remove({.method = "DELETE", .path = pathOf(calls, group, name), .version = version, .action = kind + "/delete"}, 20min);
}

Result<std::string> registryNameProblem(const Calls &calls, const std::string &name)
{
    const Json asked{{"name", name}, {"type", kind}};
    const Json json = readJson(TRY(calls.arm.send({.method = "POST", .path = calls.subscriptionPath() + "/providers/Microsoft.ContainerRegistry/checkNameAvailability", .version = version, .body = dumped(asked), .action = "Microsoft.ContainerRegistry/checkNameAvailability/read"}, calls.stop)));
    if (fieldOf(json, "nameAvailable") == true)
        return std::string();
    const std::string words = textOf(json, "message");
    return words.empty() ? say("Core", "somebody has it already") : words;
}

Result<Secret> registryPassword(Arm &arm, const std::string &server, const std::string &tenant, std::stop_token stop)
{
    // What it gets may do all that we may: nobody but Azure's own registries.
    if (server.find_first_of("/@?#") != std::string::npos || (!server.ends_with("." + arm.cloud().registries) && !mayBePlain("http://" + server)))
        return fail(ErrorKind::Invalid, say("Core", "{} is no registry of Azure's", server), say("Core", "They are called NAME.{}", arm.cloud().registries));
    const Secret token = TRY(arm.settings().tokens->token(false, stop));
    std::vector<std::pair<std::string, std::string>> form{{"grant_type", "access_token"}, {"service", server}, {"access_token", token.reveal()}};
    if (!tenant.empty())
        form.emplace_back("tenant", tenant);
    const HttpAnswer answer = TRY(arm.settings().http->send({.method = "POST", .url = "https://" + server + "/oauth2/exchange", .headers = {{"Content-Type", "application/x-www-form-urlencoded"}}, .body = queryOf(form), .limit = 1u << 20}, stop));
    Secret password(textOf(readJson(answer.body), "refresh_token"));
    if (answer.status == 401 || answer.status == 403)
        return fail(ErrorKind::Forbidden, say("Core", "the registry {} does not take this sign-in", server), say("Core", "Have its owner give it the role AcrPush."));
    if (answer.status != 200 || password.empty())
        return fail(ErrorKind::Protocol, say("Core", "what answers as the registry {} is none of Azure's (status {})", server, answer.status));
    return password;
}

} // namespace timonier::azure
