#include "ssh_server.h"

#include "base/environment.h"
#include "base/process.h"
#include "remote/host_facts.h"
#include "remote/ssh_client.h"

#include <algorithm>

using namespace timonier;
using namespace timonier::remote;
using namespace std::chrono_literals;

namespace {

// A host that is this machine, by a child process: what is read is real, without ssh.
struct LocalSession final : Session {
    bool sudoRefuses = false;
    int runs = 0;
    std::string name() const override { return "here"; }
    Result<ProcessOutput> run(const HostCommand &command, std::stop_token stop) override
    {
        ++runs;
        if (command.root && sudoRefuses)
            return fail(ErrorKind::Unauthorized, "sudo on here asks for a password, and there is none");
        SystemProcessRunner runner;
        return runner.run({.program = command.arguments[0], .arguments = {command.arguments.begin() + 1, command.arguments.end()}, .input = command.input, .heard = command.heard}, stop);
    }
    Result<> put(const Upload &, std::stop_token) override { return {}; }
    Result<> send(const std::string &, const Upload &, const std::function<void(std::uint64_t, std::uint64_t)> &, std::stop_token) override { return {}; }
    Result<std::string> read(const std::string &, bool, std::size_t, std::stop_token) override { return std::string(); }
};

std::string parts(std::initializer_list<std::pair<const char *, const char *>> all)
{
    std::string text = "a greeting\n";
    for (const auto &[name, body] : all)
        text += std::string("\nM ") + name + '\n' + body + '\n';
    return text + "\nM end\n";
}

constexpr std::pair<const char *, const char *> linux_{"kernel", "Linux\n6.1.0-31-amd64\nx86_64\nnode1"};

} // namespace

class TestHostFacts : public QObject
{
    Q_OBJECT
private slots:
    void thisMachineIsReadInOneRoundTrip()
    {
        LocalSession session;
        const auto facts = readHostFacts(session, {});
        QVERIFY2(facts, facts ? "" : facts.error().text().c_str());
        QCOMPARE(session.runs, 1);
        QCOMPARE(facts->kernel, SshServer::shell("uname -r"));
        QCOMPARE(facts->hostname, SshServer::shell("hostname"));
        QCOMPARE(std::to_string(facts->cpus), SshServer::shell("nproc"));
        QCOMPARE(std::to_string(facts->memory / 1024), SshServer::shell("awk '/^MemTotal/ {print $2}' /proc/meminfo"));
        QCOMPARE(facts->machineId, SshServer::shell("cat /etc/machine-id 2>/dev/null"));
        QCOMPARE(facts->bootId, SshServer::shell("cat /proc/sys/kernel/random/boot_id"));
        QVERIFY(facts->disk("/") && facts->disk("/")->total > facts->disk("/")->free && facts->disk("/")->free > 0);
        QVERIFY(!facts->disk("/")->readOnly);
        QCOMPARE(facts->user, SshServer::shell("id -un"));
        QVERIFY(!facts->os.id.empty() && !facts->os.name.empty());
        QVERIFY(facts->clockOffset && std::chrono::abs(*facts->clockOffset) <= facts->clockError + 5ms);
        QVERIFY2(facts->clockError < 3s, qPrintable(QString::number(facts->clockError.count())));
        QVERIFY(facts->modules.contains("br_netfilter"));
    }
    void whereSudoRefusesTheRestIsReadAndTheReasonKept()
    {
        LocalSession session;
        session.sudoRefuses = true;
        const auto facts = readHostFacts(session, {});
        QVERIFY(facts);
        QCOMPARE(session.runs, 2);
        QCOMPARE(facts->sudoProblem, std::string("sudo on here asks for a password, and there is none"));
    }
    void aRealHostOverSsh()
    {
        if (const char *why = SshServer::missing())
            QSKIP(why);
        SshServer server;
        const QString problem = server.start();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        server.write("known", QByteArray::fromStdString(server.knownLine()));
        if (!server.hasUsers())
            QSKIP("users of its own need root, sudo, and mount namespaces");
        for (const auto &[user, state] : {std::pair("root", SudoState::Root), std::pair("free", SudoState::Works), std::pair("lowly", SudoState::Refused)}) {
            Target to;
            to.host = "127.0.0.1";
            to.port = server.port();
            to.user = user;
            to.readsConfig = to.agent = false;
            to.keyFiles = {server.path("key")};
            to.knownHosts = {server.path("known")};
            SshClient client({});
            const auto session = client.open(to);
            const auto facts = readHostFacts(**session, {});
            QVERIFY2(facts, facts ? "" : facts.error().text().c_str());
            QCOMPARE(facts->user, std::string(user));
            QCOMPARE(facts->sudo, state);
            QCOMPARE(facts->asRoot, state != SudoState::Refused);
            QCOMPARE(facts->sudoProblem.empty(), state != SudoState::Refused);
            QCOMPARE(facts->shell.empty(), false);
            QCOMPARE(facts->homeExists, true);
            QVERIFY(facts->clockOffset);
            QVERIFY2(std::chrono::abs(*facts->clockOffset) <= facts->clockError + 5ms, qPrintable(QStringLiteral("%1 ns, told to %2 ns").arg(facts->clockOffset->count()).arg(facts->clockError.count())));
            if (facts->asRoot && !SshServer::shell("command -v ss").empty()) {
                const ListeningPort *sshd = facts->listening(server.port());
                QVERIFY(sshd && sshd->program == "sshd" && sshd->address == "127.0.0.1" && sshd->pid > 1);
            }
        }
    }

    void aHalfInstalledHostIsSeenInItsParts()
    {
        const auto facts = parseHostFacts(
            parts({linux_, {"os", "ID=ubuntu\nID_LIKE=\"debian x\"\nVERSION_ID=\"24.04\"\nPRETTY_NAME='Ubuntu 24.04.1 LTS'\nVERSION_CODENAME=noble"}, {"init", "systemd\nsystemd-booted\ndegraded"}, {"virt", "kvm\nLinux version 6.8"}, {"cpus", "1"},
                   {"memory", "MemTotal:         990000 kB\nMemAvailable:     500000 kB"}, {"swaps", "Filename Type Size Used Priority\n/swap.img file 2097148 0 -2\n/dev/zram0 partition 1024 0 100"}, {"fstab", "/swap.img none swap sw 0 0"},
                   {"disks", "/ /dev/vda1 10255636 9000000 700000 93% /\n/var/lib /dev/mapper/a b 100 90 10 90% /var lib"}, {"mounts", "/dev/vda1 / ext4 ro,relatime 0 0"}, {"cgroup", "cgroup2fs\nunified"}, {"kubelet-config", "cgroupDriver: systemd"},
                   {"containerd", "containerd containerd.io 1.7.24 88bf19b2105c8b17560993bd28a01ddc2f97a182"},
                   {"containerd-file", "timonier-there\n# a comment with SystemdCgroup = true\ndisabled_plugins = [\"cri\"]\n#root = \"/var/lib/containerd\""},
                   {"docker", "Docker version 28.2.2, build e6534b4\ncgroupfs"}, {"crio", "crio version 1.31.0\nVersion: 1.31.0"}, {"runc", "runc version 1.1.5+ds1"}, {"sockets", "/run/containerd/containerd.sock\n/run/docker.sock"},
                   {"units", "containerd loaded active\ndocker loaded failed\ncri-docker not-found inactive\nkubelet loaded activating\nchrony loaded active\nufw loaded active"},
                   {"kubeadm", "v1.34.1"}, {"kubelet", "Kubernetes v1.34.1"}, {"kubectl", "Client Version: v1.34.1"}, {"manager", "apt-get"},
                   {"packages", "kubeadm 1.34.1-1.1 hi \nkubelet 1.34.1-1.1 iU \nchrony  un \nsudo 1.9.13 ii "}, {"audit", "The following packages are only half configured:\n kubelet"},
                   {"locks", "/var/lib/dpkg/lock-frontend 4711 unattended-upgr"}, {"apt-proxies", "Acquire::http::Proxy \"http://proxy:3128\";"}, {"reboot", "yes"},
                   {"sources", "/etc/apt/sources.list.d/kubernetes.list:1:deb https://apt.kubernetes.io/ kubernetes-xenial main\n/etc/apt/sources.list.d/k8s.list:2:deb [signed-by=/x] https://pkgs.k8s.io/core:/stable:/v1.34/deb/ /\n"
                               "/etc/apt/sources.list:9:# deb https://apt.kubernetes.io/ kubernetes-xenial main"},
                   {"ports", "tcp   LISTEN 0      4096   127.0.0.1:10248  0.0.0.0:*    users:((\"kubelet\",pid=77,fd=15))\ntcp   LISTEN 0 128 [::]:6443 [::]:*\nudp UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:* users:((\"systemd-resolve\",pid=5,fd=1))"},
                   {"name", "node1"}, {"fqdn", "node1.example.org"}, {"resolves", "127.0.1.1 STREAM node1\n127.0.1.1 DGRAM\n198.51.100.7 STREAM"}, {"dns", "nameserver 127.0.0.53"}, {"machine", "0123456789abcdef0123456789abcdef"}, {"uuid", "4c4c4544-0000"},
                   {"links", "lo 00:00:00:00:00:00 unknown - -\neth0 52:54:00:aa:bb:cc up device -\ncni0 aa:bb:cc:dd:ee:ff up - bridge\ntun0 unknown - -"},
                   {"addresses", "1: lo    inet 127.0.0.1/8 scope host lo\n2: eth0    inet 198.51.100.7/24 brd x\n2: eth0    inet6 fe80::1/64 scope link\n9: veth1@if2    inet6 2001:db8::1/64 scope global"},
                   {"routes", "default via 198.51.100.1 dev eth0 proto dhcp\n10.244.0.0/24 dev cni0 scope link\nunreachable 192.0.2.0/24\ndefault via fe80::9 dev eth0"}, {"time", "NTPSynchronized=no"},
                   {"environment", "https_proxy=http://proxy:3128\nexport NO_PROXY=\"localhost,10.0.0.0/8\"\nhttp_proxy="}, {"modules", "overlay loaded\nbr_netfilter missing\nip_vs loadable\nnf_conntrack builtin"}, {"sysctls", "net/ipv4/ip_forward 0"},
                   {"security", "Enforcing\nY"}, {"left", "/etc/kubernetes/admin.conf file 0\n/var/lib/etcd folder 1"}, {"user", "pilot\n1000\n0\npilot:x:1000:1000:A Pilot,,,:/home/pilot:/usr/bin/fish\nhome-missing\npilot sudo docker"}, {"sudo", "there"}}),
            "M");
        QVERIFY(facts);
        QCOMPARE(facts->os.id, std::string("ubuntu"));
        QCOMPARE(facts->os.like, (std::vector<std::string>{"debian", "x"}));
        QCOMPARE(facts->os.name, std::string("Ubuntu 24.04.1 LTS"));
        QCOMPARE(facts->arch, std::string("amd64"));
        QVERIFY(facts->systemd && facts->systemState == "degraded" && facts->virtualization == "kvm" && !facts->wsl);
        QCOMPARE(facts->memory, std::uint64_t(990000) * 1024);
        QCOMPARE(facts->swaps.size(), std::size_t(2));
        QCOMPARE(facts->swaps[0].size, std::uint64_t(2097148) * 1024);
        QCOMPARE(facts->swapInFstab.size(), std::size_t(1));
        QVERIFY(facts->disk("/")->readOnly && facts->disk("/")->free == 700000ull * 1024);
        QCOMPARE(facts->cgroupVersion, 2);
        QCOMPARE(facts->kubeletCgroupDriver, std::string("systemd"));
        const RuntimeFacts &runtimes = facts->runtimes;
        QCOMPARE(runtimes.containerd.version, std::string("1.7.24"));
        QCOMPARE(runtimes.containerd.criDisabled, std::optional(true));
        QCOMPARE(runtimes.containerd.systemdCgroup, std::optional<bool>());
        QCOMPARE(runtimes.containerd.service, Serving::Running);
        QCOMPARE(runtimes.dockerVersion, std::string("28.2.2"));
        QCOMPARE(runtimes.dockerCgroupDriver, std::string("cgroupfs"));
        QCOMPARE(runtimes.docker, Serving::Failed);
        QCOMPARE(runtimes.criDockerd, Serving::Missing);
        QCOMPARE(runtimes.crio, Serving::Unknown);
        QCOMPARE(runtimes.crioVersion, std::string("1.31.0"));
        QCOMPARE(runtimes.runcVersion, std::string("1.1.5+ds1"));
        QCOMPARE(facts->kubeletVersion, std::string("v1.34.1"));
        QVERIFY(facts->package("kubeadm")->held && facts->package("kubeadm")->installed());
        QVERIFY(!facts->package("kubelet")->installed() && !facts->package("chrony"));
        QVERIFY(facts->packaging.interrupted && facts->packaging.rebootRequired);
        QCOMPARE(facts->packaging.locks.at(0).program, std::string("unattended-upgr"));
        QCOMPARE(facts->packaging.locks.at(0).pid, 4711);
        QCOMPARE(facts->aptSources.size(), std::size_t(2));
        QVERIFY(facts->aptSources[0].dead && facts->aptSources[0].line == 1 && !facts->aptSources[1].dead);
        QCOMPARE(facts->listening(10248)->program, std::string("kubelet"));
        QCOMPARE(facts->listening(6443)->address, std::string("::"));
        QVERIFY(facts->listening(53, true) && !facts->listening(53) && facts->listening(53, true)->address == "127.0.0.53");
        QCOMPARE(facts->hostnameAddresses, (std::vector<std::string>{"127.0.1.1", "198.51.100.7"}));
        QCOMPARE(facts->interfaces.size(), std::size_t(5));
        QVERIFY(facts->interfaces[1].physical && facts->interfaces[1].mac == "52:54:00:aa:bb:cc" && !facts->interfaces[2].physical && facts->interfaces[0].mac.empty() && facts->interfaces[3].mac.empty());
        QCOMPARE(facts->address(), std::string("198.51.100.7"));
        QCOMPARE(facts->interfaceOf("2001:db8::1")->name, std::string("veth1"));
        QCOMPARE(facts->defaultRoute()->gateway, std::string("198.51.100.1"));
        QCOMPARE(facts->routes.size(), std::size_t(3));
        QCOMPARE(facts->timeSynchronized, std::optional(false));
        QCOMPARE(facts->timeService, std::string("chrony"));
        QCOMPARE(facts->firewalls, std::vector<std::string>{"ufw"});
        QCOMPARE(facts->proxies, (std::map<std::string, std::string>{{"HTTPS_PROXY", "http://proxy:3128"}, {"NO_PROXY", "localhost,10.0.0.0/8"}}));
        QCOMPARE(facts->modules.at("br_netfilter"), ModuleState::Missing);
        QCOMPARE(facts->modules.at("nf_conntrack"), ModuleState::BuiltIn);
        QCOMPARE(facts->sysctls.at("net.ipv4.ip_forward"), std::string("0"));
        QVERIFY(!facts->sysctls.contains("net.bridge.bridge-nf-call-iptables"));
        QVERIFY(facts->selinux == "Enforcing" && facts->appArmor);
        QCOMPARE(facts->leftOvers.size(), std::size_t(2));
        QVERIFY(!facts->leftOvers[0].folder && facts->leftOvers[1].entries == 1);
        QVERIFY(facts->user == "pilot" && facts->uid == 1000 && facts->home == "/home/pilot" && !facts->homeExists && facts->shell == "/usr/bin/fish" && facts->asRoot);
        QCOMPARE(facts->sudo, SudoState::Works);
        QCOMPARE(facts->groups, (std::vector<std::string>{"pilot", "sudo", "docker"}));
    }
    void containerdsConfigurationIsReadAsItIsWritten_data()
    {
        QTest::addColumn<std::string>("file");
        QTest::addColumn<std::string>("dump");
        QTest::addColumn<int>("disabled"); // -1: not told
        QTest::addColumn<int>("systemd");
        QTest::addColumn<std::string>("sandbox");
        const auto row = [](const char *name, const char *file, const char *dump, int disabled, int systemd, const char *sandbox) { QTest::newRow(name) << std::string(file) << std::string(dump) << disabled << systemd << std::string(sandbox); };
        row("none", "", "", -1, -1, "");
        row("1.x default", "timonier-there\nversion = 2\ndisabled_plugins = []\n  sandbox_image = \"registry.k8s.io/pause:3.8\"\n   SystemdCgroup = false", "", 0, 0, "registry.k8s.io/pause:3.8");
        row("2.x", "timonier-there\nversion = 3\n[plugins.'io.containerd.cri.v1.images'.pinned_images]\n  sandbox = 'registry.k8s.io/pause:3.10'\n  SystemdCgroup = true", "", -1, 1, "registry.k8s.io/pause:3.10");
        row("over several lines", "timonier-there\ndisabled_plugins = [\n  \"io.containerd.grpc.v1.cri\",\n]", "", 1, -1, "");
        row("what it comes to counts", "timonier-there\ndisabled_plugins = [\"cri\"]\nimports = [\"x\"]", "version = 2\ndisabled_plugins = []\nSystemdCgroup = true", 0, 1, "");
        row("another plugin", "timonier-there\ndisabled_plugins = [\"io.containerd.internal.v1.opt\"]", "", 0, -1, "");
    }
    void containerdsConfigurationIsReadAsItIsWritten()
    {
        QFETCH(std::string, file);
        QFETCH(std::string, dump);
        QFETCH(int, disabled);
        QFETCH(int, systemd);
        QFETCH(std::string, sandbox);
        const auto facts = parseHostFacts(parts({linux_, {"containerd-file", file.c_str()}, {"containerd-dump", dump.c_str()}}), "M");
        const auto told = [](int value) { return value < 0 ? std::optional<bool>() : std::optional(value == 1); };
        QCOMPARE(facts->runtimes.containerd.criDisabled, told(disabled));
        QCOMPARE(facts->runtimes.containerd.systemdCgroup, told(systemd));
        QCOMPARE(facts->runtimes.containerd.sandboxImage, sandbox);
        QCOMPARE(facts->runtimes.containerd.configured, !file.empty());
    }
    void withoutToolsTheKernelsOwnTablesAreRead()
    {
        const auto facts = parseHostFacts(parts({linux_, {"ports", "timonier-proc\ntcp   sl  local_address rem_address   st\ntcp    0: 0100007F:1F90 00000000:0000 0A 0\ntcp    1: 00000000:0016 00000000:0000 0A 0\ntcp    2: 00000000:0016 0100007F:9999 01 0\nudp6 1: 00000000000000000000000000000000:0044 0:0 07 0"}}), "M");
        QCOMPARE(facts->ports.size(), std::size_t(3));
        QCOMPARE(facts->listening(8080)->address, std::string("127.0.0.1"));
        QCOMPARE(facts->listening(22)->address, std::string("0.0.0.0"));
        QCOMPARE(facts->listening(68, true)->address, std::string("::"));
    }
    void wslIsSeen()
    {
        const auto facts = parseHostFacts(parts({linux_, {"init", "init"}, {"virt", "wsl\nLinux version 5.15.153.1-microsoft-standard-WSL2"}, {"cgroup", "tmpfs"}}), "M");
        QVERIFY(facts->wsl && !facts->systemd && facts->init == "init" && facts->cgroupVersion == 1);
    }
    void whatIsNoHostIsTold_data()
    {
        QTest::addColumn<std::string>("output");
        QTest::newRow("nothing") << std::string();
        QTest::newRow("a router") << std::string("% Unknown command\n");
        QTest::newRow("a Mac") << std::string("\nM kernel\nDarwin\n23\narm64\nx\n\nM end\n");
        QTest::newRow("cut short") << std::string("\nM kernel\nLinux\n6\nx86_64\nx\n");
        QTest::newRow("marks of its own") << std::string("\nM \nM \nM kernel Linux\nM end");
    }
    void whatIsNoHostIsTold()
    {
        QFETCH(std::string, output);
        const auto facts = parseHostFacts(output, "M");
        QVERIFY(!facts);
        QCOMPARE(facts.error().kind, ErrorKind::Protocol);
    }
};

QTEST_GUILESS_MAIN(TestHostFacts)
#include "tst_host_facts.moc"
