// timonierctl cluster and runs, as a person calls them, with a kind that is played (double/kind).
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

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
        m_folder = std::make_unique<QTemporaryDir>();
        write("spec.yaml", "provider: kind\nname: dev\nworkers: 1\nports:\n  - {container: 30080, host: 8080}\n");
    }

    void aDryRunTellsAllAndLeavesNothing()
    {
        const Said said = ctl({"cluster", "plan", "-f", path("spec.yaml")});
        QVERIFY2(said.code == 0, qPrintable(said.err));
        QVERIFY(said.out.contains("Create the cluster dev: will be done"));
        QVERIFY(said.out.contains("+ kind-cluster dev"));
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
        said = ctl({"cluster", "delete", "-f", path("spec.yaml")});
        QVERIFY2(said.code == 0, qPrintable(said.err));
        QVERIFY(!QDir(path("clusters/dev")).exists());
        QVERIFY(ctl({"cluster", "delete", "-f", path("spec.yaml")}).out.contains("nothing to take back"));
        QCOMPARE(QJsonDocument::fromJson(ctl({"runs", "-o", "json"}).out.toUtf8()).array().size(), 4);
    }

    void aClusterOfSomebodyElseIsNotDeleted()
    {
        QDir().mkpath(path("clusters/dev"));
        QVERIFY(ctl({"cluster", "create", "-f", path("spec.yaml")}).out.contains("Nothing was changed"));
        QCOMPARE(ctl({"cluster", "delete", "-f", path("spec.yaml")}).code, 0);
        QVERIFY(QDir(path("clusters/dev")).exists());
    }

    void killedInTheMiddleItIsResumedByItsNumber()
    {
        write("slow", "30");
        QProcess process;
        start(process, {"cluster", "create", "-f", path("spec.yaml")});
        QTRY_VERIFY_WITH_TIMEOUT(QDir(path("clusters/dev")).exists(), 10'000);
        process.kill();
        process.waitForFinished();
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
        const Said said = ctl({"runs", "show", "7"});
        QCOMPARE(said.code, 1);
        QVERIFY(said.err.contains("there is no run 7"));
    }

private:
    QString path(const QString &name) const { return m_folder->filePath(name); }
    void write(const QString &name, const QString &text)
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text.toUtf8());
    }
    QString read(const QString &name)
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }
    void start(QProcess &process, const QStringList &arguments)
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("PATH", QString(TIMONIER_DOUBLES) + ":" + environment.value("PATH"));
        environment.insert("KIND_DOUBLE", m_folder->path());
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
    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestClusters)
#include "tst_clusters.moc"
