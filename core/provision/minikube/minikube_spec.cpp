#include "provision/minikube/minikube_spec.h"

#include "base/say.h"
#include "provision/local/spec_reader.h"

#include <charconv>

namespace timonier::minikube {

namespace {

using namespace local;

std::string size(const YAML::Node &node, const std::string &field)
{
    const std::string value = text(node, field);
    if (!bytesOf(value))
        throw Wrong{node.Mark(), say("Core", "{} must be a size: 4g, 4096m", field)};
    return value;
}

std::string version(const YAML::Node &node, const std::string &field)
{
    std::string value = text(node, field);
    if (value == "stable" || value == "latest")
        return value;
    if (!value.starts_with('v'))
        value.insert(0, "v");
    const auto good = [](char c) { return (c >= '0' && c <= '9') || c == '.' || c == '-' || (c >= 'a' && c <= 'z'); };
    if (std::ranges::count(value, '.') != 2 || !std::ranges::all_of(value, good))
        throw Wrong{node.Mark(), say("Core", "{} must be a version as v1.34.2, or stable, or latest", field)};
    return value;
}

Spec specOf(const YAML::Node &root)
{
    Spec spec;
    eachField(root, {}, [&](const std::string &field, const YAML::Node &value, const YAML::Node &key) {
        if (field == "provider")
            word(value, field, {"minikube"});
        else if (field == "name")
            spec.name = clusterName(value);
        else if (field == "driver")
            spec.driver = word(value, field, {"docker", "podman", "kvm2", "qemu2", "hyperv", "virtualbox", "none", "ssh"});
        else if (field == "kubernetes")
            spec.kubernetes = version(value, field);
        else if (field == "runtime")
            spec.runtime = word(value, field, {"docker", "containerd", "cri-o"});
        else if (field == "cpus")
            spec.cpus = number(value, field, 2, 1024);
        else if (field == "memory")
            spec.memory = size(value, field);
        else if (field == "disk")
            spec.disk = size(value, field);
        else if (field == "nodes")
            spec.nodes = number(value, field, 1, 50);
        else if (field == "cni")
            spec.cni = text(value, field);
        else if (field == "addons")
            spec.addons = texts(value, field);
        else if (field == "registryMirrors")
            spec.registryMirrors = texts(value, field);
        else if (field == "insecureRegistries")
            spec.insecureRegistries = texts(value, field);
        else if (field == "imageRepository")
            spec.imageRepository = text(value, field);
        else if (field == "prefetch")
            spec.prefetch = as<bool>(value, field);
        else if (field == "images")
            spec.images = texts(value, field);
        else if (field == "extraConfig")
            spec.extraConfig = texts(value, field);
        else if (field == "ssh")
            eachField(value, field, [&](const std::string &inner, const YAML::Node &one, const YAML::Node &innerKey) {
                if (inner == "host")
                    spec.sshHost = text(one, inner);
                else if (inner == "user")
                    spec.sshUser = text(one, inner);
                else if (inner == "key")
                    spec.sshKey = text(one, inner);
                else
                    noSuchField(innerKey, "ssh." + inner);
            });
        else if (field == "force")
            spec.force = as<bool>(value, field);
        else if (field == "kubeconfig")
            spec.kubeconfig = text(value, field);
        else if (field == "current")
            spec.current = as<bool>(value, field);
        else
            noSuchField(key, field);
    });
    if (spec.driver == "none" && spec.nodes > 1)
        throw Wrong{root["nodes"].Mark(), say("Core", "the driver none has one node: this computer itself")};
    if (spec.driver == "ssh" && spec.sshHost.empty())
        throw Wrong{root["driver"].Mark(), say("Core", "the driver ssh needs ssh: with host, user and key")};
    return spec;
}

} // namespace

std::uint64_t bytesOf(std::string_view size)
{
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), value);
    if (error != std::errc() || value > (1ull << 40))
        return 0;
    const std::string_view unit = size.substr(static_cast<std::size_t>(end - size.data()));
    if (unit.empty() || unit == "m" || unit == "mb" || unit == "Mi" || unit == "MB")
        return value << 20;
    if (unit == "g" || unit == "gb" || unit == "Gi" || unit == "GB")
        return value << 30;
    return 0;
}

Result<Spec> readSpec(std::string_view yaml, const std::string &file) { return readSpecText(yaml, file, specOf); }

std::vector<std::string> startArguments(const Spec &spec, bool downloadOnly)
{
    std::vector<std::string> all{"start", "--keep-context", fmt::format("--cpus={}", spec.cpus), fmt::format("--nodes={}", spec.nodes)};
    const auto option = [&](const char *name, const std::string &value) {
        if (!value.empty())
            all.push_back(fmt::format("--{}={}", name, value));
    };
    const auto each = [&](const char *name, const std::vector<std::string> &values) {
        for (const std::string &value : values)
            option(name, value);
    };
    option("driver", spec.driver);
    option("kubernetes-version", spec.kubernetes);
    option("container-runtime", spec.runtime);
    option("memory", spec.memory);
    option("disk-size", spec.disk);
    option("cni", spec.cni);
    each("addons", spec.addons);
    each("registry-mirror", spec.registryMirrors);
    each("insecure-registry", spec.insecureRegistries);
    option("image-repository", spec.imageRepository);
    each("extra-config", spec.extraConfig);
    option("ssh-ip-address", spec.sshHost);
    option("ssh-user", spec.sshUser);
    option("ssh-key", spec.sshKey);
    if (spec.force)
        all.emplace_back("--force");
    if (downloadOnly)
        all.emplace_back("--download-only");
    return all;
}

local::Need needOf(const Spec &spec)
{
    const auto nodes = static_cast<std::uint64_t>(spec.nodes);
    const std::uint64_t memory = bytesOf(spec.memory), disk = bytesOf(spec.disk);
    local::Need need{.tool = "minikube", .leastVersion = "1.30", .cpus = spec.cpus, .memory = nodes * (memory ? memory : 2200ull << 20), .disk = nodes * (4ull << 30) + (disk ? disk / 4 : 4ull << 30), .nodes = spec.nodes, .isSized = true};
    if (spec.driver == "docker" || spec.driver == "podman")
        need.engine = spec.driver;
    if (spec.driver == "ssh") // the other machine's matter
        need = {.tool = "minikube", .leastVersion = "1.30", .cpus = 1, .memory = 256ull << 20, .disk = 1ull << 30};
    return need;
}

} // namespace timonier::minikube
