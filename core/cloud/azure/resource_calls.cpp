#include "cloud/azure/resource_calls.h"

#include "base/pause.h"
#include "base/say.h"
#include "cloud/azure/json.h"

#include <algorithm>

namespace timonier::azure {

namespace {

using namespace std::chrono_literals;

constexpr const char *version = "2025-04-01", *subscriptionVersion = "2022-12-01", *roleVersion = "2022-04-01";

Tags tagsOf(const Json &json)
{
    Tags tags;
    if (const Json &found = fieldOf(json, "tags"); found.is_object())
        for (const auto &[key, value] : found.items())
            if (value.is_string())
                tags[key] = value.get<std::string>();
    return tags;
}

Thing thingOf(const Json &json)
{
    return {.id = textOf(json, "id"), .name = textOf(json, "name"), .type = textOf(json, "type"), .location = textOf(json, "location"), .state = textOf(json, "properties", "provisioningState"), .tags = tagsOf(json)};
}

Result<std::vector<Thing>> things(const Calls &calls, const std::string &path, const std::string &filter, const std::string &action)
{
    const std::string all = TRY(calls.arm.list({.path = path, .version = version, .filter = filter, .action = action}, calls.stop));
    std::vector<Thing> found;
    for (const Json &one : readJson(all))
        found.push_back(thingOf(one));
    return found;
}

Subscription subscriptionIn(const Json &json) { return {.id = textOf(json, "subscriptionId"), .name = textOf(json, "displayName"), .tenant = textOf(json, "tenantId"), .state = textOf(json, "state")}; }

ArmCall groupCall(const Calls &calls, const std::string &method, const std::string &name, const char *verb)
{
    return {.method = method, .path = calls.groupPath(name), .version = version, .action = std::string("Microsoft.Resources/subscriptions/resourceGroups/") + verb};
}

std::string quoted(const std::string &text)
{
    std::string out;
    for (const char c : text)
        out += c == '\'' ? "''" : std::string(1, c);
    return "'" + out + "'";
}

char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

} // namespace

Result<std::vector<Tenant>> tenants(Arm &arm, std::stop_token stop)
{
    const std::string all = TRY(arm.list({.path = "/tenants", .version = subscriptionVersion, .action = "Microsoft.Resources/tenants/read"}, std::move(stop)));
    std::vector<Tenant> found;
    for (const Json &one : readJson(all))
        found.push_back({.id = textOf(one, "tenantId"), .name = textOf(one, "displayName"), .domain = textOf(one, "defaultDomain")});
    return found;
}

Result<std::vector<Subscription>> subscriptions(Arm &arm, std::stop_token stop)
{
    const std::string all = TRY(arm.list({.path = "/subscriptions", .version = subscriptionVersion, .action = "Microsoft.Resources/subscriptions/read"}, std::move(stop)));
    std::vector<Subscription> found;
    for (const Json &one : readJson(all))
        found.push_back(subscriptionIn(one));
    return found;
}

Result<Subscription> subscriptionOf(const Calls &calls)
{
    const std::string body = TRY(calls.arm.send({.path = calls.subscriptionPath(), .version = subscriptionVersion, .action = "Microsoft.Resources/subscriptions/read"}, calls.stop));
    return subscriptionIn(readJson(body));
}

Result<std::vector<Region>> regionsOf(const Calls &calls)
{
    const std::string all = TRY(calls.arm.list({.path = calls.subscriptionPath() + "/locations", .version = subscriptionVersion, .action = "Microsoft.Resources/subscriptions/locations/read"}, calls.stop));
    std::vector<Region> found;
    for (const Json &one : readJson(all))
        if (textOf(one, "metadata", "regionType") != "Logical")
            found.push_back({.name = textOf(one, "name"), .title = textOf(one, "displayName")});
    return found;
}

Result<bool> isRegistered(const Calls &calls, const std::string &provider)
{
    const std::string body = TRY(calls.arm.send({.path = calls.subscriptionPath() + "/providers/" + provider, .version = version, .action = "Microsoft.Resources/subscriptions/providers/read"}, calls.stop));
    return textOf(readJson(body), "registrationState") == "Registered";
}

Result<> registerProvider(const Calls &calls, const std::string &provider)
{
    TRY(calls.arm.send({.method = "POST", .path = calls.subscriptionPath() + "/providers/" + provider + "/register", .version = version, .action = provider + "/register/action"}, calls.stop));
    return waitUntil([&] { return isRegistered(calls, provider); }, 15min, 10s, calls.stop);
}

Result<std::optional<Thing>> groupOf(const Calls &calls, const std::string &name)
{
    const auto body = TRY(calls.find(groupCall(calls, "GET", name, "read")));
    return body ? std::optional(thingOf(readJson(*body))) : std::nullopt;
}

Result<std::vector<Thing>> groupsOf(const Calls &calls)
{
    return things(calls, calls.subscriptionPath() + "/resourcegroups", {}, "Microsoft.Resources/subscriptions/resourceGroups/read");
}

Result<> putGroup(const Calls &calls, const std::string &name, const std::string &location, const Tags &tags)
{
    ArmCall call = groupCall(calls, "PUT", name, "write");
    call.body = dumped({{"location", location}, {"tags", tags}});
    TRY(calls.change(call, 20min)); // one that is just being deleted goes first
    return {};
}

Result<> removeGroup(const Calls &calls, const std::string &name) { return calls.remove(groupCall(calls, "DELETE", name, "delete"), 40min); }

Result<std::vector<Thing>> thingsIn(const Calls &calls, const std::string &group)
{
    return things(calls, calls.groupPath(group) + "/resources", {}, "Microsoft.Resources/subscriptions/resourceGroups/resources/read");
}

Result<std::vector<Thing>> taggedThings(const Calls &calls, const std::string &key, const std::string &value)
{
    const std::string filter = "tagName eq " + quoted(key) + " and tagValue eq " + quoted(value);
    std::vector<Thing> all = TRY(things(calls, calls.subscriptionPath() + "/resourcegroups", filter, "Microsoft.Resources/subscriptions/resourceGroups/read"));
    for (Thing &one : TRY(things(calls, calls.subscriptionPath() + "/resources", filter, "Microsoft.Resources/subscriptions/resources/read")))
        all.push_back(std::move(one));
    return all;
}

bool actionMatches(std::string_view pattern, std::string_view action)
{
    if (pattern.empty())
        return action.empty();
    if (pattern.front() == '*') {
        for (std::size_t i = 0; i <= action.size(); ++i)
            if (actionMatches(pattern.substr(1), action.substr(i)))
                return true;
        return false;
    }
    return !action.empty() && small(pattern.front()) == small(action.front()) && actionMatches(pattern.substr(1), action.substr(1));
}

Result<std::vector<std::string>> missingActions(const Calls &calls, const std::string &scope, const std::vector<std::string> &actions)
{
    const ArmCall call{.path = scope + "/providers/Microsoft.Authorization/permissions", .version = roleVersion, .action = "Microsoft.Authorization/permissions/read"};
    const Json roles = readJson(TRY(calls.arm.list(call, calls.stop)));
    const auto any = [](const Json &patterns, const std::string &action) {
        return std::ranges::any_of(patterns, [&](const Json &one) { return one.is_string() && actionMatches(one.get<std::string>(), action); });
    };
    std::vector<std::string> missing;
    for (const std::string &action : actions) // one role is enough; what it leaves out another may give
        if (std::ranges::none_of(roles, [&](const Json &role) { return any(fieldOf(role, "actions"), action) && !any(fieldOf(role, "notActions"), action); }))
            missing.push_back(action);
    return missing;
}

} // namespace timonier::azure
