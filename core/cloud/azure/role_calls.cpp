#include "cloud/azure/role_calls.h"

#include "base/pause.h"
#include "base/say.h"
#include "cloud/azure/arm_error.h"
#include "cloud/azure/json.h"

namespace timonier::azure {

namespace {

using namespace std::chrono_literals;

constexpr const char *version = "2022-04-01";
const std::string kind = "/providers/Microsoft.Authorization/roleAssignments", action = "Microsoft.Authorization/roleAssignments/";

constexpr const char *identityVersion = "2023-01-31";
const std::string identityKind = "Microsoft.ManagedIdentity/userAssignedIdentities";

Identity identityIn(const Json &json) { return {.id = textOf(json, "id"), .name = textOf(json, "name"), .location = textOf(json, "location"), .principal = textOf(json, "properties", "principalId")}; }

} // namespace

Result<std::vector<Identity>> identitiesOf(const Calls &calls)
{
    const Json all = readJson(TRY(calls.arm.list({.path = calls.subscriptionPath() + "/providers/" + identityKind, .version = identityVersion, .action = identityKind + "/read"}, calls.stop)));
    std::vector<Identity> found;
    for (const Json &one : all)
        found.push_back(identityIn(one));
    return found;
}

Result<std::optional<Identity>> identityById(const Calls &calls, const std::string &id)
{
    const auto body = TRY(calls.find({.path = id, .version = identityVersion, .action = identityKind + "/read"}));
    return body ? std::optional(identityIn(readJson(*body))) : std::nullopt;
}

Result<std::vector<RoleAssignment>> assignmentsAt(const Calls &calls, const std::string &scope)
{
    const auto all = calls.arm.list({.path = scope + kind, .version = version, .filter = "atScope()", .action = action + "read"}, calls.stop);
    std::vector<RoleAssignment> found;
    if (!all && all.error().kind == ErrorKind::NotFound)
        return found;
    for (const Json &one : readJson(TRY(all))) {
        const std::string role = textOf(one, "properties", "roleDefinitionId"), at = textOf(one, "properties", "scope");
        if (std::ranges::equal(at, scope, [](char left, char right) { return (left | 0x20) == (right | 0x20); })) // what holds further up is listed too
            found.push_back({.id = textOf(one, "id"), .scope = at, .role = role.substr(role.rfind('/') + 1), .principal = textOf(one, "properties", "principalId"), .description = textOf(one, "properties", "description")});
    }
    return found;
}

Result<> assignRole(const Calls &calls, const std::string &name, const RoleAssignment &what)
{
    const std::string subscription = what.scope.substr(0, what.scope.find('/', std::string_view("/subscriptions/").size())); // the scope may be another's
    const Json body{{"properties", {{"roleDefinitionId", subscription + "/providers/Microsoft.Authorization/roleDefinitions/" + what.role}, {"principalId", what.principal}, {"principalType", "ServicePrincipal"}, {"description", what.description}}}};
    const ArmCall call{.method = "PUT", .path = what.scope + kind + "/" + name, .version = version, .body = dumped(body), .action = action + "write"};
    bool told = false;
    return waitUntil([&]() -> Result<bool> {
        const auto done = calls.arm.send(call, calls.stop);
        if (done || codeOf(done.error()) == "RoleAssignmentExists")
            return true;
        if (codeOf(done.error()) != "PrincipalNotFound")
            return std::unexpected(done.error());
        if (!told && calls.heard)
            calls.heard(say("Core", "the new identity is not known everywhere yet"));
        told = true;
        return false;
    }, 10min, 15s, calls.stop);
}

Result<> removeAssignment(const Calls &calls, const std::string &id) { return calls.remove({.method = "DELETE", .path = id, .version = version, .action = action + "delete"}, 5min); }

} // namespace timonier::azure
