#include "provision/kubeadm/virtual_address.h"

#include "base/say.h"

#include <yaml-cpp/yaml.h>

namespace timonier::kubeadm {

namespace {

using YAML::BeginMap;
using YAML::BeginSeq;
using YAML::DoubleQuoted;
using YAML::EndMap;
using YAML::EndSeq;
using YAML::Key;
using YAML::Value;

constexpr std::string_view path = "/etc/kubernetes/manifests/kube-vip.yaml";
constexpr const char *first = "/etc/kubernetes/super-admin.conf", *lasting = "/etc/kubernetes/admin.conf";

Result<std::string> interfaceOf(const ClusterTool &cluster, const HostTool &host, std::stop_token stop)
{
    std::string name = TRY(host.run({.script = "address", .arguments = {"interface", cluster.spec().virtualAddress}}, std::move(stop)));
    name.erase(std::min(name.find('\n'), name.size()));
    if (name.empty())
        return std::unexpected(Error{.kind = ErrorKind::Invalid, .message = say("Core", "{} is in no network of {}", cluster.spec().virtualAddress, host.name()), .hint = say("Core", "A virtual address is one of the network that the control planes share"), .context = {{"host", host.name()}}});
    return name;
}

} // namespace

std::string vipManifest(const Spec &spec, const std::string &interface, const std::string &access)
{
    YAML::Emitter out;
    const auto field = [&out](const char *name, const std::string &value) { out << Key << name << Value << DoubleQuoted << value; };
    const auto variable = [&](const char *name, const std::string &value) {
        out << BeginMap;
        field("name", name);
        field("value", value);
        out << EndMap;
    };
    const bool six = spec.virtualAddress.find(':') != std::string::npos;
    std::string image(vipImage);
    if (!spec.images.repository.empty())
        image = spec.images.repository + image.substr(image.rfind('/'));
    out << BeginMap;
    field("apiVersion", "v1");
    field("kind", "Pod");
    out << Key << "metadata" << Value << BeginMap;
    field("name", "kube-vip");
    field("namespace", "kube-system");
    out << EndMap << Key << "spec" << Value << BeginMap;
    out << Key << "hostNetwork" << Value << true;
    // It asks the API server of its own host, whatever holds the address.
    out << Key << "hostAliases" << Value << BeginSeq << BeginMap;
    field("ip", "127.0.0.1");
    out << Key << "hostnames" << Value << BeginSeq << "kubernetes" << EndSeq << EndMap << EndSeq;
    out << Key << "containers" << Value << BeginSeq << BeginMap;
    field("name", "kube-vip");
    field("image", image);
    field("imagePullPolicy", "IfNotPresent");
    out << Key << "args" << Value << BeginSeq << "manager" << EndSeq;
    out << Key << "env" << Value << BeginSeq;
    variable("vip_arp", "true");
    variable("port", "6443");
    variable("vip_interface", interface);
    variable("vip_subnet", six ? "128" : "32");
    variable("address", spec.virtualAddress);
    variable("cp_enable", "true");
    variable("cp_namespace", "kube-system");
    variable("vip_leaderelection", "true");
    variable("vip_leasename", "plndr-cp-lock");
    variable("vip_leaseduration", "5");
    variable("vip_renewdeadline", "3");
    variable("vip_retryperiod", "1");
    variable("prometheus_server", "127.0.0.1:2112"); // its metrics are nobody's from outside
    out << EndSeq << Key << "securityContext" << Value << BeginMap << Key << "capabilities" << Value << BeginMap;
    out << Key << "add" << Value << BeginSeq << "NET_ADMIN" << "NET_RAW" << EndSeq << Key << "drop" << Value << BeginSeq << "ALL" << EndSeq << EndMap << EndMap;
    out << Key << "volumeMounts" << Value << BeginSeq << BeginMap;
    field("mountPath", "/etc/kubernetes/admin.conf");
    field("name", "kubeconfig");
    out << EndMap << EndSeq << EndMap << EndSeq;
    out << Key << "volumes" << Value << BeginSeq << BeginMap;
    field("name", "kubeconfig");
    out << Key << "hostPath" << Value << BeginMap;
    field("path", access);
    field("type", "File");
    out << EndMap << EndMap << EndSeq << EndMap << EndMap;
    return std::string(out.c_str()) + "\n";
}

Result<bool> holdsAddress(const ClusterTool &cluster, const HostTool &host, std::stop_token stop)
{
    if (cluster.spec().virtualAddress.empty() || !host.host().controlPlane)
        return true;
    const auto is = host.read(std::string(path), stop);
    if (!is && is.error().kind == ErrorKind::NotFound)
        return false;
    return TRY(is) == vipManifest(cluster.spec(), TRY(interfaceOf(cluster, host, stop)), lasting);
}

Result<> holdAddress(const ClusterTool &cluster, const HostTool &host, VipAccess access, std::stop_token stop)
{
    if (cluster.spec().virtualAddress.empty() || !host.host().controlPlane)
        return {};
    const std::string interface = TRY(interfaceOf(cluster, host, stop));
    TRY(host.put(std::string(path), vipManifest(cluster.spec(), interface, access == VipAccess::First ? first : lasting), 0600, stop));
    if (access == VipAccess::Lasting)
        TRY(host.run({.script = "address", .arguments = {"await", cluster.spec().endpoint}}, stop));
    return {};
}

} // namespace timonier::kubeadm
