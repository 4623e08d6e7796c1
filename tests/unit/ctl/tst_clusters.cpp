// timonierctl cluster and runs, as a person calls them, with tools that are played (provision/double).
#include "doubles.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

namespace {

struct Said {
    int code = 0;
    QString out, err;
};

} // namespace

class TestClusters : public QObject
{
    Q_OBJECT
private slots:
    void init()
    {
        m_doubles = std::make_unique<Doubles>();
        write("spec.yaml", "provider: kind\nname: dev\nworkers: 1\nports:\n  - {container: 30080, host: 8080}\n");
    }

    void aDryRunTellsAllAndLeavesNothing()
    {
        const Said said = ctl({"cluster", "plan", "-f", path("spec.yaml")});
        QVERIFY2(said.code == 0, qPrintable(said.err));
        QVERIFY(said.out.contains("Create the cluster dev: will be done"));
        QVERIFY(said.out.contains("+ kind-cluster dev") && said.out.contains("+ kubeconfig-context kind-dev"));
        QVERIFY(said.out.contains("The tool kind: good, v0.30.0") && said.out.contains("Docker 28.3.2 answers"));
        QVERIFY(!QDir(path("clusters")).exists() && !QDir(path("data")).exists());
    }

    void aClusterIsMadeOnceShownAndTakenAway()
    {
        Said said = ctl({"cluster", "create", "-f", path("spec.yaml")});
        QVERIFY2(said.code == 0, qPrintable(said.err));
        QVERIFY(QFile::exists(path("clusters/dev/ready")));
        QCOMPARE(read("config"), QString("kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n  - role: control-plane\n    extraPortMappings:\n"
                                         "      - containerPort: 30080\n        hostPort: 8080\n        listenAddress: \"127.0.0.1\"\n        protocol: TCP\n"
                                         "  - role: worker\n"));
        QVERIFY(said.out.contains("Starting control-plane"));
        said = ctl({"cluster", "create", "-f", path("spec.yaml")});
        QCOMPARE(said.code, 0);
        QVERIFY(said.out.contains("Nothing was changed"));
        QCOMPARE(read("calls").count("create cluster"), 1);
        QVERIFY(ctl({"cluster", "status", "-f", path("spec.yaml")}).out.contains("made by Timonier: kind-cluster dev"));
        said = ctl({"runs", "show", "1"});
        QVERIFY2(said.out.contains("done") && said.out.contains("Set kubectl context to") && said.out.contains("kind-cluster dev  is there"), qPrintable(said.out));
        QVERIFY(read("kubeconfig").contains("name: \"kind-dev\"") && !read("kubeconfig").contains("current-context"));
        said = ctl({"cluster", "delete", "-f", path("spec.yaml")});
        QVERIFY2(said.code == 0, qPrintable(said.err));
        QVERIFY(!QDir(path("clusters/dev")).exists());
        QVERIFY(!read("kubeconfig").contains("kind-dev"));
        QVERIFY(ctl({"cluster", "delete", "-f", path("spec.yaml")}).out.contains("nothing to take back"));
        QCOMPARE(QJsonDocument::fromJson(ctl({"runs", "-o", "json"}).out.toUtf8()).array().size(), 4);
    }

    void aClusterOfSomebodyElseIsNotDeleted()
    {
        write("clusters/dev/nodes/dev-control-plane", "running\n");
        write("clusters/dev/port", "40001\n");
        QCOMPARE(ctl({"cluster", "create", "-f", path("spec.yaml")}).code, 0);
        QVERIFY(ctl({"cluster", "create", "-f", path("spec.yaml")}).out.contains("Nothing was changed"));
        QCOMPARE(ctl({"cluster", "delete", "-f", path("spec.yaml")}).code, 0);
        QVERIFY(QDir(path("clusters/dev")).exists());
    }

    void stoppedItIsStartedAgainAndTheKubeconfigKnowsItsNewPort()
    {
        QCOMPARE(ctl({"cluster", "stop", "-f", path("spec.yaml")}).code, 1); // there is none
        QCOMPARE(ctl({"cluster", "create", "-f", path("spec.yaml")}).code, 0);
        QVERIFY(read("kubeconfig").contains(":40001"));
        QCOMPARE(ctl({"cluster", "stop", "-f", path("spec.yaml")}).code, 0);
        QVERIFY(ctl({"cluster", "status", "-f", path("spec.yaml")}).out.contains("stopped"));
        const Said said = ctl({"cluster", "start", "-f", path("spec.yaml")});
        QVERIFY2(said.code == 0, qPrintable(said.err));
        QVERIFY(read("kubeconfig").contains(":40002"));
        const QJsonObject state = QJsonDocument::fromJson(ctl({"cluster", "status", "-f", path("spec.yaml"), "-o", "json"}).out.toUtf8())["state"].toObject();
        QCOMPARE(state["phase"].toString(), QString("running"));
        QCOMPARE(state["nodes"].toArray().size(), 2);
    }

    void aMinikubeIsMadeStoppedStartedListedAndDeleted()
    {
        write("spec.yaml", "provider: minikube\nname: mini\ndriver: docker\nnodes: 2\nimages: [front:dev]\nforce: true\ncurrent: true\n");
        Said said = ctl({"cluster", "create", "-f", path("spec.yaml"), "-o", "json"});
        QVERIFY2(said.code == 0, qPrintable(said.err + said.out));
        double progress = 0;
        for (const QString &line : said.out.split('\n', Qt::SkipEmptyParts))
            progress = std::max(progress, QJsonDocument::fromJson(line.toUtf8())["progress"].toDouble());
        QVERIFY(read("kubeconfig").contains("https://127.0.0.1:50001") && read("kubeconfig").contains("current-context: \"mini\""));
        QVERIFY(ctl({"cluster", "create", "-f", path("spec.yaml")}).out.contains("Nothing was changed"));
        QCOMPARE(read("calls").count("load front:dev"), 1);
        QCOMPARE(ctl({"cluster", "stop", "-f", path("spec.yaml")}).code, 0);
        QCOMPARE(ctl({"cluster", "start", "-f", path("spec.yaml")}).code, 0);
        QVERIFY(read("kubeconfig").contains("https://127.0.0.1:50002"));
        const QJsonArray all = QJsonDocument::fromJson(ctl({"cluster", "list", "-o", "json"}).out.toUtf8()).array();
        QCOMPARE(all.size(), 1);
        QVERIFY(all[0]["name"].toString() == "mini" && all[0]["madeByTimonier"].toBool() && all[0]["phase"].toString() == "running");
        QCOMPARE(ctl({"cluster", "delete", "-f", path("spec.yaml")}).code, 0);
        QVERIFY(!QFile::exists(path("profiles/mini.json")) && !read("kubeconfig").contains("mini"));
        QCOMPARE(QJsonDocument::fromJson(ctl({"cluster", "list", "-o", "json"}).out.toUtf8()).array().size(), 0);
    }
    void addOnsAreListedAndSwitched()
    {
        write("spec.yaml", "provider: minikube\nname: mini\n");
        Said said = ctl({"cluster", "addons", "-f", path("spec.yaml")});
        QCOMPARE(said.code, 1);
        QVERIFY2(said.err.contains("there is no cluster mini") && said.err.contains("Create it first"), qPrintable(said.err));
        QCOMPARE(ctl({"cluster", "create", "-f", path("spec.yaml")}).code, 0);
        said = ctl({"cluster", "addons", "enable", "ingress", "dashboard", "-f", path("spec.yaml")});
        QVERIFY2(said.code == 0, qPrintable(said.err));
        QCOMPARE(said.out, QString("ingress is enabled\ndashboard is enabled\n"));
        QVERIFY(said.err.contains("is an addon maintained by Kubernetes")); // the tool's own words are not the answer
        said = ctl({"cluster", "addons", "--cluster", "minikube/mini"}); // its spec is the journal's
        QCOMPARE(said.out, QString("dashboard         enabled\ningress           enabled\nmetrics-server    disabled\n"));
        const QJsonArray all = QJsonDocument::fromJson(ctl({"cluster", "addons", "disable", "ingress", "--cluster", "minikube/mini", "-o", "json"}).out.toUtf8()).array();
        QCOMPARE(all.size(), 3);
        QVERIFY(all[0]["enabled"].toBool() && all[1]["name"].toString() == "ingress" && !all[1]["enabled"].toBool(true));
        said = ctl({"cluster", "addons", "enable", "ingres", "--cluster", "minikube/mini"});
        QCOMPARE(said.code, 1);
        QVERIFY2(said.err.contains("the add-on ingres cannot be switched") && said.err.contains("no add-on of that name"), qPrintable(said.err));
    }
    void aServicesAddressIsPrintedAlone()
    {
        write("spec.yaml", "provider: minikube\nname: mini\n");
        QCOMPARE(ctl({"cluster", "create", "-f", path("spec.yaml")}).code, 0);
        QCOMPARE(ctl({"cluster", "service-url", "front", "-n", "shop", "--cluster", "minikube/mini"}).out, QString("http://192.0.2.5:30080\n"));
        QVERIFY(read("calls").contains("service -p mini front -n shop --url"));
        QVERIFY(ctl({"cluster", "service-url", "hidden", "--cluster", "minikube/mini"}).err.contains("has no port on the nodes"));
        QCOMPARE(ctl({"cluster", "stop", "--cluster", "minikube/mini"}).code, 0);
        const Said stopped = ctl({"cluster", "service-url", "front", "--cluster", "minikube/mini"});
        QVERIFY2(stopped.code == 1 && stopped.err.contains("the cluster mini is stopped"), qPrintable(stopped.err));
    }
    void logsAreExportedOfBothKinds_data() { aBrokenKubeconfigIsLeftAndSaid_data(); }
    void logsAreExportedOfBothKinds()
    {
        QFETCH(QString, provider);
        write("spec.yaml", ("provider: " + provider + "\nname: dev\n"));
        QCOMPARE(ctl({"cluster", "create", "-f", path("spec.yaml")}).code, 0);
        QCOMPARE(ctl({"cluster", "logs", "-f", path("spec.yaml")}).code, 2);
        const Said said = ctl({"cluster", "logs", "--cluster", provider + "/dev", "--to", path("logs")});
        QVERIFY2(said.code == 0, qPrintable(said.err));
        QVERIFY(QFile::exists(path(provider == "kind" ? "logs/dev-control-plane/kubelet.log" : "logs/dev.log")));
    }
    void aTunnelIsOpenUntilCtrlC()
    {
        write("spec.yaml", "provider: minikube\nname: mini\n");
        QCOMPARE(ctl({"cluster", "create", "-f", path("spec.yaml")}).code, 0);
        QProcess process;
        start(process, {"cluster", "tunnel", "--cluster", "minikube/mini"});
        QByteArray err;
        QTRY_VERIFY_WITH_TIMEOUT((err += process.readAllStandardError()).contains("Tunnel successfully started"), 10'000);
        process.terminate();
        QVERIFY(process.waitForFinished(10'000));
        QCOMPARE(process.exitCode(), 130);
        write("scenario", "tunnel-asks");
        const Said asks = ctl({"cluster", "tunnel", "--cluster", "minikube/mini"});
        QVERIFY2(asks.code == 1 && asks.err.contains("wants root's rights") && asks.err.contains("minikube tunnel -p mini"), qPrintable(asks.err));
    }
    void imagesAreLoadedIntoBothKinds_data() { aBrokenKubeconfigIsLeftAndSaid_data(); }
    void imagesAreLoadedIntoBothKinds()
    {
        QFETCH(QString, provider);
        write("spec.yaml", ("provider: " + provider + "\nname: dev\n"));
        write("images", "front:dev\n");
        write("front.tar", "");
        QCOMPARE(ctl({"cluster", "create", "-f", path("spec.yaml")}).code, 0);
        Said said = ctl({"cluster", "load-image", "front:dev", path("front.tar"), "--cluster", provider + "/dev"});
        QVERIFY2(said.code == 0, qPrintable(said.err));
        QVERIFY(said.out.contains("front:dev is in dev\n"));
        said = ctl({"cluster", "load-image", "missing:dev", "--cluster", provider + "/dev"});
        QCOMPARE(said.code, 1);
        QVERIFY2(said.err.contains("missing:dev"), qPrintable(said.err));
        said = ctl({"cluster", "load-image", path("nothing.tar"), "--cluster", provider + "/dev"});
        QVERIFY2(said.code == 1 && said.err.contains("there is no file"), qPrintable(said.err));
        QCOMPARE(ctl({"cluster", "load-image", "--cluster", provider + "/dev"}).code, 2);
        QCOMPARE(ctl({"cluster", "load-image", "front:dev", "--cluster", provider + "/other"}).code, 1);
        QCOMPARE(ctl({"cluster", "load-image", "front:dev", "--cluster", "moon/dev"}).code, 1);
    }
    void whatKindCannotDoIsRefusedWithTheReasonAndAnotherWay_data()
    {
        QTest::addColumn<QStringList>("verb");
        QTest::addColumn<QString>("why");
        QTest::addColumn<QString>("otherWay");
        QTest::newRow("addons") << QStringList{"addons", "enable", "ingress"} << "kind has no add-ons" << "catalogue";
        QTest::newRow("service-url") << QStringList{"service-url", "front"} << "no address of this computer" << "port-forward";
        QTest::newRow("tunnel") << QStringList{"tunnel"} << "kind has no tunnel" << "cloud-provider-kind";
    }
    void whatKindCannotDoIsRefusedWithTheReasonAndAnotherWay()
    {
        QFETCH(QStringList, verb);
        QFETCH(QString, why);
        QFETCH(QString, otherWay);
        const Said said = ctl(QStringList{"cluster"} + verb + QStringList{"-f", path("spec.yaml")});
        QCOMPARE(said.code, 1);
        QVERIFY2(said.err.contains(why) && said.err.contains(otherWay), qPrintable(said.err));
    }
    void aMinikubeThatWasKilledHalfwayIsMadeAnew()
    {
        write("spec.yaml", "provider: minikube\nname: mini\n");
        write("scenario", "slow");
        write("slow", "30");
        QProcess process;
        start(process, {"cluster", "create", "-f", path("spec.yaml")});
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path("profiles/mini.json")), 10'000);
        process.kill();
        process.waitForFinished();
        write("scenario", "ok");
        const Said said = ctl({"runs", "resume", "1"});
        QVERIFY2(said.code == 0, qPrintable(said.err));
        QVERIFY(read("calls").contains("delete -p mini"));
    }
    void aMinikubeThatFailsSaysWhyAndWhatToDo()
    {
        write("spec.yaml", "provider: minikube\nname: mini\nruntime: docker\nkubernetes: v1.24.0\n");
        write("scenario", "dockershim");
        const Said said = ctl({"cluster", "create", "-f", path("spec.yaml")});
        QCOMPARE(said.code, 1);
        QVERIFY2(said.err.contains("dockershim was removed") && said.err.contains("runtime=containerd") && said.err.contains("runs resume 1"), qPrintable(said.err));
    }
    void aProfileOfSomebodyElseIsNotDeleted()
    {
        write("spec.yaml", "provider: minikube\nname: mini\n");
        write("profiles/mini.json", R"({"driver": "docker", "state": "running", "nodes": 1, "port": 50001, "addons": [], "images": []})");
        QCOMPARE(ctl({"cluster", "create", "-f", path("spec.yaml")}).code, 0);
        QCOMPARE(ctl({"cluster", "delete", "-f", path("spec.yaml")}).code, 0);
        QVERIFY(QFile::exists(path("profiles/mini.json")));
        QVERIFY(!read("kubeconfig").contains("mini")); // that entry was ours
    }
    void whatTimonierMadeAndItsToolLostIsListed()
    {
        QCOMPARE(ctl({"cluster", "create", "-f", path("spec.yaml")}).code, 0);
        QDir(path("clusters")).removeRecursively();
        const Said said = ctl({"cluster", "list"});
        QVERIFY2(said.out.contains("dev") && said.out.contains("made by Timonier") && said.out.contains("does not know it any more"), qPrintable(said.out));
        QCOMPARE(ctl({"cluster", "delete", "-f", path("spec.yaml")}).code, 0); // gone already
        QVERIFY(!ctl({"cluster", "list"}).out.contains("dev"));
    }

    void aToolThatIsKilledIsSaidToBeAndTheRunGoesOnLater_data() { aBrokenKubeconfigIsLeftAndSaid_data(); }
    void aToolThatIsKilledIsSaidToBeAndTheRunGoesOnLater()
    {
        QFETCH(QString, provider);
        write("spec.yaml", ("provider: " + provider + "\nname: dev\n"));
        write("killed", "");
        write("scenario", "killed");
        const Said said = ctl({"cluster", "create", "-f", path("spec.yaml")});
        QCOMPARE(said.code, 1);
        QVERIFY2(said.err.contains(provider + " crashed"), qPrintable(said.err));
        write("scenario", "ok");
        QCOMPARE(ctl({"runs", "resume", "1"}).code, 0);
        QVERIFY(read("calls").contains("delete")); // the half one went first
    }

    void aBrokenKubeconfigIsLeftAndSaid_data()
    {
        QTest::addColumn<QString>("provider");
        QTest::newRow("kind") << "kind";
        QTest::newRow("minikube") << "minikube";
    }
    void aBrokenKubeconfigIsLeftAndSaid()
    {
        QFETCH(QString, provider);
        write("spec.yaml", ("provider: " + provider + "\nname: dev\n"));
        write("kubeconfig", "clusters: [\n");
        const QString context = provider == "kind" ? "kind-dev" : "dev", beside = path("kubeconfig." + context + ".yaml");
        Said said = ctl({"cluster", "create", "-f", path("spec.yaml")});
        QVERIFY2(said.code == 0, qPrintable(said.err));
        QVERIFY2(said.out.contains("left alone") && said.out.contains(beside), qPrintable(said.out));
        QCOMPARE(read("kubeconfig"), QString("clusters: [\n"));
        QVERIFY(QFile::exists(beside));
        QVERIFY(ctl({"cluster", "create", "-f", path("spec.yaml")}).out.contains("Nothing was changed"));
        QCOMPARE(ctl({"cluster", "delete", "-f", path("spec.yaml")}).code, 0);
        QVERIFY(!QFile::exists(beside));
    }
    void aKubeconfigThatKubectlHoldsIsWaitedForAndThenNamed()
    {
        write("kubeconfig.lock", "");
        const Said said = ctl({"cluster", "create", "-f", path("spec.yaml")});
        QCOMPARE(said.code, 1);
        QVERIFY2(said.err.contains("is locked by another program") && said.err.contains("kubeconfig.lock"), qPrintable(said.err));
        QFile::remove(path("kubeconfig.lock"));
        QCOMPARE(ctl({"runs", "resume", "1"}).code, 0);
        QCOMPARE(read("calls").count("create cluster"), 1); // what was made stays made
    }
    void aMissingToolIsToldByThePlan_data() { aBrokenKubeconfigIsLeftAndSaid_data(); }
    void aMissingToolIsToldByThePlan()
    {
        QFETCH(QString, provider);
        write("spec.yaml", ("provider: " + provider + "\nname: dev\n"));
        QFile::remove(path("bin/" + provider));
        const QJsonDocument plan = QJsonDocument::fromJson(ctl({"cluster", "plan", "-f", path("spec.yaml"), "-o", "json"}).out.toUtf8());
        bool told = false;
        for (const QJsonValue &check : plan["checks"].toArray())
            told = told || (check["id"].toString() == "tool" && check["state"].toString() == "bad" && !check["fixes"].toArray().isEmpty());
        QVERIFY(told);
        QCOMPARE(ctl({"cluster", "create", "-f", path("spec.yaml")}).code, 1);
    }

    void killedInTheMiddleItIsResumedByItsNumber()
    {
        write("slow", "30");
        QProcess process;
        start(process, {"cluster", "create", "-f", path("spec.yaml")});
        QTRY_VERIFY_WITH_TIMEOUT(QDir(path("clusters/dev")).exists(), 10'000);
        process.kill();
        process.waitForFinished();
        const pid_t kind = read("pid").trimmed().toInt();
        QTRY_VERIFY(kind > 0 && ::kill(kind, 0) != 0); // it does not go on without us
        QFile::remove(path("slow"));
        QVERIFY(ctl({"runs"}).out.contains("interrupted"));
        QVERIFY(ctl({"cluster", "status", "-f", path("spec.yaml")}).out.contains("kind-cluster dev"));
        const Said said = ctl({"runs", "resume", "1"});
        QVERIFY2(said.code == 0, qPrintable(said.err));
        QVERIFY(QFile::exists(path("clusters/dev/ready")));
        QVERIFY(read("calls").contains("delete cluster --name dev")); // the half one
        QVERIFY(ctl({"runs"}).out.contains("finished"));
    }

    void cancelledItEndsSoonAndTellsTheWayOn()
    {
        write("slow", "30");
        QProcess process;
        start(process, {"cluster", "create", "-f", path("spec.yaml")});
        QTRY_VERIFY_WITH_TIMEOUT(QDir(path("clusters/dev")).exists(), 10'000);
        QElapsedTimer timer;
        timer.start();
        process.terminate();
        QVERIFY(process.waitForFinished(10'000));
        QVERIFY(timer.elapsed() < 8'000);
        QCOMPARE(process.exitCode(), 130);
        QVERIFY(process.readAllStandardError().contains("timonierctl runs resume 1"));
        QFile::remove(path("slow"));
        QCOMPARE(ctl({"runs", "resume", "1"}).code, 0);
    }

    void failuresSayWhatToDo_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("words");
        QTest::addColumn<QString>("hint");
        QTest::newRow("no engine") << "down" << "docker does not answer" << "Start docker";
        QTest::newRow("a port") << "taken" << "a port of the spec is taken" << "another host port";
    }
    void failuresSayWhatToDo()
    {
        QFETCH(QString, file);
        QFETCH(QString, words);
        QFETCH(QString, hint);
        write(file, "");
        const Said said = ctl({"cluster", "create", "-f", path("spec.yaml")});
        QCOMPARE(said.code, 1);
        QVERIFY2(said.err.contains(words) && said.err.contains(hint) && said.err.contains("runs resume 1"), qPrintable(said.err));
        QFile::remove(path(file));
        QCOMPARE(ctl({"runs", "resume", "1"}).code, 0);
    }

    void eventsAreLinesOfJson()
    {
        const Said said = ctl({"cluster", "create", "-f", path("spec.yaml"), "-o", "json"});
        QCOMPARE(said.code, 0);
        QStringList kinds;
        for (const QString &line : said.out.split('\n', Qt::SkipEmptyParts)) {
            const QJsonDocument document = QJsonDocument::fromJson(line.toUtf8());
            QVERIFY2(document.isObject(), qPrintable(line));
            kinds << document["event"].toString();
        }
        QCOMPARE(kinds.first(), QString("begun"));
        QCOMPARE(kinds.last(), QString("ended"));
        QVERIFY(kinds.contains("progress") && kinds.contains("resource") && kinds.contains("line"));
    }

    void aWrongSpecIsToldWithItsPlace_data()
    {
        QTest::addColumn<QString>("spec");
        QTest::addColumn<QString>("words");
        QTest::newRow("no provider") << "name: dev\n" << "spec.yaml:1: the spec does not say which provider";
        QTest::newRow("another provider") << "provider: moon\n" << "knows no provider";
        QTest::newRow("unknown field") << "provider: kind\nworker: 1\n" << "spec.yaml:2: there is no field worker";
        QTest::newRow("no number") << "provider: kind\nworkers: many\n" << "spec.yaml:2: workers";
        QTest::newRow("too many") << "provider: kind\n\nworkers: 5000\n" << "spec.yaml:3: workers must be from 0 to 50";
        QTest::newRow("an option as a name") << "provider: kind\nname: --all\n" << "spec.yaml:2: name";
        QTest::newRow("half a port") << "provider: kind\nports:\n  - {container: 80}\n" << "spec.yaml:3: a port needs";
        QTest::newRow("no YAML") << "provider: [\n" << "this is no YAML";
    }
    void aWrongSpecIsToldWithItsPlace()
    {
        QFETCH(QString, spec);
        QFETCH(QString, words);
        write("spec.yaml", spec);
        const Said said = ctl({"cluster", "create", "-f", path("spec.yaml")});
        QCOMPARE(said.code, 1);
        QVERIFY2(said.err.contains(words), qPrintable(said.err));
        QVERIFY(!QDir(path("clusters")).exists());
    }

    void wrongUsageIsSaid()
    {
        QCOMPARE(ctl({"runs", "resume"}).code, 2);
        QCOMPARE(ctl({"runs", "resume", "x"}).code, 2);
        QCOMPARE(ctl({"cluster", "create"}).code, 2);
        QCOMPARE(ctl({"cluster", "burn", "-f", path("spec.yaml")}).code, 2);
        QCOMPARE(ctl({"cluster", "status", "-f", path("spec.yaml"), "--cluster", "kind/dev"}).code, 2);
        QCOMPARE(ctl({"cluster", "addons", "burn", "ingress", "-f", path("spec.yaml")}).code, 2);
        QCOMPARE(ctl({"cluster", "service-url", "-f", path("spec.yaml")}).code, 2);
        const Said said = ctl({"runs", "show", "7"});
        QCOMPARE(said.code, 1);
        QVERIFY(said.err.contains("there is no run 7"));
    }

private:
    QString path(const QString &name) const { return m_doubles->path(name); }
    void write(const QString &name, const QString &text) { m_doubles->write(name, text.toUtf8()); }
    QString read(const QString &name) { return m_doubles->read(name); }
    void start(QProcess &process, const QStringList &arguments)
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("PATH", path("bin") + ":" + environment.value("PATH"));
        environment.insert("KIND_DOUBLE", m_doubles->folder.path());
        environment.insert("MINIKUBE_DOUBLE", m_doubles->folder.path());
        environment.insert("KUBECONFIG", path("kubeconfig"));
        environment.insert("TIMONIER_FETCH", "no");
        environment.insert("XDG_CACHE_HOME", path("cache"));
        environment.insert("XDG_DATA_HOME", path("data"));
        environment.insert("LC_ALL", "C.UTF-8");
        process.setProcessEnvironment(environment);
        process.start(TIMONIERCTL, arguments);
    }
    Said ctl(const QStringList &arguments)
    {
        QProcess process;
        start(process, arguments);
        process.waitForFinished(30'000);
        return {process.exitCode(), QString::fromUtf8(process.readAllStandardOutput()), QString::fromUtf8(process.readAllStandardError())};
    }
    std::unique_ptr<Doubles> m_doubles;
};

QTEST_GUILESS_MAIN(TestClusters)
#include "tst_clusters.moc"
