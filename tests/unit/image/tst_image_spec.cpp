#include "image/image_spec.h"
#include "image/registry_login.h"
#include "image/source_mark.h"

#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

using namespace timonier;
using namespace timonier::image;

class TestImageSpec : public QObject
{
    Q_OBJECT
    QTemporaryDir m_folder;
    std::string m_file = m_folder.filePath("spec.yaml").toStdString();

    void write(const char *name, const char *content)
    {
        QFile file(m_folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }

private slots:
    void initTestCase() { write("Dockerfile", "FROM scratch\n"); }

    void aContextStandsBesideItsFile()
    {
        const auto spec = readSpec("provider: image\ncontext: .\nimage: localhost:5000/app:1\narguments: [A=1, B=x=y]\ntrial: 0\n", m_file);
        QVERIFY2(spec.has_value(), spec ? "" : spec.error().text().c_str());
        QCOMPARE(QFileInfo(QString::fromStdString(spec->context)).canonicalFilePath(), QFileInfo(m_folder.path()).canonicalFilePath());
        QCOMPARE(spec->arguments, (std::map<std::string, std::string>{{"A", "1"}, {"B", "x=y"}}));
        QCOMPARE(spec->trial.count(), 0);
        QCOMPARE(spec->engine, std::string("docker"));
    }

    void whatCannotBeIsSaidWithItsLine_data()
    {
        QTest::addColumn<std::string>("yaml");
        QTest::addColumn<std::string>("said");
        QTest::addColumn<std::string>("line");
        const auto row = [](const char *name, const char *yaml, const char *said, const char *line) { QTest::newRow(name) << std::string(yaml) << std::string(said) << std::string(line); };
        row("a wrong image", "context: .\nimage: App Image\n", "image: an image is a name such as nginx:1.27 or registry.example.com/team/app:2.0", "2");
        row("no image", "context: .\n", "image: it is needed", "1");
        row("no folder", "context: nowhere\nimage: app\n", "there is nothing at ", "1");
        row("no Dockerfile", "context: .\ndockerfile: Containerfile\nimage: app\n", "there is no Containerfile in ", "1");
        row("a wrong engine", "context: .\nimage: app\nengine: buildah\n", "engine: “buildah” is none of docker, podman", "3");
        row("a wrong place", "context: .\nimage: app\nload: k3d/x\n", "load: kind/NAME or minikube/NAME", "3");
        row("an argument without a value", "context: .\nimage: app\narguments: [A]\n", "arguments: NAME=VALUE, one a line", "3");
        row("an unknown field", "context: .\nimage: app\npsuh: true\n", "there is no field psuh", "3");
        row("a list where there is to be a word", "context: .\nimage: [a]\n", "image has a value that it cannot have", "2");
        row("no map", "- a\n", "it is no spec", "1");
    }
    void whatCannotBeIsSaidWithItsLine()
    {
        QFETCH(std::string, yaml);
        QFETCH(std::string, said);
        QFETCH(std::string, line);
        const auto spec = readSpec(yaml, m_file);
        QVERIFY(!spec.has_value());
        QVERIFY2(spec.error().message.find(said) != std::string::npos, spec.error().message.c_str());
        QVERIFY2(spec.error().place().find("spec.yaml:" + line + ":") != std::string::npos, spec.error().place().c_str());
    }

    void theRegistryIsTheOneDockerWouldAsk()
    {
        QCOMPARE(registryOf("nginx"), std::string("docker.io"));
        QCOMPARE(registryOf("team/app:1"), std::string("docker.io"));
        QCOMPARE(registryOf("localhost/app"), std::string("localhost"));
        QCOMPARE(registryOf("localhost:5000/app"), std::string("localhost:5000"));
        QCOMPARE(registryOf("registry.example.com/team/app:2"), std::string("registry.example.com"));
    }

    void theMarkChangesWithWhatIsBuiltAndOnlyWithThat()
    {
        Spec spec{.context = m_folder.path().toStdString(), .image = "app"};
        const auto before = sourceMark(spec, {});
        QVERIFY(before.has_value());
        QCOMPARE(*sourceMark(spec, {}), *before);
        write("main.py", "print(1)\n");
        const auto after = sourceMark(spec, {});
        QVERIFY(*after != *before);
        spec.arguments["A"] = "1";
        QVERIFY(*sourceMark(spec, {}) != *after);
        QVERIFY(!sourceMark({.context = "/nowhere/at/all"}, {}).has_value());
    }

    void aPasswordIsInAFileOnlyItsOwnerReadsAndGoesWithIt()
    {
        QString path;
        {
            const auto login = LoginFolder::make(dockerConfig("registry.example.com", "bob", Secret("hunter2")));
            QVERIFY(login.has_value());
            const auto arguments = login->pushArguments("docker", "registry.example.com/app");
            QCOMPARE(arguments.size(), std::size_t(4));
            path = QString::fromStdString(arguments[1]);
            QCOMPARE(QFileInfo(path).permissions() & (QFile::ReadGroup | QFile::ReadOther | QFile::ExeOther), QFile::Permissions());
            QFile file(path + "/config.json");
            QVERIFY(file.open(QIODevice::ReadOnly));
            QCOMPARE(file.permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
            QCOMPARE(file.readAll(), QByteArray(R"({"auths":{"registry.example.com":{"auth":"Ym9iOmh1bnRlcjI="}}})"));
            for (const std::string &argument : arguments)
                QVERIFY(argument.find("hunter2") == std::string::npos);
        }
        QVERIFY(!QFileInfo::exists(path));
    }
};

QTEST_GUILESS_MAIN(TestImageSpec)
#include "tst_image_spec.moc"
