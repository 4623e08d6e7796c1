#include "cloud/azure/aks_calls.h"

#include "base/say.h"
#include "cloud/azure/json.h"

#include <QByteArray>

namespace timonier::azure {

namespace {

using namespace std::chrono_literals;

constexpr const char *version = "2026-05-01";
const std::string provider = "Microsoft.ContainerService";

std::map<std::string, std::string> textsOf(const Json &json)
{
    std::map<std::string, std::string> all;
    if (json.is_object())
        for (const auto &[key, value] : json.items())
            if (value.is_string())
                all[key] = value.get<std::string>();
    return all;
}

AksPool poolOf(const Json &json)
{
    AksPool pool{.name = textOf(json, "name"), .size = textOf(json, "vmSize"), .count = numberOf(json, "count"), .system = textOf(json, "mode") == "System", .disk = numberOf(json, "osDiskSizeGB"), .maxPods = numberOf(json, "maxPods"),
                 .spot = textOf(json, "scaleSetPriority") == "Spot", .labels = textsOf(fieldOf(json, "nodeLabels")), .subnet = textOf(json, "vnetSubnetID"), .version = textOf(json, "currentOrchestratorVersion"),
                 .state = textOf(json, "provisioningState"), .tags = textsOf(fieldOf(json, "tags"))};
    if (const Json &scales = fieldOf(json, "enableAutoScaling"); scales.is_boolean() && scales.get<bool>())
        pool.least = numberOf(json, "minCount"), pool.most = numberOf(json, "maxCount");
    for (const Json &zone : fieldOf(json, "availabilityZones"))
        if (zone.is_string())
            pool.zones.push_back(zone.get<std::string>());
    return pool;
}

Json jsonOf(const AksPool &pool)
{
    Json json{{"count", pool.count}, {"vmSize", pool.size}, {"mode", pool.system ? "System" : "User"}, {"osType", "Linux"}, {"type", "VirtualMachineScaleSets"}, {"enableAutoScaling", pool.most > 0}, {"tags", pool.tags}};
    if (pool.most > 0)
        json["minCount"] = pool.least, json["maxCount"] = pool.most;
    if (!pool.zones.empty())
        json["availabilityZones"] = pool.zones;
    if (pool.disk)
        json["osDiskSizeGB"] = pool.disk;
    if (pool.maxPods)
        json["maxPods"] = pool.maxPods;
    if (pool.spot)
        json["scaleSetPriority"] = "Spot", json["scaleSetEvictionPolicy"] = "Delete", json["spotMaxPrice"] = -1; // at most the full price
    if (!pool.labels.empty())
        json["nodeLabels"] = pool.labels;
    if (!pool.subnet.empty())
        json["vnetSubnetID"] = pool.subnet;
    if (!pool.version.empty())
        json["orchestratorVersion"] = pool.version;
    return json;
}

Result<AksCluster> clusterOf(const std::string &body)
{
    const Json json = readJson(body), &properties = fieldOf(json, "properties");
    AksCluster cluster{.id = textOf(json, "id"), .state = textOf(properties, "provisioningState"), .power = textOf(properties, "powerState", "code"), .version = textOf(properties, "currentKubernetesVersion"),
                       .address = textOf(properties, "fqdn"), .nodeGroup = textOf(properties, "nodeResourceGroup"), .location = textOf(json, "location"), .identity = textOf(json, "identity", "principalId"),
                       .kubelet = textOf(properties, "identityProfile", "kubeletidentity", "objectId"), .tags = textsOf(fieldOf(json, "tags"))};
    if (cluster.version.empty())
        cluster.version = textOf(properties, "kubernetesVersion");
    if (cluster.address.empty())
        cluster.address = textOf(properties, "privateFQDN");
    for (const Json &pool : fieldOf(properties, "agentPoolProfiles"))
        cluster.pools.push_back(poolOf(pool));
    if (cluster.state.empty())
        return fail(ErrorKind::Protocol, say("Core", "the answer to {} cannot be read", provider + "/managedClusters/read"));
    return cluster;
}

} // namespace

ArmCall Aks::call(const std::string &method, const std::string &below, const std::string &action) const
{
    return {.method = method, .path = m_calls.groupPath(m_group) + "/providers/" + provider + "/managedClusters/" + m_name + below, .version = version, .action = provider + "/managedClusters/" + action};
}

Result<std::optional<AksCluster>> Aks::cluster() const
{
    const auto body = TRY(m_calls.find(call("GET", "", "read")));
    return body ? std::optional(TRY(clusterOf(*body))) : std::nullopt;
}

Result<AksCluster> Aks::put(const NewAksCluster &what) const
{
    Json properties{{"dnsPrefix", what.dnsPrefix}, {"nodeResourceGroup", what.nodeGroup}, {"enableRBAC", true}, {"agentPoolProfiles", Json::array()}};
    if (!what.version.empty())
        properties["kubernetesVersion"] = what.version;
    for (const AksPool &pool : what.pools) {
        properties["agentPoolProfiles"].push_back(jsonOf(pool));
        properties["agentPoolProfiles"].back()["name"] = pool.name;
    }
    Json network{{"networkPlugin", what.plugin}, {"loadBalancerSku", "standard"}};
    for (const auto &[name, value] : {std::pair("networkPluginMode", what.mode), std::pair("networkPolicy", what.policy), std::pair("podCidr", what.podCidr), std::pair("serviceCidr", what.serviceCidr), std::pair("dnsServiceIP", what.dnsAddress)})
        if (!value.empty())
            network[name] = value;
    if (what.policy == "cilium")
        network["networkDataplane"] = "cilium";
    properties["networkProfile"] = network;
    if (!what.allowed.empty())
        properties["apiServerAccessProfile"] = {{"authorizedIPRanges", what.allowed}};
    Json identity{{"type", what.identity.empty() ? "SystemAssigned" : "UserAssigned"}};
    if (!what.identity.empty())
        identity["userAssignedIdentities"] = {{what.identity, Json::object()}};
    ArmCall put = call("PUT", "", "write");
    put.body = dumped({{"location", what.location}, {"tags", what.tags}, {"sku", {{"name", "Base"}, {"tier", what.tier}}}, {"identity", identity}, {"properties", properties}});
    return clusterOf(TRY(m_calls.change(put, 60min)));
}

// AKS takes a whole cluster: it is given back what it said, with another version. Its pools are upgraded one by one (put()).
Result<> Aks::upgrade(const std::string &wanted) const
{
    Json json = readJson(TRY(m_calls.arm.send(call("GET", "", "read"), m_calls.stop)));
    if (!fieldOf(json, "properties").is_object())
        return fail(ErrorKind::Protocol, say("Core", "the answer to {} cannot be read", provider + "/managedClusters/read"));
    json["properties"]["kubernetesVersion"] = wanted;
    Json &properties = json["properties"];
    for (const char *name : {"provisioningState", "powerState", "currentKubernetesVersion", "fqdn", "azurePortalFQDN", "privateFQDN", "maxAgentPools", "resourceUID", "status"}) // read only
        properties.erase(name);
    if (properties.contains("agentPoolProfiles") && properties["agentPoolProfiles"].is_array())
        for (Json &pool : properties["agentPoolProfiles"])
            for (const char *name : {"provisioningState", "currentOrchestratorVersion", "nodeImageVersion", "eTag", "status"})
                pool.erase(name);
    for (const char *name : {"id", "name", "type", "systemData", "eTag"})
        json.erase(name);
    ArmCall put = call("PUT", "", "write");
    put.body = dumped(json);
    TRY(m_calls.change(put, 120min));
    return {};
}

// Of one that is there all else stays as it is: what is left out AKS would set back, or refuse to change.
Result<> Aks::put(const AksPool &pool) const
{
    ArmCall put = call("PUT", "/agentPools/" + pool.name, "agentPools/write");
    Json properties = jsonOf(pool);
    if (const auto there = TRY(m_calls.find(call("GET", "/agentPools/" + pool.name, "agentPools/read")))) {
        Json before = fieldOf(readJson(*there), "properties");
        for (const char *name : {"provisioningState", "powerState", "currentOrchestratorVersion", "nodeImageVersion", "eTag", "status", "minCount", "maxCount"}) // the last two where it is not scaled by itself any more
            before.erase(name);
        for (const char *name : {"count", "enableAutoScaling", "minCount", "maxCount", "orchestratorVersion", "nodeLabels", "tags"})
            if (properties.contains(name))
                before[name] = properties[name];
        properties = std::move(before);
    }
    put.body = dumped({{"properties", properties}});
    TRY(m_calls.change(put, 120min));
    return {};
}

Result<> Aks::removePool(const std::string &pool) const { return m_calls.remove(call("DELETE", "/agentPools/" + pool, "agentPools/delete"), 40min); }

Result<> Aks::stop() const
{
    TRY(m_calls.change(call("POST", "/stop", "stop/action"), 40min));
    return {};
}

Result<> Aks::start() const
{
    TRY(m_calls.change(call("POST", "/start", "start/action"), 40min));
    return {};
}

Result<> Aks::remove() const { return m_calls.remove(call("DELETE", "", "delete"), 60min); }

Result<Secret> Aks::kubeconfig(bool admin) const
{
    const Json json = readJson(TRY(m_calls.arm.send(admin ? call("POST", "/listClusterAdminCredential", "listClusterAdminCredential/action") : call("POST", "/listClusterUserCredential", "listClusterUserCredential/action"), m_calls.stop)));
    const Json &all = fieldOf(json, "kubeconfigs");
    const std::string text = all.is_array() && !all.empty() ? textOf(all[0], "value") : std::string();
    Secret made(QByteArray::fromBase64(QByteArray::fromStdString(text)).toStdString());
    if (made.empty())
        return fail(ErrorKind::Protocol, say("Core", "Azure gives no kubeconfig"));
    return made;
}

Result<std::vector<std::string>> Aks::upgrades() const
{
    const Json json = readJson(TRY(m_calls.arm.send(call("GET", "/upgradeProfiles/default", "upgradeProfiles/read"), m_calls.stop)));
    std::vector<std::string> all;
    for (const Json &one : fieldOf(json, "properties", "controlPlaneProfile", "upgrades"))
        all.push_back(textOf(one, "kubernetesVersion"));
    return all;
}

Result<std::vector<AksVersion>> aksVersions(const Calls &calls, const std::string &location)
{
    const Json json = readJson(TRY(calls.arm.send({.path = calls.subscriptionPath() + "/providers/" + provider + "/locations/" + location + "/kubernetesVersions", .version = version, .action = provider + "/locations/kubernetesVersions/read"}, calls.stop)));
    std::vector<AksVersion> all;
    for (const Json &one : fieldOf(json, "values")) {
        AksVersion made{.minor = textOf(one, "version"), .isDefault = fieldOf(one, "isDefault") == true, .isPreview = fieldOf(one, "isPreview") == true};
        if (const Json &patches = fieldOf(one, "patchVersions"); patches.is_object())
            for (const auto &[patch, more] : patches.items())
                made.patches.push_back(patch);
        all.push_back(std::move(made));
    }
    return all;
}

} // namespace timonier::azure
