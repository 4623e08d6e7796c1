#include "kube/curl_transport.h"
#include "kube/network.h"
#include "kube/response_head.h"
#include "test_server.h"

#include <QTest>

#include <condition_variable>
#include <deque>

using namespace timonier;
using namespace std::chrono_literals;

namespace {

const std::string token = "s3cr3t-t0ken-0f-the-test";
std::mutex errorsMutex;
std::string everyErrorText; // what any test of this file got to read; the last test looks for secrets in it

struct Collector final : Receiver {
    void head(const ResponseHead &h) override { lockedAndTold([&] { answer = h; ++heads; }); }
    Flow data(std::string_view bytes) override
    {
        lockedAndTold([&] { body.append(bytes); });
        return pauseAlways ? Flow::Pause : Flow::Continue;
    }
    void finished(Result<> r) override
    {
        if (!r) {
            const std::scoped_lock lock(errorsMutex);
            everyErrorText += r.error().text() + r.error().hint;
            for (const auto &[key, value] : r.error().context)
                everyErrorText += key + value;
        }
        lockedAndTold([&] { result = std::move(r); ++ends; });
    }
    bool until(auto condition, std::chrono::milliseconds limit = 5s)
    {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, limit, condition);
    }
    bool ended(std::chrono::milliseconds limit = 5s)
    {
        return until([this] { return ends > 0; }, limit);
    }
    bool hasHead()
    {
        return until([this] { return heads > 0; });
    }
    std::size_t size()
    {
        const std::scoped_lock lock(mutex);
        return body.size();
    }
    void lockedAndTold(auto change)
    {
        {
            const std::scoped_lock lock(mutex);
            change();
        }
        changed.notify_all();
    }
    std::mutex mutex;
    std::condition_variable changed;
    ResponseHead answer;
    std::string body;
    std::optional<Result<>> result;
    int heads = 0;
    int ends = 0;
    bool pauseAlways = false;
};

using CollectorPtr = std::shared_ptr<Collector>;

struct Source final : CredentialSource {
    std::optional<Credential> now;                                             // cached()
    std::function<Result<Credential>(bool, std::stop_token)> answer;           // resolve()
    std::atomic<int> resolutions = 0;
    std::atomic<int> rejections = 0;
    std::mutex mutex;

    Result<Credential> resolve(bool afterRejection, std::stop_token stop) override
    {
        ++resolutions;
        rejections += afterRejection;
        Result<Credential> credential = answer(afterRejection, stop);
        const std::scoped_lock lock(mutex);
        if (credential)
            now = *credential;
        return credential;
    }
    std::optional<Credential> cached() override
    {
        const std::scoped_lock lock(mutex);
        return now;
    }
};

Credential bearer(const std::string &value)
{
    Credential credential;
    credential.bearer = Secret(value);
    return credential;
}

std::shared_ptr<Source> sourceOf(Credential credential)
{
    auto source = std::make_shared<Source>();
    source->now = credential;
    source->answer = [credential](bool, std::stop_token) { return credential; };
    return source;
}

TransportTimes quick()
{
    return {.connect = 400ms, .silence = 100ms, .unanswered = 100ms, .answer = 250ms};
}

bool hasText(const Error &error, const std::string &part) { return error.text().find(part) != std::string::npos; }

} // namespace

class TestTransport : public QObject
{
    Q_OBJECT

    test::Identity authority = test::issue("Test authority", {}, nullptr);
    test::Identity here = test::issue("server", "IP:127.0.0.1,DNS:api.test", &authority);
    Network network;

    Endpoint endpoint(const test::Server &server, bool tls = true) const
    {
        return {.server = (tls ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(server.port()), .caPem = authority.pem()};
    }
    test::ServerOptions tls() const { return {.identity = &here}; }
    // One request to the end.
    CollectorPtr ask(Transport &transport, Request request = {.path = "/version"})
    {
        auto collector = std::make_shared<Collector>();
        const auto call = transport.start(std::move(request), collector);
        if (!collector->ended())
            qWarning("no answer at all");
        return collector;
    }

    // What TLS refuses. On a busy machine curl may see the connection end before it has read why, and says that instead;
    // the next try tells.
    CollectorPtr refused(Transport &transport)
    {
        auto got = ask(transport);
        for (int i = 0; i < 5 && !*got->result && got->result->error().kind == ErrorKind::Unreachable; ++i)
            got = ask(transport);
        return got;
    }

private slots:
    void aRequestIsAnsweredWithItsHeadAndBody()
    {
        test::Server server(tls(), [](test::Connection &c, const test::HttpRequest &r) {
            c.reply(200, r.method + " " + r.path + "|" + r.header("user-agent") + "|" + r.header("accept") + "|" + r.header("authorization"),
                    "Content-Type: application/json;x=y\r\nAudit-Id: a-1\r\nRetry-After: 7\r\nWarning: 299 - \"old \\\"api\\\"\"\r\n");
        });
        CurlTransport transport(network, endpoint(server), sourceOf(bearer(token)));
        const auto got = ask(transport, {.path = "/api/v1/../x?a=b%20c", .accept = "text/x"});
        QVERIFY(got->result && *got->result);
        QCOMPARE(got->answer.status, 200);
        QCOMPARE(got->answer.contentType, "application/json;x=y");
        QCOMPARE(got->answer.auditId, "a-1");
        QVERIFY(got->answer.retryAfter == 7s);
        QVERIFY(got->answer.warnings == std::vector<std::string>{"old \"api\""});
        QCOMPARE(got->body, "GET /api/v1/../x?a=b%20c|" + CurlTransport::defaultUserAgent() + "|text/x|Bearer " + token);
    }

    void aPathBelowTheServersOwnIsKept()
    {
        test::Server server(tls(), [](test::Connection &c, const test::HttpRequest &r) { c.reply(200, r.path); });
        Endpoint e = endpoint(server);
        e.server += "/k8s/clusters/x";
        CurlTransport transport(network, e, nullptr);
        QCOMPARE(ask(transport)->body, "/k8s/clusters/x/version");
    }

    void everyMethodSendsItsBody_data()
    {
        QTest::addColumn<QString>("method");
        for (const char *method : {"POST", "PUT", "PATCH", "DELETE"})
            QTest::newRow(method) << QString::fromLatin1(method);
    }
    void everyMethodSendsItsBody()
    {
        QFETCH(QString, method);
        test::Server server(tls(), [](test::Connection &c, const test::HttpRequest &r) {
            c.reply(201, r.method + r.header("content-type") + r.body + r.header("expect"));
        });
        CurlTransport transport(network, endpoint(server), nullptr);
        const std::string large(300000, 'x');
        const auto got = ask(transport, {.method = method.toStdString(), .path = "/x", .contentType = "application/yaml", .body = large});
        QCOMPARE(got->answer.status, 201);
        QCOMPARE(got->body, method.toStdString() + "application/yaml" + large);
    }

    void gzipIsAskedForAndUndone()
    {
        // "hello hello hello" as gzip wrote it.
        static const unsigned char packed[] = {0x1f, 0x8b, 0x8, 0x0, 0x0, 0x0, 0x0, 0x0, 0x2, 0x3, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x57, 0xc8, 0x40, 0x90, 0x0, 0x80, 0x88, 0xf9, 0xe5, 0x11, 0x0, 0x0, 0x0};
        const void *bytes = packed;
        const std::string body(static_cast<const char *>(bytes), sizeof packed);
        test::Server server(tls(), [&](test::Connection &c, const test::HttpRequest &r) {
            const bool wanted = r.header("accept-encoding") == "gzip";
            c.reply(200, wanted ? body : "plain", wanted ? "Content-Encoding: gzip\r\n" : "");
        });
        CurlTransport transport(network, endpoint(server), nullptr);
        QCOMPARE(ask(transport)->body, "hello hello hello");
        QCOMPARE(transport.stats().bytesReceived, body.size());
        Endpoint plain = endpoint(server);
        plain.disableCompression = true;
        CurlTransport uncompressed(network, plain, nullptr);
        QCOMPARE(ask(uncompressed)->body, "plain");
    }

    void whoIsImpersonatedIsSaid()
    {
        test::Server server(tls(), [](test::Connection &c, const test::HttpRequest &r) {
            std::string all;
            for (const auto &[name, value] : r.headers)
                all += name.starts_with("impersonate") ? name + "=" + value + ";" : "";
            c.reply(200, all);
        });
        Endpoint e = endpoint(server);
        e.impersonate = {.user = "jane", .uid = "7", .groups = {"dev", "ops"}, .extra = {{"scopes", {"a", "b"}}}};
        CurlTransport transport(network, e, nullptr);
        QCOMPARE(ask(transport)->body, "impersonate-extra-scopes=a;impersonate-extra-scopes=b;impersonate-group=dev;impersonate-group=ops;"
                                       "impersonate-uid=7;impersonate-user=jane;");
    }

    // --- credentials ---
    void a401IsAskedAgainWithAFreshCredential()
    {
        test::Server server(tls(), [](test::Connection &c, const test::HttpRequest &r) {
            r.header("authorization") == "Bearer fresh" ? c.reply(200, "in") : c.reply(401, "out");
        });
        auto source = sourceOf(bearer(token));
        source->answer = [](bool, std::stop_token) { return bearer("fresh"); };
        CurlTransport transport(network, endpoint(server), source);
        const auto got = ask(transport);
        QCOMPARE(got->answer.status, 200);
        QCOMPARE(got->heads, 1);
        QCOMPARE(got->body, "in");
        QCOMPARE(source->rejections.load(), 1);
    }

    void a401ThatStaysIsDeliveredWithItsBody_data()
    {
        QTest::addColumn<bool>("changes");
        QTest::addColumn<int>("requests");
        QTest::newRow("the same credential is not sent twice") << false << 1;
        QTest::newRow("a new one is sent once") << true << 2;
    }
    void a401ThatStaysIsDeliveredWithItsBody()
    {
        QFETCH(bool, changes);
        QFETCH(int, requests);
        test::Server server(tls(), [](test::Connection &c, const test::HttpRequest &) { c.reply(401, "who are you"); });
        auto source = sourceOf(bearer(token));
        source->answer = [changes](bool, std::stop_token) { return bearer(changes ? "other" : token); };
        CurlTransport transport(network, endpoint(server), source);
        const auto got = ask(transport);
        QVERIFY(got->result && *got->result);
        QCOMPARE(got->answer.status, 401);
        QCOMPARE(got->body, "who are you");
        QCOMPARE(server.requests(), requests);
    }

    void manyRefusedRequestsRunThePluginOnce()
    {
        test::Server server(tls(), [](test::Connection &c, const test::HttpRequest &r) {
            r.header("authorization") == "Bearer fresh" ? c.reply(200, "in") : c.reply(401, "out");
        });
        auto source = sourceOf(bearer(token));
        source->answer = [](bool, std::stop_token) {
            std::this_thread::sleep_for(50ms);
            return bearer("fresh");
        };
        CurlTransport transport(network, endpoint(server), source);
        std::vector<CollectorPtr> got;
        std::vector<std::unique_ptr<Call>> calls;
        for (int i = 0; i < 10; ++i) {
            got.push_back(std::make_shared<Collector>());
            calls.push_back(transport.start({.path = "/x"}, got.back()));
        }
        for (const auto &one : got) {
            QVERIFY(one->ended());
            QCOMPARE(one->answer.status, 200);
        }
        QCOMPARE(source->resolutions.load(), 1);
    }

    void aHangingPluginBlocksNobodyElseAndIsToldToStop()
    {
        test::Server server(tls(), [](test::Connection &c, const test::HttpRequest &) { c.reply(200, "ok"); });
        auto hanging = std::make_shared<Source>();
        hanging->answer = [](bool, std::stop_token stop) -> Result<Credential> {
            while (!stop.stop_requested())
                std::this_thread::sleep_for(1ms);
            return fail(ErrorKind::Cancelled, "stopped");
        };
        auto waits = std::make_shared<Collector>();
        std::unique_ptr<Call> call;
        {
            CurlTransport stuck(network, endpoint(server), hanging);
            call = stuck.start({.path = "/x"}, waits);
            CurlTransport other(network, endpoint(server), sourceOf(bearer(token)));
            QCOMPARE(ask(other)->body, "ok");
            QCOMPARE(waits->ends, 0);
        }
        QVERIFY(waits->ended());
        QCOMPARE(waits->result->error().kind, ErrorKind::Cancelled);
    }

    void aPluginThatFailsSaysSo()
    {
        test::Server server(tls(), [](test::Connection &c, const test::HttpRequest &) { c.reply(200, "ok"); });
        auto source = std::make_shared<Source>();
        source->answer = [](bool, std::stop_token) -> Result<Credential> { return fail(ErrorKind::Unauthorized, "aws: no"); };
        CurlTransport transport(network, endpoint(server), source);
        const auto got = ask(transport);
        QCOMPARE(got->result->error().kind, ErrorKind::Unauthorized);
        QCOMPARE(got->result->error().message, "aws: no");
        QCOMPARE(server.requests(), 0);
    }

    void aTokenWithALineBreakIsNotSent()
    {
        test::Server server(tls(), [](test::Connection &c, const test::HttpRequest &) { c.reply(200, "ok"); });
        CurlTransport transport(network, endpoint(server), sourceOf(bearer(token + "\r\nX-Evil: 1")));
        QCOMPARE(ask(transport)->result->error().kind, ErrorKind::Invalid);
        QCOMPARE(server.requests(), 0);
    }

    // --- TLS ---
    void aCertificateOfAnUnknownAuthorityIsRefused()
    {
        test::Server server(tls(), [](test::Connection &c, const test::HttpRequest &) { c.reply(200, "ok"); });
        Endpoint e = endpoint(server);
        e.caPem = test::issue("Another", {}, nullptr).pem();
        CurlTransport transport(network, e, sourceOf(bearer(token)));
        const auto got = refused(transport);
        QCOMPARE(got->result->error().kind, ErrorKind::Tls);
        QVERIFY(hasText(got->result->error(), "authority that is not trusted"));
        QVERIFY(!got->result->error().hint.empty());
        QCOMPARE(server.requests(), 0);
        e.insecureSkipTlsVerify = true;
        CurlTransport trusting(network, e, nullptr);
        QCOMPARE(ask(trusting)->body, "ok");
    }

    void anExpiredCertificateIsRefused()
    {
        const auto old = test::issue("old", "IP:127.0.0.1", &authority, -1);
        test::Server server({.identity = &old}, [](test::Connection &c, const test::HttpRequest &) { c.reply(200, "ok"); });
        CurlTransport transport(network, endpoint(server), nullptr);
        const auto got = refused(transport);
        QCOMPARE(got->result->error().kind, ErrorKind::Tls);
        QVERIFY(hasText(got->result->error(), "has expired"));
    }

    void aCertificateForAnotherNameIsRefusedWithBothNames()
    {
        const auto other = test::issue("other", "DNS:kube.example,DNS:kubernetes.default,IP:10.0.0.1", &authority);
        test::Server server({.identity = &other}, [](test::Connection &c, const test::HttpRequest &r) {
            const char *sni = SSL_get_servername(c.ssl(), TLSEXT_NAMETYPE_host_name);
            c.reply(200, std::string(sni ? sni : "none") + "|" + r.header("host"));
        });
        Endpoint e = endpoint(server);
        CurlTransport transport(network, e, sourceOf(bearer(token)));
        const Error error = refused(transport)->result->error();
        QCOMPARE(error.kind, ErrorKind::Tls);
        QVERIFY(hasText(error, "127.0.0.1"));
        QVERIFY2(hasText(error, "only for kube.example, kubernetes.default, 10.0.0.1"), error.text().c_str());
        QCOMPARE(server.requests(), 0);

        e.tlsServerName = "kube.example";
        CurlTransport named(network, e, nullptr);
        QCOMPARE(ask(named)->body, "kube.example|127.0.0.1:" + std::to_string(server.port()));
        e.tlsServerName = "else.example";
        CurlTransport wrong(network, e, nullptr);
        const Error misnamed = refused(wrong)->result->error();
        QVERIFY2(hasText(misnamed, "else.example"), misnamed.text().c_str());
    }

    // curl tidies up connections that others have cut when it looks for one, at most once a second, and what goes wrong
    // with that (a farewell that cannot be sent) it tells the request that it is looking for.
    void whatIsWrongWithAConnectionIsNotToldOfAnother_data()
    {
        QTest::addColumn<QString>("names");
        QTest::addColumn<bool>("tls");
        QTest::addColumn<QString>("words");
        QTest::newRow("another name") << "DNS:kube.example" << true << "only for kube.example";
        QTest::newRow("no TLS") << "" << false << "does not speak TLS";
    }
    void whatIsWrongWithAConnectionIsNotToldOfAnother()
    {
        QFETCH(QString, names);
        QFETCH(bool, tls);
        QFETCH(QString, words);
        test::Server cut(this->tls(), [](test::Connection &c, const test::HttpRequest &) { c.reply(200, "ok"); });
        CurlTransport before(network, endpoint(cut), nullptr);
        QCOMPARE(ask(before)->body, "ok");
        const auto other = test::issue("other", names.toStdString(), &authority);
        test::Server server({.identity = tls ? &other : nullptr, .greeting = tls ? "" : "220 mail.example\r\n"});
        cut.resetAll();
        QTest::qWait(1100);
        CurlTransport transport(network, endpoint(server), nullptr);
        const Error error = ask(transport)->result->error();
        QVERIFY2(hasText(error, words.toStdString()), error.text().c_str());
        for (const auto &[key, value] : error.context)
            QVERIFY2(value.find("Send failure") == std::string::npos, (key + ": " + value).c_str());
    }

    void aClientCertificateIsSentAndAChangedOneConnectsAnew()
    {
        test::Server server({.identity = &here, .clients = &authority}, [](test::Connection &c, const test::HttpRequest &) {
            char name[64] = "";
            X509_NAME_get_text_by_NID(X509_get_subject_name(SSL_get0_peer_certificate(c.ssl())), NID_commonName, name, sizeof name);
            c.reply(200, name);
        });
        const auto certified = [&](const std::string &name) {
            const auto identity = test::issue(name, {}, &authority);
            Credential credential;
            credential.certificatePem = identity.pem();
            credential.keyPem = Secret(identity.keyPem());
            return credential;
        };
        auto source = sourceOf(certified("ada"));
        CurlTransport transport(network, endpoint(server), source);
        QCOMPARE(ask(transport)->body, "ada");
        QCOMPARE(ask(transport)->body, "ada");
        QCOMPARE(server.connections(), 1);
        {
            const std::scoped_lock lock(source->mutex);
            source->now = certified("bob");
        }
        QCOMPARE(ask(transport)->body, "bob");
        QCOMPARE(server.connections(), 2);

        CurlTransport without(network, endpoint(server), nullptr);
        QCOMPARE(refused(without)->result->error().kind, ErrorKind::Unauthorized); // in TLS 1.3 after the handshake
        Credential broken = certified("eve");
        broken.keyPem = Secret(token);
        CurlTransport unusable(network, endpoint(server), sourceOf(broken));
        QCOMPARE(refused(unusable)->result->error().kind, ErrorKind::Unauthorized);
    }

    void aServerWithoutTlsIsSpokenToInPlainHttp()
    {
        test::Server server({}, [](test::Connection &c, const test::HttpRequest &) { c.reply(200, "ok"); });
        CurlTransport plain(network, endpoint(server, false), nullptr);
        QCOMPARE(ask(plain)->body, "ok");
    }

    // --- time, and its end ---
    void silenceForLongerThanTheStallIsATimeout()
    {
        test::Server server(tls(), [](test::Connection &c, const test::HttpRequest &r) {
            if (r.path == "/middle")
                c.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
            c.hold();
        });
        CurlTransport transport(network, endpoint(server), sourceOf(bearer(token)));
        for (const char *path : {"/never", "/middle"}) {
            const auto before = std::chrono::steady_clock::now();
            const auto got = ask(transport, {.path = path, .stall = 150ms});
            QCOMPARE(got->result->error().kind, ErrorKind::Timeout);
            const auto took = std::chrono::steady_clock::now() - before;
            QVERIFY(took >= 150ms && took < 2s);
        }
    }

    void aSlowAnswerThatMovesIsNotATimeout()
    {
        test::Server server(tls(), [](test::Connection &c, const test::HttpRequest &) {
            c.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
            for (int i = 0; i < 10; ++i) {
                std::this_thread::sleep_for(60ms);
                c.write("x");
            }
        });
        CurlTransport transport(network, endpoint(server), nullptr);
        const auto got = ask(transport, {.path = "/x", .stall = 300ms});
        QVERIFY(*got->result);
        QCOMPARE(got->body, "xxxxxxxxxx");
    }

    void aServerThatNeverFinishesTheHandshakeIsATimeoutForAll()
    {
        test::Server server(tls());
        server.freeze(true);
        CurlTransport transport(network, endpoint(server), sourceOf(bearer(token)), "t/1", quick());
        std::vector<CollectorPtr> got;
        std::vector<std::unique_ptr<Call>> calls;
        for (int i = 0; i < 5; ++i) {
            got.push_back(std::make_shared<Collector>());
            calls.push_back(transport.start({.path = "/x", .stall = 0ms}, got.back()));
        }
        for (const auto &one : got) {
            QVERIFY(one->ended(1500ms));
            QCOMPARE(one->result->error().kind, ErrorKind::Timeout);
        }
        QCOMPARE(server.connections(), 1); // they waited for one connection, not each for its own
    }

    void aCallCanBeCancelledInEveryPhase_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<bool>("frozen");
        QTest::addColumn<bool>("plugin");
        QTest::addColumn<bool>("drop");
        for (const bool drop : {false, true}) {
            const char *how = drop ? "dropped" : "cancelled";
            QTest::addRow("waiting for a credential, %s", how) << QStringLiteral("/") << false << true << drop;
            QTest::addRow("connecting, %s", how) << QStringLiteral("/") << true << false << drop;
            QTest::addRow("waiting for the head, %s", how) << QStringLiteral("/") << false << false << drop;
            QTest::addRow("in the body, %s", how) << QStringLiteral("/body") << false << false << drop;
        }
    }
    void aCallCanBeCancelledInEveryPhase()
    {
        QFETCH(QString, path);
        QFETCH(bool, frozen);
        QFETCH(bool, plugin);
        QFETCH(bool, drop);
        test::Server server(tls(), [](test::Connection &c, const test::HttpRequest &r) {
            if (r.path == "/body")
                c.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
            c.hold();
        });
        server.freeze(frozen);
        auto source = sourceOf(bearer(token));
        if (plugin) {
            source->now.reset();
            source->answer = [](bool, std::stop_token stop) -> Result<Credential> {
                while (!stop.stop_requested())
                    std::this_thread::sleep_for(1ms);
                return fail(ErrorKind::Cancelled, "stopped");
            };
        }
        CurlTransport transport(network, endpoint(server), source);
        auto got = std::make_shared<Collector>();
        auto call = transport.start({.path = path.toStdString()}, got);
        if (path == u"/body")
            QVERIFY(got->hasHead());
        else
            QTest::qWait(40);
        if (drop)
            call.reset();
        else
            call->cancel();
        QVERIFY(got->ended(1s));
        QCOMPARE(got->result->error().kind, ErrorKind::Cancelled);
        call.reset();
        QTest::qWait(5);
        QCOMPARE(got->ends, 1);
    }

    void aPausedCallGetsNothingMoreUntilItIsResumed()
    {
        const std::string body(3000000, 'p');
        test::Server server(tls(), [&](test::Connection &c, const test::HttpRequest &) { c.reply(200, body); });
        CurlTransport transport(network, endpoint(server), nullptr);
        auto got = std::make_shared<Collector>();
        got->pauseAlways = true;
        const auto call = transport.start({.path = "/x", .stall = 1s}, got); // the first byte may be late on a busy machine
        QVERIFY(got->until([&] { return !got->body.empty(); }));
        const std::size_t first = got->size();
        QTest::qWait(1300); // longer than the stall: a pause is no stall
        QCOMPARE(got->size(), first);
        QVERIFY(first < body.size());
        for (int i = 0; i < 5000 && !got->ended(0ms); ++i) {
            const std::size_t before = got->size();
            call->resume();
            got->until([&] { return got->ends > 0 || got->body.size() > before; }, 1s);
        }
        QVERIFY(got->result && *got->result);
        QVERIFY(got->body == body);
    }

    void aConnectionCutInTheBodyIsUnreachable()
    {
        test::Server server(tls(), [](test::Connection &c, const test::HttpRequest &) {
            c.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc");
            c.hangUp();
        });
        CurlTransport transport(network, endpoint(server), sourceOf(bearer(token)));
        const auto got = ask(transport);
        QCOMPARE(got->body, "abc");
        QCOMPARE(got->result->error().kind, ErrorKind::Unreachable);
        QVERIFY(hasText(got->result->error(), "in the middle of the answer"));
    }

    void whatChangesSomethingIsNotSentTwiceByItself_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<int>("requests");
        QTest::newRow("POST") << QStringLiteral("POST") << 2;
        QTest::newRow("GET") << QStringLiteral("GET") << 3;
    }
    void whatChangesSomethingIsNotSentTwiceByItself()
    {
        QFETCH(QString, method);
        QFETCH(int, requests);
        std::atomic<int> count = 0;
        test::Server server(tls(), [&](test::Connection &c, const test::HttpRequest &) {
            if (++count == 2)
                c.hangUp(); // taken, and then no answer
            else
                c.reply(200, "ok");
        });
        CurlTransport transport(network, endpoint(server), nullptr);
        QCOMPARE(ask(transport)->body, "ok");
        const auto got = ask(transport, {.method = method.toStdString(), .path = "/x"});
        QCOMPARE(server.requests(), requests);
        QCOMPARE(bool(*got->result), method == u"GET");
        if (method == u"POST")
            QCOMPARE(got->result->error().kind, ErrorKind::Unreachable);
    }

    void nobodyListening()
    {
        int port = 0;
        {
            const test::Server server(tls());
            port = server.port();
        }
        CurlTransport transport(network, {.server = "https://127.0.0.1:" + std::to_string(port)}, sourceOf(bearer(token)));
        const auto got = ask(transport);
        QCOMPARE(got->result->error().kind, ErrorKind::Unreachable);
        QVERIFY(hasText(got->result->error(), "refuses connections"));
        QVERIFY(got->result->error().context.front() == std::pair(std::string("host"), "127.0.0.1:" + std::to_string(port)));
    }

    void anAddressThatIsNoneIsToldByTheRequest()
    {
        CurlTransport transport(network, {.server = "ftp://x"}, nullptr);
        QCOMPARE(ask(transport)->result->error().kind, ErrorKind::Invalid);
        CurlTransport proxied(network, {.server = "https://127.0.0.1:1", .proxyUrl = "gopher://u:" + token + "@x"}, nullptr);
        QCOMPARE(ask(proxied)->result->error().kind, ErrorKind::Invalid);
    }

    // --- HTTP/2: one connection, and whether it lives ---
    void allStreamsShareOneConnectionAndTheNinetyFirstMakesAnother()
    {
        test::Server server({.identity = &here, .http2 = true});
        CurlTransport transport(network, endpoint(server), nullptr);
        std::vector<CollectorPtr> got;
        std::vector<std::unique_ptr<Call>> calls;
        const auto watch = [&](int more) {
            for (int i = 0; i < more; ++i) {
                got.push_back(std::make_shared<Collector>());
                calls.push_back(transport.start({.path = "/watch", .stall = 0ms}, got.back()));
            }
            for (const auto &one : got)
                QVERIFY(one->hasHead());
        };
        watch(90);
        QCOMPARE(server.connections(), 1);
        watch(60);
        QCOMPARE(server.connections(), 2);
        QCOMPARE(transport.stats().connections, 2u);
    }

    void aSilentConnectionThatAnswersIsKept()
    {
        test::Server server({.identity = &here, .http2 = true});
        CurlTransport transport(network, endpoint(server), nullptr, "t/1", quick());
        auto got = std::make_shared<Collector>();
        const auto call = transport.start({.path = "/watch", .stall = 0ms}, got);
        QVERIFY(got->hasHead());
        QTest::qWait(700);
        QCOMPARE(got->ends, 0);
        QCOMPARE(server.connections(), 1);
        QVERIFY(server.requests() >= 3); // it was asked more than once …
        QVERIFY(server.requests() <= 9); // … and not all the time
    }

    void aDeadConnectionFailsAllItsStreamsAtOnceAndTheNextRequestMakesANewOne()
    {
        test::Server server({.identity = &here, .http2 = true});
        CurlTransport transport(network, endpoint(server), sourceOf(bearer(token)), "t/1", quick());
        std::vector<CollectorPtr> got;
        std::vector<std::unique_ptr<Call>> calls;
        for (int i = 0; i < 5; ++i) {
            got.push_back(std::make_shared<Collector>());
            calls.push_back(transport.start({.path = "/watch", .stall = 0ms}, got.back()));
        }
        for (const auto &one : got)
            QVERIFY(one->hasHead());
        server.freeze(true);
        for (const auto &one : got) {
            QVERIFY(one->ended(2s));
            QCOMPARE(one->result->error().kind, ErrorKind::Timeout);
        }
        QCOMPARE(server.connections(), 1); // nothing was sent again behind our back
        server.freeze(false);
        auto again = std::make_shared<Collector>();
        const auto call = transport.start({.path = "/watch", .stall = 0ms}, again);
        QVERIFY(again->hasHead());
        QCOMPARE(server.connections(), 2);
    }

    void aRequestOnADeadConnectionFailsWithItInsteadOfWaitingForEver()
    {
        test::Server server({.identity = &here, .http2 = true});
        CurlTransport transport(network, endpoint(server), sourceOf(bearer(token)), "t/1", quick());
        auto first = std::make_shared<Collector>();
        auto call = transport.start({.path = "/watch", .stall = 0ms}, first);
        QVERIFY(first->hasHead());
        call.reset();
        QVERIFY(first->ended());
        server.freeze(true);
        auto second = std::make_shared<Collector>();
        call = transport.start({.path = "/watch", .stall = 0ms}, second);
        QVERIFY(second->ended(2s));
        QCOMPARE(second->result->error().kind, ErrorKind::Timeout);
    }

    void aBlackHoleIsFoundOnHttp1AsWell()
    {
        test::Server server(tls(), [](test::Connection &c, const test::HttpRequest &) {
            c.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            c.hold();
        });
        CurlTransport transport(network, endpoint(server), nullptr, "t/1", quick());
        auto got = std::make_shared<Collector>();
        const auto call = transport.start({.path = "/watch", .stall = 0ms}, got);
        QVERIFY(got->until([&] { return got->body == "abc"; }));
        server.freeze(true);
        QVERIFY(got->ended(2s));
        QCOMPARE(got->result->error().kind, ErrorKind::Timeout);
    }

    void distrustDropsWhatIsOpen()
    {
        test::Server server({.identity = &here, .http2 = true});
        CurlTransport transport(network, endpoint(server), nullptr);
        auto got = std::make_shared<Collector>();
        auto call = transport.start({.path = "/watch", .stall = 0ms}, got);
        QVERIFY(got->hasHead());
        transport.distrust();
        QVERIFY(got->ended());
        QCOMPARE(got->result->error().kind, ErrorKind::Unreachable);
        auto again = std::make_shared<Collector>();
        call = transport.start({.path = "/watch", .stall = 0ms}, again);
        QVERIFY(again->hasHead());
        QCOMPARE(server.connections(), 2);
    }

    // --- proxies ---
    void aProxyIsAskedToConnectAndNeverSeesTheToken()
    {
        test::Server server(tls(), [](test::Connection &c, const test::HttpRequest &r) { c.reply(200, r.header("authorization")); });
        std::string seen;
        std::mutex mutex;
        test::Server proxy({}, [&](test::Connection &c, const test::HttpRequest &r) {
            {
                const std::scoped_lock lock(mutex);
                seen = r.method + " " + r.path + "|" + r.header("authorization") + "|" + r.header("proxy-authorization");
            }
            test::relayTo(c, server.port());
        });
        Endpoint e = endpoint(server);
        e.server = "https://api.test:6443"; // a name that only the proxy knows
        e.proxyUrl = "http://user:pass@127.0.0.1:" + std::to_string(proxy.port());
        CurlTransport transport(network, e, sourceOf(bearer(token)));
        const auto got = ask(transport);
        QCOMPARE(got->body, "Bearer " + token);
        QCOMPARE(got->heads, 1);
        const std::scoped_lock lock(mutex);
        QCOMPARE(seen, "CONNECT api.test:6443||Basic dXNlcjpwYXNz");
    }

    void aProxyThatRefusesIsNamed_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("words");
        QTest::newRow("forbidden") << 403 << QStringLiteral("refuses the connection (status 403)");
        QTest::newRow("password") << 407 << QStringLiteral("wants a user and a password");
        QTest::newRow("gone") << 0 << QStringLiteral("cannot be reached");
    }
    void aProxyThatRefusesIsNamed()
    {
        QFETCH(int, status);
        QFETCH(QString, words);
        auto proxy = std::make_unique<test::Server>(test::ServerOptions{}, [&](test::Connection &c, const test::HttpRequest &) {
            c.reply(status, "no");
        });
        const std::string address = "127.0.0.1:" + std::to_string(proxy->port());
        if (status == 0)
            proxy.reset();
        CurlTransport transport(network, {.server = "https://api.test:6443", .proxyUrl = "http://u:" + token + "@" + address}, nullptr);
        const auto got = ask(transport);
        QCOMPARE(got->result->error().kind, ErrorKind::Unreachable);
        QVERIFY2(hasText(got->result->error(), words.toStdString()), got->result->error().text().c_str());
        QVERIFY(hasText(got->result->error(), address));
    }

    // --- the end ---
    void theEndOfTheNetworkFinishesEveryCall()
    {
        test::Server server(tls(), [](test::Connection &c, const test::HttpRequest &) { c.hold(); });
        auto own = std::make_unique<Network>();
        CurlTransport transport(*own, endpoint(server), nullptr);
        auto got = std::make_shared<Collector>();
        const auto call = transport.start({.path = "/x"}, got);
        auto later = std::make_shared<Collector>();
        own.reset();
        QCOMPARE(got->ends, 1);
        QCOMPARE(got->result->error().kind, ErrorKind::Cancelled);
        const auto none = transport.start({.path = "/x"}, later);
        QCOMPARE(later->ends, 1);
        call->cancel();
        call->resume();
        transport.distrust();
    }

    void theEndOfATransportFinishesItsCallsAndClosesItsConnections()
    {
        std::atomic<int> open = 0;
        test::Server server(tls(), [&](test::Connection &c, const test::HttpRequest &) {
            ++open;
            c.hold();
            --open;
        });
        auto got = std::make_shared<Collector>();
        std::unique_ptr<Call> call;
        {
            CurlTransport transport(network, endpoint(server), nullptr);
            call = transport.start({.path = "/x"}, got);
            QTRY_COMPARE(open.load(), 1);
        }
        QVERIFY(got->ended());
        QCOMPARE(got->result->error().kind, ErrorKind::Cancelled);
        QTRY_COMPARE(open.load(), 0);
    }

    // --- heads ---
    // (no raw strings: Qt 6.4's moc loses the class over them)
    void warningsAreUnquoted_data()
    {
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("texts");
        QTest::newRow("one") << "299 - \"a b\"" << "a b";
        QTest::newRow("two with a date") << "299 - \"a, b\" \"Sat, 25 Aug 2012 23:34:45 GMT\", 299 kube \"c\"" << "a, b|c";
        QTest::newRow("escapes") << "299 - \"say \\\"x\\\" \\\\ y\"" << "say \"x\" \\ y";
        QTest::newRow("another code") << "199 - \"no\", 299 - \"yes\"" << "yes";
        QTest::newRow("cut") << "299 - \"no end" << "";
        QTest::newRow("nothing") << "" << "";
        QTest::newRow("garbage") << "299,,\",\"" << "";
    }
    void warningsAreUnquoted()
    {
        QFETCH(QString, value);
        QFETCH(QString, texts);
        std::string joined;
        for (const std::string &text : warningTexts(value.toStdString()))
            joined += (joined.empty() ? "" : "|") + text;
        QCOMPARE(joined, texts.toStdString());
    }

    void retryAfterIsSecondsOrADate()
    {
        const auto now = std::chrono::system_clock::from_time_t(784111777); // Sun, 06 Nov 1994 08:49:37 GMT
        QVERIFY(retryAfter("5", now) == 5s);
        QVERIFY(retryAfter("Sun, 06 Nov 1994 08:50:07 GMT", now) == 30s);
        QVERIFY(retryAfter("Sun, 06 Nov 1994 08:00:00 GMT", now) == 0s);
        QVERIFY(*retryAfter("Fri, 31 Dec 9999 23:59:59 GMT", now) > 24h * 365 * 1000);
        QVERIFY(!retryAfter("-5", now));
        QVERIFY(!retryAfter("soon", now));
        QVERIFY(!retryAfter("", now));
    }

    void anInterimHeadIsNotTheAnswer()
    {
        HeadParser parser;
        for (const char *line : {"HTTP/1.1 103 Early\r\n", "Warning: 299 - \"early\"\r\n", "\r\n", "HTTP/2 429 \r\n", "retry-after: 3\r\n"})
            QVERIFY(!parser.line(line));
        QVERIFY(parser.line("\r\n"));
        QCOMPARE(parser.head().status, 429);
        QVERIFY(parser.head().warnings.empty());
        QVERIFY(!parser.line("audit-id: trailer\r\n"));
        QVERIFY(parser.head().auditId.empty());
    }

    void noErrorOfAnyOfTheseTestsHoldsASecret()
    {
        const std::scoped_lock lock(errorsMutex);
        QVERIFY(everyErrorText.size() > 1000);
        QVERIFY(everyErrorText.find(token) == std::string::npos);
        QVERIFY(everyErrorText.find("PRIVATE KEY") == std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestTransport)
#include "tst_transport.moc"
