#include "cluster_hosts_session.h"

#include "hand.h"

#include "provision/kubeadm/operations.h"

#include <QCoreApplication>

#include <algorithm>

namespace timonier {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ClusterHosts)
};

constexpr std::int64_t soon = 30 * 24 * 3600; // s

QString shown(const std::string &text) { return QString::fromStdString(text); }

HostLine lineOf(const kubeadm::Host &host)
{
    HostLine line{.id = shown(kubeadm::shown(host)), .name = shown(host.name.empty() ? kubeadm::shown(host) : host.name), .role = host.controlPlane ? Words::tr("Control plane") : Words::tr("Worker"),
                  .address = shown(host.address.empty() ? host.host : host.address), .state = {Tone::Busy, Words::tr("it is asked …")}};
    if (host.controlPlane)
        line.certificates = {Tone::Busy, Words::tr("they are asked …")};
    return line;
}

StatusWords stateOf(const kubeadm::NodeState &node)
{
    if (!node.ready)
        return {Tone::Bad, Words::tr("not ready: %1").arg(shown(node.reason))};
    return node.unschedulable ? StatusWords{Tone::Careful, Words::tr("ready, but takes no new pods (cordoned)")} : StatusWords{Tone::Good, Words::tr("ready")};
}

// The one that ends first stands for all.
StatusWords certificatesOf(const Result<std::vector<kubeadm::Expiry>> &all)
{
    if (!all)
        return {Tone::Careful, Words::tr("cannot be told: %1").arg(shown(all.error().text()))};
    const kubeadm::Expiry *first = nullptr;
    for (const kubeadm::Expiry &one : *all)
        if (!one.missing && (!first || one.left < first->left))
            first = &one;
    if (!first)
        return {Tone::Careful, Words::tr("there are none")};
    return {first->left < 0 ? Tone::Bad : first->left < soon ? Tone::Careful : Tone::Good, Words::tr("%1 (%2)", "%1: 120 days left, %2: of a certificate").arg(shown(expiryWords(first->left)), shown(first->name))};
}

bool isOf(const kubeadm::NodeState &node, const kubeadm::Host &host)
{
    const auto has = [&](const std::string &word) { return !word.empty() && (node.name == word || std::ranges::find(node.addresses, word) != node.addresses.end()); };
    return has(host.name) || has(host.host) || has(host.address);
}

// The node of each host of the spec; where neither name nor address tell, the host is asked what it calls itself.
std::vector<const kubeadm::NodeState *> nodesOf(const kubeadm::ClusterTool &cluster, const std::vector<kubeadm::NodeState> &nodes, const std::stop_token &stop)
{
    std::vector<const kubeadm::NodeState *> found;
    for (const kubeadm::HostPtr &host : cluster.hosts()) {
        auto node = std::ranges::find_if(nodes, [&](const kubeadm::NodeState &one) { return isOf(one, host->host()); });
        if (node == nodes.end())
            if (const auto own = host->node(stop))
                node = std::ranges::find(nodes, own->name, &kubeadm::NodeState::name);
        found.push_back(node == nodes.end() ? nullptr : &*node);
    }
    return found;
}

} // namespace

SessionClusterHosts::SessionClusterHosts(kubeadm::Spec spec, kubeadm::Access hosts, std::shared_ptr<Worker> closing)
    : m_spec(std::move(spec)), m_access(std::move(hosts)), m_closing(std::move(closing)), m_here(std::shared_ptr<QObject>(new QObject, [](QObject *object) { object->deleteLater(); })), m_worker(std::make_unique<Worker>("cluster hosts"))
{
}

SessionClusterHosts::~SessionClusterHosts()
{
    m_stop.request_stop();
    m_closing->post([worker = std::move(m_worker)] {});
}

std::vector<HostLine> SessionClusterHosts::hosts() const
{
    std::vector<HostLine> lines;
    for (const kubeadm::Host &host : m_spec.hosts)
        lines.push_back(lineOf(host));
    return lines;
}

std::vector<HostAction> SessionClusterHosts::actions() const
{
    std::vector<HostAction> all;
    for (const HostOperation &one : hostOperations()) {
        HostAction action{.id = shown(one.verb), .title = shown(one.title), .help = shown(one.help), .onHost = one.onHost};
        for (const kubeadm::Host &host : m_spec.hosts)
            if (const std::string why = one.refusal ? one.refusal(m_spec, host) : std::string(); !why.empty())
                action.refused[shown(kubeadm::shown(host))] = shown(why);
        all.push_back(std::move(action));
    }
    return all;
}

void SessionClusterHosts::look(Tell tell, Over over)
{
    using Lines = std::vector<HostLine>;
    m_worker->post([spec = m_spec, access = m_access, lines = hosts(), stop = m_stop.get_token(), here = std::weak_ptr(m_here), tell = std::function<void(Lines)>(std::move(tell)), over = std::function<void(Result<>)>(std::move(over))]() mutable {
        const kubeadm::ClusterTool cluster(spec, access);
        const auto nodes = cluster.nodes(stop);
        if (!nodes) {
            for (HostLine &line : lines)
                line.state = line.certificates = {Tone::None, {}};
            hand<Lines>(here, tell, lines);
            return hand<Result<>>(here, over, Result<>(std::unexpected(nodes.error())));
        }
        const std::vector<const kubeadm::NodeState *> own = nodesOf(cluster, *nodes, stop);
        for (std::size_t i = 0; i < own.size(); ++i) {
            HostLine &line = lines[i];
            line.state = own[i] ? stateOf(*own[i]) : StatusWords{Tone::Careful, Words::tr("it is not in the cluster")};
            if (!own[i])
                continue;
            line.name = shown(own[i]->name);
            line.version = shown(own[i]->version);
            if (!own[i]->addresses.empty())
                line.address = shown(own[i]->addresses.front());
        }
        for (const kubeadm::NodeState &node : *nodes)
            if (std::ranges::find(own, &node) == own.end())
                lines.push_back({.name = shown(node.name), .role = node.controlPlane ? Words::tr("Control plane") : Words::tr("Worker"), .address = node.addresses.empty() ? QString() : shown(node.addresses.front()), .version = shown(node.version), .state = stateOf(node)});
        hand<Lines>(here, tell, lines);
        for (std::size_t i = 0; i < own.size() && !stop.stop_requested(); ++i)
            if (cluster.hosts()[i]->host().controlPlane) {
                lines[i].certificates = certificatesOf(kubeadm::expiries(*cluster.hosts()[i], stop));
                hand<Lines>(here, tell, lines);
            }
        hand<Result<>>(here, over, Result<>());
    });
}

} // namespace timonier
