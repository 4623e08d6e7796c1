// What stands against a host becoming a node, in words: facts in, checks out.
#include "provision/local/cidr.h"
#include "provision/kubeadm/preflight.h"

#include <QTest>

#include <algorithm>

using namespace timonier;
using namespace std::chrono_literals;
using form::CheckState;
using kubeadm::HostLook;
using kubeadm::Looked;
using remote::HostFacts;

namespace {

// A plain Debian with nothing on it.
HostFacts bare(const std::string &name, int number)
{
    HostFacts facts{.host = "ops@" + name, .asRoot = true, .os = {.id = "debian", .version = "12", .name = "Debian 12"}, .kernel = "6.1", .arch = "amd64", .init = "systemd", .systemd = true, .cpus = 2, .memory = 4ull << 30,
                    .memoryAvailable = 3ull << 30, .disks = {{.path = "/", .mountPoint = "/", .total = 40ull << 30, .free = 30ull << 30}}, .cgroupVersion = 2, .packaging = {.manager = "apt"}, .hostname = name,
                    .hostnameAddresses = {"127.0.1.1"}, .nameservers = {"192.0.2.53"}, .machineId = "id" + std::to_string(number),
                    .interfaces = {{.name = "eth0", .mac = "52:54:00:00:00:0" + std::to_string(number), .up = true, .physical = true, .addresses = {"192.0.2." + std::to_string(number) + "/24"}}},
                    .routes = {{.destination = "default", .gateway = "192.0.2.254", .device = "eth0"}, {.destination = "192.0.2.0/24", .device = "eth0"}}, .clockOffset = 0ns, .clockError = 1ms, .timeService = "chrony",
                    .modules = {{"overlay", remote::ModuleState::Loadable}, {"br_netfilter", remote::ModuleState::Loadable}}, .user = "ops", .sudo = remote::SudoState::Works};
    return facts;
}

kubeadm::Spec spec()
{
    return {.name = "dev", .kubernetes = "1.36", .hosts = {{.host = "a", .controlPlane = true}, {.host = "b"}, {.host = "c"}}};
}

Looked threeBare()
{
    Looked looked;
    int number = 1;
    for (const kubeadm::Host &host : spec().hosts)
        looked.hosts.push_back({.host = host, .facts = bare(host.host, number++), .sourceAsked = true});
    for (const auto &from : {"a", "b", "c"})
        for (const auto &to : {"a", "b", "c"})
            if (from != to)
                looked.ports.push_back({.from = from, .to = to, .port = 10250, .passes = true});
    return looked;
}

form::Check checkOf(const Looked &looked, const std::string &host, const std::string &id, const kubeadm::Spec &of = spec())
{
    for (form::Check &check : kubeadm::preflight(of, looked))
        if (check.subject == host && check.id == id)
            return check;
    return {};
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

using Change = std::function<void(Looked &, kubeadm::Spec &)>;

} // namespace
Q_DECLARE_METATYPE(Change)

class TestKubeadmPreflight : public QObject
{
    Q_OBJECT

private slots:
    void nothingStandsAgainstBareHosts()
    {
        for (const form::Check &check : kubeadm::preflight(spec(), threeBare()))
            QVERIFY2(check.state == CheckState::Good, (check.subject + " " + check.id + ": " + check.words).c_str());
        QVERIFY(!form::refusal(kubeadm::preflight(spec(), threeBare()), "a host is not ready to become a node"));
    }

    void whatIsWrongIsSaid_data()
    {
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("host");
        QTest::addColumn<QString>("id");
        QTest::addColumn<int>("state");
        QTest::addColumn<QString>("words");
        QTest::addColumn<QString>("fix");
        constexpr int bad = int(CheckState::Bad), careful = int(CheckState::Careful);
        const auto row = [](const char *name, const char *host, const char *id, int state, const char *words, const char *fix, Change change) {
            QTest::newRow(name) << change << QString(host) << QString(id) << state << QString(words) << QString(fix);
        };
        const auto with = [](std::size_t at, std::function<void(HostFacts &)> change) { return Change([at, change](Looked &looked, kubeadm::Spec &) { change(*looked.hosts[at].facts); }); };
        row("no ssh", "b", "reach", bad, "no route", "", [](Looked &looked, kubeadm::Spec &) {
            looked.hosts[1].facts.reset();
            looked.hosts[1].error = Error{.kind = ErrorKind::Unreachable, .message = "no route"};
        });
        row("another host key", "b", "reach", bad, "another key", "", [](Looked &looked, kubeadm::Spec &) {
            looked.hosts[1].facts.reset();
            looked.hosts[1].error = Error{.kind = ErrorKind::Tls, .message = "it has another key", .context = {{"known", "SHA256:a"}, {"offered", "SHA256:b"}}};
        });
        row("no sudo", "b", "rights", bad, "sudo refuses ops", "", with(1, [](HostFacts &facts) { facts.sudo = remote::SudoState::Refused; }));
        row("no systemd under WSL", "a", "system", bad, "WSL", "systemd=true", with(0, [](HostFacts &facts) { facts.systemd = false; facts.wsl = true; }));
        row("no apt", "a", "system", bad, "has no apt", "", with(0, [](HostFacts &facts) { facts.packaging.manager = "dnf"; }));
        row("a t2.micro's processor", "a", "cpu", bad, "a control plane needs two", "", with(0, [](HostFacts &facts) { facts.cpus = 1; }));
        row("a t2.micro's memory", "a", "memory", bad, "1700 MB", "", with(0, [](HostFacts &facts) { facts.memory = 967ull << 20; }));
        row("a small worker", "b", "memory", careful, "967 MiB", "", with(1, [](HostFacts &facts) { facts.memory = 967ull << 20; }));
        row("a full disk", "b", "disk", bad, "200 MiB free", "journalctl --vacuum", with(1, [](HostFacts &facts) { facts.disks[0].free = 200ull << 20; }));
        row("a damaged disk", "b", "disk", bad, "cannot be written", "", with(1, [](HostFacts &facts) { facts.disks[0].readOnly = true; }));
        row("swap", "b", "swap", careful, "/dev/sda2", "swapoff", with(1, [](HostFacts &facts) { facts.swaps = {{.device = "/dev/sda2", .size = 1ull << 30}}; }));
        row("swap after a boot", "b", "swap", careful, "/etc/fstab", "swapoff", with(1, [](HostFacts &facts) { facts.swapInFstab = {"/swapfile none swap sw 0 0"}; }));
        row("cgroup v1", "b", "cgroup", careful, "failCgroupV1", "", with(1, [](HostFacts &facts) { facts.cgroupVersion = 1; }));
        row("no br_netfilter", "b", "kernel", bad, "br_netfilter", "", with(1, [](HostFacts &facts) { facts.modules["br_netfilter"] = remote::ModuleState::Missing; }));
        row("Docker alone", "b", "runtime", careful, "dockershim was removed", "", with(1, [](HostFacts &facts) { facts.runtimes.dockerVersion = "24.0"; }));
        row("CRI switched off", "b", "runtime", careful, "switched off", "disabled_plugins", with(1, [](HostFacts &facts) { facts.runtimes.containerd = {.version = "1.7.2", .configured = true, .criDisabled = true}; }));
        row("cgroupfs", "b", "runtime", careful, "cgroupfs", "SystemdCgroup = true", with(1, [](HostFacts &facts) { facts.runtimes.containerd = {.version = "1.7.2", .configured = true, .systemdCgroup = false}; }));
        row("an old containerd", "b", "runtime", bad, "CRI v1", "", with(1, [](HostFacts &facts) { facts.runtimes.containerd = {.version = "1.4.13"}; }));
        row("apt is busy", "b", "packages", careful, "unattended-upgr", "ps -o", with(1, [](HostFacts &facts) { facts.packaging.locks = {{.file = "/var/lib/dpkg/lock", .pid = 9, .program = "unattended-upgr"}}; }));
        row("dpkg was interrupted", "b", "packages", careful, "interrupted", "dpkg --configure -a", with(1, [](HostFacts &facts) { facts.packaging.interrupted = true; }));
        row("a dead source", "b", "sources", careful, "shut down in 2024", "sed -i '3s/^/# /' '/etc/apt/sources.list.d/k.list'", with(1, [](HostFacts &facts) { facts.aptSources = {{.file = "/etc/apt/sources.list.d/k.list", .line = 3, .text = "deb https://apt.kubernetes.io/", .dead = true}}; }));
        row("a file's name with a quote", "b", "sources", careful, "shut down", "", with(1, [](HostFacts &facts) { facts.aptSources = {{.file = "/etc/apt/sources.list.d/a'b.list", .line = 3, .dead = true}}; }));
        row("the mirror is down", "b", "sources", bad, "does not reach", "", [](Looked &looked, kubeadm::Spec &) { looked.hosts[1].sourceProblem = "Connection refused"; });
        row("half of a cluster", "b", "leftovers", bad, "/var/lib/etcd", "kubeadm reset", with(1, [](HostFacts &facts) { facts.leftOvers = {{.path = "/var/lib/etcd", .folder = true, .entries = 1}}; }));
        row("another cluster of ours", "b", "leftovers", bad, "cluster prod", "", [](Looked &looked, kubeadm::Spec &) { looked.hosts[1].facts->begunFor = "prod"; });
        row("a pod network", "b", "leftovers", careful, "/etc/cni/net.d", "", with(1, [](HostFacts &facts) { facts.leftOvers = {{.path = "/etc/cni/net.d", .folder = true, .entries = 1}}; }));
        row("6443 is taken", "a", "ports", bad, "6443 (nginx)", "ps -o", with(0, [](HostFacts &facts) { facts.ports = {{.address = "0.0.0.0", .port = 6443, .program = "nginx", .pid = 7}}; }));
        row("a kubelet runs", "b", "ports", bad, "An earlier cluster", "kubeadm reset", with(1, [](HostFacts &facts) { facts.ports = {{.address = "::", .port = 10250, .program = "kubelet", .pid = 7}}; }));
        row("two of one name", "b", "hostname", bad, "a is called a too", "set-hostname", with(1, [](HostFacts &facts) { facts.hostname = "a"; }));
        row("localhost", "b", "hostname", bad, "cannot be a node's name", "", with(1, [](HostFacts &facts) { facts.hostname = "localhost"; }));
        row("a name that does not resolve", "b", "hostname", careful, "does not resolve", "/etc/hosts", with(1, [](HostFacts &facts) { facts.hostnameAddresses.clear(); }));
        row("a copied machine", "b", "identity", bad, "same machine-id", "systemd-machine-id-setup", with(1, [](HostFacts &facts) { facts.machineId = "id1"; }));
        row("a copied MAC", "b", "identity", bad, "same MAC", "", with(1, [](HostFacts &facts) { facts.interfaces[0].mac = "52:54:00:00:00:01"; }));
        row("ten minutes fast", "b", "clock", bad, "10 min ahead of the other hosts", "set-ntp", with(1, [](HostFacts &facts) { facts.clockOffset = 600s; }));
        row("five seconds slow", "b", "clock", careful, "5.0 s behind", "set-ntp", with(1, [](HostFacts &facts) { facts.clockOffset = -5s; }));
        row("pods where the host is", "a", "networks", bad, "192.0.2.1/24", "", [](Looked &, kubeadm::Spec &of) { of.podSubnet = "192.0.0.0/16"; });
        row("services behind a route", "b", "networks", careful, "10.100.0.0/24", "", with(1, [](HostFacts &facts) { facts.routes.push_back({.destination = "10.100.0.0/24", .device = "tun0"}); }));
        row("too small for its nodes", "a", "networks", bad, "room for 2 nodes", "", [](Looked &, kubeadm::Spec &of) { of.podSubnet = "10.244.0.0/23"; });
        row("no name server", "b", "dns", careful, "none", "", with(1, [](HostFacts &facts) { facts.nameservers.clear(); }));
        row("ufw", "a", "firewall", careful, "ufw is on", "ufw allow 6443/tcp", with(0, [](HostFacts &facts) { facts.firewalls = {"ufw"}; }));
        row("a proxy", "b", "proxy", careful, "NO_PROXY lacks 10.96.0.0/12", "/etc/environment", with(1, [](HostFacts &facts) { facts.proxies = {{"HTTPS_PROXY", "http://proxy:3128"}}; }));
        row("a closed port", "b", "between", bad, "10250/tcp from a", "", [](Looked &looked, kubeadm::Spec &) { looked.ports[0].passes = false; });
    }
    void whatIsWrongIsSaid()
    {
        QFETCH(Change, change);
        QFETCH(QString, host);
        QFETCH(QString, id);
        QFETCH(int, state);
        QFETCH(QString, words);
        QFETCH(QString, fix);
        Looked looked = threeBare();
        kubeadm::Spec of = spec();
        change(looked, of);
        const form::Check check = checkOf(looked, host.toStdString(), id.toStdString(), of);
        QVERIFY2(int(check.state) == state, check.words.c_str());
        QVERIFY2(has(check.words + " " + check.why, words.toStdString()), (check.words + " " + check.why).c_str());
        std::string commands;
        for (const form::Fix &one : check.fixes)
            for (const std::string &command : one.commands)
                commands += command + "\n";
        QVERIFY2(fix.isEmpty() ? commands.empty() || id == "kernel" : has(commands, fix.toStdString()), commands.c_str());
        if (check.state == CheckState::Bad)
            QVERIFY(has(form::refusal(kubeadm::preflight(of, looked), "a host is not ready to become a node")->message, host.toStdString() + ": "));
        QVERIFY(!check.why.empty() || id == "reach" || id == "between");
    }

    void bothFingerprintsAreShown()
    {
        Looked looked = threeBare();
        looked.hosts[1].facts.reset();
        looked.hosts[1].error = Error{.kind = ErrorKind::Tls, .message = "x", .context = {{"known", "SHA256:a"}, {"offered", "SHA256:b"}}};
        const auto check = checkOf(looked, "b", "reach");
        QVERIFY(has(check.evidence, "SHA256:a") && has(check.evidence, "SHA256:b"));
    }
    void whatThisPlanHasBegunIsNoObstacle()
    {
        Looked looked = threeBare();
        looked.hosts[0].facts->begunFor = "dev";
        looked.hosts[0].facts->ports = {{.address = "::", .port = 6443, .program = "kube-apiserver"}};
        looked.hosts[0].facts->leftOvers = {{.path = "/etc/kubernetes", .folder = true, .entries = 9}};
        looked.hosts[0].facts->routes.push_back({.destination = "10.244.1.0/24", .device = "eth0"});
        QVERIFY(!form::refusal(kubeadm::preflight(spec(), looked), "a host is not ready to become a node"));
    }
    void thirtyHostsAreJudgedAtOnce()
    {
        kubeadm::Spec of = spec();
        Looked looked;
        of.hosts.clear();
        for (int i = 0; i < 30; ++i) {
            of.hosts.push_back({.host = "h" + std::to_string(i), .controlPlane = i == 0});
            looked.hosts.push_back({.host = of.hosts.back(), .facts = bare(of.hosts.back().host, i)});
            looked.hosts.back().facts->interfaces[0].mac = "52:54:00:00:01:" + std::to_string(10 + i);
            for (int to = 0; to < 30; ++to)
                looked.ports.push_back({.from = of.hosts.back().host, .to = "h" + std::to_string(to), .port = 10250, .passes = true});
        }
        QVERIFY(!form::refusal(kubeadm::preflight(of, looked), "a host is not ready to become a node"));
        looked.hosts[29].facts->machineId = "id3";
        QVERIFY(has(checkOf(looked, "h29", "identity", of).words, "h3 "));
    }

    void networksOverlapAsTheirBitsDo()
    {
        QVERIFY(local::overlap("10.0.0.0/8", "10.96.0.0/12"));
        QVERIFY(local::overlap("192.0.2.7", "192.0.2.0/29"));
        QVERIFY(!local::overlap("192.0.2.8", "192.0.2.0/29"));
        QVERIFY(!local::overlap("10.0.0.0/9", "10.128.0.0/9"));
        QVERIFY(local::overlap("0.0.0.0/0", "10.0.0.0/8"));
        QVERIFY(local::overlap("fd00::/16", "fd00:1::/32"));
        QVERIFY(!local::overlap("fd00::/16", "10.0.0.0/8"));
        for (const char *none : {"", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/", "fd00::/129", "a/8", "10.0.0.0/-1", "10.0.0.0/8x"})
            QVERIFY2(!local::cidrOf(none), none);
    }
};

QTEST_GUILESS_MAIN(TestKubeadmPreflight)
#include "tst_kubeadm_preflight.moc"
