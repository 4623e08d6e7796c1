// What a subscription has of a cluster's plan: by its tags, which AKS hands on to what it makes itself; role assignments by what they say.
#include "provision/aks/aks_plan.h"

#include "provision/aks/aks_price.h"
#include "provision/aks/aks_steps.h"

#include <algorithm>

namespace timonier::aks {

namespace {

using form::Trace;

std::string lower(std::string text)
{
    std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

// A cluster with its machines, which are in a group of its own.
std::vector<std::pair<std::string, double>> clusterPrice(const Spec &spec, const azure::AksCluster &cluster)
{
    std::vector<std::pair<std::string, double>> priced{{"load balancer", 1}, {"public IPv4 address", 1}};
    if (spec.tier != "Free" && cluster.power != "Stopped")
        priced.emplace_back("control plane, " + spec.tier, 1);
    for (const azure::AksPool &pool : cluster.pools) {
        if (cluster.power != "Stopped")
            priced.emplace_back(pool.size, pool.count);
        if (const auto known = std::ranges::find(spec.pools, pool.name, &Pool::name); pool.disk || known != spec.pools.end())
            priced.emplace_back(diskProduct(pool.disk ? pool.disk : known->disk), pool.count);
    }
    return priced;
}

// What it costs where no cluster stands for it; `kind` in small letters.
std::vector<std::pair<std::string, double>> priceOf(const Spec &spec, const std::string &kind)
{
    for (const char *free : {"resourcegroups", "networksecuritygroups", "virtualnetworks", "userassignedidentities", "routetables"})
        if (kind == free)
            return {};
    return {{kind == "registries" ? "registry, " + spec.registry.tier : kind == "publicipaddresses" ? "public IPv4 address" : kind == "loadbalancers" ? "load balancer" : "", 1}};
}

} // namespace

Result<std::vector<Trace>> tracesOf(const Spec &spec, const std::shared_ptr<azure::Arm> &arm, std::stop_token stop)
{
    const World world{.spec = spec, .arm = arm};
    const azure::Calls calls = world.calls(std::move(stop));
    const auto cluster = TRY(azure::Aks(calls, spec.group, spec.name).cluster());
    const std::string machines = lower("/resourceGroups/" + spec.nodeGroup() + "/");
    std::vector<Trace> traces;
    for (const azure::Thing &one : TRY(azure::taggedThings(calls, targetTag, spec.target()))) {
        const std::string kind = one.type.substr(one.type.rfind('/') + 1), id = lower(one.id);
        Trace trace{.kind = kind.empty() ? "resourceGroups" : kind, .id = one.name, .removal = "az resource delete --ids " + one.id};
        const bool isGroup = trace.kind == "resourceGroups", isCluster = lower(trace.kind) == "managedclusters"; // Azure writes types in either way
        if (isGroup)
            trace.removal = "az group delete --subscription " + spec.subscription + " --name " + one.name;
        if (isCluster && cluster && lower(cluster->id) == id)
            trace.priced = clusterPrice(spec, *cluster);
        else if (!cluster || id.find(machines) == std::string::npos)
            trace.priced = priceOf(spec, lower(trace.kind));
        traces.push_back(std::move(trace));
    }
    for (const std::string &scope : {spec.hasRegistry() ? world.registryId() : std::string(), spec.network.subnet})
        if (!scope.empty())
            for (const auto &one : TRY(azure::assignmentsAt(calls, scope)))
                if (one.description == world.description())
                    traces.push_back({.kind = "roleAssignments", .id = one.id.substr(one.id.rfind('/') + 1), .removal = "az role assignment delete --ids " + one.id});
    return traces;
}

} // namespace timonier::aks
