#include "provision/kind/kind_spec.h"

#include "base/say.h"
#include "provision/local/spec_reader.h"

#include <algorithm>

namespace timonier::kind {

namespace {

using namespace local;

PortMap portMap(const YAML::Node &node)
{
    PortMap map;
    eachField(node, "ports", [&](const std::string &field, const YAML::Node &value, const YAML::Node &key) {
        if (field == "container")
            map.container = number(value, field, 1, 65535);
        else if (field == "host")
            map.host = number(value, field, 1, 65535);
        else if (field == "protocol")
            map.protocol = word(value, field, {"TCP", "UDP", "SCTP"});
        else if (field == "address")
            map.address = text(value, field);
        else
            noSuchField(key, "ports." + field);
    });
    if (!map.container || !map.host)
        throw Wrong{node.Mark(), say("Core", "a port needs both container and host")};
    return map;
}

std::vector<PortMap> portMaps(const YAML::Node &node)
{
    std::vector<PortMap> all;
    for (const YAML::Node &one : node) {
        all.push_back(portMap(one));
        for (std::size_t i = 0; i + 1 < all.size(); ++i)
            if (all[i].host == all.back().host && all[i].protocol == all.back().protocol && all[i].address == all.back().address)
                throw Wrong{one.Mark(), say("Core", "the host port {} is given twice", all.back().host)};
    }
    return all;
}

Mount mount(const YAML::Node &node)
{
    Mount mount;
    eachField(node, "mounts", [&](const std::string &field, const YAML::Node &value, const YAML::Node &key) {
        if (field == "host")
            mount.host = text(value, field);
        else if (field == "container")
            mount.container = text(value, field);
        else if (field == "readOnly")
            mount.readOnly = as<bool>(value, field);
        else
            noSuchField(key, "mounts." + field);
    });
    if (mount.host.empty() || !mount.container.starts_with('/'))
        throw Wrong{node.Mark(), say("Core", "a mount needs host, and container as an absolute path")};
    return mount;
}

Node nodeOf(const YAML::Node &node)
{
    Node one;
    eachField(node, "nodes", [&](const std::string &field, const YAML::Node &value, const YAML::Node &key) {
        if (field == "role")
            one.role = word(value, field, {"control-plane", "worker"});
        else if (field == "image")
            one.image = text(value, field);
        else if (field == "ports")
            one.ports = portMaps(value);
        else if (field == "mounts")
            for (const YAML::Node &entry : value)
                one.mounts.push_back(mount(entry));
        else if (field == "labels")
            for (const auto &label : value)
                one.labels[text(label.first, field)] = text(label.second, field);
        else
            noSuchField(key, "nodes." + field);
    });
    return one;
}

Registry registryOf(const YAML::Node &node)
{
    Registry registry{.port = 5001};
    eachField(node, "registry", [&](const std::string &field, const YAML::Node &value, const YAML::Node &key) {
        if (field == "name")
            registry.name = text(value, field);
        else if (field == "port")
            registry.port = number(value, field, 1, 65535);
        else if (field == "image")
            registry.image = text(value, field);
        else
            noSuchField(key, "registry." + field);
    });
    return registry;
}

Spec specOf(const YAML::Node &root)
{
    Spec spec;
    int controlPlanes = 1, workers = 0;
    std::vector<PortMap> ports;
    eachField(root, {}, [&](const std::string &field, const YAML::Node &value, const YAML::Node &key) {
        if (field == "provider")
            word(value, field, {"kind"});
        else if (field == "name")
            spec.name = clusterName(value);
        else if (field == "image")
            spec.image = text(value, field);
        else if (field == "controlPlanes")
            controlPlanes = number(value, field, 1, 7);
        else if (field == "workers")
            workers = number(value, field, 0, 50);
        else if (field == "nodes")
            for (const YAML::Node &one : value)
                spec.nodes.push_back(nodeOf(one));
        else if (field == "engine")
            spec.engine = word(value, field, {"docker", "podman", "nerdctl"});
        else if (field == "kubeconfig")
            spec.kubeconfig = text(value, field);
        else if (field == "current")
            spec.current = as<bool>(value, field);
        else if (field == "ports")
            ports = portMaps(value);
        else if (field == "registry")
            spec.registry = registryOf(value);
        else if (field == "mirrors")
            for (const auto &mirror : value)
                spec.mirrors[text(mirror.first, field)] = texts(mirror.second, field);
        else if (field == "images")
            spec.images = texts(value, field);
        else if (field == "podSubnet")
            spec.podSubnet = text(value, field);
        else if (field == "serviceSubnet")
            spec.serviceSubnet = text(value, field);
        else if (field == "defaultNetwork")
            spec.defaultNetwork = as<bool>(value, field);
        else if (field == "kubeProxy")
            spec.kubeProxy = word(value, field, {"iptables", "ipvs", "nftables", "none"});
        else if (field == "apiAddress")
            spec.apiAddress = text(value, field);
        else if (field == "apiPort")
            spec.apiPort = number(value, field, 0, 65535);
        else if (field == "featureGates")
            for (const auto &gate : value)
                spec.featureGates[text(gate.first, field)] = as<bool>(gate.second, field);
        else if (field == "kubeadmPatches")
            for (const YAML::Node &patch : value)
                spec.kubeadmPatches.push_back(as<std::string>(patch, field));
        else
            noSuchField(key, field);
    });
    if (spec.nodes.empty())
        for (int i = 0; i < controlPlanes + workers; ++i)
            spec.nodes.push_back({.role = i < controlPlanes ? "control-plane" : "worker"});
    else if (root["controlPlanes"].IsDefined() || root["workers"].IsDefined())
        throw Wrong{root["nodes"].Mark(), say("Core", "give either nodes, or controlPlanes and workers")};
    const auto first = std::ranges::find(spec.nodes, "control-plane", &Node::role);
    if (first == spec.nodes.end())
        throw Wrong{root["nodes"].Mark(), say("Core", "one of the nodes must be a control-plane")};
    first->ports.insert(first->ports.end(), ports.begin(), ports.end());
    return spec;
}

void nodeText(YAML::Emitter &out, const Spec &spec, const Node &node)
{
    out << YAML::BeginMap << YAML::Key << "role" << YAML::Value << node.role;
    if (const std::string &image = node.image.empty() ? spec.image : node.image; !image.empty())
        out << YAML::Key << "image" << YAML::Value << image;
    if (!node.labels.empty()) {
        out << YAML::Key << "labels" << YAML::Value << YAML::BeginMap;
        for (const auto &[key, value] : node.labels)
            out << YAML::Key << key << YAML::Value << YAML::DoubleQuoted << value;
        out << YAML::EndMap;
    }
    if (!node.mounts.empty()) {
        out << YAML::Key << "extraMounts" << YAML::Value << YAML::BeginSeq;
        for (const Mount &mount : node.mounts) {
            out << YAML::BeginMap << YAML::Key << "hostPath" << YAML::Value << YAML::DoubleQuoted << mount.host << YAML::Key << "containerPath" << YAML::Value << YAML::DoubleQuoted << mount.container;
            if (mount.readOnly)
                out << YAML::Key << "readOnly" << YAML::Value << true;
            out << YAML::EndMap;
        }
        out << YAML::EndSeq;
    }
    if (!node.ports.empty()) {
        out << YAML::Key << "extraPortMappings" << YAML::Value << YAML::BeginSeq;
        for (const PortMap &map : node.ports)
            out << YAML::BeginMap << YAML::Key << "containerPort" << YAML::Value << map.container << YAML::Key << "hostPort" << YAML::Value << map.host << YAML::Key << "listenAddress"
                << YAML::Value << YAML::DoubleQuoted << map.address << YAML::Key << "protocol" << YAML::Value << map.protocol << YAML::EndMap;
        out << YAML::EndSeq;
    }
    out << YAML::EndMap;
}

void networkText(YAML::Emitter &out, const Spec &spec)
{
    if (spec.podSubnet.empty() && spec.serviceSubnet.empty() && spec.defaultNetwork && spec.kubeProxy.empty() && spec.apiAddress.empty() && !spec.apiPort)
        return;
    out << YAML::Key << "networking" << YAML::Value << YAML::BeginMap;
    const auto field = [&](const char *name, const std::string &value) {
        if (!value.empty())
            out << YAML::Key << name << YAML::Value << YAML::DoubleQuoted << value;
    };
    field("podSubnet", spec.podSubnet);
    field("serviceSubnet", spec.serviceSubnet);
    field("kubeProxyMode", spec.kubeProxy);
    field("apiServerAddress", spec.apiAddress);
    if (spec.apiPort)
        out << YAML::Key << "apiServerPort" << YAML::Value << spec.apiPort;
    if (!spec.defaultNetwork)
        out << YAML::Key << "disableDefaultCNI" << YAML::Value << true;
    out << YAML::EndMap;
}

} // namespace

Result<Spec> readSpec(std::string_view yaml, const std::string &file) { return readSpecText(yaml, file, specOf); }

std::string configText(const Spec &spec)
{
    YAML::Emitter out;
    out << YAML::BeginMap << YAML::Key << "kind" << YAML::Value << "Cluster" << YAML::Key << "apiVersion" << YAML::Value << "kind.x-k8s.io/v1alpha4";
    networkText(out, spec);
    if (!spec.featureGates.empty()) {
        out << YAML::Key << "featureGates" << YAML::Value << YAML::BeginMap;
        for (const auto &[gate, on] : spec.featureGates)
            out << YAML::Key << YAML::DoubleQuoted << gate << YAML::Value << on;
        out << YAML::EndMap;
    }
    if (spec.registry.port || !spec.mirrors.empty()) // nodes before kind 0.27 need to be told where hosts.toml lies
        out << YAML::Key << "containerdConfigPatches" << YAML::Value << YAML::BeginSeq << YAML::Literal
            << "[plugins.\"io.containerd.grpc.v1.cri\".registry]\n  config_path = \"/etc/containerd/certs.d\"\n" << YAML::EndSeq;
    if (!spec.kubeadmPatches.empty()) {
        out << YAML::Key << "kubeadmConfigPatches" << YAML::Value << YAML::BeginSeq;
        for (const std::string &patch : spec.kubeadmPatches)
            out << YAML::Literal << patch;
        out << YAML::EndSeq;
    }
    out << YAML::Key << "nodes" << YAML::Value << YAML::BeginSeq;
    for (const Node &node : spec.nodes)
        nodeText(out, spec, node);
    out << YAML::EndSeq << YAML::EndMap;
    return std::string(out.c_str()) + "\n";
}

local::Need needOf(const Spec &spec)
{
    const int nodes = static_cast<int>(spec.nodes.size());
    // A control plane of kind takes some 700 MB, a worker 300; what runs there comes on top. An unpacked node image is 1 GB, once.
    local::Need need{.tool = "kind", .leastVersion = "0.20", .engine = spec.engine, .cpus = 2, .memory = (1ull << 30) + static_cast<std::uint64_t>(nodes) * (512ull << 20),
                     .disk = (4ull << 30) + static_cast<std::uint64_t>(nodes) * (1ull << 30), .nodes = nodes};
    need.workers = static_cast<int>(std::ranges::count(spec.nodes, "worker", &Node::role));
    for (const Node &node : spec.nodes)
        for (const PortMap &map : node.ports)
            if (map.protocol == "TCP")
                need.ports.push_back(map.host);
    if (spec.apiPort)
        need.ports.push_back(spec.apiPort);
    return need;
}

} // namespace timonier::kind
