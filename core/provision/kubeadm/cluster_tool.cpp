#include "provision/kubeadm/cluster_tool.h"

#include "base/say.h"
#include "net/download.h"
#include "provision/local/cidr.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace timonier::kubeadm {

namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;

std::string bracketed(const std::string &address) { return address.find(':') == address.npos ? address : "[" + address + "]"; }

// RFC 1123, or an address: what may stand in a certificate. An alias of ~/.ssh/config need not be.
bool isCertificateName(const std::string &name)
{
    return local::cidrOf(name) || (name.find('_') == name.npos && std::ranges::none_of(name, [](unsigned char c) { return std::isupper(c) || c == ':'; }));
}

// Whether something there speaks TLS. That it is the cluster is for the certificate to prove, later.
bool answers(const std::string &server, std::stop_token stop)
{
    const auto found = downloadText(server + "/readyz", {.limit = 1 << 16, .connect = 3s, .stall = 5s}, std::move(stop));
    return found || (found.error().kind != ErrorKind::Unreachable && found.error().kind != ErrorKind::Timeout && found.error().kind != ErrorKind::Cancelled);
}

} // namespace

Result<std::vector<NodeState>> readNodes(std::string_view json)
{
    const Json list = Json::parse(json, nullptr, false);
    if (!list.is_object() || !list.contains("items") || !list["items"].is_array())
        return fail(ErrorKind::Protocol, say("Core", "the list of nodes cannot be read"));
    std::vector<NodeState> all;
    for (const Json &item : list["items"]) {
        const Json none = Json::object();
        const auto at = [&none](const Json &in, const char *key) -> const Json & {
            const auto found = in.find(key);
            return in.is_object() && found != in.end() && found->is_object() ? *found : none;
        };
        const Json &meta = at(item, "metadata"), &spec = at(item, "spec"), &status = at(item, "status");
        NodeState node{.name = meta.value("name", std::string()), .unschedulable = spec.value("unschedulable", false), .version = at(status, "nodeInfo").value("kubeletVersion", std::string())};
        for (const auto &[key, value] : at(meta, "labels").items())
            node.labels[key] = value.is_string() ? value.get<std::string>() : std::string();
        node.controlPlane = node.labels.contains("node-role.kubernetes.io/control-plane");
        if (spec.contains("taints"))
            for (const Json &taint : spec["taints"]) {
                const std::string value = taint.value("value", std::string());
                node.taints.push_back(taint.value("key", std::string()) + (value.empty() ? "" : "=" + value) + ":" + taint.value("effect", std::string()));
            }
        if (status.contains("addresses") && status["addresses"].is_array())
            for (const Json &address : status["addresses"])
                if (address.is_object())
                    node.addresses.push_back(address.value("address", std::string()));
        node.reason = say("Core", "its kubelet has said nothing yet");
        if (status.contains("conditions"))
            for (const Json &condition : status["conditions"])
                if (condition.value("type", std::string()) == "Ready") {
                    node.ready = condition.value("status", std::string()) == "True";
                    node.reason = node.ready ? std::string() : condition.value("message", std::string());
                    node.lacksNetwork = node.reason.find("cni plugin not initialized") != node.reason.npos || node.reason.find("cni config uninitialized") != node.reason.npos;
                }
        all.push_back(std::move(node));
    }
    return all;
}

std::string withServer(const std::string &kubeconfig, const std::string &server)
{
    const std::size_t at = kubeconfig.find("server: ");
    if (at == kubeconfig.npos)
        return kubeconfig;
    const std::size_t end = kubeconfig.find('\n', at);
    return kubeconfig.substr(0, at) + "server: " + server + (end == kubeconfig.npos ? std::string() : kubeconfig.substr(end));
}

ClusterTool::ClusterTool(Spec spec, const Access &access, Outside outside) : m_spec(std::move(spec)), m_outside(std::move(outside))
{
    for (const Host &host : m_spec.hosts)
        m_hosts.push_back(std::make_shared<HostTool>(host, access));
}

HostPtr ClusterTool::find(std::string_view name) const
{
    const auto found = std::ranges::find_if(m_hosts, [&](const auto &host) { return host->name() == name || host->host().host == name || host->host().name == name; });
    return found == m_hosts.end() ? nullptr : *found;
}

Result<std::string> ClusterTool::version(const HostTool &host, std::stop_token stop) const
{
    const auto session = TRY(host.session());
    const auto output = TRY(session->run({.arguments = {"kubeadm", "version", "-o", "short"}, .root = true, .timeout = 60s}, std::move(stop)));
    std::string version = output.out.substr(0, output.out.find('\n'));
    if (output.exitCode != 0 || !version.starts_with('v'))
        return std::unexpected(Error{.kind = ErrorKind::Process, .message = say("Core", "kubeadm does not say its version"), .context = {{"host", host.name()}, {"kubeadm", output.err.substr(0, 500)}}});
    return version;
}

Result<std::string> ClusterTool::endpoint(std::stop_token stop) const
{
    if (!m_spec.endpoint.empty())
        return m_spec.endpoint;
    return bracketed(TRY(first().node(std::move(stop))).address) + ":6443";
}

Result<std::string> ClusterTool::authority(std::stop_token stop) const { return first().read("/etc/kubernetes/pki/ca.crt", std::move(stop)); }

Result<InitFacts> ClusterTool::initFacts(std::stop_token stop) const
{
    InitFacts facts{.node = TRY(first().node(stop)), .version = TRY(version(first(), stop)), .endpoint = TRY(endpoint(stop)), .names = m_spec.names,
                    .schedulable = m_spec.controlPlanes() == m_spec.hosts.size(), .several = m_spec.controlPlanes() > 1};
    for (const Host &host : m_spec.hosts)
        if (host.controlPlane && isCertificateName(host.host) && std::ranges::find(facts.names, host.host) == facts.names.end())
            facts.names.push_back(host.host);
    if (m_outside)
        facts.names.push_back(TRY(m_outside(stop)));
    return facts;
}

Result<> ClusterTool::init(const Heard &heard, const std::function<void(double)> &progress, std::stop_token stop) const
{
    const InitFacts facts = TRY(initFacts(stop));
    std::vector<std::string> arguments{"init", "--skip-token-print", "--skip-certificate-key-print", "--skip-phases=show-join-command"};
    if (facts.several)
        arguments.push_back("--upload-certs");
    return first().kubeadm({.work = Work::Init, .arguments = std::move(arguments), .config = initConfig(m_spec, facts, m_token, m_certificateKey), .version = facts.version, .heard = heard, .progress = progress}, stop);
}

Result<> ClusterTool::openDoor(bool certificates, std::stop_token stop) const
{
    const auto ends = std::chrono::system_clock::now() + 1h;
    TRY(first().kubectl({"apply", "-f", "-"}, tokenObject(m_token, std::chrono::duration_cast<std::chrono::seconds>(ends.time_since_epoch()).count()).reveal(), stop));
    if (!certificates)
        return {};
    InitFacts facts = TRY(initFacts(stop));
    facts.several = true; // the key is told
    return first().kubeadm({.work = Work::Init, .arguments = {"init", "phase", "upload-certs", "--upload-certs", "--skip-certificate-key-print"},
                            .config = initConfig(m_spec, facts, m_token, m_certificateKey), .version = facts.version}, stop);
}

Result<> ClusterTool::closeDoor(std::stop_token stop) const
{
    TRY(first().kubectl({"delete", "secret", "-n", "kube-system", "--ignore-not-found", "bootstrap-token-" + m_token.id, "kubeadm-certs"}, {}, std::move(stop)));
    return {};
}

Result<bool> ClusterTool::isDoorOpen(std::stop_token stop) const
{
    const std::string found = TRY(first().kubectl({"get", "secret", "-n", "kube-system", "--ignore-not-found", "-o", "name", "bootstrap-token-" + m_token.id, "kubeadm-certs"}, {}, std::move(stop)));
    return !found.empty();
}

Result<> ClusterTool::join(const HostTool &host, const Heard &heard, const std::function<void(double)> &progress, std::stop_token stop) const
{
    const bool plane = host.host().controlPlane;
    const std::string ours = TRY(authority(stop));
    const JoinFacts facts{.node = TRY(host.node(stop)), .controlPlane = plane, .schedulable = m_spec.controlPlanes() == m_spec.hosts.size(), .endpoint = TRY(endpoint(stop)), .pin = TRY(publicKeyPin(ours))};
    return host.kubeadm({.work = plane ? Work::JoinControlPlane : Work::Join, .arguments = {"join"}, .config = joinConfig(facts, m_token, m_certificateKey), .version = "v" + m_spec.kubernetes, .heard = heard, .progress = progress}, stop);
}

Result<bool> ClusterTool::isInitialised(std::stop_token stop) const { return first().isSo({.script = "cluster", .arguments = {"planes"}}, std::move(stop)); }

Result<bool> ClusterTool::isNode(const HostTool &host, std::stop_token stop) const
{
    const std::string ours = TRY(authority(stop));
    if (!TRY(host.isSo({.script = "cluster", .arguments = {"joined", host.host().controlPlane ? "control-plane" : "worker"}, .input = ours}, stop)))
        return false;
    const std::string name = TRY(host.node(stop)).name;
    const auto all = TRY(nodes(stop));
    return std::ranges::any_of(all, [&](const NodeState &node) { return node.name == name; });
}

Result<bool> ClusterTool::hasRemains(const HostTool &host, std::stop_token stop) const { return host.isSo({.script = "cluster", .arguments = {"remains"}}, std::move(stop)); }

Result<> ClusterTool::leave(const HostTool &host, const Heard &heard, std::stop_token stop) const
{
    const std::string socket = m_spec.criSocket.empty() ? "unix:///run/containerd/containerd.sock" : m_spec.criSocket;
    TRY(host.run({.script = "cluster", .arguments = {"leave", socket, m_spec.podSubnet, m_spec.virtualAddress.empty() ? "-" : m_spec.virtualAddress}, .heard = heard}, std::move(stop)));
    return {};
}

Result<std::vector<NodeState>> ClusterTool::nodes(std::stop_token stop) const 
{
    const std::string json = TRY(first().kubectl({"get", "nodes", "-o", "json"}, {}, std::move(stop)));
    return readNodes(json);
}

Result<std::string> ClusterTool::kubeconfig(const Heard &told, std::stop_token stop) const
{
    const std::string text = TRY(first().read("/etc/kubernetes/admin.conf", stop));
    if (m_outside)
        return withServer(text, "https://" + bracketed(TRY(m_outside(stop))) + ":6443");
    std::vector<std::string> servers{"https://" + TRY(endpoint(stop))};
    if (const std::string own = "https://" + bracketed(m_spec.first().host) + ":6443"; isCertificateName(m_spec.first().host) && own != servers.front())
        servers.push_back(own);
    if (servers.size() > 1) // the inner address of a machine that we reach by an outer one
        for (const std::string &server : servers)
            if (answers(server, stop))
                return withServer(text, server);
    if (servers.size() > 1 && told)
        told(say("Core", "This computer does not reach the API server at {}: it must be let through (port 6443), or be forwarded", fmt::join(servers, ", ")) + "\n");
    return withServer(text, servers.front());
}

Result<local::ClusterState> stateOf(const ClusterTool &cluster, std::stop_token stop)
{
    local::ClusterState state{.name = cluster.spec().name, .phase = local::Phase::Absent};
    if (!TRY(cluster.isInitialised(stop))) {
        if (TRY(cluster.hasRemains(cluster.first(), stop))) {
            state.phase = local::Phase::Stopped;
            state.words = say("Core", "it is on {}, and its API server does not answer", cluster.first().name());
        }
        return state;
    }
    std::size_t ready = 0;
    for (const NodeState &node : TRY(cluster.nodes(stop))) {
        state.nodes.push_back({.name = node.name, .role = node.controlPlane ? "control-plane" : "worker", .state = node.ready ? "ready" : "not ready"});
        ready += node.ready;
        if (!node.ready)
            state.words += (state.words.empty() ? "" : "; ") + node.name + ": " + node.reason;
    }
    state.phase = ready == state.nodes.size() ? local::Phase::Running : local::Phase::Partly;
    return state;
}

} // namespace timonier::kubeadm
