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

Result<std::string> Eks::ask(const std::string &action, const std::string &method, const std::string &path, std::string body)
{
    return m_client.send({.service = eks, .action = action, .method = method, .path = path, .body = std::move(body)}, m_stop);
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
    EksPart part{.status = textOf(found, "status"), .problems = problemsOf(found), .tags = tagsOf(found)};
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

Result<> Eks::createAddon(const std::string &cluster, const std::string &name, const std::string &token, const std::map<std::string, std::string> &tags)
{
    const Json body{{"addonName", name}, {"resolveConflicts", "OVERWRITE"}, {"clientRequestToken", token}, {"tags", tags}};
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

Result<> Eks::removeCluster(const std::string &name) { return gone("DeleteCluster", clusterPath(name)); }
Result<> Eks::removeNodeGroup(const std::string &cluster, const std::string &name) { return gone("DeleteNodegroup", groupPath(cluster, name)); }
Result<> Eks::removeAddon(const std::string &cluster, const std::string &name) { return gone("DeleteAddon", addonPath(cluster, name)); }
Result<> Eks::removeAccess(const std::string &cluster, const std::string &principal) { return gone("DeleteAccessEntry", accessPath(cluster, principal)); }

} // namespace timonier::aws
