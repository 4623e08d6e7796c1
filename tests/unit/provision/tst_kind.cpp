// kind, played: its configuration, its steps, and what happens when it does not do as it should.
#include "doubles.h"

#include "provision/kind/kind_plan.h"
#include "provision/kind/kind_progress.h"
#include "provision/kind/kind_tool.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>

using namespace timonier;
using namespace std::chrono_literals;

namespace {

kind::Spec specOf(const std::string &yaml)
{
    auto spec = kind::readSpec("provider: kind\nname: dev\n" + yaml, "spec.yaml");
    return spec ? *spec : kind::Spec{.name = "ERROR " + spec.error().message};
}

// A runner with short limits, so that a hang is a hang within the test's time.
struct Impatient final : ProcessRunner {
    Result<ProcessOutput> run(const Command &command, std::stop_token stop) override
    {
        Command quick = command;
        quick.stall = 1s;
        return SystemProcessRunner().run(quick, stop);
    }
};

} // namespace

class TestKind : public QObject
{
    Q_OBJECT
    std::unique_ptr<Doubles> m_doubles;
    kind::KindTool tool(const std::string &yaml = {}) const { return {specOf(yaml), std::make_shared<SystemProcessRunner>()}; }

private slots:
    void init()
    {
        m_doubles = std::make_unique<Doubles>();
        m_doubles->enter();
    }

    void theSpecBecomesKindsOwnConfiguration()
    {
        const std::string text = kind::configText(specOf("nodes:\n  - {role: control-plane, labels: {tier: front}, mounts: [{host: /data, container: /data, readOnly: true}]}\n  - {role: worker, image: 'a@sha256:0'}\n"
                                                         "ports: [{container: 53, host: 5353, protocol: UDP, address: 0.0.0.0}]\nregistry: {port: 5005}\nfeatureGates: {X: true}\npodSubnet: 10.0.0.0/16\n"
                                                         "defaultNetwork: false\nkubeProxy: ipvs\napiPort: 6444\nkubeadmPatches: ['kind: KubeletConfiguration']\n"));
        for (const char *part : {"role: control-plane", "tier: \"front\"", "hostPath: \"/data\"", "readOnly: true", "image: a@sha256:0", "containerPort: 53", "listenAddress: \"0.0.0.0\"", "protocol: UDP",
                                 "config_path = \"/etc/containerd/certs.d\"", "\"X\": true", "podSubnet: \"10.0.0.0/16\"", "disableDefaultCNI: true", "kubeProxyMode: \"ipvs\"", "apiServerPort: 6444",
                                 "kind: KubeletConfiguration"})
            QVERIFY2(text.find(part) != text.npos, (std::string(part) + "\n" + text).c_str());
    }
    void whatCannotBeIsRefused_data()
    {
        QTest::addColumn<QString>("yaml");
        QTest::addColumn<QString>("words");
        QTest::newRow("no control plane") << "nodes: [{role: worker}]\n" << "must be a control-plane";
        QTest::newRow("both ways") << "nodes: [{role: control-plane}]\nworkers: 2\n" << "either nodes";
        QTest::newRow("a port twice") << "ports: [{container: 1, host: 80}, {container: 2, host: 80}]\n" << "given twice";
        QTest::newRow("an option") << "image: --privileged\n" << "image has a value";
        QTest::newRow("a line end") << "image: \"a\\nb\"\n" << "image has a value";
        QTest::newRow("a relative mount") << "nodes: [{role: control-plane, mounts: [{host: a, container: b}]}]\n" << "absolute";
        QTest::newRow("a list that is none") << "images: front\n" << "images must be a list";
    }
    void whatCannotBeIsRefused()
    {
        QFETCH(QString, yaml);
        QFETCH(QString, words);
        const std::string name = specOf(yaml.toStdString()).name;
        QVERIFY2(QString::fromStdString(name).contains(words), name.c_str());
    }

    void stepsBecomeProgressThatNeverGoesBack()
    {
        kind::Progress progress;
        QVERIFY(!progress.line("Creating cluster \"dev\" ..."));
        QVERIFY(!progress.line("\xff\xfe junk"));
        double last = 0;
        for (const char *line : {" • Ensuring node image (kindest/node:v1.34.0) 🖼  ...", " ✓ Ensuring node image (kindest/node:v1.34.0) 🖼", " • Preparing nodes 📦 📦   ...", " ✓ Preparing nodes 📦 📦 ",
                                 " ✓ Writing configuration 📜", " ✓ Starting control-plane 🕹️", " ✓ Installing CNI 🔌", " ✓ Installing StorageClass 💾", " ✓ Joining worker nodes 🚜",
                                 " ✓ Waiting ≤ 5m0s for control-plane = Ready ⏳ "})
            if (const auto done = progress.line(line)) {
                QVERIFY2(*done > last, line);
                last = *done;
            }
        QCOMPARE(last, 1.0);
        QVERIFY(!progress.line(" • Preparing nodes 📦 📦   ..."));
        kind::Progress failed;
        failed.line(" ✗ Preparing nodes 📦 📦 ");
        QCOMPARE(failed.step(), std::string("Preparing nodes"));
    }

    void itIsMadeLookedAtStoppedStartedAndDeleted()
    {
        const auto kind = tool("workers: 2\n");
        std::vector<double> progress;
        QString heard;
        QCOMPARE(kind.state({})->phase, local::Phase::Absent);
        const auto made = kind.create([&](std::string_view piece) { heard += QString::fromUtf8(piece.data(), int(piece.size())); }, [&](double done) { progress.push_back(done); }, {});
        QVERIFY2(made, made ? "" : made.error().text().c_str());
        QVERIFY(heard.contains("Preparing nodes") && progress.size() > 3 && std::ranges::is_sorted(progress));
        auto state = kind.state({});
        QCOMPARE(state->phase, local::Phase::Running);
        QCOMPARE(state->nodes.size(), std::size_t(3));
        QCOMPARE(state->nodes.front().role, std::string("control-plane"));
        QVERIFY(kind.halt({}, {}));
        QCOMPARE(kind.state({})->phase, local::Phase::Stopped);
        QVERIFY(kind.start({}, {}));
        QCOMPARE(kind.state({})->phase, local::Phase::Running);
        QVERIFY(kind.kubeconfig({})->find("https://127.0.0.1:40002") != std::string::npos); // the port it has now
        QVERIFY(kind.exportLogs(m_doubles->path("logs").toStdString(), {}, {}));
        QVERIFY(QFile::exists(m_doubles->path("logs/dev-control-plane/kubelet.log")));
        QVERIFY(kind.remove({}, {}) && kind.remove({}, {})); // gone already
        QCOMPARE(kind.state({})->phase, local::Phase::Absent);
        const auto started = kind.start({}, {});
        QVERIFY(!started && started.error().kind == ErrorKind::NotFound);
        QVERIFY(!QFile::exists(m_doubles->path("kubeconfig"))); // the person's own is not kind's to write
    }
    void imagesOfThisComputerAreLoadedOnce()
    {
        m_doubles->write("images", "front:dev\n");
        const auto kind = tool();
        QVERIFY(kind.create({}, {}, {}));
        QVERIFY(!*kind.isLoaded("front:dev", {}));
        QVERIFY(kind.load("front:dev", {}, {}));
        QVERIFY(*kind.isLoaded("front:dev", {}));
        const auto other = kind.isLoaded("back:dev", {});
        QVERIFY(!other && other.error().kind == ErrorKind::NotFound);
        QVERIFY(other.error().hint.find("Build or pull") != std::string::npos);
        const auto missing = kind.load("back:dev", {}, {});
        QVERIFY2(!missing && missing.error().text().find("not present locally") != std::string::npos, missing ? "" : missing.error().text().c_str());
        m_doubles->write("front.tar", "");
        QVERIFY(kind.load(m_doubles->path("front.tar").toStdString(), {}, {}));
        QVERIFY(QFile::exists(m_doubles->path("clusters/dev/images/front.tar")));
        const auto noFile = kind.load("./nothing.tar", {}, {});
        QVERIFY(!noFile && noFile.error().text().find("no such file") != std::string::npos);
    }
    void podmansImagesAreHandedOnInAnArchive() // kind's own `load docker-image` asks docker
    {
        QFile::link(QString(TIMONIER_DOUBLES) + "/docker-double", m_doubles->path("bin/podman"));
        m_doubles->write("images", "front:dev\n");
        const auto kind = tool("engine: podman\n");
        QVERIFY(kind.create({}, {}, {}));
        QVERIFY(kind.load("front:dev", {}, {}));
        QVERIFY(m_doubles->read("calls").contains("load image-archive") && !m_doubles->read("calls").contains("load docker-image"));
        QVERIFY(QDir(m_doubles->path("cache/timonier/kind")).isEmpty());
    }
    void theNodesAreToldOfTheRegistry()
    {
        const auto kind = tool("workers: 1\nregistry: {port: 5005}\nmirrors: {docker.io: ['https://mirror.example']}\n");
        QVERIFY(!*kind.registryRuns({}));
        QVERIFY(kind.startRegistry({}, {}));
        QVERIFY(*kind.registryRuns({}));
        QVERIFY(m_doubles->read("calls").contains("-p 127.0.0.1:5005:5000"));
        QVERIFY(kind.create({}, {}, {}));
        QVERIFY(!*kind.nodesKnowRegistries({}));
        QVERIFY(kind.tellNodesOfRegistries({}));
        QVERIFY(*kind.nodesKnowRegistries({}));
        QCOMPARE(m_doubles->read("clusters/dev/files/dev-worker/etc/containerd/certs.d/localhost:5005/hosts.toml"), QString("[host.\"http://kind-registry:5000\"]\n"));
        QVERIFY(m_doubles->read("clusters/dev/files/dev-worker/etc/containerd/certs.d/docker.io/hosts.toml").contains("https://mirror.example"));
        QVERIFY(m_doubles->read("applied").contains("localhost:5005"));
        QVERIFY(kind.tellNodesOfRegistries({})); // it is connected already
    }

    void failuresAreKnown_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("words");
        QTest::newRow("no engine") << "down" << int(ErrorKind::Unreachable) << "docker does not answer";
        QTest::newRow("a port") << "taken" << int(ErrorKind::Conflict) << "kind failed at “Preparing nodes”: a port of the spec is taken";
        QTest::newRow("no room") << "full" << int(ErrorKind::Io) << "the disk is full";
    }
    void failuresAreKnown()
    {
        QFETCH(QString, file);
        m_doubles->write(file, "");
        const auto made = tool().create({}, {}, {});
        QVERIFY(!made);
        QTEST(int(made.error().kind), "kind");
        QFETCH(QString, words);
        QVERIFY2(QString::fromStdString(made.error().text()).contains(words), made.error().text().c_str());
    }
    void junkAndAFloodDoNoHarm()
    {
        m_doubles->write("junk", "");
        m_doubles->write("flood", "");
        std::size_t heard = 0;
        double done = 0;
        const auto made = tool().create([&](std::string_view piece) { heard += piece.size(); }, [&](double to) { done = to; }, {});
        QVERIFY2(made, made ? "" : made.error().text().c_str());
        QVERIFY(heard > 100'000'000u);
        QVERIFY(done > 0.6);
    }
    void aKindThatHangsIsEnded()
    {
        m_doubles->write("hang", "");
        const auto made = kind::KindTool(specOf(""), std::make_shared<Impatient>()).create({}, {}, {});
        QVERIFY(!made && made.error().kind == ErrorKind::Timeout);
    }
    void aMissingToolIsNamed()
    {
        QFile::remove(m_doubles->path("bin/kind"));
        const auto made = tool().create({}, {}, {});
        QVERIFY(!made && made.error().message.find("kind") != std::string::npos && made.error().hint.find("Install") != std::string::npos);
    }
    void itIsSpokenToInC()
    {
        QVERIFY(tool().isThere({}));
        QCOMPARE(m_doubles->read("locale"), QString("LC_ALL=C.UTF-8 LANGUAGE=\n"));
    }
};

QTEST_GUILESS_MAIN(TestKind)
#include "tst_kind.moc"
