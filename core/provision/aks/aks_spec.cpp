#include "provision/aks/aks_spec.h"

#include "base/say.h"
#include "provision/local/cidr.h"
#include "provision/local/spec_reader.h"

#include <cctype>
#include <regex>
#include <set>

namespace timonier::aks {

namespace {

using namespace local;

[[noreturn]] void wrong(const YAML::Node &node, std::string words) { throw Wrong{node.Mark(), std::move(words)}; }

bool matches(const std::string &text, const char *pattern) { return std::regex_match(text, std::regex(pattern, std::regex::icase)); }

std::string guid(const YAML::Node &node, const std::string &field)
{
    std::string value = text(node, field);
    if (!matches(value, "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"))
        wrong(node, say("Core", "{} is written as 11111111-2222-3333-4444-555555555555; timonierctl azure subscriptions shows yours", field));
    return value;
}

std::string resourceId(const YAML::Node &node, const std::string &field, const char *type)
{
    std::string value = text(node, field);
    if (!matches(value, fmt::format("/subscriptions/[0-9a-f-]{{36}}/resourceGroups/[^/]{{1,90}}/providers/{}", type).c_str()))
        wrong(node, say("Core", "{} must be the id of a resource, /subscriptions/…/resourceGroups/…/providers/…", field));
    return value;
}

std::string network(const YAML::Node &node, const std::string &field, int shortest, int longest)
{
    const std::string value = text(node, field);
    const auto read = cidrOf(value);
    bool beyond = false; // bits after its length
    for (int i = read ? read->bits : 32; i < 32; ++i)
        beyond = beyond || (read->address[static_cast<std::size_t>(i / 8)] & (0x80 >> (i % 8)));
    if (!read || beyond || read->v6 || value.find('/') == std::string::npos || read->bits < shortest || read->bits > longest)
        wrong(node, say("Core", "{} must be a network such as {}, its length from /{} to /{}", field, "10.244.0.0/16", shortest, longest));
    // learn.microsoft.com/azure/aks/azure-cni-overlay: AKS uses these itself
    for (const char *taken : {"169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24"})
        if (overlap(value, taken))
            wrong(node, say("Core", "{} overlaps {}, which AKS keeps for itself", field, taken));
    return value;
}

std::map<std::string, std::string> labels(const YAML::Node &node, const std::string &field)
{
    std::map<std::string, std::string> all;
    eachField(node, field, [&](const std::string &name, const YAML::Node &value, const YAML::Node &key) {
        if (!matches(name, "([a-z0-9.-]{1,253}/)?[a-z0-9]([a-z0-9_.-]{0,61}[a-z0-9])?") || name.find("kubernetes.azure.com/") != std::string::npos)
            wrong(key, say("Core", "{} may not hold {}", field, name));
        all[name] = text(value, field);
    });
    return all;
}

std::map<std::string, std::string> tags(const YAML::Node &node)
{
    std::map<std::string, std::string> all;
    eachField(node, "tags", [&](const std::string &name, const YAML::Node &value, const YAML::Node &key) {
        const std::string words = text(value, "tags");
        if (name.empty() || name.size() > 128 || words.size() > 256 || name.find_first_of("<>%&\\?/") != std::string::npos || name.starts_with("timonier-") || matches(name, "(microsoft|azure|windows|aks-managed).*"))
            wrong(key, say("Core", "{} may not hold {}", "tags", name));
        all[name] = words;
    });
    if (all.size() > 40)
        wrong(node, say("Core", "{} may hold {} at most", "tags", 40));
    return all;
}

Pool pool(const YAML::Node &node)
{
    Pool made;
    eachField(node, "pools", [&](const std::string &field, const YAML::Node &value, const YAML::Node &key) {
        if (field == "name") {
            made.name = text(value, "pools.name");
            if (!std::regex_match(made.name, std::regex("[a-z][a-z0-9]{0,11}")))
                wrong(value, say("Core", "a node pool's name holds small letters and digits, 12 at most, and begins with a letter"));
        } else if (field == "size") {
            made.size = text(value, "pools.size");
            if (!matches(made.size, "(standard|basic)_[a-z0-9_-]{2,40}"))
                wrong(value, say("Core", "{} is no size of a machine; they are called Standard_D4s_v3", made.size));
            if (matches(made.size, "standard_(b1l?s|a0|a1|a1_v2|f1s?|d1|d1_v2|ds1|ds1_v2)|basic_.*"))
                wrong(value, say("Core", "{} is too small for a node: AKS wants two cores at least. Standard_B2s is the least that works", made.size));
        } else if (field == "count") {
            made.count = number(value, "pools.count", 0, 1000);
        } else if (field == "min") {
            made.least = number(value, "pools.min", 0, 1000);
        } else if (field == "max") {
            made.most = number(value, "pools.max", 1, 1000);
        } else if (field == "mode") {
            made.system = word(value, "pools.mode", {"system", "user"}) == "system";
        } else if (field == "zones") {
            made.zones = texts(value, "pools.zones");
            for (const YAML::Node &one : value)
                if (!matches(one.as<std::string>(), "[1-3]"))
                    wrong(one, say("Core", "{} is no zone; they are called 1, 2 and 3", one.as<std::string>()));
            if (std::set(made.zones.begin(), made.zones.end()).size() != made.zones.size())
                wrong(value, say("Core", "{} names something twice", "pools.zones"));
        } else if (field == "disk") {
            made.disk = number(value, "pools.disk", 30, 2048);
        } else if (field == "maxPods") {
            made.maxPods = number(value, "pools.maxPods", 10, 250);
        } else if (field == "spot") {
            made.spot = as<bool>(value, "pools.spot");
        } else if (field == "labels") {
            made.labels = labels(value, "pools.labels");
        } else {
            noSuchField(key, "pools." + field);
        }
    });
    if (made.most && (made.least > made.count || made.count > made.most))
        wrong(node, say("Core", "of the node pool {}, min, count and max must not be smaller one than the one before", made.name));
    if (!made.most && made.least)
        wrong(node, say("Core", "of the node pool {}, min needs max", made.name));
    return made;
}

// Exactly the pools' rules of AKS (learn.microsoft.com/azure/aks/use-system-pools).
void settlePools(Spec &spec, const YAML::Node &node)
{
    if (spec.pools.empty())
        spec.pools.emplace_back();
    if (std::ranges::none_of(spec.pools, &Pool::system))
        spec.pools.front().system = true;
    std::ranges::stable_partition(spec.pools, &Pool::system); // the first is made with the cluster
    std::set<std::string> names;
    for (const Pool &one : spec.pools) {
        if (!names.insert(one.name).second)
            wrong(node, say("Core", "there are two node pools {}", one.name));
        if (one.system && one.spot)
            wrong(node, say("Core", "the node pool {} cannot be of spot machines: AKS' own pods run on it", one.name));
        if (one.system && (one.count < 1 || (one.most && one.least < 1)))
            wrong(node, say("Core", "the node pool {} needs one node at least: AKS' own pods run on it", one.name));
    }
}

Network networkOf(const YAML::Node &node)
{
    Network made;
    eachField(node, "network", [&](const std::string &field, const YAML::Node &value, const YAML::Node &key) {
        if (field == "plugin")
            made.plugin = word(value, "network.plugin", {"overlay", "subnet", "kubenet"});
        else if (field == "policy")
            made.policy = word(value, "network.policy", {"azure", "calico", "cilium"});
        else if (field == "pods")
            made.pods = network(value, "network.pods", 8, 24);
        else if (field == "services")
            made.services = network(value, "network.services", 12, 27);
        else if (field == "subnet")
            made.subnet = resourceId(value, "network.subnet", "Microsoft.Network/virtualNetworks/[^/]+/subnets/[^/]+");
        else
            noSuchField(key, "network." + field);
    });
    if (made.plugin == "subnet" && made.subnet.empty())
        wrong(node, say("Core", "pods that get addresses of a subnet need one: network.subnet"));
    if (made.plugin != "subnet" && overlap(made.pods, made.services))
        wrong(node, say("Core", "the networks of pods ({}) and services ({}) overlap", made.pods, made.services));
    if (made.plugin == "kubenet" && !made.policy.empty() && made.policy != "calico")
        wrong(node, say("Core", "kubenet knows no policy but calico"));
    return made;
}

Registry registry(const YAML::Node &node)
{
    Registry made;
    eachField(node, "registry", [&](const std::string &field, const YAML::Node &value, const YAML::Node &key) {
        if (field == "name") {
            made.name = text(value, "registry.name");
            if (!matches(made.name, "[a-z0-9]{5,50}"))
                wrong(value, say("Core", "a registry's name holds letters and digits, from 5 to 50"));
        } else if (field == "tier") {
            made.tier = word(value, "registry.tier", {"Basic", "Standard", "Premium"});
        } else if (field == "id") {
            made.id = resourceId(value, "registry.id", "Microsoft.ContainerRegistry/registries/[a-z0-9]{5,50}");
        } else {
            noSuchField(key, "registry." + field);
        }
    });
    if (made.name.empty() == made.id.empty())
        wrong(node, say("Core", "of a registry either the name is given (it is made), or the id (it is there)"));
    return made;
}

std::string region(const YAML::Node &node)
{
    std::string made;
    for (const char c : text(node, "location")) // "UK South" is what the portal calls it
        if (c != ' ')
            made += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if (!matches(made, "[a-z]{3,30}[0-9]?"))
        wrong(node, say("Core", "{} is no region; they are called uksouth, westeurope", made));
    return made;
}

void field(Spec &spec, const std::string &field, const YAML::Node &value, const YAML::Node &key)
{
    if (field == "name") {
        spec.name = text(value, field);
        if (!matches(spec.name, "[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?"))
            wrong(value, say("Core", "name holds letters, digits, “-” and “_”, 63 at most, and begins and ends with a letter or a digit"));
    } else if (field == "subscription") {
        spec.subscription = guid(value, field);
    } else if (field == "resourceGroup") {
        spec.group = text(value, field);
        if (!matches(spec.group, "[a-z0-9_.()-]{1,90}") || spec.group.ends_with('.'))
            wrong(value, say("Core", "resourceGroup holds letters, digits, “-”, “_”, “.” and brackets, 90 at most, and does not end with “.”"));
    } else if (field == "location") {
        spec.location = region(value);
    } else if (field == "version") {
        spec.version = text(value, field);
        if (!matches(spec.version, "1\\.[0-9]{2}(\\.[0-9]{1,2})?"))
            wrong(value, say("Core", "version is written as \"1.35\", or \"1.35.3\""));
    } else if (field == "account") {
        spec.account = text(value, field);
    } else if (field == "tenant") {
        spec.tenant = text(value, field);
        if (!matches(spec.tenant, "[a-z0-9][a-z0-9.-]{1,250}"))
            wrong(value, say("Core", "tenant is an id or a domain, such as example.onmicrosoft.com"));
    } else if (field == "cloud") {
        spec.cloud = word(value, field, {"AzureCloud", "AzureChinaCloud", "AzureUSGovernment"});
    } else if (field == "tier") {
        spec.tier = word(value, field, {"Free", "Standard"});
    } else if (field == "identity") {
        spec.identity = resourceId(value, field, "Microsoft.ManagedIdentity/userAssignedIdentities/[^/]+");
    } else if (field == "access") {
        spec.admin = word(value, field, {"user", "admin"}) == "admin";
    } else if (field == "allowed") {
        spec.allowed = texts(value, field);
        for (const YAML::Node &one : value)
            if (!cidrOf(one.as<std::string>()))
                wrong(one, say("Core", "{} is no network", one.as<std::string>()));
    } else if (field == "network") {
        spec.network = networkOf(value);
    } else if (field == "registry") {
        spec.registry = registry(value);
    } else if (field == "pools") {
        for (const YAML::Node &one : list(value, field))
            spec.pools.push_back(pool(one));
        settlePools(spec, value);
    } else if (field == "tags") {
        spec.tags = tags(value);
    } else if (field == "kubeconfig") {
        spec.kubeconfig = text(value, field);
    } else if (field == "current") {
        spec.current = as<bool>(value, field);
    } else if (field != "provider") {
        noSuchField(key, field);
    }
}

} // namespace

std::string Network::dnsAddress() const
{
    const auto read = cidrOf(services);
    return read ? fmt::format("{}.{}.{}.{}", read->address[0], read->address[1], read->address[2], read->address[3] + 10) : std::string();
}

std::string Spec::nodeGroup() const
{
    std::string made = ("MC_" + group + "_" + name + "_" + location).substr(0, 80); // AKS takes no longer one
    while (made.ends_with('.'))
        made.pop_back();
    return made;
}

std::string Spec::dnsPrefix() const
{
    std::string made;
    for (const char c : name)
        made += c == '_' ? '-' : c;
    made = made.substr(0, 40);
    while (made.ends_with('-'))
        made.pop_back();
    return std::isalpha(static_cast<unsigned char>(made.front())) ? made : "k" + made;
}

Result<Spec> readSpec(std::string_view yaml, const std::string &file)
{
    return readSpecText(yaml, file, [](const YAML::Node &root) {
        Spec spec;
        eachField(root, "", [&](const std::string &name, const YAML::Node &value, const YAML::Node &key) { field(spec, name, value, key); });
        if (spec.name.empty())
            throw Wrong{root.Mark(), say("Core", "the spec needs a name")};
        if (spec.subscription.empty())
            throw Wrong{root.Mark(), say("Core", "the spec needs a subscription; timonierctl azure subscriptions shows yours")};
        if (spec.location.empty())
            throw Wrong{root.Mark(), say("Core", "the spec needs a location, such as uksouth")};
        if (spec.group.empty())
            spec.group = spec.name;
        settlePools(spec, root);
        return spec;
    });
}

} // namespace timonier::aks
