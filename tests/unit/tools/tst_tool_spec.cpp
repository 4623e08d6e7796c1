#include "tools/tool_spec.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace timonier;

class TestToolSpec : public QObject
{
    Q_OBJECT
private slots:
    void everyToolOfThisProgramIsPinnedForLinux()
    {
        const auto specs = toolSpecs({});
        QVERIFY2(specs, specs ? "" : specs.error().text().c_str());
        for (const char *name : {"helm", "kubectl", "kustomize", "kind", "minikube"}) {
            const auto spec = std::ranges::find(*specs, name, &ToolSpec::name);
            QVERIFY2(spec != specs->end(), name);
            QVERIFY2(!spec->record.empty(), name);
            QVERIFY2(isAtLeast(spec->version, spec->least), name);
            for (const char *arch : {"amd64", "arm64"}) {
                const ToolFile *file = spec->fileFor("linux", arch);
                QVERIFY2(file && !file->sha256.empty(), name);
                QVERIFY2(file->url.find(spec->version) != std::string::npos, file->url.c_str());
            }
            QVERIFY2(spec->fileFor("windows", "amd64"), name);
        }
        // One sum stands for one file.
        std::vector<std::string> sums;
        for (const ToolSpec &spec : *specs)
            for (const ToolFile &file : spec.files)
                sums.push_back(file.sha256);
        std::ranges::sort(sums);
        QVERIFY(std::ranges::adjacent_find(sums) == sums.end());
    }

    void aListOfOnesOwnReplacesWhatItNames()
    {
        const QTemporaryDir folder;
        const std::string file = folder.filePath("tools.json").toStdString();
        std::ofstream(file) << QByteArray("{'tools': [{'name': 'helm', 'version': '3.18.4', 'ask': ['version'], 'files': [{'os': 'linux', 'arch': 'amd64', 'url': 'https://mirror.example/helm', 'sumUrl': 'https://mirror.example/helm.sha256'}]}]}").replace('\'', '"').toStdString();
        const auto specs = toolSpecs(file);
        QVERIFY2(specs, specs ? "" : specs.error().text().c_str());
        QCOMPARE(std::ranges::count(*specs, "helm", &ToolSpec::name), 1);
        QCOMPARE(std::ranges::find(*specs, "helm", &ToolSpec::name)->version, std::string("3.18.4"));
        QCOMPARE(std::ranges::find(*specs, "helm", &ToolSpec::name)->least, std::string("3.18.4"));
        QVERIFY(std::ranges::find(*specs, "kind", &ToolSpec::name) != specs->end());
    }

    void aListThatCannotBeTrustedIsRefusedWithTheField_data()
    {
        QTest::addColumn<QByteArray>("tool");
        QTest::addColumn<QByteArray>("field");
        const auto row = [](const char *name, const char *tool, const char *field) { QTest::newRow(name) << QByteArray(tool).replace('\'', '"') << QByteArray(field); };
        row("plain http", "{'name': 'x', 'version': '1.0.0', 'ask': ['v'], 'files': [{'os': 'linux', 'arch': 'amd64', 'url': 'http://m.example/x', 'sumUrl': 'https://m.example/s'}]}", "tools[0].files[0].url");
        row("no sum", "{'name': 'x', 'version': '1.0.0', 'ask': ['v'], 'files': [{'os': 'linux', 'arch': 'amd64', 'url': 'https://m.example/x'}]}", "tools[0].files[0].sha256");
        row("half a sum", "{'name': 'x', 'version': '1.0.0', 'ask': ['v'], 'files': [{'os': 'linux', 'arch': 'amd64', 'url': 'https://m.example/x', 'sha256': 'abcd'}]}", "tools[0].files[0].sha256");
        row("a name that leads out", "{'name': '../x', 'version': '1.0.0', 'ask': ['v']}", "tools[0].name");
        row("no version", "{'name': 'x', 'version': 'latest', 'ask': ['v']}", "tools[0].version");
        row("nothing to ask", "{'name': 'x', 'version': '1.0.0'}", "tools[0].ask");
        row("a word", "7", "tools[0]");
    }
    void aListThatCannotBeTrustedIsRefusedWithTheField()
    {
        QFETCH(QByteArray, tool);
        QFETCH(QByteArray, field);
        const auto specs = readToolSpecs("{\"tools\": [" + tool.toStdString() + "]}", "own.json");
        QVERIFY(!specs);
        QCOMPARE(specs.error().kind, ErrorKind::Invalid);
        QVERIFY(std::ranges::find(specs.error().context, std::make_pair(std::string("field"), field.toStdString())) != specs.error().context.end());
        QVERIFY(!readToolSpecs("{\"tools\": [", "own.json"));
    }

    void aVersionIsFoundInWhatToolsPrint_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("version");
        QTest::newRow("helm") << "v3.22.0" << "3.22.0";
        QTest::newRow("helm, a candidate") << "v4.0.0-rc.1+gabc" << "4.0.0";
        QTest::newRow("kubectl") << "{\"clientVersion\": {\"major\": \"1\", \"minor\": \"36\", \"gitVersion\": \"v1.36.3\", \"goVersion\": \"go1.26.1\"}}" << "1.36.3";
        QTest::newRow("kind") << "kind v0.32.0 go1.26.1 linux/amd64" << "0.32.0";
        QTest::newRow("kustomize of old") << "{Version:kustomize/v4.5.7 GitCommit:56d82a8 GoOs:linux}" << "4.5.7";
        QTest::newRow("minikube") << "v1.38.1\n" << "1.38.1";
        QTest::newRow("only Go's") << "(devel) go1.26.1" << "";
        QTest::newRow("an address of four parts") << "10.0.0" << "10.0.0";
        QTest::newRow("helm, built by oneself") << "v3.22" << "3.22.0";
        QTest::newRow("two parts without a v") << "1.36" << "";
        QTest::newRow("nothing") << "" << "";
    }
    void aVersionIsFoundInWhatToolsPrint()
    {
        QFETCH(QString, text);
        QFETCH(QString, version);
        QCOMPARE(QString::fromStdString(versionIn(text.toStdString()).value_or("")), version);
    }

    void versionsAreComparedAsNumbers()
    {
        QVERIFY(isAtLeast("1.10.0", "1.9.9") && isAtLeast("1.9.9", "1.9.9") && isAtLeast("2.0.0", "1.99.99"));
        QVERIFY(!isAtLeast("1.9.9", "1.10.0") && !isAtLeast("0.9.0", "1.0.0"));
    }
};

QTEST_GUILESS_MAIN(TestToolSpec)
#include "tst_tool_spec.moc"
