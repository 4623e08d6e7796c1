#include "provision/kubeadm/kubeadm_config.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <ctime>

namespace timonier::kubeadm {

namespace {

using YAML::BeginMap;
using YAML::BeginSeq;
using YAML::DoubleQuoted;
using YAML::EndMap;
using YAML::EndSeq;
using YAML::Key;
using YAML::Value;

void field(YAML::Emitter &out, const char *name, const std::string &value) { out << Key << name << Value << DoubleQuoted << value; }

void registration(YAML::Emitter &out, const NodeFacts &node, bool schedulable)
{
    out << Key << "nodeRegistration" << Value << BeginMap;
    field(out, "name", node.name);
    field(out, "criSocket", node.criSocket);
    field(out, "imagePullPolicy", "IfNotPresent");
    if (schedulable)
        out << Key << "taints" << Value << BeginSeq << EndSeq;
    out << Key << "kubeletExtraArgs" << Value << BeginSeq << BeginMap;
    field(out, "name", "node-ip");
    field(out, "value", node.address);
    out << EndMap << EndSeq;
    if (const auto ignored = ignoredChecks(node); !ignored.empty())
        out << Key << "ignorePreflightErrors" << Value << ignored;
    out << EndMap;
}

void apiEndpoint(YAML::Emitter &out, const NodeFacts &node)
{
    out << Key << "localAPIEndpoint" << Value << BeginMap;
    field(out, "advertiseAddress", node.address);
    out << Key << "bindPort" << Value << 6443 << EndMap;
}

std::string utc(std::int64_t seconds)
{
    const auto time = static_cast<std::time_t>(seconds);
    std::tm parts{};
#ifdef _WIN32
    gmtime_s(&parts, &time);
#else
    gmtime_r(&time, &parts);
#endif
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

} // namespace

std::vector<std::string> ignoredChecks(const NodeFacts &node)
{
    if (node.cgroupV1)
        return {"SystemVerification"};
    return {};
}

Secret initConfig(const Spec &spec, const InitFacts &facts, const Token &token, const Secret &certificateKey)
{
    YAML::Emitter out;
    out << BeginMap;
    field(out, "apiVersion", "kubeadm.k8s.io/v1beta4");
    field(out, "kind", "InitConfiguration");
    out << Key << "bootstrapTokens" << Value << BeginSeq << BeginMap;
    field(out, "token", token.whole().reveal());
    field(out, "ttl", "1h0m0s");
    field(out, "description", "made by Timonier for the hosts of its plan");
    out << Key << "usages" << Value << std::vector<std::string>{"signing", "authentication"};
    out << Key << "groups" << Value << std::vector<std::string>{"system:bootstrappers:kubeadm:default-node-token"};
    out << EndMap << EndSeq;
    apiEndpoint(out, facts.node);
    registration(out, facts.node, facts.schedulable);
    if (facts.several)
        field(out, "certificateKey", certificateKey.reveal());
    out << EndMap;

    out << YAML::BeginDoc << BeginMap;
    field(out, "apiVersion", "kubeadm.k8s.io/v1beta4");
    field(out, "kind", "ClusterConfiguration");
    field(out, "clusterName", spec.name);
    field(out, "kubernetesVersion", facts.version);
    field(out, "controlPlaneEndpoint", facts.endpoint);
    if (!spec.images.repository.empty())
        field(out, "imageRepository", spec.images.repository);
    out << Key << "networking" << Value << BeginMap;
    field(out, "podSubnet", spec.podSubnet);
    field(out, "serviceSubnet", spec.serviceSubnet);
    out << EndMap;
    out << Key << "apiServer" << Value << BeginMap << Key << "certSANs" << Value << BeginSeq;
    for (const std::string &name : facts.names)
        out << DoubleQuoted << name;
    out << EndSeq << EndMap << EndMap;

    out << YAML::BeginDoc << BeginMap;
    field(out, "apiVersion", "kubelet.config.k8s.io/v1beta1");
    field(out, "kind", "KubeletConfiguration");
    field(out, "cgroupDriver", "systemd");
    if (facts.node.cgroupV1)
        out << Key << "failCgroupV1" << Value << false;
    out << EndMap;
    return Secret(std::string(out.c_str()) + "\n");
}

Secret joinConfig(const JoinFacts &facts, const Token &token, const Secret &certificateKey)
{
    YAML::Emitter out;
    out << BeginMap;
    field(out, "apiVersion", "kubeadm.k8s.io/v1beta4");
    field(out, "kind", "JoinConfiguration");
    out << Key << "discovery" << Value << BeginMap << Key << "bootstrapToken" << Value << BeginMap;
    field(out, "token", token.whole().reveal());
    field(out, "apiServerEndpoint", facts.endpoint);
    out << Key << "caCertHashes" << Value << BeginSeq << DoubleQuoted << facts.pin << EndSeq << EndMap << EndMap;
    out << Key << "timeouts" << Value << BeginMap; // of its own it waits five minutes for a token that there is no more
    field(out, "discovery", "1m0s");
    out << EndMap;
    registration(out, facts.node, facts.schedulable && facts.controlPlane);
    if (facts.controlPlane) {
        out << Key << "controlPlane" << Value << BeginMap;
        apiEndpoint(out, facts.node);
        field(out, "certificateKey", certificateKey.reveal());
        out << EndMap;
    }
    out << EndMap;
    return Secret(std::string(out.c_str()) + "\n");
}

Secret tokenObject(const Token &token, std::int64_t ends)
{
    YAML::Emitter out;
    out << BeginMap;
    field(out, "apiVersion", "v1");
    field(out, "kind", "Secret");
    field(out, "type", "bootstrap.kubernetes.io/token");
    out << Key << "metadata" << Value << BeginMap;
    field(out, "name", "bootstrap-token-" + token.id);
    field(out, "namespace", "kube-system");
    out << EndMap << Key << "stringData" << Value << BeginMap;
    field(out, "token-id", token.id);
    field(out, "token-secret", token.secret.reveal());
    field(out, "expiration", utc(ends));
    field(out, "usage-bootstrap-authentication", "true");
    field(out, "usage-bootstrap-signing", "true");
    field(out, "auth-extra-groups", "system:bootstrappers:kubeadm:default-node-token");
    field(out, "description", "made by Timonier for the hosts of its plan");
    out << EndMap << EndMap;
    return Secret(std::string(out.c_str()) + "\n");
}

} // namespace timonier::kubeadm
