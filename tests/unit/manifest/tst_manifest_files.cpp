// Manifests from folders, archives and a real HTTPS server.
#include "manifest/kustomize.h"
#include "manifest/manifest_files.h"

#include "../kube/test_server.h"
#include "../net/make_archive.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>

using namespace timonier;
namespace fs = std::filesystem;

namespace {

const std::string map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

} // namespace

class TestManifestFiles : public QObject
{
    Q_OBJECT

    test::Identity authority = test::issue("authority", "", nullptr);
    test::Identity identity = test::issue("localhost", "DNS:localhost", &authority);
    std::unique_ptr<QTemporaryDir> folder;

    std::string at(const char *name) const { return folder->filePath(name).toStdString(); }
    std::string write(const char *name, const std::string &text)
    {
        fs::create_directories(fs::path(at(name)).parent_path());
        std::ofstream(at(name), std::ios::binary) << text;
        return at(name);
    }
    Environment trusting() { return {{"SSL_CERT_FILE", write("ca.pem", authority.pem())}}; }
    static std::string url(const test::Server &server, const std::string &path) { return "https://localhost:" + std::to_string(server.port()) + path; }
    static std::vector<std::string> namesOf(const std::vector<ManifestText> &texts)
    {
        std::vector<std::string> names;
        for (const ManifestText &text : texts)
            names.push_back(text.name);
        return names;
    }

private slots:
    void init() { folder = std::make_unique<QTemporaryDir>(); }

    void anArchiveIsReadLikeAFolder_data()
    {
        QTest::addColumn<QString>("kind");
        for (const char *kind : {"tar", "tar.gz", "zip"})
            QTest::newRow(kind) << kind;
    }
    void anArchiveIsReadLikeAFolder()
    {
        QFETCH(QString, kind);
        const std::string file = write(("release." + kind.toStdString()).c_str(),
                                       test::archiveOf({{"r/b.yml", map}, {"r/a.yaml", map}, {"r/README.md", "no"}, {"r/.github/ci.yaml", "on: push"}, {"r/._a.yaml", "\x01"}, {"r/link.yaml", "/etc/passwd", 'l'}}, kind.toStdString()));
        const auto texts = manifestTexts({file});
        QVERIFY2(texts, texts ? "" : texts.error().text().c_str());
        QCOMPARE(namesOf(*texts), (std::vector<std::string>{file + "/r/a.yaml", file + "/r/b.yml"}));
        QCOMPARE((*texts)[0].text, map);
    }

    void anErrorInAnArchiveNamesItTheEntryAndTheLine()
    {
        const std::string file = write("release.zip", test::archiveOf({{"crds/a.yaml", map}, {"crds/b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n\tname: b\n"}}, "zip"));
        const auto objects = readManifests(*manifestTexts({file}));
        QVERIFY(!objects);
        const auto context = [&](const char *key) {
            for (const auto &[name, value] : objects.error().context)
                if (name == key)
                    return value;
            return std::string();
        };
        QCOMPARE(context("file"), file + "/crds/b.yaml");
        QCOMPARE(context("line"), std::string("4"));
    }

    void anArchiveThatMeansHarmOrHasNothingIsRefused()
    {
        const auto out = manifestTexts({write("out.tar", test::archiveOf({{"../../a.yaml", map}}, "tar"))});
        QVERIFY(!out);
        QCOMPARE(out.error().kind, ErrorKind::Invalid);
        const auto bomb = manifestTexts({write("bomb.tar.gz", test::archiveOf({{"a.yaml", std::string(257u << 20, ' ')}}, "tar.gz"))});
        QVERIFY(!bomb);
        QCOMPARE(bomb.error().kind, ErrorKind::TooLarge);
        const auto none = manifestTexts({write("none.zip", test::archiveOf({{"README", "no"}}, "zip"))});
        QVERIFY(!none);
        QCOMPARE(none.error().kind, ErrorKind::Invalid);
        const auto page = manifestTexts({write("page.zip", "<html>404</html>")});
        QVERIFY(!page);
        QCOMPARE(page.error().kind, ErrorKind::Protocol);
    }

    void anAddressGivesAFileOrAnArchiveWhateverItIsCalled()
    {
        const std::string packed = test::archiveOf({{"a.yaml", map}}, "tar.gz");
        test::Server server({.identity = &identity}, [&](test::Connection &c, const test::HttpRequest &r) {
            if (r.path == "/release/download")
                c.reply(302, "", "Location: /blob?key=s3cret\r\n");
            else
                c.reply(200, r.path == "/a.yaml" ? map : packed, "Content-Type: application/octet-stream\r\n");
        });
        const auto plain = manifestTexts({url(server, "/a.yaml")}, {}, trusting());
        QVERIFY2(plain, plain ? "" : plain.error().text().c_str());
        QCOMPARE(namesOf(*plain), std::vector{url(server, "/a.yaml")});
        const auto archive = manifestTexts({url(server, "/release/download")}, {}, trusting());
        QVERIFY2(archive, archive ? "" : archive.error().text().c_str());
        QCOMPARE(namesOf(*archive), std::vector{url(server, "/release/download/a.yaml")});
        QCOMPARE((*archive)[0].text, map);
    }

    void aWebPageIsToldForWhatItIs_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("hint");
        QTest::newRow("GitHub's page around a file") << "/o/r/blob/main/a.yaml" << "text/html; charset=utf-8" << "Raw";
        QTest::newRow("a page that says it is YAML") << "/a.yaml" << "application/yaml" << "browser";
    }
    void aWebPageIsToldForWhatItIs()
    {
        QFETCH(QString, path);
        QFETCH(QString, type);
        QFETCH(QString, hint);
        test::Server server({.identity = &identity}, [&](test::Connection &c, const test::HttpRequest &) { c.reply(200, "\n<!DOCTYPE HTML><title>x</title>", "Content-Type: " + type.toStdString() + "\r\n"); });
        const auto texts = manifestTexts({url(server, path.toStdString())}, {}, trusting());
        QVERIFY(!texts);
        QCOMPARE(texts.error().kind, ErrorKind::Invalid);
        QVERIFY2(QString::fromStdString(texts.error().hint).contains(hint), texts.error().hint.c_str());
    }

    void anAddressThatIsNotThereIsToldSo()
    {
        test::Server server({.identity = &identity}, [&](test::Connection &c, const test::HttpRequest &) { c.reply(404, "<html>no</html>"); });
        const auto texts = manifestTexts({url(server, "/a.yaml")}, {}, trusting());
        QVERIFY(!texts);
        QCOMPARE(texts.error().kind, ErrorKind::NotFound);
    }

    void aKustomizationIsNotReadAsAFolderOfManifests()
    {
        write("k/kustomization.yaml", "resources: [a.yaml]\n");
        write("k/a.yaml", map);
        const auto texts = manifestTexts({at("k")});
        QVERIFY(!texts);
        QVERIFY2(texts.error().hint.find("-k") != std::string::npos, texts.error().hint.c_str());
    }

    void whatKustomizeSaysIsSaidInWords_data()
    {
        QTest::addColumn<QString>("printed");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("words");
        // as kustomize 5.8 and kubectl 1.36 print them
        QTest::newRow("no kustomization") << "Error: unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '/tmp/k'\n" << int(ErrorKind::NotFound) << "/tmp/k has no kustomization.yaml";
        QTest::newRow("a missing file") << "# Warning: 'commonLabels' is deprecated.\nerror: accumulating resources: accumulation err='accumulating resources from 'missing.yaml': evalsymlink failure on '/tmp/k/missing.yaml' : lstat /tmp/k/missing.yaml: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on '/tmp/k/missing.yaml' : lstat /tmp/k/missing.yaml: no such file or directory\n" << int(ErrorKind::NotFound) << "names missing.yaml, which is not there";
        QTest::newRow("an address that does not answer") << "error: accumulating resources: accumulation err='accumulating resources from 'https://127.0.0.1:9/a.yaml': Get \"https://127.0.0.1:9/a.yaml\": dial tcp 127.0.0.1:9: connect: connection refused': must build at directory: not a valid directory: evalsymlink failure on '/tmp/k/https:/127.0.0.1:9/a.yaml' : lstat /tmp/k/https:: no such file or directory\n" << int(ErrorKind::Unreachable) << "cannot be fetched";
        QTest::newRow("a remote that does not answer") << "error: failed to run '/usr/bin/git fetch --depth=1 https://127.0.0.1:9/org/repo v1': fatal: unable to access 'https://127.0.0.1:9/org/repo/': Failed to connect\n: exit status 128\n" << int(ErrorKind::Unreachable) << "cannot be fetched";
        QTest::newRow("a field that there is not") << "error: invalid Kustomization: json: unknown field \"nonsense\"\n" << int(ErrorKind::Invalid) << "unknown field \"nonsense\"";
        QTest::newRow("outside") << "error: accumulating resources: accumulation err='accumulating resources from '../a.yaml': security; file '/tmp/a.yaml' is not in or below '/tmp/k'': must build at directory: '/tmp/a.yaml': file is not directory\n" << int(ErrorKind::Invalid) << "uses /tmp/a.yaml, which lies outside";
        QTest::newRow("a patch for nothing") << "error: no resource matches strategic merge patch \"Deployment.v1.apps/web.[noNs]\": no matches for Id Deployment.v1.apps/web.[noNs]; failed to find unique target for patch Deployment.v1.apps/web.[noNs]\n" << int(ErrorKind::Invalid) << "a patch for Deployment.v1.apps/web.[noNs]";
        QTest::newRow("twice") << "Error: accumulating resources: may not add resource with an already registered id: ConfigMap.v1.[noGrp]/a.[noNs]\n" << int(ErrorKind::Invalid) << "two objects of the same name: ConfigMap.v1.[noGrp]/a.[noNs]";
        QTest::newRow("no git") << "Error: accumulating resources: ... no 'git' program on path: exec: \"git\": executable file not found in $PATH\n" << int(ErrorKind::Process) << "no git on this computer";
        QTest::newRow("on several lines") << "Error: trouble configuring builtin PatchTransformer with config: `\npatch: x\n`: unable to parse patch\n" << int(ErrorKind::Process) << "unable to parse patch";
        QTest::newRow("something new") << "Error: the moon is full\n" << int(ErrorKind::Process) << "the moon is full";
        QTest::newRow("nothing") << "" << int(ErrorKind::Process) << "cannot be built";
    }
    void whatKustomizeSaysIsSaidInWords()
    {
        QFETCH(QString, printed);
        QFETCH(int, kind);
        QFETCH(QString, words);
        const Error error = kustomizeError("k", printed.toStdString());
        QCOMPARE(int(error.kind), kind);
        QVERIFY2(QString::fromStdString(error.text()).contains(words), error.text().c_str());
    }
};

QTEST_GUILESS_MAIN(TestManifestFiles)
#include "tst_manifest_files.moc"
