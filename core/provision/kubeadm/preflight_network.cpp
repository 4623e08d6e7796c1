#include "provision/kubeadm/preflight_parts.h"

#include "base/say.h"
#include "provision/local/cidr.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace timonier::kubeadm {

using form::Check;
using form::CheckState;
using form::Fix;

std::vector<NeededPort> neededPorts(const Spec &spec, bool controlPlane)
{
    std::vector<NeededPort> all;
    if (controlPlane) {
        all.push_back({.port = 6443, .fromWorkers = true, .what = "kube-apiserver"});
        if (spec.controlPlanes() > 1)
            all.insert(all.end(), {{.port = 2379, .what = "etcd"}, {.port = 2380, .what = "etcd"}});
    }
    all.push_back({.port = 10250, .what = "kubelet"});
    if (spec.network.kind == Network::Kind::Flannel)
        all.push_back({.port = 8472, .udp = true, .fromWorkers = true, .what = "Flannel (VXLAN)"});
    if (spec.network.kind == Network::Kind::Calico)
        all.insert(all.end(), {{.port = 4789, .udp = true, .fromWorkers = true, .what = "Calico (VXLAN)"}, {.port = 179, .fromWorkers = true, .what = "Calico (BGP)"}, {.port = 5473, .fromWorkers = true, .what = "Calico (Typha)"}});
    return all;
}

Check ports(const At &at)
{
    Check check{.id = "ports", .title = say("Core", "Ports"), .state = CheckState::Good, .words = say("Core", "those of Kubernetes are free")};
    if (at.begun) {
        check.words = say("Core", "taken by this cluster, if at all");
        return check;
    }
    std::vector<int> wanted{10250, 10248, 10249, 10256};
    if (at.look.host.controlPlane)
        wanted.insert(wanted.end(), {6443, 10259, 10257, 2379, 2380});
    std::vector<std::string> taken;
    bool kubernetes = false;
    std::string other;
    for (const int port : wanted)
        if (const auto *one = at.facts.listening(static_cast<std::uint16_t>(port))) {
            taken.push_back(one->program.empty() ? fmt::format("{}", port) : fmt::format("{} ({})", port, one->program));
            const bool ours = one->program.starts_with("kube") || one->program == "etcd";
            kubernetes |= ours;
            if (!ours && one->pid)
                other = fmt::format("ps -o pid,etime,args -p {}", one->pid);
        }
    if (taken.empty())
        return check;
    check.state = CheckState::Bad;
    check.words = say("Core", "taken: {}", fmt::join(taken, ", "));
    check.why = kubernetes ? say("Core", "An earlier cluster runs there: have it reset") : say("Core", "Another program has them: stop it, or give it another port");
    if (kubernetes)
        check.fixes = {Fix{.id = "reset", .title = say("Core", "Reset it: what ran there is lost"), .commands = {"sudo kubeadm reset -f || true", "sudo systemctl stop kubelet || true"}}};
    else if (!other.empty())
        check.fixes = {Fix{.id = "ports", .title = say("Core", "See which"), .commands = {other}}};
    return check;
}

Check naming(const At &at)
{
    const std::string &name = at.look.host.name.empty() ? at.facts.hostname : at.look.host.name;
    Check check{.id = "hostname", .title = say("Core", "Name"), .state = CheckState::Good, .words = name};
    const auto nodeName = [](const HostLook &look) { return !look.host.name.empty() ? look.host.name : look.facts ? look.facts->hostname : std::string(); };
    const auto same = std::ranges::find_if(at.all.hosts, [&](const HostLook &other) { return &other != &at.look && !name.empty() && nodeName(other) == name; });
    const bool isGood = !name.empty() && std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; });
    if (same != at.all.hosts.end()) {
        check.state = CheckState::Bad;
        check.words = say("Core", "{} is called {} too", shown(same->host), name);
        check.why = say("Core", "Two nodes of one name are one node. Give one of them another name, in the spec (name) or on the host");
        check.fixes = {Fix{.id = "hostname", .title = say("Core", "Call it otherwise"), .commands = {fmt::format("sudo hostnamectl set-hostname {}", isGood ? name + "-2" : "node-2")}}};
    } else if (!isGood || name == "localhost" || name.starts_with("localhost.")) {
        check.state = CheckState::Bad;
        check.words = name.empty() ? say("Core", "it has none") : say("Core", "{} cannot be a node's name", name);
        check.why = say("Core", "A node's name has letters, digits, “-” and “.”. Name it in the spec (name)");
    } else if (at.facts.hostnameAddresses.empty()) {
        check.state = CheckState::Careful;
        check.words = say("Core", "{} does not resolve on the host itself", at.facts.hostname);
        check.why = say("Core", "Some programs wait long for it, sudo among them. It belongs into /etc/hosts");
        if (std::ranges::all_of(at.facts.hostname, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.'; }))
            check.fixes = {Fix{.id = "hosts", .title = say("Core", "Write it there"), .commands = {fmt::format("echo '127.0.1.1 {}' | sudo tee -a /etc/hosts", at.facts.hostname)}}};
    }
    return check;
}

Check identity(const At &at)
{
    Check check{.id = "identity", .title = say("Core", "One of its kind"), .state = CheckState::Good, .words = say("Core", "its machine-id and MAC are no other's")};
    const auto macs = [](const remote::HostFacts &facts) {
        std::vector<std::string> all;
        for (const auto &one : facts.interfaces)
            if (one.physical && !one.mac.empty())
                all.push_back(one.mac);
        return all;
    };
    const auto own = macs(at.facts);
    for (const HostLook &other : at.all.hosts) {
        if (&other == &at.look || !other.facts)
            continue;
        const std::string who = shown(other.host);
        const auto theirs = macs(*other.facts);
        const auto mac = std::ranges::find_first_of(own, theirs);
        if (!at.facts.machineId.empty() && at.facts.machineId == other.facts->machineId) {
            check.state = CheckState::Bad;
            check.words = at.facts.bootId == other.facts->bootId && !at.facts.bootId.empty() && mac != own.end() ? say("Core", "it is the same machine as {}", who) : say("Core", "{} has the same machine-id", who);
            check.why = say("Core", "A machine that was copied keeps it. Nodes, DHCP and logs are told apart by it");
            check.fixes = {Fix{.id = "machine-id", .title = say("Core", "Give it a new one (then boot it)"), .commands = {"sudo rm -f /etc/machine-id /var/lib/dbus/machine-id", "sudo systemd-machine-id-setup"}}};
        } else if (!at.facts.productUuid.empty() && at.facts.productUuid == other.facts->productUuid && at.facts.virtualization != "systemd-nspawn" && at.facts.virtualization != "docker" && at.facts.virtualization != "lxc") {
            check.state = CheckState::Careful; // containers share their machine's
            check.words = say("Core", "{} has the same product uuid", who);
            check.why = say("Core", "A virtual machine that was copied keeps it: kubeadm asks for one each. Give it a new one in the hypervisor");
        } else if (mac != own.end()) {
            check.state = CheckState::Bad;
            check.words = say("Core", "{} has the same MAC address, {}", who, *mac);
            check.why = say("Core", "In one network they take each other's packets. Give one of them another, in the hypervisor");
        }
        if (check.state != CheckState::Good)
            return check;
    }
    return check;
}

Check clock(const At &at)
{
    Check check{.id = "clock", .title = say("Core", "Clock"), .state = CheckState::Good};
    if (!at.facts.clockOffset)
        return {};
    const auto seconds = [](std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); };
    // Against the other hosts, for they must agree with each other; this computer's own may be the wrong one.
    std::vector<double> offsets;
    for (const HostLook &other : at.all.hosts)
        if (other.facts && other.facts->clockOffset)
            offsets.push_back(seconds(*other.facts->clockOffset));
    std::ranges::sort(offsets);
    const double usual = offsets.size() >= 3 ? offsets[(offsets.size() - 1) / 2] : 0;
    const double off = seconds(*at.facts.clockOffset) - usual, error = seconds(at.facts.clockError);
    const double size = std::max(0.0, std::abs(off) - error);
    const std::string amount = std::abs(off) >= 90 ? say("Core", "{:.0f} min", std::abs(off) / 60) : say("Core", "{:.1f} s", std::abs(off));
    const std::string than = offsets.size() >= 3 ? say("Core", "the other hosts") : say("Core", "this computer");
    check.words = size < 0.5 ? say("Core", "as {}", than) : off > 0 ? say("Core", "{} ahead of {}", amount, than) : say("Core", "{} behind {}", amount, than);
    const Fix fix{.id = "clock", .title = say("Core", "Have it set by the network"), .commands = {"sudo timedatectl set-ntp true", "sudo systemctl restart systemd-timesyncd || sudo systemctl restart chrony"}};
    if (size > 30) {
        check.state = CheckState::Bad;
        check.why = say("Core", "Certificates are not valid yet or any more, tokens expire at once, leases go astray");
        check.fixes = {fix};
    } else if (size > 2) {
        check.state = CheckState::Careful;
        check.why = say("Core", "etcd and leases want clocks that agree within a second");
        check.fixes = {fix};
    } else if (at.facts.timeSynchronized && !*at.facts.timeSynchronized && at.facts.timeService.empty()) {
        check.state = CheckState::Careful;
        check.words += ", " + say("Core", "and nothing keeps it");
        check.why = say("Core", "It will run away with time: install systemd-timesyncd or chrony");
        check.fixes = {Fix{.id = "timesync", .title = say("Core", "Install it"), .commands = {"sudo apt-get install -y systemd-timesyncd"}}};
    }
    return check;
}

Check networks(const At &at)
{
    Check check{.id = "networks", .title = say("Core", "Networks"), .state = CheckState::Good, .words = say("Core", "pods {}, services {}: in nobody's way", at.spec.podSubnet, at.spec.serviceSubnet)};
    if (at.begun) // its own pod network has routes
        return check;
    for (const auto &[what, subnet] : {std::pair{say("Core", "pods"), at.spec.podSubnet}, {say("Core", "services"), at.spec.serviceSubnet}}) {
        for (const auto &interface : at.facts.interfaces)
            for (const std::string &address : interface.addresses)
                if (const bool pods = interface.name.starts_with("cni") || interface.name.starts_with("flannel") || interface.name.starts_with("cali"); !pods && local::overlap(subnet, address)) {
                    check.state = CheckState::Bad;
                    check.words = say("Core", "the network of {} ({}) holds the host's own address {} ({})", what, subnet, address, interface.name);
                    check.why = say("Core", "Hosts and pods would not reach each other. Choose another in the spec (podSubnet, serviceSubnet)");
                    return check;
                }
        for (const auto &route : at.facts.routes)
            if (route.destination != "default" && route.destination != "0.0.0.0/0" && route.destination != "::/0" && local::overlap(subnet, route.destination)) {
                const bool pods = route.device.starts_with("cni") || route.device.starts_with("flannel") || route.device.starts_with("cali");
                if (pods || at.spec.network.kind == Network::Kind::None)
                    continue;
                check.state = CheckState::Careful;
                check.words = say("Core", "the network of {} ({}) overlaps a route of the host: {} ({})", what, subnet, route.destination, route.device);
                check.why = say("Core", "What lies behind that route is not reached any more from here. Choose another in the spec (podSubnet, serviceSubnet)");
            }
    }
    const auto pods = local::cidrOf(at.spec.podSubnet);
    if (pods && !pods->v6 && (std::size_t{1} << std::max(0, 24 - pods->bits)) < at.all.hosts.size()) { // kube-controller-manager gives each node a /24
        check.state = CheckState::Bad;
        check.words = say("Core", "{} has room for {} nodes, and there are {}", at.spec.podSubnet, std::size_t{1} << std::max(0, 24 - pods->bits), at.all.hosts.size());
        check.why = say("Core", "Each node gets a /24 of it. Choose a larger one in the spec (podSubnet)");
    }
    return check;
}

Check names(const At &at)
{
    Check check{.id = "dns", .title = say("Core", "Name servers"), .state = CheckState::Good, .words = fmt::format("{}", fmt::join(at.facts.nameservers, ", "))};
    if (at.facts.nameservers.empty()) {
        check.state = CheckState::Careful;
        check.words = say("Core", "none (/etc/resolv.conf)");
        check.why = say("Core", "The host finds neither its package source nor its images by name, and CoreDNS has nobody to ask");
    } else if (at.facts.nameservers.size() > 3) {
        check.state = CheckState::Careful;
        check.why = say("Core", "glibc and the kubelet take three at most: the rest is left out");
    }
    return check;
}

Check firewall(const At &at)
{
    if (at.facts.firewalls.empty())
        return {};
    Check check{.id = "firewall", .title = say("Core", "Firewall"), .state = CheckState::Careful, .words = say("Core", "{} is on", fmt::join(at.facts.firewalls, ", ")),
                .why = say("Core", "The ports of Kubernetes and the pods' packets must be let through")};
    std::vector<std::string> ufw, firewalld;
    for (const NeededPort &port : neededPorts(at.spec, at.look.host.controlPlane)) {
        ufw.push_back(fmt::format("sudo ufw allow {}/{}", port.port, port.udp ? "udp" : "tcp"));
        firewalld.push_back(fmt::format("sudo firewall-cmd --permanent --add-port={}/{}", port.port, port.udp ? "udp" : "tcp"));
    }
    ufw.push_back(fmt::format("sudo ufw allow from {}", at.spec.podSubnet));
    firewalld.insert(firewalld.end(), {fmt::format("sudo firewall-cmd --permanent --zone=trusted --add-source={}", at.spec.podSubnet), "sudo firewall-cmd --reload"});
    for (const std::string &one : at.facts.firewalls)
        check.fixes.push_back({.id = "firewall-" + one, .title = say("Core", "Let them through {}", one), .commands = one == "firewalld" ? firewalld : ufw});
    return check;
}

Check proxy(const At &at)
{
    const auto value = [&](const char *name) {
        const auto found = at.facts.proxies.find(name);
        return found == at.facts.proxies.end() ? std::string() : found->second;
    };
    const std::string proxy = !value("HTTPS_PROXY").empty() ? value("HTTPS_PROXY") : value("HTTP_PROXY");
    if (proxy.empty())
        return {};
    const std::string spared = value("NO_PROXY");
    Check check{.id = "proxy", .title = say("Core", "Proxy"), .state = CheckState::Good, .words = proxy};
    const std::string address = at.facts.address();
    std::vector<std::string> missing;
    for (const std::string &one : {at.spec.serviceSubnet, at.spec.podSubnet, address})
        if (!one.empty() && spared.find(one) == spared.npos)
            missing.push_back(one);
    if (!missing.empty()) {
        check.state = CheckState::Careful;
        check.words = say("Core", "{}, and NO_PROXY lacks {}", proxy, fmt::join(missing, ", "));
        check.why = say("Core", "kubeadm hands the proxy on to the control plane: the cluster's own addresses must be excepted");
        check.fixes = {Fix{.id = "no-proxy", .title = say("Core", "Except them"), .commands = {fmt::format("echo 'NO_PROXY={}{}{},.svc,.cluster.local' | sudo tee -a /etc/environment", spared, spared.empty() ? "" : ",", fmt::join(missing, ","))}}};
        if (spared.find('\'') != spared.npos)
            check.fixes.clear();
    }
    return check;
}

Check between(const At &at)
{
    if (at.all.hosts.size() < 2)
        return {};
    Check check{.id = "between", .title = say("Core", "Reached by the others"), .state = CheckState::Good, .words = say("Core", "on all ports that it needs")};
    std::vector<std::string> closed;
    std::size_t tried = 0;
    for (const PortLook &one : at.all.ports) {
        if (one.to != shown(at.look.host))
            continue;
        ++tried;
        if (!one.passes)
            closed.push_back(say("Core", "{}/{} from {}", one.port, one.udp ? "udp" : "tcp", one.from));
    }
    if (!closed.empty()) {
        check.state = CheckState::Bad;
        check.words = say("Core", "closed: {}", fmt::join(closed, ", "));
        check.why = say("Core", "A firewall, a security group of the cloud, or a missing route is between them");
    } else if (tried == 0) {
        check.state = CheckState::Skipped;
        check.words = at.begun ? say("Core", "it is in use") : at.all.portsProblem;
    }
    return check;
}

} // namespace timonier::kubeadm
