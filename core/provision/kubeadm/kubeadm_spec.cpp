#include "provision/kubeadm/kubeadm_spec.h"

#include "base/say.h"
#include "provision/kubeadm/spec_fields.h"
#include "provision/local/cidr.h"
#include "provision/local/preflight.h"

#include <algorithm>
#include <set>

namespace timonier::kubeadm {

namespace {

using namespace local;

// It becomes part of commands, files and certificates.
std::string hostText(const YAML::Node &value, const std::string &field)
{
    const std::string host = text(value, field);
    const auto isGood = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '-' || c == '_' || c == ':'; };
    if (host.empty() || host.size() > 253 || !std::ranges::all_of(host, isGood))
        throw Wrong{value.Mark(), say("Core", "{} is no name or address of a host", field)};
    return host;
}

// RFC 1123's subdomain: what a node may be called.
std::string nodeName(const YAML::Node &value, const std::string &field)
{
    const std::string name = text(value, field);
    const auto isGood = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; };
    if (name.empty() || name.size() > 253 || !std::ranges::all_of(name, isGood) || !std::isalnum(static_cast<unsigned char>(name.front())) || !std::isalnum(static_cast<unsigned char>(name.back())))
        throw Wrong{value.Mark(), say("Core", "{} may hold small letters, digits, “-” and “.”", field)};
    return name;
}

// As kubectl takes them: key=value:Effect, key:Effect.
std::string taint(const YAML::Node &value)
{
    const std::string taint = text(value, "taints");
    const std::size_t colon = taint.rfind(':');
    const std::string effect = colon == taint.npos ? std::string() : taint.substr(colon + 1);
    if (colon == 0 || (effect != "NoSchedule" && effect != "PreferNoSchedule" && effect != "NoExecute") || taint.find_first_of(" ,") != taint.npos)
        throw Wrong{value.Mark(), say("Core", "a taint is written as key=value:NoSchedule (or PreferNoSchedule, NoExecute)")};
    return taint;
}

std::string label(const YAML::Node &value, const std::string &field)
{
    const std::string word = text(value, field);
    const auto isGood = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '-' || c == '_' || c == '/'; };
    if (!std::ranges::all_of(word, isGood))
        throw Wrong{value.Mark(), say("Core", "{} has a value that it cannot have", field)};
    return word;
}

Host hostOf(const YAML::Node &node, const std::string &where)
{
    Host host;
    if (node.IsScalar()) {
        host.host = hostText(node, where);
        return host;
    }
    eachField(node, where, [&](const std::string &field, const YAML::Node &value, const YAML::Node &key) {
        const std::string full = where + "." + field;
        if (field == "host")
            host.host = hostText(value, full);
        else if (field == "port")
            host.port = number(value, full, 1, 65535);
        else if (field == "user")
            host.user = text(value, full);
        else if (field == "key")
            host.key = text(value, full);
        else if (field == "jump")
            host.jump = text(value, full);
        else if (field == "name")
            host.name = nodeName(value, full);
        else if (field == "address")
            host.address = hostText(value, full);
        else if (field == "labels")
            for (const auto &one : value)
                host.labels[label(one.first, full)] = label(one.second, full);
        else if (field == "taints")
            for (const YAML::Node &one : value)
                host.taints.push_back(taint(one));
        else if (field == "password" || field == "passphrase")
            throw Wrong{key.Mark(), say("Core", "no password belongs into a spec: it is asked for, or taken from the system's store of passwords")};
        else
            noSuchField(key, full);
    });
    if (host.host.empty())
        throw Wrong{node.Mark(), say("Core", "a host needs host, its name or address")};
    return host;
}

std::string subnet(const YAML::Node &value, const std::string &field)
{
    const std::string cidr = text(value, field);
    if (!local::cidrOf(cidr))
        throw Wrong{value.Mark(), say("Core", "{} is written as 10.244.0.0/16", field)};
    return cidr;
}

// A name or address that leads to all control planes by itself, or one that they hold.
void endpointOf(const YAML::Node &value, Spec &spec)
{
    if (value.IsScalar()) {
        spec.endpoint = hostText(value, "endpoint");
        return;
    }
    eachField(value, "endpoint", [&](const std::string &field, const YAML::Node &inner, const YAML::Node &key) {
        if (field != "virtual")
            noSuchField(key, "endpoint." + field);
        spec.virtualAddress = text(inner, "endpoint.virtual");
        if (spec.virtualAddress.find('/') != std::string::npos || !local::cidrOf(spec.virtualAddress))
            throw Wrong{inner.Mark(), say("Core", "endpoint.virtual is an address, of the network that the control planes share")};
        spec.endpoint = (spec.virtualAddress.find(':') == std::string::npos ? spec.virtualAddress : "[" + spec.virtualAddress + "]") + ":6443";
    });
}

std::string version(const YAML::Node &value)
{
    std::string version = text(value, "kubernetes");
    if (version.starts_with('v'))
        version.erase(0, 1);
    const auto dots = std::ranges::count(version, '.');
    if ((dots != 1 && dots != 2) || version.find_first_not_of("0123456789.") != version.npos || version.find("..") != version.npos || version.ends_with('.') || version.starts_with('.'))
        throw Wrong{value.Mark(), say("Core", "kubernetes is written as \"1.36\" or \"1.36.3\"")};
    if (compareVersions(version, "1.32") < 0) // kubeadm.k8s.io/v1beta4 came with 1.31; older kubeadms want conntrack too
        throw Wrong{value.Mark(), say("Core", "kubernetes must be 1.32 or newer: older ones are out of support, and configured in another way")};
    return version;
}

} // namespace

Network readNetwork(const YAML::Node &value, const std::string &name)
{
    Network network;
    if (value.IsScalar()) {
        const std::string kind = word(value, name, {"flannel", "calico", "none"});
        network.kind = kind == "flannel" ? Network::Kind::Flannel : kind == "calico" ? Network::Kind::Calico : Network::Kind::None;
        return network;
    }
    eachField(value, name, [&](const std::string &field, const YAML::Node &inner, const YAML::Node &key) {
        if (field != "manifest")
            noSuchField(key, name + "." + field);
        network = {.kind = Network::Kind::Manifest, .file = text(inner, field)};
    });
    return network;
}

namespace {

Packages packagesOf(const YAML::Node &value)
{
    Packages packages;
    eachField(value, "packages", [&](const std::string &field, const YAML::Node &inner, const YAML::Node &key) {
        if (field == "url")
            packages.url = text(inner, "packages.url");
        else if (field == "key")
            packages.key = text(inner, "packages.key");
        else if (field == "unsigned")
            packages.isUnsigned = as<bool>(inner, "packages.unsigned");
        else
            noSuchField(key, "packages." + field);
    });
    const auto isGood = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || std::string_view(".-_~:/+@% ").find(c) != std::string_view::npos; };
    if (!packages.url.empty() && (!std::ranges::all_of(packages.url, isGood) || (!packages.url.starts_with("http://") && !packages.url.starts_with("https://") && !packages.url.starts_with("file:/"))))
        throw Wrong{value.Mark(), say("Core", "packages.url is the address of an apt repository, http, https or file")};
    if (!packages.url.empty() && packages.key.empty() && !packages.isUnsigned)
        throw Wrong{value.Mark(), say("Core", "packages needs key, the file of the repository's public key; or unsigned: true, and whoever can change what the host receives is root there")};
    return packages;
}

Images imagesOf(const YAML::Node &value)
{
    Images images;
    eachField(value, "images", [&](const std::string &field, const YAML::Node &inner, const YAML::Node &key) {
        if (field == "repository")
            images.repository = label(inner, "images.repository");
        else if (field == "archives")
            images.archives = texts(inner, "images.archives");
        else if (field == "workerArchives")
            images.workerArchives = texts(inner, "images.workerArchives");
        else
            noSuchField(key, "images." + field);
    });
    return images;
}

} // namespace

bool takeCommon(Spec &spec, const std::string &field, const YAML::Node &value)
{
    if (field == "kubernetes")
        spec.kubernetes = version(value);
    else if (field == "podSubnet")
        spec.podSubnet = subnet(value, field);
    else if (field == "serviceSubnet")
        spec.serviceSubnet = subnet(value, field);
    else if (field == "packages")
        spec.packages = packagesOf(value);
    else if (field == "images")
        spec.images = imagesOf(value);
    else if (field == "names")
        for (const YAML::Node &one : value)
            spec.names.push_back(hostText(one, field));
    else if (field == "features")
        for (const YAML::Node &one : value)
            spec.features.push_back(word(one, field, {"metrics-server", "headlamp", "admin", "helm"}));
    else if (field == "kubeconfig")
        spec.kubeconfig = text(value, field);
    else if (field == "current")
        spec.current = as<bool>(value, field);
    else
        return false;
    return true;
}

void checkSubnets(const Spec &spec, const YAML::Node &root)
{
    if (local::overlap(spec.podSubnet, spec.serviceSubnet))
        throw Wrong{root.Mark(), say("Core", "podSubnet and serviceSubnet overlap: {} and {}", spec.podSubnet, spec.serviceSubnet)};
}

namespace {

void checkAll(const Spec &spec, const YAML::Node &root, bool several)
{
    const std::size_t planes = spec.controlPlanes();
    if (planes == 0)
        throw Wrong{root.Mark(), say("Core", "controlPlanes must name one host at least")};
    if (planes != 1 && planes != 3 && planes != 5)
        throw Wrong{root["controlPlanes"].Mark(), say("Core", "controlPlanes are 1, 3 or 5: etcd decides by a majority, and an even number bears no more failures than the odd one below it")};
    if (several && spec.endpoint.empty())
        throw Wrong{root["controlPlanes"].Mark(), say("Core", "several control planes need endpoint: a name or address with a port that leads to all of them")};
    std::set<std::string> hosts, names;
    for (const Host &host : spec.hosts) {
        if (!hosts.insert(fmt::format("{}:{}", host.host, host.port)).second)
            throw Wrong{root.Mark(), say("Core", "the host {} is given twice", host.host)};
        if (!spec.virtualAddress.empty() && (host.host == spec.virtualAddress || host.address == spec.virtualAddress))
            throw Wrong{root["endpoint"].Mark(), say("Core", "endpoint.virtual is the address of {}: it must be one that no host has", host.host)};
        if (!host.name.empty() && !names.insert(host.name).second)
            throw Wrong{root.Mark(), say("Core", "the node name {} is given twice", host.name)};
    }
    checkSubnets(spec, root);
}

Spec specOf(const YAML::Node &root)
{
    Spec spec;
    Host common;
    std::vector<Host> workers;
    const auto hosts = [](const YAML::Node &value, const std::string &field, std::vector<Host> &into, bool controlPlane) {
        if (!value.IsSequence())
            throw Wrong{value.Mark(), say("Core", "{} must be a list", field)};
        for (const YAML::Node &one : value) {
            into.push_back(hostOf(one, field));
            into.back().controlPlane = controlPlane;
        }
    };
    eachField(root, {}, [&](const std::string &field, const YAML::Node &value, const YAML::Node &key) {
        if (field == "provider")
            word(value, field, {"kubeadm"});
        else if (takeCommon(spec, field, value))
            return;
        else if (field == "name")
            spec.name = clusterName(value);
        else if (field == "user")
            common.user = text(value, field);
        else if (field == "port")
            common.port = number(value, field, 1, 65535);
        else if (field == "key")
            common.key = text(value, field);
        else if (field == "jump")
            common.jump = text(value, field);
        else if (field == "controlPlanes")
            hosts(value, field, spec.hosts, true);
        else if (field == "workers")
            hosts(value, field, workers, false);
        else if (field == "endpoint")
            endpointOf(value, spec);
        else if (field == "network")
            spec.network = readNetwork(value, field);
        else if (field == "criSocket")
            spec.criSocket = text(value, field);
        else if (field == "password" || field == "passphrase")
            throw Wrong{key.Mark(), say("Core", "no password belongs into a spec: it is asked for, or taken from the system's store of passwords")};
        else
            noSuchField(key, field);
    });
    std::ranges::move(workers, std::back_inserter(spec.hosts));
    for (Host &host : spec.hosts) {
        const auto inherit = [](std::string &own, const std::string &all) {
            if (own.empty())
                own = all;
        };
        inherit(host.user, common.user);
        inherit(host.key, common.key);
        inherit(host.jump, common.jump);
        if (!host.port)
            host.port = common.port;
    }
    if (!spec.endpoint.empty() && (spec.endpoint.find(':') == spec.endpoint.npos))
        spec.endpoint += ":6443";
    checkAll(spec, root, spec.controlPlanes() > 1);
    return spec;
}

} // namespace

std::string Spec::minor() const
{
    const std::size_t first = kubernetes.find('.'), second = kubernetes.find('.', first + 1);
    return kubernetes.substr(0, second);
}

std::size_t Spec::controlPlanes() const
{
    return static_cast<std::size_t>(std::ranges::count_if(hosts, [](const Host &host) { return host.controlPlane; }));
}

std::string shown(const Host &host) { return host.port && host.port != 22 ? fmt::format("{}:{}", host.host, host.port) : host.host; }

Result<Spec> readSpec(std::string_view yaml, const std::string &file) { return readSpecText(yaml, file, specOf); }

} // namespace timonier::kubeadm
