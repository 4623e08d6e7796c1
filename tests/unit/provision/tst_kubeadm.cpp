// kubeadm on hosts of one's own: its spec, its configuration, what it prints, and its plan on hosts that are played.
#include "played_host.h"

#include "plan/journal.h"
#include "plan/ledger.h"
#include "plan/runner.h"
#include "provision/kubeadm/containerd_config.h"
#include "provision/kubeadm/joining.h"
#include "provision/kubeadm/kubeadm_config.h"
#include "provision/kubeadm/kubeadm_output.h"
#include "provision/kubeadm/kubeadm_plan.h"
#include "provision/kubeadm/network.h"
#include "provision/kubeadm/operations.h"
#include "provision/kubeadm/virtual_address.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace timonier;
using namespace std::chrono_literals;

namespace {

std::string data(const char *name)
{
    QFile file(QString(TIMONIER_DOUBLES) + "/../data/kubeadm/" + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

const std::string threeHosts = "provider: kubeadm\nname: dev\nkubernetes: \"1.36\"\nnetwork: none\npackages: {url: 'http://mirror.example/deb', unsigned: true}\ncontrolPlanes: [{host: a, address: a, labels: {zone: north}}]\nworkers: [b, c]\n";

kubeadm::Spec specOf(const std::string &yaml)
{
    auto spec = kubeadm::readSpec(yaml, "spec.yaml");
    return spec ? *spec : kubeadm::Spec{.name = "ERROR " + spec.error().message, .hosts = {{}}};
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

kubeadm::Output heard(kubeadm::Work work, const std::string &text, std::vector<double> *progress = nullptr)
{
    kubeadm::Output output(work);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        if (const auto done = output.line(std::string_view(text).substr(at, end - at)); done && progress)
            progress->push_back(*done);
        at = end + 1;
    }
    return output;
}

// A cluster of three played hosts, a journal, and what a run of its plan came to.
struct Played {
    QTemporaryDir folder{};
    PlayedCluster cluster{};
    std::shared_ptr<SystemClock> clock = std::make_shared<SystemClock>();
    std::unique_ptr<plan::Journal> journal{};
    kubeadm::Access access = played(cluster);

    Played()
    {
        cluster.authority = data("ca.crt");
        journal = std::move(plan::Journal::open(std::filesystem::path(folder.filePath("journal").toStdString()), clock).value());
    }
    plan::Plan plan(const std::string &yaml = threeHosts)
    {
        kubeadm::Spec spec = specOf(yaml);
        spec.kubeconfig = folder.filePath("kubeconfig").toStdString();
        plan::Plan plan = kubeadm::planOf(spec, yaml, access);
        std::erase_if(plan.steps, [](const plan::Step &step) { return step.id == "preflight"; }); // facts are tst_kubeadm_preflight's
        for (plan::Step &step : plan.steps) {
            std::erase(step.needs, "preflight");
            step.retry.pause = 1ms;
        }
        return plan;
    }
    std::vector<std::string> notices{};
    plan::Summary run(const plan::Plan &plan)
    {
        auto summary = plan::Runner(*journal, *clock).run(plan, [this](const plan::Event &event) {
            if (event.kind == plan::Event::Kind::Notice)
                notices.push_back(event.text);
        }, {});
        return summary ? *summary : plan::Summary{.end = plan::RunState::Failed, .error = summary.error()};
    }
};

} // namespace

class TestKubeadm : public QObject
{
    Q_OBJECT

private slots:
    void aHostTakesFromTheSpecWhatItDoesNotSayItself()
    {
        const auto spec = specOf("provider: kubeadm\nuser: ops\nkey: ~/.ssh/lab\njump: gate\ncontrolPlanes: [cp]\nworkers: [{host: w, user: root, port: 2222, name: w-1, taints: ['gpu=yes:NoSchedule']}]\nkubernetes: v1.36.3\n");
        QCOMPARE(spec.hosts.size(), 2u);
        QCOMPARE(spec.hosts[0].user, "ops");
        QCOMPARE(spec.hosts[1].user, "root");
        QCOMPARE(spec.hosts[1].jump, "gate");
        QCOMPARE(kubeadm::shown(spec.hosts[1]), "w:2222");
        QVERIFY(spec.hosts[0].controlPlane && !spec.hosts[1].controlPlane);
        QCOMPARE(spec.minor(), "1.36");
    }
    void whatCannotBeIsRefused_data()
    {
        QTest::addColumn<QString>("yaml");
        QTest::addColumn<QString>("words");
        QTest::addColumn<int>("line");
        const QString good = "controlPlanes: [a]\n";
        QTest::newRow("no host") << "workers: [a]\n" << "controlPlanes must name one host" << 1;
        QTest::newRow("two control planes") << "controlPlanes: [a, b]\nendpoint: x\n" << "1, 3 or 5" << 2;
        QTest::newRow("three without an endpoint") << "controlPlanes: [a, b, c]\n" << "need endpoint" << 2;
        QTest::newRow("a host twice") << good + "workers: [a]\n" << "given twice" << 1;
        QTest::newRow("a name twice") << "controlPlanes: [{host: a, name: n}]\nworkers: [{host: b, name: n}]\n" << "given twice" << 1;
        QTest::newRow("networks that overlap") << good + "podSubnet: 10.96.0.0/16\n" << "overlap" << 1;
        QTest::newRow("no network") << good + "podSubnet: 10.244.0.0\n\n" << "" << 0; // an address alone is a network of one
        QTest::newRow("a password") << "controlPlanes: [{host: a, password: x}]\n" << "no password" << 2;
        QTest::newRow("an option as a host") << "controlPlanes: ['-oProxyCommand=x']\n" << "has a value" << 2;
        QTest::newRow("a host with a shell's letters") << "controlPlanes: ['a;reboot']\n" << "no name or address" << 2;
        QTest::newRow("an old version") << good + "kubernetes: \"1.24\"\n" << "1.32 or newer" << 3;
        QTest::newRow("a version that is none") << good + "kubernetes: latest\n" << "is written as" << 3;
        QTest::newRow("a mirror nobody vouches for") << good + "packages: {url: 'http://m/deb'}\n" << "needs key" << 3;
        QTest::newRow("a taint") << "controlPlanes: [{host: a, taints: [x]}]\n" << "a taint is written" << 2;
        QTest::newRow("an unknown field") << good + "worker: [b]\n" << "no field worker" << 3;
        QTest::newRow("a virtual address that is a name") << "controlPlanes: [a]\nendpoint: {virtual: api.example}\n" << "is an address" << 3;
        QTest::newRow("a virtual address that is a host's") << "controlPlanes: [192.0.2.1]\nendpoint: {virtual: 192.0.2.1}\n" << "that no host has" << 3;
        QTest::newRow("an endpoint's field") << "controlPlanes: [a]\nendpoint: {address: 192.0.2.1}\n" << "no field endpoint.address" << 3;
        QTest::newRow("a node name") << "controlPlanes: [{host: a, name: A_b}]\n" << "small letters" << 2;
    }
    void whatCannotBeIsRefused()
    {
        QFETCH(QString, yaml);
        QFETCH(QString, words);
        QFETCH(int, line);
        const auto spec = kubeadm::readSpec("provider: kubeadm\n" + yaml.toStdString(), "spec.yaml");
        if (words.isEmpty()) {
            QVERIFY(spec.has_value());
            return;
        }
        QVERIFY(!spec);
        QVERIFY2(has(spec.error().message, words.toStdString()), spec.error().message.c_str());
        QVERIFY(has(spec.error().place(), "spec.yaml:" + std::to_string(line)));
    }

    void theConfigurationHasWhatTheHostNeeds()
    {
        const auto spec = specOf("provider: kubeadm\nname: dev\ncontrolPlanes: [a]\nimages: {repository: r.example/k8s}\nnames: [api.example]\n");
        const kubeadm::Token token{.id = "abcdef", .secret = Secret("0123456789abcdef")};
        const kubeadm::InitFacts facts{.node = {.name = "a", .address = "192.0.2.1", .criSocket = "unix:///run/containerd/containerd.sock", .cgroupV1 = true}, .version = "v1.36.3", .endpoint = "192.0.2.1:6443", .names = {"api.example"}, .schedulable = true, .several = true};
        const std::string text = kubeadm::initConfig(spec, facts, token, Secret("key")).reveal();
        for (const char *part : {"apiVersion: \"kubeadm.k8s.io/v1beta4\"", "token: \"abcdef.0123456789abcdef\"", "advertiseAddress: \"192.0.2.1\"", "name: \"a\"", "taints:\n    []", "- SystemVerification", "certificateKey: \"key\"",
                                 "controlPlaneEndpoint: \"192.0.2.1:6443\"", "imageRepository: \"r.example/k8s\"", "- \"api.example\"", "failCgroupV1: false", "cgroupDriver: \"systemd\"", "podSubnet: \"10.244.0.0/16\""})
            QVERIFY2(has(text, part), (std::string(part) + "\n" + text).c_str());
        auto newer = facts;
        newer.node.cgroupV1 = newer.schedulable = newer.several = false;
        const std::string plain = kubeadm::initConfig(spec, newer, token, Secret("key")).reveal();
        QVERIFY(!has(plain, "SystemVerification") && !has(plain, "failCgroupV1") && !has(plain, "taints") && !has(plain, "certificateKey"));
    }
    void theAuthorityIsPinnedAsKubeadmPinsIt()
    {
        // A real cluster's; the sum is what its kubeadm init printed.
        QCOMPARE(kubeadm::publicKeyPin(data("ca.crt")).value_or(""), "sha256:aeb96458fdc7de6cf724edf997b8929f978435a94704e75d3852d31f3cabd04a");
        QVERIFY(!kubeadm::publicKeyPin("no certificate"));
    }
    void tokensAreKubernetesOwn()
    {
        const auto one = kubeadm::makeToken("dev"), other = kubeadm::makeToken("dev");
        QVERIFY(QRegularExpression("^[a-z0-9]{6}\\.[a-z0-9]{16}$").match(QString::fromStdString(one.whole().reveal())).hasMatch());
        QVERIFY(one.whole().reveal() != other.whole().reveal());
        QCOMPARE(one.id, other.id); // of one that was killed, the next one knows which door it left open
        QVERIFY(one.id != kubeadm::makeToken("prod").id);
        QVERIFY(QRegularExpression("^[a-f0-9]{64}$").match(QString::fromStdString(kubeadm::makeCertificateKey().reveal())).hasMatch());
        QVERIFY(has(kubeadm::tokenObject(one, 1'700'000'000).reveal(), "expiration: \"2023-11-14T22:13:20Z\""));
    }

    void whatARealInitPrintsBecomesProgress()
    {
        std::vector<double> progress;
        const auto output = heard(kubeadm::Work::Init, data("init.txt"), &progress);
        QVERIFY(progress.size() > 12);
        QVERIFY(std::ranges::is_sorted(progress));
        QVERIFY(progress.back() > 0.9);
        QVERIFY(std::ranges::none_of(output.findings(), &kubeadm::Finding::error));
        QCOMPARE(output.findings().size(), 2u); // ContainerRuntimeVersion, SystemVerification
    }
    void whatARefusedInitPrintsBecomesWords()
    {
        const auto output = heard(kubeadm::Work::Init, data("init-refused.txt"));
        const Error error = kubeadm::errorOf(output, kubeadm::Work::Init, 1, {}, "a", "v1.36.3");
        for (const char *part : {"needs two processors", "1700 MB", "A port that Kubernetes needs is taken", "(CRI) is switched off"})
            QVERIFY2(has(error.message, part), error.message.c_str());
        QVERIFY(has(error.hint, "t2.micro") && has(error.hint, "systemctl restart containerd"));
        QVERIFY(has(error.context.back().second, "967 MB"));
    }
    void whatPassesByItselfIsTriedAgain()
    {
        const std::string real = "error: error execution phase wait-control-plane: could not bootstrap the admin user: Post \"https://192.0.2.1:6443/x\": dial tcp 192.0.2.1:6443: connect: connection refused\nTo see the stack trace of this error execute with --v=5 or higher\n";
        QCOMPARE(kubeadm::errorOf(heard(kubeadm::Work::Init, real), kubeadm::Work::Init, 1, {}, "a", "v1.36.3").kind, ErrorKind::Server);
        QCOMPARE(kubeadm::errorOf(heard(kubeadm::Work::Init, data("init-refused.txt")), kubeadm::Work::Init, 1, {}, "a", "v1.36.3").kind, ErrorKind::Process);
    }
    void dockershimIsNotBlamedWhereItWasStillThere()
    {
        const kubeadm::Finding finding{.error = true, .id = "CRI", .text = "dockershim.sock: no such file"};
        QVERIFY(has(kubeadm::meaningOf(finding, "v1.24.0", kubeadm::known())->cause, "dockershim was removed"));
        QVERIFY(!has(kubeadm::meaningOf(finding, "v1.23.17", kubeadm::known())->cause, "dockershim"));
    }
    void junkIsNoProgressAndNoMemory()
    {
        kubeadm::Output output(kubeadm::Work::Init);
        for (int i = 0; i < 100'000; ++i)
            output.line("\t[ERROR X" + std::to_string(i) + "]: " + std::string(100, 'x'));
        QVERIFY(output.findings().size() <= 200);
        output.line("[");
        output.line("[ERROR");
        output.line("[]");
        output.line(std::string(1 << 20, '['));
    }

    void containerdKeepsWhatWasThere_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QStringList>("parts");
        QTest::addColumn<QStringList>("notParts");
        QTest::newRow("Debian's 1.6") << "version = 2\n\n[plugins]\n  [plugins.\"io.containerd.grpc.v1.cri\"]\n    [plugins.\"io.containerd.grpc.v1.cri\".cni]\n      bin_dir = \"/usr/lib/cni\" \n      conf_dir = \"/etc/cni/net.d\"\n# mine\n"
                                      << QStringList{"# mine", "SystemdCgroup = true", "bin_dir = \"/opt/cni/bin\"", "conf_dir = \"/etc/cni/net.d\"", "sandbox_image = \"r/pause:3\"", "runtime_type = \"io.containerd.runc.v2\""} << QStringList{"/usr/lib/cni"};
        QTest::newRow("switched off") << "version = 2\ndisabled_plugins = [\n  \"cri\",\n  \"zfs\"\n]\n[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runc.options]\n  SystemdCgroup = false\n  Root = \"/x\"\n"
                                      << QStringList{"disabled_plugins = [\"zfs\"]", "SystemdCgroup = true", "Root = \"/x\""} << QStringList{"\"cri\"", "SystemdCgroup = false"};
        QTest::newRow("2.1") << "version = 3\n\n[plugins]\n  [plugins.'io.containerd.cri.v1.images'.pinned_images]\n    sandbox = 'registry.k8s.io/pause:3.10'\n  [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]\n    SystemdCgroup = false\n"
                                "  [plugins.'io.containerd.cri.v1.runtime'.cni]\n    bin_dirs = ['/usr/lib/cni']\n"
                             << QStringList{"sandbox = 'r/pause:3'", "SystemdCgroup = true", "bin_dirs = ['/opt/cni/bin']"} << QStringList{"grpc.v1", "bin_dir =", "3.10"};
    }
    void containerdKeepsWhatWasThere()
    {
        QFETCH(QString, before);
        QFETCH(QStringList, parts);
        QFETCH(QStringList, notParts);
        const kubeadm::ContainerdWish wish{.pause = "r/pause:3", .pluginFolder = "/opt/cni/bin"};
        const std::string after = kubeadm::withKubernetes(before.toStdString(), wish);
        for (const QString &part : parts)
            QVERIFY2(has(after, part.toStdString()), (part.toStdString() + "\n" + after).c_str());
        for (const QString &part : notParts)
            QVERIFY2(!has(after, part.toStdString()), (part.toStdString() + "\n" + after).c_str());
        QCOMPARE(kubeadm::withKubernetes(after, wish), after); // once is enough: a second run changes nothing
    }

    void threeHostsBecomeAClusterAndASecondRunChangesNothing()
    {
        Played played;
        const plan::Summary first = played.run(played.plan());
        QVERIFY2(first.end == plan::RunState::Finished, first.error ? first.error->text().c_str() : "");
        QCOMPARE(played.cluster.nodes, (std::set<std::string>{"a", "b", "c"}));
        QVERIFY(played.cluster.secrets.empty()); // the door is closed again
        // The played nodes never take their labels: that step, and no other, has something to do.
        const plan::Summary second = played.run(played.plan());
        QCOMPARE(second.changed, 1);
        QVERIFY(QFile::exists(played.folder.filePath("kubeconfig")));
    }
    void noSecretIsInACommandAndNoneStays()
    {
        Played played;
        QCOMPARE(played.run(played.plan()).end, plan::RunState::Finished);
        const std::string config = played.cluster.contents["b /run/timonier/kubeadm-join.yaml"];
        const std::size_t at = config.find("token: \"");
        QVERIFY(at != config.npos);
        const std::string token = config.substr(at + 8, 23);
        for (const std::string &command : played.cluster.commands)
            QVERIFY2(!has(command, token.substr(7)), command.c_str());
        for (const auto &[path, mode] : played.cluster.files)
            if (path.starts_with("/run/timonier/"))
                QCOMPARE(mode, 0600u);
        QVERIFY(std::ranges::find(played.cluster.commands, "b rm -f /run/timonier/kubeadm-join.yaml") != played.cluster.commands.end());
    }
    void aConnectionThatIsLostIsNoFailure_data()
    {
        QTest::addColumn<QString>("where");
        for (const char *where : {"a kernel apply", "b packages apply", "c runtime restart", "a images pull", "a kubeadm init", "b kubeadm join", "c cluster joined", "a kubectl --kubeconfig"})
            QTest::newRow(where) << where;
    }
    void aConnectionThatIsLostIsNoFailure()
    {
        QFETCH(QString, where);
        Played played;
        played.cluster.cuts[where.toStdString()] = 2;
        const plan::Summary summary = played.run(played.plan());
        QVERIFY2(summary.end == plan::RunState::Finished, summary.error ? summary.error->text().c_str() : "");
        QCOMPARE(played.cluster.nodes.size(), 3u);
    }
    void allOfItIsTakenBack()
    {
        Played played;
        QCOMPARE(played.run(played.plan()).end, plan::RunState::Finished);
        const auto back = plan::Runner(*played.journal, *played.clock).undo(played.plan(), [](const plan::Event &) {}, {});
        QVERIFY(back && back->end == plan::RunState::Finished);
        QVERIFY(played.cluster.nodes.empty());
        QVERIFY(plan::ledger::there(*played.journal, "kubeadm/dev")->empty());
        for (const char *undone : {"kernel", "packages", "runtime", "images", "remember"})
            QVERIFY2(std::ranges::any_of(played.cluster.commands, [&](const std::string &line) { return line == std::string("c sh -c SCRIPT ") + undone + " undo"; }), undone);
    }
    void aHostIsAddedAndRemoved()
    {
        Played played;
        QCOMPARE(played.run(played.plan()).end, plan::RunState::Finished);
        const std::string four = threeHosts + "\n# grown\n";
        const std::string grown = QString::fromStdString(four).replace("[b, c]", "[b, c, d]").toStdString();
        QCOMPARE(played.run(played.plan(grown)).end, plan::RunState::Finished);
        QVERIFY(played.cluster.nodes.contains("d"));
        QCOMPARE(std::ranges::count(played.cluster.commands, "b kubeadm join --config /run/timonier/kubeadm-join.yaml"), 1); // nobody joins twice
        auto removal = kubeadm::planToRemove(specOf(grown), grown, "d", played.access);
        QVERIFY(removal.has_value());
        QCOMPARE(played.run(*removal).end, plan::RunState::Finished);
        QVERIFY(!played.cluster.nodes.contains("d"));
        QVERIFY2(played.notices.empty(), played.notices.empty() ? "" : played.notices.front().c_str()); // what the other plan made is no surprise
        const auto there = plan::ledger::there(*played.journal, "kubeadm/dev").value();
        QVERIFY(std::ranges::none_of(there, [](const plan::Resource &one) { return one.name == "d"; }));
        QVERIFY(std::ranges::any_of(there, [](const plan::Resource &one) { return one.name == "c"; }));
        QCOMPARE(kubeadm::planToRemove(specOf(grown), grown, "a", played.access).error().kind, ErrorKind::Unsupported);
        QCOMPARE(kubeadm::planToRemove(specOf(grown), grown, "z", played.access).error().kind, ErrorKind::NotFound);
        QCOMPARE(kubeadm::operationOf(removal->provider).about, "d"); // the journal can resume it
    }
    void theAddressThatMovesIsHeldByEachControlPlane()
    {
        const auto spec = specOf("provider: kubeadm\ncontrolPlanes: [a, b, c]\nendpoint: {virtual: 'fd00::9'}\nimages: {repository: r.example/k8s}\n");
        QCOMPARE(spec.endpoint, "[fd00::9]:6443");
        const std::string manifest = kubeadm::vipManifest(spec, "eth1", "/etc/kubernetes/super-admin.conf");
        for (const char *part : {"name: \"vip_interface\"\n          value: \"eth1\"", "value: \"fd00::9\"", "name: \"vip_subnet\"\n          value: \"128\"", "image: \"r.example/k8s/kube-vip:v", "path: \"/etc/kubernetes/super-admin.conf\"", "hostNetwork: true"})
            QVERIFY2(has(manifest, part), (std::string(part) + "\n" + manifest).c_str());
    }
};

QTEST_GUILESS_MAIN(TestKubeadm)
#include "tst_kubeadm.moc"
