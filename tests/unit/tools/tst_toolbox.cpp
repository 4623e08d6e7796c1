// Tools found and fetched, from a real HTTPS server; the programs are shell scripts.
#include "net/sha256.h"
#include "tools/toolbox.h"

#include "../kube/test_server.h"
#include "../net/make_archive.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace timonier;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

std::string sumOf(std::string_view bytes)
{
    Sha256 sum;
    sum.add(bytes);
    return sum.hex();
}

std::string script(const std::string &version) { return "#!/bin/sh\necho \"tool v" + version + " go1.26.1\"\n"; }

} // namespace

class TestToolbox : public QObject
{
    Q_OBJECT

    test::Identity authority = test::issue("authority", "", nullptr);
    test::Identity identity = test::issue("localhost", "DNS:localhost", &authority);
    std::unique_ptr<QTemporaryDir> folder;
    std::shared_ptr<ProcessRunner> runner = std::make_shared<SystemProcessRunner>();
    ToolOptions options;

    fs::path at(const char *name) const { return folder->filePath(name).toStdString(); }

    void write(const fs::path &path, const std::string &text)
    {
        fs::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << text;
        fs::permissions(path, fs::perms::owner_all);
    }
    ToolSpec spec(const std::string &url, const std::string &sum, const std::string &entry = {})
    {
        return {.name = "tool", .version = "2.0.0", .least = "1.5.0", .ask = {"version"},
                .files = {{.os = thisOs(), .arch = thisArch(), .url = url, .sha256 = sum, .entry = entry}}};
    }
    static std::string url(const test::Server &server, const std::string &path) { return "https://localhost:" + std::to_string(server.port()) + path; }
    // What lies in the store, sorted.
    std::vector<std::string> stored() const
    {
        std::vector<std::string> names;
        if (fs::exists(at("store")))
            for (const auto &one : fs::recursive_directory_iterator(at("store")))
                names.push_back(fs::relative(one.path(), at("store")).string());
        std::ranges::sort(names);
        return names;
    }

private slots:
    void init()
    {
        folder = std::make_unique<QTemporaryDir>();
        write(at("ca.pem"), authority.pem());
        options = {.environment = {{"PATH", at("bin").string() + ":/usr/bin:/bin"}, {"SSL_CERT_FILE", at("ca.pem").string()}}, .store = at("store")};
    }

    void oneOnPathThatIsNewEnoughIsTakenAndNothingFetched()
    {
        write(at("bin/tool"), script("1.5.0"));
        const auto tool = Toolbox(runner, {spec("https://localhost:1/tool", std::string(64, '0'))}).provide("tool", options, {}, {});
        QVERIFY2(tool, tool ? "" : tool.error().text().c_str());
        QCOMPARE(tool->source, Tool::Path);
        QCOMPARE(tool->version, std::string("1.5.0"));
        QCOMPARE(tool->path, at("bin/tool"));
    }

    void oneThatIsTooOldOrPrintsJunkIsNotTaken_data()
    {
        QTest::addColumn<QString>("program");
        QTest::addColumn<QString>("word");
        QTest::newRow("too old") << QString::fromStdString(script("1.4.9")) << "older than 1.5.0";
        QTest::newRow("junk") << "#!/bin/sh\necho usage: tool\n" << "does not say its version";
        QTest::newRow("fails") << "#!/bin/sh\necho v9.9.9; echo 'error while loading shared libraries' >&2; exit 127\n" << "shared libraries";
    }
    void oneThatIsTooOldOrPrintsJunkIsNotTaken()
    {
        QFETCH(QString, program);
        QFETCH(QString, word);
        write(at("bin/tool"), program.toStdString());
        options.mayFetch = false;
        const auto tool = Toolbox(runner, {spec("https://localhost:1/tool", std::string(64, '0'))}).provide("tool", options, {}, {});
        QVERIFY(!tool);
        QCOMPARE(tool.error().kind, ErrorKind::NotFound);
        QVERIFY2(QString::fromStdString(tool.error().text()).contains(word), tool.error().text().c_str());
        QVERIFY2(tool.error().hint.find("https://localhost:1/tool") != std::string::npos, tool.error().hint.c_str());
    }

    void oneThatIsFetchedRunsAndIsThereTheNextTime()
    {
        const std::string body = test::archiveOf({{"linux/README", "read me"}, {"linux/tool", script("2.0.0")}}, "tar.gz");
        test::Server server({.identity = &identity}, [&](test::Connection &c, const test::HttpRequest &) { c.reply(200, body); });
        const Toolbox box(runner, {spec(url(server, "/tool-2.0.0.tar.gz"), sumOf(body), "linux/tool")});
        QVERIFY(!box.find("tool", options, {})->tool);
        std::uint64_t told = 0;
        const auto tool = box.provide("tool", options, [&](const std::string &, std::uint64_t received, std::optional<std::uint64_t>) { told = received; }, {});
        QVERIFY2(tool, tool ? "" : tool.error().text().c_str());
        QCOMPARE(tool->source, Tool::Fetched);
        QCOMPARE(told, body.size());
        QVERIFY(stored() == (std::vector<std::string>{"tool-2.0.0", "tool-2.0.0/tool"}));
        const auto ran = runner->run({.program = tool->path.string()}, {});
        QVERIFY(ran);
        QCOMPARE(ran->out, std::string("tool v2.0.0 go1.26.1\n"));
        QVERIFY(box.provide("tool", options, {}, {}));
        QCOMPARE(server.requests(), 1);
        QVERIFY(box.find("tool", options, {})->tool);
    }

    void aWrongSumIsRefusedWithBothSumsAndNothingIsKept()
    {
        const std::string body = script("2.0.0");
        test::Server server({.identity = &identity}, [&](test::Connection &c, const test::HttpRequest &) { c.reply(200, body + "evil"); });
        const auto tool = Toolbox(runner, {spec(url(server, "/tool"), sumOf(body))}).provide("tool", options, {}, {});
        QVERIFY(!tool);
        QCOMPARE(tool.error().kind, ErrorKind::Protocol);
        QVERIFY(tool.error().text().find(sumOf(body)) != std::string::npos);
        QVERIFY(tool.error().text().find(sumOf(body + "evil")) != std::string::npos);
        QVERIFY(stored().empty());
    }

    void publishedSumsAreAskedOfTheirServer_data()
    {
        QTest::addColumn<QString>("sums");
        QTest::addColumn<bool>("good");
        const QString sum = QString::fromStdString(sumOf(script("2.0.0")));
        const QString other(64, 'a');
        QTest::newRow("alone") << sum << true;
        QTest::newRow("in capital letters, with a line's end") << sum.toUpper() + "\r\n" << true;
        QTest::newRow("with its name") << sum + "  tool\n" << true;
        QTest::newRow("among others") << other + "  another\n" + sum + " *tool\n" << true;
        QTest::newRow("only others") << other + "  another\n" << false;
        QTest::newRow("a page") << "<html>404</html>" << false;
        QTest::newRow("another one") << other << false;
    }
    void publishedSumsAreAskedOfTheirServer()
    {
        QFETCH(QString, sums);
        QFETCH(bool, good);
        test::Server server({.identity = &identity}, [&](test::Connection &c, const test::HttpRequest &r) { c.reply(200, r.path == "/tool" ? script("2.0.0") : sums.toStdString()); });
        auto wanted = spec(url(server, "/tool"), "");
        wanted.files[0].sumUrl = url(server, "/tool.sha256");
        const auto tool = Toolbox(runner, {wanted}).provide("tool", options, {}, {});
        QCOMPARE(tool.has_value(), good);
        QCOMPARE(stored().empty(), !good);
    }

    void theFolderOfDownloadsIsLookedAtFirstAndCheckedAsWell()
    {
        const std::string body = script("2.0.0");
        write(at("downloads/tool-linux"), body);
        options.offlineFolder = at("downloads");
        options.mayFetch = false;
        const auto wrong = Toolbox(runner, {spec("https://localhost:1/r/tool-linux", std::string(64, '0'))}).provide("tool", options, {}, {});
        QVERIFY(!wrong);
        QCOMPARE(wrong.error().kind, ErrorKind::Protocol);
        QVERIFY(stored().empty());
        const auto tool = Toolbox(runner, {spec("https://localhost:1/r/tool-linux", sumOf(body))}).provide("tool", options, {}, {});
        QVERIFY2(tool, tool ? "" : tool.error().text().c_str());
        QCOMPARE(tool->source, Tool::Offline);
        const auto other = Toolbox(runner, {spec("https://localhost:1/r/other", sumOf(body))});
        fs::remove_all(at("store"));
        const auto missing = other.provide("tool", options, {}, {});
        QVERIFY(!missing);
        QVERIFY(missing.error().hint.find(at("downloads").string()) != std::string::npos);
    }

    void anArchiveWithoutTheProgramIsToldSo()
    {
        const std::string body = test::archiveOf({{"windows/tool", script("2.0.0")}}, "zip");
        test::Server server({.identity = &identity}, [&](test::Connection &c, const test::HttpRequest &) { c.reply(200, body); });
        const auto tool = Toolbox(runner, {spec(url(server, "/tool.zip"), sumOf(body), "linux/tool")}).provide("tool", options, {}, {});
        QVERIFY(!tool);
        QVERIFY2(tool.error().text().find("linux/tool") != std::string::npos, tool.error().text().c_str());
        QVERIFY(stored().empty());
    }

    void aStopLeavesNothingBehind()
    {
        test::Server server({.identity = &identity}, [&](test::Connection &c, const test::HttpRequest &) {
            c.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nhalf");
            c.hold();
        });
        std::stop_source stop;
        const std::jthread later([&] {
            std::this_thread::sleep_for(200ms);
            stop.request_stop();
        });
        const auto tool = Toolbox(runner, {spec(url(server, "/tool"), std::string(64, '0'))}).provide("tool", options, {}, stop.get_token());
        QVERIFY(!tool);
        QCOMPARE(tool.error().kind, ErrorKind::Cancelled);
        QVERIFY(stored().empty());
    }

    void twoAtOnceBothGetIt()
    {
        const std::string body = script("2.0.0");
        std::atomic<int> waiting = 0;
        test::Server server({.identity = &identity}, [&](test::Connection &c, const test::HttpRequest &) {
            for (++waiting; waiting < 2;) // neither finishes before both have begun
                std::this_thread::sleep_for(5ms);
            c.reply(200, body);
        });
        const Toolbox box(runner, {spec(url(server, "/tool"), sumOf(body))});
        bool good[2] = {};
        {
            std::vector<std::jthread> threads;
            for (bool &one : good)
                threads.emplace_back([&] { one = box.provide("tool", options, {}, {}).has_value(); });
        }
        QVERIFY(good[0] && good[1]);
        QVERIFY(stored() == (std::vector<std::string>{"tool-2.0.0", "tool-2.0.0/tool"}));
    }

    void aFolderWithoutTheProgramIsMadeWhole()
    {
        const std::string body = script("2.0.0");
        fs::create_directories(at("store/tool-2.0.0"));
        test::Server server({.identity = &identity}, [&](test::Connection &c, const test::HttpRequest &) { c.reply(200, body); });
        QVERIFY(Toolbox(runner, {spec(url(server, "/tool"), sumOf(body))}).provide("tool", options, {}, {}));
        QVERIFY(fs::exists(at("store/tool-2.0.0/tool")));
    }

    void aStoreThatMayNotBeWrittenIsToldSo()
    {
        write(at("store"), "a file where the folder should be");
        const auto tool = Toolbox(runner, {spec("https://localhost:1/tool", std::string(64, '0'))}).provide("tool", options, {}, {});
        QVERIFY(!tool);
        QCOMPARE(tool.error().kind, ErrorKind::Io);
    }
};

QTEST_GUILESS_MAIN(TestToolbox)
#include "tst_toolbox.moc"
