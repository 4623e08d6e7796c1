#include "provision/kind/kind_spec.h"

#include "base/say.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>

namespace timonier::kind {

namespace {

struct Wrong {
    YAML::Mark mark;
    std::string words;
};

template <class T>
T as(const YAML::Node &node, const std::string &field)
{
    try {
        return node.as<T>();
    } catch (const YAML::Exception &) {
        throw Wrong{node.Mark(), say("Core", "{} has a value that it cannot have", field)};
    }
}

int number(const YAML::Node &node, const std::string &field, int least, int most)
{
    const int value = as<int>(node, field);
    if (value < least || value > most)
        throw Wrong{node.Mark(), say("Core", "{} must be from {} to {}", field, least, most)};
    return value;
}

std::string word(const YAML::Node &node, const std::string &field, std::initializer_list<std::string_view> words)
{
    const auto value = as<std::string>(node, field);
    if (std::ranges::find(words, value) == words.end())
        throw Wrong{node.Mark(), say("Core", "{} must be one of {}", field, fmt::join(words, ", "))};
    return value;
}

// Names of containers and hosts are made of it.
std::string clusterName(const YAML::Node &node)
{
    const auto name = as<std::string>(node, "name");
    const auto isGood = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; };
    if (name.empty() || name.size() > 50 || !std::ranges::all_of(name, isGood) || name.front() == '-' || name.front() == '.')
        throw Wrong{node.Mark(), say("Core", "name may hold small letters, digits, “-” and “.”, 50 at most")};
    return name;
}

PortMap portMap(const YAML::Node &node)
{
    PortMap map;
    if (!node.IsMap())
        throw Wrong{node.Mark(), say("Core", "{} has a value that it cannot have", "ports")};
    for (const auto &entry : node) {
        const auto field = as<std::string>(entry.first, "ports");
        if (field == "container")
            map.container = number(entry.second, field, 1, 65535);
        else if (field == "host")
            map.host = number(entry.second, field, 1, 65535);
        else if (field == "protocol")
            map.protocol = word(entry.second, field, {"TCP", "UDP", "SCTP"});
        else if (field == "address")
            map.address = as<std::string>(entry.second, field);
        else
            throw Wrong{entry.first.Mark(), say("Core", "there is no field {}", "ports." + field)};
    }
    if (!map.container || !map.host)
        throw Wrong{node.Mark(), say("Core", "a port needs both container and host")};
    return map;
}

Spec specOf(const YAML::Node &root)
{
    Spec spec;
    if (!root.IsMap())
        throw Wrong{root.Mark(), say("Core", "it is no spec of a cluster")};
    for (const auto &entry : root) {
        const auto field = as<std::string>(entry.first, "a field");
        const YAML::Node &value = entry.second;
        if (field == "provider")
            word(value, field, {"kind"});
        else if (field == "name")
            spec.name = clusterName(value);
        else if (field == "image")
            spec.image = as<std::string>(value, field);
        else if (field == "controlPlanes")
            spec.controlPlanes = number(value, field, 1, 7);
        else if (field == "workers")
            spec.workers = number(value, field, 0, 50);
        else if (field == "engine")
            spec.engine = word(value, field, {"docker", "podman", "nerdctl"});
        else if (field == "kubeconfig")
            spec.kubeconfig = as<std::string>(value, field);
        else if (field == "ports")
            for (const YAML::Node &one : value)
                spec.ports.push_back(portMap(one));
        else
            throw Wrong{entry.first.Mark(), say("Core", "there is no field {}", field)};
    }
    return spec;
}

} // namespace

Result<Spec> readSpec(std::string_view yaml, const std::string &file)
{
    const auto wrong = [&](const YAML::Mark &mark, std::string words) {
        return std::unexpected(Error{.kind = ErrorKind::Invalid, .message = std::move(words), .context = {{"file", file}, {"line", std::to_string(mark.line + 1)}}});
    };
    try {
        return specOf(YAML::Load(std::string(yaml)));
    } catch (const Wrong &found) {
        return wrong(found.mark, found.words);
    } catch (const YAML::Exception &found) {
        return wrong(found.mark, say("Core", "this is no YAML: {}", found.msg));
    }
}

std::string configText(const Spec &spec)
{
    YAML::Emitter out;
    out << YAML::BeginMap << YAML::Key << "kind" << YAML::Value << "Cluster" << YAML::Key << "apiVersion" << YAML::Value << "kind.x-k8s.io/v1alpha4";
    out << YAML::Key << "nodes" << YAML::Value << YAML::BeginSeq;
    for (int i = 0; i < spec.controlPlanes + spec.workers; ++i) {
        out << YAML::BeginMap << YAML::Key << "role" << YAML::Value << (i < spec.controlPlanes ? "control-plane" : "worker");
        if (!spec.image.empty())
            out << YAML::Key << "image" << YAML::Value << spec.image;
        if (i == 0 && !spec.ports.empty()) {
            out << YAML::Key << "extraPortMappings" << YAML::Value << YAML::BeginSeq;
            for (const PortMap &map : spec.ports)
                out << YAML::BeginMap << YAML::Key << "containerPort" << YAML::Value << map.container << YAML::Key << "hostPort" << YAML::Value << map.host
                    << YAML::Key << "listenAddress" << YAML::Value << YAML::DoubleQuoted << map.address << YAML::Key << "protocol" << YAML::Value
                    << map.protocol << YAML::EndMap;
            out << YAML::EndSeq;
        }
        out << YAML::EndMap;
    }
    out << YAML::EndSeq << YAML::EndMap;
    return std::string(out.c_str()) + "\n";
}

} // namespace timonier::kind
