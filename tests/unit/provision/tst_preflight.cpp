// What a computer has, held against what clusters need; drivers of minikube; desktop programs: all pure.
#include "provision/desktop/desktop.h"
#include "provision/local/preflight.h"
#include "provision/local/tool.h"
#include "provision/minikube/minikube_drivers.h"
#include "provision/minikube/minikube_plan.h"

#include <QTest>

#include <algorithm>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace timonier;
using form::Check;
using form::CheckState;
using local::Facts;

namespace {

// A laptop on which all is well.
Facts good()
{
    Facts facts{.cpus = 8, .memory = 16ull << 30, .memoryFree = 12ull << 30, .diskFree = 100ull << 30, .hasSystemd = true, .cpuVirtualizes = true, .kvmThere = true, .kvmUsable = true,
                .inotifyInstances = 1024};
    facts.engines["docker"] = {.found = true, .answers = true, .version = "28.3.2", .product = "Debian GNU/Linux 12", .cpus = 8, .memory = 16ull << 30};
    for (const char *tool : {"kind", "minikube"})
        facts.tools[tool] = {.found = true, .version = tool == std::string("kind") ? "v0.30.0" : "v1.38.1"};
    return facts;
}

const local::Need need{.tool = "kind", .leastVersion = "0.20", .engine = "docker", .cpus = 2, .memory = 4ull << 30, .disk = 10ull << 30, .ports = {8080, 8443}, .nodes = 3};

Check find(const std::vector<Check> &all, const std::string &id)
{
    const auto at = std::ranges::find(all, id, &Check::id);
    return at == all.end() ? Check{.id = "none"} : *at;
}

QString refusal(const Facts &facts, const std::string &driver)
{
    for (const auto &choice : minikube::drivers(facts))
        if (choice.value == driver)
            return QString::fromStdString(choice.refused);
    return "no such driver";
}

} // namespace

class TestPreflight : public QObject
{
    Q_OBJECT

    void expect(const Facts &facts, const std::string &id, CheckState state, const char *words, const char *fix = "")
    {
        const Check check = find(local::preflight(need, facts), id);
        QCOMPARE(int(check.state), int(state));
        const QString all = QString::fromStdString(check.words + " / " + check.why);
        QVERIFY2(all.contains(words), qPrintable(all));
        QVERIFY(state == CheckState::Good || !check.why.empty() || !check.fixes.empty());
        if (*fix)
            QVERIFY2(std::ranges::any_of(check.fixes, [&](const auto &one) { return one.id == fix || std::ranges::find(one.commands, fix) != one.commands.end(); }), fix);
    }

private slots:
    void aGoodComputerHasNothingToComplainOf()
    {
        const auto all = local::preflight(need, good());
        for (const Check &check : all)
            QVERIFY2(check.state == CheckState::Good, (check.id + ": " + check.words).c_str());
        for (const char *id : {"tool", "engine", "cpu", "memory", "disk", "ports", "network"})
            QVERIFY2(find(all, id).id == id, id);
    }
    void whatIsMissingIsSaidWithAWayOut()
    {
        Facts facts = good();
        facts.tools["kind"] = {};
        expect(facts, "tool", CheckState::Bad, "not installed", "fetch-tool");
        facts.mayFetch = true;
        expect(facts, "tool", CheckState::Careful, "will be fetched", "fetch-tool");
        facts.mayFetch = false;
        facts.tools["kind"] = {.found = true, .version = "v0.11.1"};
        expect(facts, "tool", CheckState::Bad, "too old", "fetch-tool");
        facts.tools["kind"] = {.found = true, .words = "Exec format error"};
        expect(facts, "tool", CheckState::Bad, "does not say its version", "fetch-tool");
        facts = good();
        facts.engines.clear();
        expect(facts, "engine", CheckState::Bad, "not installed", "sudo apt-get install docker.io");
        facts.engines["docker"] = {.found = true, .words = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?"};
        expect(facts, "engine", CheckState::Bad, "does not answer", "sudo systemctl start docker");
        facts.isWsl = true;
        facts.hasSystemd = false;
        expect(facts, "engine", CheckState::Bad, "systemd", "wsl.exe --shutdown");
        facts.engines["docker"].words = "permission denied while trying to connect to the Docker daemon socket";
        expect(facts, "engine", CheckState::Bad, "may not use it", "sudo usermod -aG docker $USER");
    }
    void tooLittleIsToldFromScarce()
    {
        Facts facts = good();
        facts.memoryFree = 1ull << 30;
        expect(facts, "memory", CheckState::Careful, "Other programs");
        facts.memory = 2ull << 30;
        expect(facts, "memory", CheckState::Bad, "ask for less");
        local::Need asked = need; // what can be asked for instead is a button
        asked.workers = 2;
        QCOMPARE(find(local::preflight(asked, facts), "memory").fixes.front().id, std::string("workers=0"));
        asked = {.tool = "minikube", .cpus = 12, .memory = 24ull << 30, .nodes = 2, .isSized = true};
        QCOMPARE(find(local::preflight(asked, good()), "memory").fixes.front().id, std::string("memory=6144m"));
        QCOMPARE(find(local::preflight(asked, good()), "memory").fixes.back().id, std::string("nodes=1"));
        QCOMPARE(find(local::preflight(asked, good()), "cpu").fixes.front().id, std::string("cpus=8"));
        facts = good();
        facts.engines["docker"].memory = 2ull << 30; // Docker Desktop's machine, on a computer with 16
        expect(facts, "memory", CheckState::Bad, "virtual machine");
        facts = good();
        facts.diskFree = 5ull << 30;
        expect(facts, "disk", CheckState::Careful, "free", "docker system prune --force");
        facts.diskFree = 1ull << 30;
        expect(facts, "disk", CheckState::Bad, "free");
        facts = good();
        facts.engines["docker"].cpus = 1;
        expect(facts, "cpu", CheckState::Bad, "1 of 2");
        facts = good();
        facts.inotifyInstances = 128;
        expect(facts, "inotify", CheckState::Careful, "too many open files");
    }
    void whatStandsInTheWayIsNamed()
    {
        Facts facts = good();
        facts.portsTaken = {8080, 9000};
        expect(facts, "ports", CheckState::Bad, "8080", "ports");
        facts = good();
        facts.proxy = "http://proxy:3128";
        expect(facts, "network", CheckState::Careful, "export NO_PROXY=localhost,127.0.0.1,10.96.0.0/12");
        facts.noProxy = "localhost,127.0.0.1";
        expect(facts, "network", CheckState::Good, "http://proxy:3128");
        // What is started by us is told so, whatever the person's environment says.
        qputenv("HTTPS_PROXY", "http://proxy:3128");
        qputenv("NO_PROXY", "example.org,127.0.0.1");
        const std::string told = local::toolCommand("minikube", {"start"}).set.at("NO_PROXY");
        QVERIFY2(told.starts_with("example.org,127.0.0.1,localhost,") && told.find("192.168.49.0/24") != std::string::npos, told.c_str());
        qunsetenv("HTTPS_PROXY");
        QVERIFY(!local::toolCommand("minikube", {"start"}).set.contains("NO_PROXY"));
        qunsetenv("NO_PROXY");
        facts.vpns = {"wg0"};
        expect(facts, "network", CheckState::Careful, "wg0");
    }
    void versionsAreComparedByNumber()
    {
        QVERIFY(local::compareVersions("v0.9.0", "0.20") < 0);
        QVERIFY(local::compareVersions("v1.24.0-rc.1", "1.24") == 0);
        QVERIFY(local::compareVersions("1.38.1", "v1.4") > 0);
        QCOMPARE(local::versionIn("kind v0.30.0 go1.24.6 linux/amd64"), std::string("v0.30.0"));
        QCOMPARE(local::versionIn("minikube version: v1.38.1\ncommit: c93a4cb9"), std::string("v1.38.1"));
        QCOMPARE(local::versionIn("7.0.14r161095"), std::string("7.0.14r161095"));
        QCOMPARE(local::versionIn("bash: kind: is a directory"), std::string());
    }
    void anEnginesWordsAreRead()
    {
        const auto docker = local::readEngine("docker", ProcessOutput{0, R"({"ServerVersion":"28.3.2","OperatingSystem":"Docker Desktop","NCPU":4,"MemTotal":8000000000})", {}});
        QVERIFY(docker.found && docker.answers && docker.cpus == 4 && docker.memory == 8'000'000'000ull && docker.product == "Docker Desktop");
        const auto down = local::readEngine("docker", ProcessOutput{1, R"({"ServerErrors":["Cannot connect"],"ClientInfo":{}})", {}});
        QVERIFY(down.found && !down.answers && down.words == "Cannot connect");
        const auto podman = local::readEngine("podman", ProcessOutput{0, R"({"host":{"cpus":4,"memTotal":99,"distribution":{"distribution":"debian"}},"version":{"Version":"4.3.1"}})", {}});
        QVERIFY(podman.answers && podman.version == "4.3.1" && podman.cpus == 4);
        const auto junk = local::readEngine("docker", ProcessOutput{0, "\xff<html>", {}});
        QVERIFY(junk.found && !junk.answers);
    }
    void aPortThatIsTakenIsFound()
    {
        const int handle = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address = {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        QCOMPARE(::bind(handle, reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
        QCOMPARE(::listen(handle, 1), 0);
        socklen_t size = sizeof address;
        QCOMPARE(::getsockname(handle, reinterpret_cast<sockaddr *>(&address), &size), 0);
        const int port = ntohs(address.sin_port);
        SystemProcessRunner runner;
        QCOMPARE(local::gatherFacts(runner, {}, {.engines = {}, .ports = {port}}, {})->portsTaken, std::set<int>{port});
        ::close(handle);
        const auto facts = local::gatherFacts(runner, {{"HTTPS_PROXY", "http://me:secret@proxy:3128"}}, {.engines = {}, .ports = {port}}, {});
        QVERIFY(facts->portsTaken.empty());
        QCOMPARE(facts->proxy, std::string("http://proxy:3128"));
        QVERIFY(facts->cpus > 0 && facts->memory > 0 && facts->diskFree > 0);
    }

    void aDriverThatCannotBeTakenSaysWhy()
    {
        Facts facts = good();
        QCOMPARE(refusal(facts, "docker"), QString());
        QCOMPARE(QString::fromStdString(minikube::bestDriver(facts)), QString("docker"));
        QVERIFY(refusal(facts, "hyperv").contains("Windows"));
        QVERIFY(refusal(facts, "kvm2").contains("libvirt"));
        facts.tools["virsh"] = {.found = true, .version = "9.0"};
        QCOMPARE(refusal(facts, "kvm2"), QString());
        facts.kvmUsable = false;
        QVERIFY(refusal(facts, "kvm2").contains("group kvm"));
        facts.kvmThere = facts.cpuVirtualizes = false;
        QVERIFY(refusal(facts, "kvm2").contains("virtualization is off"));
        QVERIFY(refusal(facts, "none").contains("root"));
        facts.isRoot = true;
        QVERIFY(refusal(facts, "none").contains("conntrack"));
        facts.hasSystemd = false;
        facts.isWsl = true;
        QVERIFY(refusal(facts, "none").contains("WSL"));
        facts.system = local::System::Windows;
        QVERIFY(refusal(facts, "hyperv").contains("off"));
        facts.hyperV = true;
        QCOMPARE(refusal(facts, "hyperv"), QString());
        QVERIFY(refusal(facts, "kvm2").contains("Linux"));
        facts.engines.clear();
        QCOMPARE(QString::fromStdString(minikube::bestDriver(facts)), QString("hyperv"));
    }
    void theDriverIsPartOfThePreflight()
    {
        Facts facts = good();
        QCOMPARE(int(find(minikube::checksOf({}, facts), "driver").state), int(CheckState::Good));
        facts.engines["docker"].answers = false;
        facts.tools["VBoxManage"] = {.found = true, .version = "7.0"};
        Check check = find(minikube::checksOf({.driver = "docker"}, facts), "driver");
        QCOMPARE(int(check.state), int(CheckState::Bad));
        QCOMPARE(check.fixes.at(0).id, std::string("driver=virtualbox")); // that one works
        facts = good();
        facts.isRoot = true;
        QCOMPARE(find(minikube::checksOf({.driver = "docker"}, facts), "driver").fixes.at(0).id, std::string("force=true"));
        QCOMPARE(int(find(minikube::checksOf({.driver = "docker", .force = true}, facts), "driver").state), int(CheckState::Good));
    }
    void dockershimIsBlamedFrom124Only()
    {
        Facts facts = good();
        QCOMPARE(find(minikube::checksOf({.driver = "none", .kubernetes = "v1.24.0", .runtime = "docker"}, facts), "runtime").fixes.at(0).id, std::string("runtime=containerd"));
        QCOMPARE(find(minikube::checksOf({.driver = "none", .kubernetes = "v1.23.17", .runtime = "docker"}, facts), "runtime").id, std::string("none"));
        QCOMPARE(find(minikube::checksOf({.driver = "docker", .kubernetes = "v1.34.0", .runtime = "docker"}, facts), "runtime").id, std::string("none")); // it brings cri-dockerd along
    }

    void desktopProgramsAreFound_data()
    {
        QTest::addColumn<QString>("settings"); // of Docker Desktop
        QTest::addColumn<bool>("runs");
        QTest::addColumn<bool>("entered");
        QTest::addColumn<int>("state");
        QTest::addColumn<QString>("words");
        QTest::addColumn<QString>("context");
        const int skipped = int(CheckState::Skipped), careful = int(CheckState::Careful), fine = int(CheckState::Good);
        QTest::newRow("not there") << "" << false << false << skipped << "not found" << "";
        QTest::newRow("somebody else's context") << "" << false << true << skipped << "not found" << "";
        QTest::newRow("not running") << R"({"KubernetesEnabled": true})" << false << true << careful << "not running" << "docker-desktop";
        QTest::newRow("switched off") << R"({"KubernetesEnabled": false})" << true << true << careful << "Settings, Kubernetes" << "";
        QTest::newRow("switched off, as it was written before") << R"({"kubernetesEnabled": false})" << true << false << careful << "Settings, Kubernetes" << "";
        QTest::newRow("still starting") << R"({"KubernetesEnabled": true})" << true << false << careful << "not been entered" << "";
        QTest::newRow("on") << R"({"KubernetesEnabled": true})" << true << true << fine << "docker-desktop" << "docker-desktop";
        QTest::newRow("settings that are junk") << "{{{" << true << true << fine << "docker-desktop" << "docker-desktop";
        QTest::newRow("settings that say nothing") << "{}" << true << false << careful << "could not be found out" << "";
    }
    void desktopProgramsAreFound()
    {
        QFETCH(QString, settings);
        QFETCH(bool, runs);
        QFETCH(bool, entered);
        desktop::DesktopFacts facts{.dockerSettings = settings.toStdString()};
        if (runs)
            facts.docker = {.found = true, .answers = true, .version = "28", .product = "Docker Desktop"};
        if (entered)
            facts.contexts = {"work", "docker-desktop"};
        const auto one = desktop::desktops(facts).at(0);
        QTEST(int(one.check.state), "state");
        QFETCH(QString, words);
        QVERIFY2(QString::fromStdString(one.check.words + one.check.why).contains(words), one.check.words.c_str());
        QTEST(QString::fromStdString(one.context), "context");
    }
    void rancherAndPodmanAreFound()
    {
        desktop::DesktopFacts facts{.rancherSettings = R"({"version": 13, "kubernetes": {"enabled": false}})", .rdctl = true, .rancherRuns = true, .podman = true};
        auto all = desktop::desktops(facts);
        QCOMPARE(all.at(1).check.fixes.at(0).commands, std::vector<std::string>{"rdctl set --kubernetes.enabled=true"});
        QCOMPARE(int(all.at(2).kubernetes), int(desktop::Kubernetes::NotOffered));
        QVERIFY(all.at(2).runs);
        facts.system = local::System::Windows;
        facts.podmanMachines = "[]";
        QCOMPARE(desktop::desktops(facts).at(2).check.fixes.at(0).commands.size(), std::size_t(2)); // init, start
        facts.podmanMachines = R"([{"Name": "m", "Running": true}])";
        QVERIFY(desktop::desktops(facts).at(2).runs);
        facts.rancherRuns = false;
        QCOMPARE(desktop::desktops(facts).at(1).check.fixes.at(0).commands, std::vector<std::string>{"rdctl start"});
    }
};

QTEST_GUILESS_MAIN(TestPreflight)
#include "tst_preflight.moc"
