#include "cloud/aws/eks_calls.h"

#include "base/redact.h"
#include "base/say.h"
#include "cloud/aws/api_error.h"

#include <nlohmann/json.hpp>

namespace timonier::aws {

namespace {

using Json = nlohmann::json;

std::string textOf(const Json &json, const char *name)
{
    const auto at = json.is_object() ? json.find(name) : json.end();
    return json.is_object() && at != json.end() && at->is_string() ? at->get<std::string>() : std::string();
}

const Json &fieldOf(const Json &json, const char *name)
{
    static const Json none;
    const auto at = json.is_object() ? json.find(name) : json.end();
    return json.is_object() && at != json.end() ? *at : none;
}

int countOf(const Json &json, const char *name)
{
    const Json &count = fieldOf(json, name);
    return count.is_number_integer() ? count.get<int>() : 0;
}

std::map<std::string, std::string> tagsOf(const Json &json)
{
    std::map<std::string, std::string> tags;
    for (const auto &[key, value] : fieldOf(json, "tags").items())
        if (value.is_string())
            tags[key] = value.get<std::string>();
    return tags;
}

// {"health": {"issues": [{"code", "message", "resourceIds"}]}}
std::string problemsOf(const Json &json)
{
    std::string words;
    for (const Json &issue : fieldOf(fieldOf(json, "health"), "issues"))
        words += (words.empty() ? "" : "; ") + textOf(issue, "code") + (textOf(issue, "message").empty() ? "" : ": " + redact(textOf(issue, "message")));
    return words;
}

std::string dumped(const Json &json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string clusterPath(const std::string &name) { return "/clusters/" + encoded(name); }
std::string groupPath(const std::string &cluster, const std::string &name) { return clusterPath(cluster) + "/node-groups/" + encoded(name); }
std::string addonPath(const std::string &cluster, const std::string &name) { return clusterPath(cluster) + "/addons/" + encoded(name); }
std::string accessPath(const std::string &cluster, const std::string &principal) { return clusterPath(cluster) + "/access-entries/" + encoded(principal); }

// It came about, by an earlier sending whose answer was lost.
Result<> orThere(Result<std::string> answer)
{
    if (!answer && codeOf(answer.error()) != "ResourceInUseException")
        return std::unexpected(std::move(answer).error());
    return {};
}

} // namespace

Result<std::string> Eks::ask(const std::string &action, const std::string &method, const std::string &path, std::string body, Parameters parameters)
{
    return m_client.send({.service = eks, .action = action, .parameters = std::move(parameters), .method = method, .path = path, .body = std::move(body)}, m_stop);
}

Result<> Eks::gone(const std::string &action, const std::string &path)
{
    const auto answer = ask(action, "DELETE", path);
    if (!answer && answer.error().kind != ErrorKind::NotFound)
        return std::unexpected(answer.error());
    return {};
}

Result<std::optional<EksCluster>> Eks::cluster(const std::string &name)
{
    auto answer = ask("DescribeCluster", "GET", clusterPath(name));
    if (!answer && answer.error().kind == ErrorKind::NotFound)
        return std::nullopt;
    const std::string body = TRY(std::move(answer));
    const Json json = Json::parse(body, nullptr, false), &found = fieldOf(json, "cluster");
    EksCluster cluster{.status = textOf(found, "status"), .version = textOf(found, "version"), .arn = textOf(found, "arn"), .endpoint = textOf(found, "endpoint"),
                       .certificate = textOf(fieldOf(found, "certificateAuthority"), "data"), .tags = tagsOf(found), .problems = problemsOf(found)};
    if (cluster.status.empty())
        return fail(ErrorKind::Protocol, say("Core", "the answer to {} cannot be read", "DescribeCluster"));
    return cluster;
}

Result<std::optional<EksPart>> Eks::part(const std::string &action, const std::string &path, const char *name)
{
    auto answer = ask(action, "GET", path);
    if (!answer && answer.error().kind == ErrorKind::NotFound)
        return std::nullopt;
    const std::string body = TRY(std::move(answer));
    const Json json = Json::parse(body, nullptr, false), &found = fieldOf(json, name);
    const Json &scaling = fieldOf(found, "scalingConfig"), &addon = fieldOf(found, "addonVersion");
    EksPart part{.status = textOf(found, "status"), .version = addon.is_string() ? addon.get<std::string>() : textOf(found, "version"),
                 .size = {.least = countOf(scaling, "minSize"), .wanted = countOf(scaling, "desiredSize"), .most = countOf(scaling, "maxSize")}, .problems = problemsOf(found), .tags = tagsOf(found)};
    if (part.status.empty())
        return fail(ErrorKind::Protocol, say("Core", "the answer to {} cannot be read", action));
    return part;
}

Result<std::optional<EksPart>> Eks::nodeGroup(const std::string &cluster, const std::string &name) { return part("DescribeNodegroup", groupPath(cluster, name), "nodegroup"); }
Result<std::optional<EksPart>> Eks::addon(const std::string &cluster, const std::string &name) { return part("DescribeAddon", addonPath(cluster, name), "addon"); }

Result<bool> Eks::hasAccess(const std::string &cluster, const std::string &principal)
{
    const auto answer = ask("ListAssociatedAccessPolicies", "GET", accessPath(cluster, principal) + "/access-policies");
    if (!answer && answer.error().kind == ErrorKind::NotFound)
        return false;
    const std::string body = TRY(answer);
    const Json json = Json::parse(body, nullptr, false);
    for (const Json &policy : fieldOf(json, "associatedAccessPolicies"))
        if (textOf(policy, "policyArn").ends_with("/AmazonEKSClusterAdminPolicy"))
            return true;
    return false;
}

Result<std::vector<std::string>> Eks::nodeGroups(const std::string &cluster)
{
    std::vector<std::string> all;
    for (std::string next;;) {
        const std::string body = TRY(ask("ListNodegroups", "GET", clusterPath(cluster) + "/node-groups", {}, next.empty() ? Parameters{} : Parameters{{"nextToken", next}}));
        const Json json = Json::parse(body, nullptr, false);
        for (const Json &name : fieldOf(json, "nodegroups"))
            if (name.is_string())
                all.push_back(name.get<std::string>());
        if (next = textOf(json, "nextToken"); next.empty())
            return all;
    }
}

Result<std::string> Eks::addonVersion(const std::string &addon, const std::string &kubernetes)
{
    const std::string body = TRY(ask("DescribeAddonVersions", "GET", "/addons/supported-versions", {}, {{"addonName", addon}, {"kubernetesVersion", kubernetes}}));
    const Json json = Json::parse(body, nullptr, false);
    for (const Json &found : fieldOf(json, "addons"))
        for (const Json &version : fieldOf(found, "addonVersions"))
            for (const Json &fits : fieldOf(version, "compatibilities"))
                if (textOf(fits, "clusterVersion") == kubernetes && fieldOf(fits, "defaultVersion") == Json(true))
                    return textOf(version, "addonVersion");
    return std::string();
}

Result<std::vector<std::string>> Eks::versions()
{
    const std::string body = TRY(ask("DescribeClusterVersions", "GET", "/cluster-versions"));
    std::vector<std::string> all;
    const Json json = Json::parse(body, nullptr, false);
    for (const Json &version : fieldOf(json, "clusterVersions"))
        if (textOf(version, "status") != "UNSUPPORTED" && !textOf(version, "clusterVersion").empty())
            all.push_back(textOf(version, "clusterVersion"));
    return all;
}

Result<> Eks::create(const NewEksCluster &what)
{
    Json network{{"subnetIds", what.subnets}, {"endpointPublicAccess", what.publicAccess}, {"endpointPrivateAccess", what.privateAccess}};
    if (what.publicAccess && !what.publicCidrs.empty())
        network["publicAccessCidrs"] = what.publicCidrs;
    // Without the add-ons of its own making: they come as ours, which are known, tagged and removed.
    Json body{{"name", what.name}, {"roleArn", what.role}, {"resourcesVpcConfig", network}, {"accessConfig", {{"authenticationMode", "API_AND_CONFIG_MAP"}, {"bootstrapClusterCreatorAdminPermissions", true}}},
              {"bootstrapSelfManagedAddons", false}, {"clientRequestToken", what.token}, {"tags", what.tags}};
    if (!what.autoRole.empty()) { // all three, or none
        body["computeConfig"] = {{"enabled", true}, {"nodePools", {"general-purpose", "system"}}, {"nodeRoleArn", what.autoRole}};
        body["kubernetesNetworkConfig"] = {{"elasticLoadBalancing", {{"enabled", true}}}};
        body["storageConfig"] = {{"blockStorage", {{"enabled", true}}}};
    }
    if (!what.version.empty())
        body["version"] = what.version;
    TRY(ask("CreateCluster", "POST", "/clusters", dumped(body)));
    return {};
}

Result<> Eks::create(const NewNodeGroup &what)
{
    Json body{{"nodegroupName", what.name}, {"nodeRole", what.role}, {"subnets", what.subnets}, {"instanceTypes", what.types}, {"diskSize", what.disk}, {"amiType", what.image},
              {"capacityType", what.spot ? "SPOT" : "ON_DEMAND"}, {"scalingConfig", {{"minSize", what.least}, {"desiredSize", what.wanted}, {"maxSize", what.most}}}, {"labels", what.labels},
              {"clientRequestToken", what.token}, {"tags", what.tags}};
    return orThere(ask("CreateNodegroup", "POST", clusterPath(what.cluster) + "/node-groups", dumped(body)));
}

Result<> Eks::createAddon(const std::string &cluster, const std::string &name, const std::string &token, const std::map<std::string, std::string> &tags, const std::map<std::string, std::string> &roles)
{
    Json body{{"addonName", name}, {"resolveConflicts", "OVERWRITE"}, {"clientRequestToken", token}, {"tags", tags}};
    for (const auto &[account, role] : roles)
        body["podIdentityAssociations"].push_back({{"serviceAccount", account}, {"roleArn", role}});
    return orThere(ask("CreateAddon", "POST", clusterPath(cluster) + "/addons", dumped(body)));
}

Result<> Eks::giveAccess(const std::string &cluster, const std::string &principal, const std::string &partition, const std::string &token, const std::map<std::string, std::string> &tags)
{
    const Json entry{{"principalArn", principal}, {"type", "STANDARD"}, {"clientRequestToken", token}, {"tags", tags}};
    TRY(orThere(ask("CreateAccessEntry", "POST", clusterPath(cluster) + "/access-entries", dumped(entry))));
    const Json policy{{"policyArn", "arn:" + partition + ":eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"}, {"accessScope", {{"type", "cluster"}}}};
    TRY(ask("AssociateAccessPolicy", "POST", accessPath(cluster, principal) + "/access-policies", dumped(policy)));
    return {};
}

Result<std::string> Eks::begin(const std::string &action, const std::string &path, std::string body)
{
    const std::string answer = TRY(ask(action, "POST", path, std::move(body)));
    const std::string id = textOf(fieldOf(Json::parse(answer, nullptr, false), "update"), "id");
    return id.empty() ? fail(ErrorKind::Protocol, say("Core", "the answer to {} cannot be read", action)) : Result<std::string>(id);
}

Result<std::string> Eks::upgradeCluster(const std::string &name, const std::string &version, const std::string &token)
{
    return begin("UpdateClusterVersion", clusterPath(name) + "/updates", dumped({{"version", version}, {"clientRequestToken", token}}));
}

Result<std::string> Eks::resize(const std::string &cluster, const std::string &group, const GroupSize &size, const std::string &token)
{
    return begin("UpdateNodegroupConfig", groupPath(cluster, group) + "/update-config", dumped({{"scalingConfig", {{"minSize", size.least}, {"desiredSize", size.wanted}, {"maxSize", size.most}}}, {"clientRequestToken", token}}));
}

Result<std::string> Eks::upgradeGroup(const std::string &cluster, const std::string &group, const std::string &token)
{
    return begin("UpdateNodegroupVersion", groupPath(cluster, group) + "/update-version", dumped({{"clientRequestToken", token}}));
}

Result<std::string> Eks::upgradeAddon(const std::string &cluster, const std::string &addon, const std::string &version, const std::string &token)
{
    // What a person set by hand stays.
    return begin("UpdateAddon", addonPath(cluster, addon) + "/update", dumped({{"addonVersion", version}, {"resolveConflicts", "PRESERVE"}, {"clientRequestToken", token}}));
}

Result<> Eks::awaitUpdate(const std::string &cluster, const std::string &update, const std::string &group, const std::string &addon)
{
    using namespace std::chrono_literals;
    Parameters of;
    if (!group.empty())
        of.emplace_back("nodegroupName", group);
    if (!addon.empty())
        of.emplace_back("addonName", addon);
    return waitUntil([&]() -> Result<bool> {
        const std::string body = TRY(ask("DescribeUpdate", "GET", clusterPath(cluster) + "/updates/" + encoded(update), {}, of));
        const Json json = Json::parse(body, nullptr, false), &found = fieldOf(json, "update");
        const std::string status = textOf(found, "status");
        if (status != "Failed" && status != "Cancelled")
            return status == "Successful";
        std::string words;
        for (const Json &error : fieldOf(found, "errors"))
            words += (words.empty() ? "" : "; ") + textOf(error, "errorCode") + ": " + redact(textOf(error, "errorMessage"));
        return fail(ErrorKind::Server, say("Core", "AWS could not change {}: {}", group.empty() ? addon.empty() ? cluster : addon : group, words.empty() ? status : words));
    }, 90min, 15s, m_stop);
}

Result<> Eks::removeCluster(const std::string &name) { return gone("DeleteCluster", clusterPath(name)); }
Result<> Eks::removeNodeGroup(const std::string &cluster, const std::string &name) { return gone("DeleteNodegroup", groupPath(cluster, name)); }
Result<> Eks::removeAddon(const std::string &cluster, const std::string &name) { return gone("DeleteAddon", addonPath(cluster, name)); }
Result<> Eks::removeAccess(const std::string &cluster, const std::string &principal) { return gone("DeleteAccessEntry", accessPath(cluster, principal)); }

} // namespace timonier::aws
