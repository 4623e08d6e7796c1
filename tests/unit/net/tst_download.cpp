// Files over HTTPS from a real server with an authority of its own.
#include "net/download.h"

#include "../kube/test_server.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace timonier;
using namespace std::chrono_literals;

class TestDownload : public QObject
{
    Q_OBJECT

    test::Identity authority = test::issue("authority", "", nullptr);
    test::Identity identity = test::issue("localhost", "DNS:localhost,IP:127.0.0.1", &authority);
    QTemporaryDir folder;

    DownloadOptions options()
    {
        const std::string file = folder.filePath("ca.pem").toStdString();
        std::ofstream(file) << authority.pem();
        DownloadOptions made;
        made.environment = {{"SSL_CERT_FILE", file}};
        return made;
    }
    static std::string at(const test::Server &server, const std::string &path) { return "https://localhost:" + std::to_string(server.port()) + path; }

private slots:
    void aFileArrivesWithItsTypeAndItsProgress()
    {
        const std::string body(3'000'000, 'x');
        test::Server server({.identity = &identity}, [&](test::Connection &c, const test::HttpRequest &) { c.reply(200, body, "Content-Type: text/x-yaml\r\n"); });
        auto how = options();
        std::uint64_t last = 0, of = 0;
        how.progress = [&](std::uint64_t received, std::optional<std::uint64_t> total) {
            QVERIFY(received >= last);
            last = received;
            of = total.value_or(0);
        };
        const auto got = downloadText(at(server, "/a.yaml?key=s3cret"), how, {});
        QVERIFY2(got, got ? "" : got.error().text().c_str());
        QCOMPARE(got->text, body);
        QCOMPARE(got->from.contentType, std::string("text/x-yaml"));
        QCOMPARE(got->from.url, at(server, "/a.yaml"));
        QCOMPARE(last, body.size());
        QCOMPARE(of, body.size());
    }

    void aServerThatNobodyVouchesForIsRefused()
    {
        test::Server server({.identity = &identity}, [&](test::Connection &c, const test::HttpRequest &) { c.reply(200, "x"); });
        auto how = options();
        how.environment.clear();
        const auto got = downloadText(at(server, "/"), how, {});
        QVERIFY(!got);
        QCOMPARE(got.error().kind, ErrorKind::Tls);
        QCOMPARE(server.requests(), 0);
    }

    void aRedirectIsFollowedButNeverToPlainHttp()
    {
        test::Server server({.identity = &identity}, [&](test::Connection &c, const test::HttpRequest &r) {
            if (r.path == "/there")
                c.reply(302, "moved", "Location: /here\r\n");
            else if (r.path == "/plain")
                c.reply(302, "moved", "Location: http://localhost:1/here\r\n");
            else if (r.path == "/round")
                c.reply(302, "moved", "Location: /round\r\n");
            else
                c.reply(200, "here it is");
        });
        const auto good = downloadText(at(server, "/there"), options(), {});
        QVERIFY(good);
        QCOMPARE(good->text, std::string("here it is"));
        QCOMPARE(good->from.url, at(server, "/here"));
        const auto plain = downloadText(at(server, "/plain"), options(), {});
        QVERIFY(!plain);
        QVERIFY2(plain.error().text().find("not https") != std::string::npos, plain.error().text().c_str());
        const auto round = downloadText(at(server, "/round"), options(), {});
        QVERIFY(!round);
        QCOMPARE(round.error().kind, ErrorKind::Protocol);
    }

    void whatTheServerRefusesIsToldAndNoneOfItsPageIsTaken_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("kind");
        QTest::newRow("not there") << 404 << int(ErrorKind::NotFound);
        QTest::newRow("private") << 403 << int(ErrorKind::Forbidden);
        QTest::newRow("too often") << 429 << int(ErrorKind::Throttled);
        QTest::newRow("broken") << 503 << int(ErrorKind::Server);
        QTest::newRow("strange") << 204 << int(ErrorKind::Protocol);
    }
    void whatTheServerRefusesIsToldAndNoneOfItsPageIsTaken()
    {
        QFETCH(int, status);
        QFETCH(int, kind);
        test::Server server({.identity = &identity}, [&](test::Connection &c, const test::HttpRequest &) { c.reply(status, status == 204 ? "" : "<html>no</html>"); });
        std::string taken;
        const auto got = download(at(server, "/a?token=s3cret"), [&](std::string_view bytes) -> Result<> {
            taken += bytes;
            return {};
        }, options(), {});
        QVERIFY(!got);
        QCOMPARE(int(got.error().kind), kind);
        QVERIFY(taken.empty());
        QVERIFY(got.error().text().find("s3cret") == std::string::npos);
    }

    void plainHttpIsRefusedBeforeAnythingIsSent()
    {
        const auto got = downloadText("http://localhost:1/x.yaml", options(), {});
        QVERIFY(!got);
        QCOMPARE(got.error().kind, ErrorKind::Invalid);
        QVERIFY(!got.error().hint.empty());
    }

    void moreThanTheLimitEndsIt()
    {
        test::Server server({.identity = &identity}, [&](test::Connection &c, const test::HttpRequest &) { c.reply(200, std::string(5 << 20, 'x')); });
        auto how = options();
        how.limit = 1 << 20;
        const auto got = downloadText(at(server, "/big"), how, {});
        QVERIFY(!got);
        QCOMPARE(got.error().kind, ErrorKind::TooLarge);
    }

    void aConnectionCutInTheMiddleIsNoFile()
    {
        test::Server server({.identity = &identity}, [&](test::Connection &c, const test::HttpRequest &) {
            c.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf");
            c.hangUp();
        });
        const auto got = downloadText(at(server, "/half"), options(), {});
        QVERIFY(!got);
        QCOMPARE(got.error().kind, ErrorKind::Unreachable);
    }

    void silenceIsNotWaitedForWithoutEnd()
    {
        test::Server server({.identity = &identity}, [&](test::Connection &c, const test::HttpRequest &) {
            c.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf");
            c.hold();
        });
        auto how = options();
        how.stall = 300ms;
        const auto got = downloadText(at(server, "/slow"), how, {});
        QVERIFY(!got);
        QCOMPARE(got.error().kind, ErrorKind::Timeout);
    }

    void aStopIsHeardAtOnce()
    {
        test::Server server({.identity = &identity}, [&](test::Connection &c, const test::HttpRequest &) { c.hold(); });
        std::stop_source stop;
        const std::jthread later([&] {
            std::this_thread::sleep_for(100ms);
            stop.request_stop();
        });
        const auto begin = std::chrono::steady_clock::now();
        const auto got = downloadText(at(server, "/"), options(), stop.get_token());
        QVERIFY(!got);
        QCOMPARE(got.error().kind, ErrorKind::Cancelled);
        QVERIFY(std::chrono::steady_clock::now() - begin < 2s);
    }

    void theProxyOfTheEnvironmentIsAskedUnlessItSaysNo()
    {
        std::string asked;
        test::Server proxy({}, [&](test::Connection &c, const test::HttpRequest &r) {
            asked = r.method + " " + r.path;
            c.reply(403, "no");
        });
        auto how = options();
        how.environment["HTTPS_PROXY"] = "http://127.0.0.1:" + std::to_string(proxy.port());
        const auto got = downloadText("https://releases.example/x", how, {});
        QVERIFY(!got);
        QCOMPARE(asked, std::string("CONNECT releases.example:443"));
        QVERIFY2(got.error().text().find("proxy") != std::string::npos, got.error().text().c_str());

        test::Server server({.identity = &identity}, [&](test::Connection &c, const test::HttpRequest &) { c.reply(200, "direct"); });
        how.environment["NO_PROXY"] = "localhost";
        const auto direct = downloadText(at(server, "/"), how, {});
        QVERIFY(direct);
        QCOMPARE(direct->text, std::string("direct"));
    }

    void anAddressIsShownWithoutItsSecrets()
    {
        QCOMPARE(shownUrl("https://user:pw@host.example:8443/a/b.yaml?token=x#y"), std::string("https://host.example:8443/a/b.yaml"));
        QCOMPARE(shownUrl("https://host.example/a@b"), std::string("https://host.example/a@b"));
        QCOMPARE(fileNameOf("https://host.example/a/b%2Fc.tar.gz?x=/y"), std::string("b%2Fc.tar.gz"));
        QCOMPARE(fileNameOf("https://host.example"), std::string());
        QVERIFY(isUrl("HTTPS://x") && !isUrl("https://") && !isUrl("httpsx://a") && !isUrl("a.yaml"));
    }
};

QTEST_GUILESS_MAIN(TestDownload)
#include "tst_download.moc"
