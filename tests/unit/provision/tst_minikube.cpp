// minikube, played and replayed: what it prints read as it comes, what its failures mean, and one profile managed.
#include "doubles.h"

#include "base/lines.h"
#include "provision/minikube/minikube_plan.h"
#include "provision/minikube/minikube_tool.h"

#include <QDirIterator>
#include <QTest>

#include <algorithm>
#include <set>
#include <thread>

using namespace timonier;
using namespace std::chrono_literals;
using minikube::Event;

namespace {

minikube::Spec specOf(const std::string &yaml)
{
    auto spec = minikube::readSpec("provider: minikube\nname: dev\n" + yaml, "spec.yaml");
    return spec ? *spec : minikube::Spec{.name = "ERROR " + spec.error().message};
}

struct Impatient final : ProcessRunner {
    Result<ProcessOutput> run(const Command &command, std::stop_token stop) override
    {
        Command quick = command;
        quick.stall = command.stall.count() ? std::chrono::milliseconds(1'500) : command.stall;
        quick.timeout = command.timeout.count() ? std::chrono::milliseconds(1'500) : command.timeout;
        return SystemProcessRunner().run(quick, stop);
    }
};

} // namespace

class TestMinikube : public QObject
{
    Q_OBJECT
    std::unique_ptr<Doubles> m_doubles;
    QStringList m_lines;
    std::vector<double> m_progress;
    std::vector<form::Check> m_failures;

    minikube::MinikubeTool tool(const std::string &yaml = {}) const { return {specOf(yaml), std::make_shared<SystemProcessRunner>()}; }
    minikube::Listener listener()
    {
        return {.line = [this](std::string_view line) { m_lines << QString::fromUtf8(line.data(), int(line.size())).trimmed(); }, .progress = [this](double done) { m_progress.push_back(done); },
                .failure = [this](const form::Check &check) { m_failures.push_back(check); }};
    }
    Result<> start(const std::string &yaml = {}) { return tool(yaml).start(listener(), false, {}); }

private slots:
    void init()
    {
        m_doubles = std::make_unique<Doubles>();
        m_doubles->enter();
        m_lines.clear();
        m_progress.clear();
        m_failures.clear();
    }

    void theSpecBecomesArguments()
    {
        const auto all = minikube::startArguments(specOf("driver: kvm2\nkubernetes: 1.34.2\nruntime: containerd\ncpus: 4\nmemory: 8g\ndisk: 40g\nnodes: 3\ncni: calico\naddons: [ingress, dashboard]\n"
                                                         "registryMirrors: ['https://mirror.example']\nimageRepository: example.org/k8s\nextraConfig: [kubelet.max-pods=200]\n"), false);
        for (const char *part : {"--driver=kvm2", "--kubernetes-version=v1.34.2", "--container-runtime=containerd", "--cpus=4", "--memory=8g", "--disk-size=40g", "--nodes=3", "--cni=calico", "--addons=ingress",
                                 "--addons=dashboard", "--registry-mirror=https://mirror.example", "--image-repository=example.org/k8s", "--extra-config=kubelet.max-pods=200", "--keep-context"})
            QVERIFY2(std::ranges::find(all, part) != all.end(), part);
    }
    void whatCannotBeIsRefused_data()
    {
        QTest::addColumn<QString>("yaml");
        QTest::addColumn<QString>("words");
        QTest::newRow("none with nodes") << "driver: none\nnodes: 2\n" << "has one node";
        QTest::newRow("ssh to nowhere") << "driver: ssh\n" << "needs ssh";
        QTest::newRow("a driver") << "driver: hyperkit\n" << "driver must be one of";
        QTest::newRow("no version") << "kubernetes: newest\n" << "must be a version";
        QTest::newRow("no size") << "memory: much\n" << "must be a size";
        QTest::newRow("one processor") << "cpus: 1\n" << "cpus must be from 2";
        QTest::newRow("an option") << "cni: --force\n" << "cni has a value";
    }
    void whatCannotBeIsRefused()
    {
        QFETCH(QString, yaml);
        QFETCH(QString, words);
        QVERIFY2(QString::fromStdString(specOf(yaml.toStdString()).name).contains(words), specOf(yaml.toStdString()).name.c_str());
    }

    void whatIsNoEventIsJunk_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::newRow("text") << QByteArray("W1126 12:00:00 Unable to resolve");
        QTest::newRow("half JSON") << QByteArray(R"({"type":"io.k8s.sigs.minikube.step","data":)");
        QTest::newRow("other JSON") << QByteArray(R"({"type": 3, "data": []})");
        QTest::newRow("no data") << QByteArray(R"({"type":"io.k8s.sigs.minikube.step"})");
        QTest::newRow("another's") << QByteArray(R"({"type":"com.example.step","data":{}})");
        QTest::newRow("a new kind") << QByteArray(R"({"type":"io.k8s.sigs.minikube.telemetry","data":{}})");
        QTest::newRow("bytes") << QByteArray("{\xff\x00\x1b", 4);
    }
    void whatIsNoEventIsJunk()
    {
        QFETCH(QByteArray, line);
        QCOMPARE(int(minikube::readEvent({line.constData(), std::size_t(line.size())}).type), int(Event::Type::Junk));
    }
    void stepsThatGoBackAndNumbersThatAreMissingAreTaken()
    {
        minikube::Course course;
        const auto step = [&](const char *at) { course.take(minikube::readEvent(std::string(R"({"type":"io.k8s.sigs.minikube.step","data":{"name":"S","message":"m","totalsteps":"19","currentstep":")") + at + "\"}}")); };
        step("12");
        step("13");
        const double before = course.progress();
        step("12");
        QCOMPARE(course.progress(), before);
        step("");
        step("99");
        QCOMPARE(course.progress(), 1.0);
    }

    void aStartThatSucceedsMayPrintErrors()
    {
        const auto started = start();
        QVERIFY2(started, started ? "" : started.error().text().c_str());
        QVERIFY(m_lines.filter("To pull new external images").size() == 1); // shown, and no failure
        QVERIFY(std::ranges::is_sorted(m_progress) && m_progress.back() == 1.0 && m_progress.size() > 8);
        QVERIFY(m_failures.empty());
        QVERIFY(!m_lines.filter("download.progress").size() && !m_lines.contains(QString("!")));
    }
    void whatItSaysIsHeardAsItComes()
    {
        m_doubles->write("scenario", "slow");
        m_doubles->write("slow", "30");
        std::stop_source stop;
        bool early = false;
        const auto started = tool().start({.progress = [&](double) { early = true; stop.request_stop(); }}, false, stop.get_token());
        QVERIFY(early && !started && started.error().kind == ErrorKind::Cancelled);
    }

    void failuresEndInACauseAndAFix_data()
    {
        QTest::addColumn<QString>("scenario");
        QTest::addColumn<QString>("spec");
        QTest::addColumn<QString>("id");
        QTest::addColumn<QString>("cause");
        QTest::addColumn<QString>("fix");
        QTest::newRow("docker does not run") << "docker-down" << "" << "PROVIDER_DOCKER_NOT_RUNNING" << "Docker is installed and does not run" << "run";
        QTest::newRow("dockershim") << "dockershim" << "kubernetes: v1.24.0\nruntime: docker\n" << "RUNTIME_ENABLE" << "dockershim was removed" << "runtime=containerd";
        QTest::newRow("not dockershim below 1.24") << "dockershim" << "kubernetes: v1.23.1\nruntime: docker\n" << "RUNTIME_ENABLE" << "runtime of the node does not start" << "runtime=containerd";
        QTest::newRow("no virtualization") << "virt" << "driver: virtualbox\n" << "HOST_VIRT_UNAVAILABLE" << "virtualization is off" << "driver=docker";
        QTest::newRow("WSL") << "wsl" << "driver: none\n" << "GUEST_PROVISION" << "without systemd" << "driver=docker";
        QTest::newRow("no network") << "pull" << "" << "K8S_INSTALL_FAILED" << "network does not give it" << "prefetch=true";
        QTest::newRow("a tool") << "conntrack" << "driver: none\n" << "GUEST_MISSING_CONNTRACK" << "needs tools" << "driver=docker";
        QTest::newRow("back in time") << "downgrade" << "" << "K8S_DOWNGRADE_UNSUPPORTED" << "cannot go back" << "";
        QTest::newRow("the node's Kubernetes") << "guest-start" << "" << "GUEST_START" << "Kubernetes did not" << "";
    }
    void failuresEndInACauseAndAFix()
    {
        QFETCH(QString, scenario);
        QFETCH(QString, spec);
        QFETCH(QString, id);
        QFETCH(QString, cause);
        QFETCH(QString, fix);
        m_doubles->write("scenario", scenario.toUtf8());
        const auto started = start(spec.toStdString());
        QVERIFY(!started);
        QCOMPARE(m_failures.size(), std::size_t(1));
        const form::Check &check = m_failures.front();
        QCOMPARE(QString::fromStdString(check.id), id);
        QVERIFY2(QString::fromStdString(check.words).contains(cause), check.words.c_str());
        QVERIFY(!check.evidence.empty() && check.evidence.find("{{") == std::string::npos);
        if (!fix.isEmpty())
            QVERIFY2(std::ranges::any_of(check.fixes, [&](const auto &one) { return QString::fromStdString(one.id) == fix; }), check.words.c_str());
        QVERIFY2(QString::fromStdString(started.error().message) == QString::fromStdString(check.words) && !started.error().hint.empty(), started.error().hint.c_str());
    }
    void aFixThatIsSoAlreadyIsNotOffered()
    {
        const form::Check check = minikube::failureOf({.type = Event::Type::Error, .name = "DRV_NOT_HEALTHY"}, specOf("driver: docker\n"), minikube::known());
        QVERIFY(std::ranges::none_of(check.fixes, [](const auto &one) { return one.id == "driver=docker"; }));
        QVERIFY(!check.fixes.empty());
    }
    void whatIsNotKnownIsShownAsItIs()
    {
        const form::Check check = minikube::failureOf({.type = Event::Type::Error, .message = "token=abc broke", .name = "BRAND_NEW", .advice = "Do this"}, {}, minikube::known());
        QVERIFY(check.words.find("broke") != std::string::npos && check.why == "Do this");
        QVERIFY(check.words.find("abc") == std::string::npos && check.evidence.find("abc") == std::string::npos);
    }
    void theTableOfErrorsCanBeReadAndPointsAtFieldsOfTheSpec()
    {
        QVERIFY(minikube::known().size() > 30);
        for (const auto &one : minikube::known())
            for (const auto &fix : one.fixes)
                if (fix.id != "run") {
                    const std::size_t at = fix.id.find('=');
                    const auto spec = specOf(fix.id.substr(0, at) + ": " + fix.id.substr(at + 1) + "\n");
                    QVERIFY2(spec.name == "dev", (one.id + " " + fix.id + " " + spec.name).c_str());
                } else {
                    QVERIFY2(!fix.commands.empty(), one.id.c_str());
                }
        const auto broken = minikube::readKnown("errors:\n  - id: X\n    cuase: y\n");
        QVERIFY(!broken && broken.error().kind == ErrorKind::Invalid);
    }
    void anEndWithoutTheLastStepIsNoSuccess()
    {
        m_doubles->write("scenario", "undone");
        const auto started = start();
        QVERIFY(!started && started.error().kind == ErrorKind::Protocol);
        m_doubles->write("scenario", "silent-exit");
        const auto silent = start();
        QVERIFY(!silent && silent.error().message.find("80") != std::string::npos && silent.error().message.find("the node") != std::string::npos);
    }
    void junkAndAFloodDoNoHarm()
    {
        m_doubles->write("scenario", "junk");
        QVERIFY(start());
        QVERIFY(!m_lines.filter("Unable to resolve").isEmpty());
        m_doubles->write("scenario", "flood");
        QVERIFY(start());
        QVERIFY(std::ranges::all_of(m_lines, [](const QString &line) { return line.size() < 10'000; }));
    }
    void aMinikubeThatHangsIsEnded()
    {
        m_doubles->write("scenario", "hang");
        const auto started = minikube::MinikubeTool(specOf(""), std::make_shared<Impatient>()).start(listener(), false, {});
        QVERIFY(!started && started.error().kind == ErrorKind::Timeout);
    }
    void itIsSpokenToInC()
    {
        QVERIFY(start());
        QCOMPARE(m_doubles->read("locale"), QString("LC_ALL=C.UTF-8 LANGUAGE="));
    }
    void aMissingToolIsNamed()
    {
        QFile::remove(m_doubles->path("bin/minikube"));
        const auto started = start();
        QVERIFY(!started && started.error().message.find("minikube") != std::string::npos && started.error().hint.find("Install") != std::string::npos);
    }

    void statusIsReadInEachOfItsShapes()
    {
        using local::Phase;
        QCOMPARE(tool().state({})->phase, Phase::Absent); // info events, exit 85
        QVERIFY(start("nodes: 3\n"));
        auto state = tool().state({});
        QCOMPARE(state->phase, Phase::Running);
        QCOMPARE(state->nodes.size(), std::size_t(3));
        QCOMPARE(state->nodes.back().role, std::string("worker"));
        QVERIFY(tool().halt(listener(), {}));
        QCOMPARE(tool().state({})->phase, Phase::Stopped);
        m_doubles->write("scenario", "guest-start");
        QVERIFY(!start());
        state = tool().state({});
        QCOMPARE(state->phase, Phase::Partly);
        QVERIFY(!state->words.empty());
        QCOMPARE(minikube::readStatus(R"([{"Name":"a","Host":"Running","Kubelet":"Running","APIServer":"Running","Worker":false},{"Name":"b","Host":"Stopped","Kubelet":"Stopped","Worker":true}])", "a")->phase, Phase::Partly);
        QVERIFY(minikube::readStatus(R"({"Name":"a","Host":"Nonexistent","Kubelet":"Nonexistent","APIServer":"Nonexistent"})", "a")->words.find("gone") != std::string::npos);
        QVERIFY(!minikube::readStatus("panic: runtime error", "a"));
        QVERIFY(!minikube::readStatus("", "a"));
    }
    void aProfileIsManaged()
    {
        QVERIFY(start());
        const auto kube = tool();
        auto addons = kube.addons({});
        QVERIFY(std::ranges::none_of(*addons, &local::Addon::enabled));
        QVERIFY(kube.setAddon("ingress", true, listener(), {}));
        addons = kube.addons({});
        QCOMPARE(std::ranges::count_if(*addons, &local::Addon::enabled), std::ptrdiff_t(1));
        const auto wrong = kube.setAddon("ingres", true, listener(), {});
        QVERIFY2(!wrong && wrong.error().text().find("has no add-on of that name") != std::string::npos, wrong ? "" : wrong.error().text().c_str());
        QVERIFY(!wrong.error().hint.empty());
        QVERIFY(kube.setAddon("ingress", false, listener(), {}));
        QVERIFY(std::ranges::none_of(*kube.addons({}), &local::Addon::enabled));
        QCOMPARE(*kube.serviceUrls("default", "front", {}), std::vector<std::string>{"http://192.0.2.5:30080"});
        const auto nothing = kube.serviceUrls("default", "nothing", {});
        QVERIFY2(!nothing && nothing.error().message.find("was not found in 'default'") != std::string::npos, nothing ? "" : nothing.error().text().c_str());
        const auto hidden = kube.serviceUrls("default", "hidden", {}); // minikube only warns
        QVERIFY(!hidden && hidden.error().kind == ErrorKind::NotFound && hidden.error().hint.find("NodePort") != std::string::npos);
        QVERIFY(!*kube.isLoaded("front:dev", {}));
        QVERIFY(kube.load("front:dev", {}, {}));
        QVERIFY(*kube.isLoaded("front:dev", {}));
        QVERIFY(kube.load("registry.example:5000/front", {}, {}));
        const auto missing = kube.load("missing:dev", {}, {}); // exit 0, with a warning
        QVERIFY(!missing && missing.error().kind == ErrorKind::NotFound);
        QVERIFY(kube.load("./front.tar", {}, {}));
        const auto noFile = kube.load("./missing.tar", {}, {});
        QVERIFY(!noFile && noFile.error().message.find("no such file") != std::string::npos);
        QVERIFY(kube.remove(listener(), {}) && kube.remove(listener(), {})); // gone already
        QVERIFY(!*kube.isThere({}));
        QVERIFY(!QFile::exists(m_doubles->path("kubeconfig"))); // the person's own is not minikube's to write
    }
    void aServiceThatAnswersOnlyWhileTheCommandRunsIsSaidToBeSo()
    {
        QVERIFY(start());
        m_doubles->write("scenario", "service-stays");
        const auto urls = minikube::MinikubeTool(specOf(""), std::make_shared<Impatient>()).serviceUrls("default", "front", {});
        QVERIFY(!urls && urls.error().hint.find("port-forward") != std::string::npos);
    }
    void aTunnelRunsUntilItIsStopped()
    {
        QVERIFY(start());
        std::stop_source stop;
        const auto ended = tool().tunnel({.line = [&](std::string_view line) {
            if (line.find("started") != line.npos)
                stop.request_stop();
        }}, stop.get_token());
        QVERIFY(ended);
        m_doubles->write("scenario", "tunnel-asks"); // it would go on without a route
        const auto asks = tool().tunnel(listener(), {});
        QVERIFY(!asks && asks.error().kind == ErrorKind::Forbidden);
        m_doubles->write("scenario", "tunnel-root");
        const auto refused = tool().tunnel(listener(), {});
        QVERIFY(!refused && refused.error().kind == ErrorKind::Forbidden && refused.error().hint.find("minikube tunnel -p dev") != std::string::npos);
    }
    void aProfileThatSomebodyElseMadeHasAKubeconfigToo()
    {
        QVERIFY(start());
        QDir(m_doubles->path("cache")).removeRecursively();
        const auto text = tool().kubeconfig({});
        QVERIFY2(text && text->find("https://127.0.0.1:50001") != std::string::npos, text ? "" : text.error().text().c_str());
    }

    // Streams of real ones, dropped into tests/unit/provision/data/minikube: NAME.jsonl with NAME.exit, and what must come of it in NAME.id (an error's
    // id, or "Done").
    void recordedStreamsAreRead_data()
    {
        QTest::addColumn<QString>("name");
        QDirIterator all(QString(TIMONIER_DOUBLES) + "/../data/minikube", {"*.jsonl"});
        while (all.hasNext())
            QTest::newRow(qPrintable(QFileInfo(all.next()).baseName())) << all.filePath().chopped(6);
    }
    void recordedStreamsAreRead()
    {
        QFETCH(QString, name);
        QDir().mkpath(m_doubles->path("replay"));
        QFile::copy(name + ".jsonl", m_doubles->path("replay/start.jsonl"));
        QFile::copy(name + ".exit", m_doubles->path("replay/start.exit"));
        QFile wanted(name + ".id");
        QVERIFY(wanted.open(QIODevice::ReadOnly));
        const QString id = QString::fromUtf8(wanted.readAll()).trimmed();
        const auto started = start();
        QVERIFY(std::ranges::is_sorted(m_progress));
        if (id == "Done") {
            QVERIFY2(started, started ? "" : started.error().text().c_str());
        } else {
            QVERIFY(!started && m_failures.size() == 1);
            QCOMPARE(QString::fromStdString(m_failures.front().id), id);
        }
    }
};

QTEST_GUILESS_MAIN(TestMinikube)
#include "tst_minikube.moc"
