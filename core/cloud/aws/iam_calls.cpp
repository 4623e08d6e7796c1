#include "cloud/aws/iam_calls.h"

#include "base/say.h"

namespace timonier::aws {

namespace {

Result<> orGone(Result<Xml> answer)
{
    if (!answer && answer.error().kind != ErrorKind::NotFound)
        return std::unexpected(std::move(answer).error());
    return {};
}

} // namespace

Result<Identity> callerIdentity(Client &client, std::stop_token stop)
{
    const Xml answer = TRY(client.query(sts, "GetCallerIdentity", {}, true, std::move(stop)));
    return Identity{.account = answer.of("GetCallerIdentityResult/Account"), .arn = answer.of("GetCallerIdentityResult/Arn")};
}

Result<std::vector<std::string>> refusedActions(Client &client, const Identity &caller, const std::vector<std::string> &actions, std::stop_token stop)
{
    // "arn:aws:sts::1:assumed-role/NAME/SESSION" is a session of "arn:aws:iam::1:role/NAME": the simulation knows roles.
    std::string arn = caller.arn;
    constexpr std::string_view assumed = ":assumed-role/";
    if (const std::size_t at = arn.find(assumed); at != std::string::npos) {
        const std::size_t name = at + assumed.size();
        const std::size_t service = arn.find(":sts:");
        arn = arn.substr(0, service) + ":iam:" + arn.substr(service + 5, at - service - 5) + ":role/" + arn.substr(name, arn.find('/', name) - name);
    }
    if (arn.ends_with(":root"))
        return fail(ErrorKind::Unsupported, say("Core", "the account's root may do everything"));
    Parameters parameters{{"PolicySourceArn", arn}};
    for (std::size_t i = 0; i < actions.size(); ++i)
        parameters.emplace_back(fmt::format("ActionNames.member.{}", i + 1), actions[i]);
    const std::size_t own = parameters.size();
    std::vector<std::string> refused;
    for (int page = 0; page < 100; ++page) {
        const Xml answer = TRY(client.query(iam, "SimulatePrincipalPolicy", parameters, true, stop));
        const Xml &result = answer.at("SimulatePrincipalPolicyResult");
        for (const Xml *one : result.items("EvaluationResults"))
            if (one->of("EvalDecision") != "allowed")
                refused.push_back(one->of("EvalActionName"));
        if (result.of("IsTruncated") != "true")
            break;
        parameters.resize(own);
        parameters.emplace_back("Marker", result.of("Marker"));
    }
    return refused;
}

Result<std::optional<Role>> findRole(Client &client, const std::string &name, std::stop_token stop)
{
    const auto answer = client.query(iam, "GetRole", {{"RoleName", name}}, true, stop);
    if (!answer) {
        if (answer.error().kind == ErrorKind::NotFound)
            return std::nullopt;
        return std::unexpected(answer.error());
    }
    Role role{.arn = answer->of("GetRoleResult/Role/Arn")};
    for (const Xml *tag : answer->items("GetRoleResult/Role/Tags"))
        role.tags[tag->of("Key")] = tag->of("Value");
    const Xml attached = TRY(client.query(iam, "ListAttachedRolePolicies", {{"RoleName", name}}, true, stop)); // 20 at most: one page
    for (const Xml *policy : attached.items("ListAttachedRolePoliciesResult/AttachedPolicies"))
        role.policies.push_back(policy->of("PolicyArn"));
    return role;
}

Result<std::string> createRole(Client &client, const std::string &name, const Trust &trust, const std::map<std::string, std::string> &tags, std::stop_token stop)
{
    const std::string policy = R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":")" + trust.service + R"("},"Action":["sts:AssumeRole")" + (trust.tagsSessions ? R"(,"sts:TagSession")" : "") + "]}]}";
    Parameters parameters{{"RoleName", name}, {"AssumeRolePolicyDocument", policy}};
    int number = 0;
    for (const auto &[key, value] : tags) {
        const std::string tag = fmt::format("Tags.member.{}.", ++number);
        parameters.emplace_back(tag + "Key", key);
        parameters.emplace_back(tag + "Value", value);
    }
    return TRY(client.query(iam, "CreateRole", std::move(parameters), false, std::move(stop))).of("CreateRoleResult/Role/Arn");
}

Result<> attachPolicy(Client &client, const std::string &role, const std::string &policyArn, std::stop_token stop)
{
    TRY(client.query(iam, "AttachRolePolicy", {{"RoleName", role}, {"PolicyArn", policyArn}}, true, std::move(stop)));
    return {};
}

Result<> removeRole(Client &client, const std::string &name, std::stop_token stop)
{
    const auto role = TRY(findRole(client, name, stop));
    if (!role)
        return {};
    for (const std::string &policy : role->policies)
        TRY(orGone(client.query(iam, "DetachRolePolicy", {{"RoleName", name}, {"PolicyArn", policy}}, true, stop)));
    return orGone(client.query(iam, "DeleteRole", {{"RoleName", name}}, true, stop));
}

} // namespace timonier::aws
