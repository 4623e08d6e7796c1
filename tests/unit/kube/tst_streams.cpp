#include "kube/curl_transport.h"
#include "kube/exec.h"
#include "kube/network.h"
#include "kube/port_forward.h"
#include "websocket_double.h"

#include <QElapsedTimer>
#include <QTest>

#include <condition_variable>

using namespace timonier;
using namespace std::chrono_literals;

namespace {

struct Source final : CredentialSource {
    explicit Source(std::string first, std::string second = {}) : now(std::move(first)), next(std::move(second)) {}
    Result<Credential> resolve(bool afterRejection, std::stop_token) override
    {
        ++resolutions;
        if (afterRejection && !next.empty())
            now = next;
        return *cached();
    }
    std::optional<Credential> cached() override
    {
        Credential credential;
        credential.bearer = Secret(now);
        return credential;
    }
    std::string now, next;
    int resolutions = 0;
};

struct Run {
    Result<int> code = 0;
    std::string out, err;
};

Run run(const StreamAccess &access, ExecOptions options, std::function<Result<std::size_t>(std::span<char>, std::stop_token)> input = {},
        std::stop_token stop = {})
{
    Run made;
    options.ns = "shop";
    options.pod = "web";
    made.code = execute(access, options,
                        {.input = std::move(input),
                         .out = [&](std::string_view b) -> Result<> { made.out += b; return {}; },
                         .err = [&](std::string_view b) -> Result<> { made.err += b; return {}; }},
                        stop);
    return made;
}

// Gives out `text` in pieces of 1,000 bytes.
auto textInput(std::string text)
{
    return [text = std::move(text), at = std::size_t(0)](std::span<char> to, std::stop_token) mutable -> Result<std::size_t> {
        const std::size_t n = std::min({to.size(), text.size() - at, std::size_t(1000)});
        std::copy_n(text.data() + at, n, to.data());
        at += n;
        return n;
    };
}

const std::string success = "{\"metadata\":{},\"status\":\"Success\"}";
const std::string exit3 = "{\"metadata\":{},\"status\":\"Failure\",\"message\":\"command terminated with non-zero exit code\",\"reason\":\"NonZeroExitCode\",\"details\":{\"causes\":[{\"reason\":\"ExitCode\",\"message\":\"3\"}]}}";

std::string chunked(const std::string &body)
{
    std::string text;
    for (std::size_t at = 0; at < body.size(); at += 10) {
        const std::string piece = body.substr(at, 10);
        text += (piece.size() == 10 ? "a" : std::to_string(piece.size())) + "\r\n" + piece + "\r\n";
    }
    return text + "0\r\n\r\n";
}

// A client of the forwarded port.
struct Local {
    explicit Local(int port)
    {
        socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        void *generic = &address;
        ::connect(socket, static_cast<sockaddr *>(generic), sizeof address);
        const timeval limit{5, 0};
        ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    }
    ~Local() { ::close(socket); }
    void say(const std::string &text) const { QCOMPARE(::send(socket, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size())); }
    // All that comes; "reset" or "silence" at its end, where it does not end well.
    std::string all() const
    {
        std::string text;
        char bytes[4096];
        for (;;) {
            const ssize_t n = ::recv(socket, bytes, sizeof bytes, 0);
            if (n <= 0)
                return n == 0 ? text : text + (errno == ECONNRESET ? "reset" : "silence");
            text.append(bytes, static_cast<std::size_t>(n));
        }
    }
    int socket = -1;
};

} // namespace

class TestStreams : public QObject
{
    Q_OBJECT

    test::Identity authority = test::issue("Test authority", {}, nullptr);
    test::Identity here = test::issue("server", "IP:127.0.0.1,DNS:api.test", &authority);
    Network network;

    StreamAccess access(const test::Server &server, bool tls = true, std::shared_ptr<CredentialSource> source = nullptr) const
    {
        return {.endpoint = {.server = (tls ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(server.port()), .caPem = authority.pem()},
                .credentials = std::move(source), .userAgent = "timonier/test"};
    }

private slots:
    void theAnswerToAKeyIsTheOneOfTheRfc()
    {
        QCOMPARE(webSocketAccept("dGhlIHNhbXBsZSBub25jZQ=="), std::string("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
        QCOMPARE(webSocketKey()->size(), std::size_t(24));
        QVERIFY(*webSocketKey() != *webSocketKey());
    }

    void aCommandGetsItsInputAndItsEndAndTellsItsExitCode()
    {
        std::string got, path, authorization, offered;
        test::Server server({.identity = &here}, [&](test::Connection &c, const test::HttpRequest &request) {
            path = request.path;
            authorization = request.header("authorization");
            offered = request.header("sec-websocket-protocol");
            test::acceptUpgrade(c, request, "v5.channel.k8s.io");
            while (const auto frame = test::readFrame(c)) {
                if (frame->payload == std::string("\xFF\0", 2))
                    break;
                got += frame->payload.substr(1);
            }
            c.write(test::message(1, "said ") + test::message(2, "complained") + test::message(1, "more") + test::message(3, exit3) + test::closing());
            c.hold();
        });
        const std::string text(200'000, 'x');
        const Run made = run(access(server, true, std::make_shared<Source>("t0ken")), {.ns = {}, .pod = {}, .container = "app", .command = {"sh", "-c", "a b&c"}}, textInput(text));
        QVERIFY2(made.code.has_value(), made.code ? "" : made.code.error().text().c_str());
        QCOMPARE(*made.code, 3);
        QCOMPARE(made.out, std::string("said more"));
        QCOMPARE(made.err, std::string("complained"));
        QVERIFY(got == text);
        QCOMPARE(path, std::string("/api/v1/namespaces/shop/pods/web/exec?stdout=true&stderr=true&stdin=true&container=app&command=sh&command=-c&command=a%20b%26c"));
        QCOMPARE(authorization, std::string("Bearer t0ken"));
        QCOMPARE(offered, std::string("v5.channel.k8s.io, v4.channel.k8s.io"));
    }

    void piecesOfAMessageBelongTogetherAndPingsBetweenThemAreAnswered()
    {
        std::optional<test::Frame> pong;
        test::Server server({}, [&](test::Connection &c, const test::HttpRequest &request) {
            test::acceptUpgrade(c, request, "v5.channel.k8s.io");
            c.write(test::frame(2, "\x01" "one ", false) + test::frame(9, "are you there?") + test::frame(0, "", false) + test::frame(0, "two ", false) + test::frame(0, "three")
                    + test::frame(2, "") + test::message(1, "") + test::message(1, std::string(100'000, '.')));
            pong = test::readFrame(c);
            c.write(test::message(3, success) + test::closing());
            c.hold();
        });
        const Run made = run(access(server, false), {.ns = {}, .pod = {}, .command = {"x"}});
        QCOMPARE(made.code.value_or(-1), 0);
        QCOMPARE(made.out, "one two three" + std::string(100'000, '.'));
        QVERIFY(pong && pong->opcode == 10 && pong->payload == "are you there?");
    }

    void aLoginThatHasExpiredIsRenewedOnceAndOnlyOnce()
    {
        std::vector<std::string> seen;
        std::string good = "Bearer new";
        test::Server server({.identity = &here}, [&](test::Connection &c, const test::HttpRequest &request) {
            seen.push_back(request.header("authorization"));
            if (seen.back() != good)
                return c.reply(401, "{\"kind\":\"Status\",\"message\":\"Unauthorized\",\"code\":401}");
            test::acceptUpgrade(c, request, "v5.channel.k8s.io");
            c.write(test::message(3, success) + test::closing());
            c.hold();
        });
        QCOMPARE(run(access(server, true, std::make_shared<Source>("old", "new")), {.ns = {}, .pod = {}, .command = {"x"}}).code.value_or(-1), 0);
        QCOMPARE(seen, (std::vector<std::string>{"Bearer old", "Bearer new"}));
        seen.clear();
        good = "none";
        const Run refused = run(access(server, true, std::make_shared<Source>("old", "new")), {.ns = {}, .pod = {}, .command = {"x"}});
        QVERIFY(!refused.code && refused.code.error().kind == ErrorKind::Unauthorized);
        QCOMPARE(seen.size(), std::size_t(2));
    }

    void whatTheServerRefusesItWithIsTold_data()
    {
        QTest::addColumn<std::string>("answer");
        QTest::addColumn<int>("kind");
        QTest::addColumn<std::string>("word");
        const std::string forbidden = "{\"kind\":\"Status\",\"reason\":\"Forbidden\",\"code\":403,\"message\":\"pods \\\"web\\\" is forbidden: User \\\"x\\\" cannot create resource \\\"pods/exec\\\"\"}";
        const auto with = [](const std::string &head, const std::string &body) { return "HTTP/1.1 " + head + "\r\n\r\n" + body; };
        QTest::newRow("no right") << with("403 Forbidden\r\nContent-Length: " + std::to_string(forbidden.size()), forbidden) << int(ErrorKind::Forbidden) << std::string("get and create pods/exec");
        QTest::newRow("in chunks") << with("403 Forbidden\r\nTransfer-Encoding: chunked", chunked(forbidden)) << int(ErrorKind::Forbidden) << std::string("cannot create resource");
        QTest::newRow("without a length") << with("404 Not Found", "{\"kind\":\"Status\",\"code\":404,\"message\":\"pods \\\"web\\\" not found\"}") << int(ErrorKind::NotFound) << std::string("\"web\" not found");
        QTest::newRow("a kubelet that is away") << with("500 Oops\r\nContent-Length: 23", "error dialing backend: x") << int(ErrorKind::Server) << std::string("error dialing backend");
        QTest::newRow("a proxy that knows no WebSocket") << with("200 OK\r\nContent-Length: 2", "hi") << int(ErrorKind::Unsupported) << std::string("opened no WebSocket");
        QTest::newRow("another key") << with("101 Go\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\nSec-WebSocket-Protocol: v5.channel.k8s.io", "") << int(ErrorKind::Protocol) << std::string("opens no WebSocket");
        QTest::newRow("not HTTP") << std::string("SSH-2.0-OpenSSH_9.2\r\n") << int(ErrorKind::Protocol) << std::string("not HTTP");
        QTest::newRow("nothing") << std::string() << int(ErrorKind::Unreachable) << std::string("before it answered");
        QTest::newRow("half a head") << std::string("HTTP/1.1 101 Swi") << int(ErrorKind::Unreachable) << std::string("before it answered");
    }
    void whatTheServerRefusesItWithIsTold()
    {
        QFETCH(std::string, answer);
        QFETCH(int, kind);
        QFETCH(std::string, word);
        test::Server server({}, [&](test::Connection &c, const test::HttpRequest &) {
            c.write(answer);
            c.hangUp();
        });
        const Run made = run(access(server, false), {.ns = {}, .pod = {}, .command = {"x"}});
        QVERIFY(!made.code);
        QCOMPARE(int(made.code.error().kind), kind);
        const std::string all = made.code.error().text() + " | " + made.code.error().hint;
        QVERIFY2(all.find(word) != std::string::npos, all.c_str());
    }

    void aServerThatSpeaksNoneOfTheProtocolsIsTooOld()
    {
        test::Server server({}, [&](test::Connection &c, const test::HttpRequest &request) { test::acceptUpgrade(c, request, "v3.channel.k8s.io"); c.hold(); });
        const Run made = run(access(server, false), {.ns = {}, .pod = {}, .command = {"x"}});
        QVERIFY(!made.code && made.code.error().kind == ErrorKind::Unsupported);
    }

    void anOlderServerThatCannotEndTheInputIsNotLeftWaiting()
    {
        test::Server server({}, [&](test::Connection &c, const test::HttpRequest &request) {
            test::acceptUpgrade(c, request, "v4.channel.k8s.io");
            c.write(test::message(3, success) + test::closing());
            c.hold();
        });
        const Run made = run(access(server, false), {.ns = {}, .pod = {}, .command = {"cat"}}, textInput("x"));
        QVERIFY(!made.code && made.code.error().kind == ErrorKind::Unsupported);
        QCOMPARE(run(access(server, false), {.ns = {}, .pod = {}, .command = {"head"}, .needsEndOfInput = false}, textInput("x")).code.value_or(-1), 0);
        QCOMPARE(run(access(server, false), {.ns = {}, .pod = {}, .command = {"ls"}}).code.value_or(-1), 0);
    }

    void aConnectionThatEndsBeforeTheCommandIsNoSuccess_data()
    {
        QTest::addColumn<std::string>("last");
        QTest::newRow("cut") << std::string();
        QTest::newRow("with a goodbye") << test::closing();
        QTest::newRow("in the middle of a frame") << test::message(1, "a long message").substr(0, 6);
        QTest::newRow("no frame") << std::string("HTTP/1.1 400 Bad Request\r\n\r\n");
    }
    void aConnectionThatEndsBeforeTheCommandIsNoSuccess()
    {
        QFETCH(std::string, last);
        test::Server server({}, [&](test::Connection &c, const test::HttpRequest &request) {
            test::acceptUpgrade(c, request, "v5.channel.k8s.io");
            c.write(test::message(1, "so far") + last);
            c.hangUp();
        });
        const Run made = run(access(server, false), {.ns = {}, .pod = {}, .command = {"x"}});
        QVERIFY(!made.code);
        QVERIFY(made.code.error().kind == ErrorKind::Unreachable || made.code.error().kind == ErrorKind::Protocol);
        QCOMPARE(made.out.substr(0, 6), std::string("so far"));
    }

    void aServerThatHasSaidItsLastWordAndReadsNoMoreIsHeardToTheEnd()
    {
        for (int i = 0; i < 10; ++i) {
            test::Server server({.identity = &here}, [&](test::Connection &c, const test::HttpRequest &request) {
                test::acceptUpgrade(c, request, "v5.channel.k8s.io");
                std::ignore = test::readFrame(c);
                c.write(test::message(1, std::string(300'000, 'o')) + test::message(3, exit3) + test::closing());
                const linger reset{1, 0}; // and throws away what it was sent
                std::this_thread::sleep_for(20ms);
                ::setsockopt(c.socket(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
                c.hangUp();
            });
            const Run made = run(access(server), {.ns = {}, .pod = {}, .command = {"head"}}, textInput(std::string(3'000'000, 'x')));
            QVERIFY2(made.code.has_value(), made.code ? "" : made.code.error().text().c_str());
            QCOMPARE(*made.code, 3);
            QCOMPARE(made.out.size(), std::size_t(300'000));
        }
    }

    void aServerThatHangsIsFoundAndOneThatOnlyHasNothingToSayIsNot()
    {
        const StreamTimes quick{.silence = 100ms, .pong = 200ms};
        test::Server silent({}, [&](test::Connection &c, const test::HttpRequest &request) { test::acceptUpgrade(c, request, "v5.channel.k8s.io"); c.hold(); });
        QElapsedTimer clock;
        clock.start();
        const Run dead = run(access(silent, false), {.ns = {}, .pod = {}, .command = {"x"}, .times = quick});
        QVERIFY(!dead.code && dead.code.error().kind == ErrorKind::Timeout);
        QVERIFY2(clock.elapsed() < 2000, "it took too long to notice");
        test::Server patient({}, [&](test::Connection &c, const test::HttpRequest &request) {
            test::acceptUpgrade(c, request, "v5.channel.k8s.io");
            for (int i = 0; i < 8; ++i) {
                const auto ping = test::readFrame(c);
                if (!ping || ping->opcode != 9)
                    return;
                c.write(test::frame(10, ping->payload));
            }
            c.write(test::message(3, success) + test::closing());
            c.hold();
        });
        QCOMPARE(run(access(patient, false), {.ns = {}, .pod = {}, .command = {"x"}, .times = quick}).code.value_or(-1), 0);
    }

    void aStopIsHeardAtOnce()
    {
        test::Server server({}, [&](test::Connection &c, const test::HttpRequest &request) { test::acceptUpgrade(c, request, "v5.channel.k8s.io"); c.hold(); });
        test::Server mute({}, [&](test::Connection &c, const test::HttpRequest &) { c.hold(); });
        for (const test::Server *one : {&server, &mute}) {
            std::stop_source stop;
            std::jthread later([&] { std::this_thread::sleep_for(150ms); stop.request_stop(); });
            QElapsedTimer clock;
            clock.start();
            const Run made = run(access(*one, false), {.ns = {}, .pod = {}, .command = {"x"}}, {}, stop.get_token());
            QVERIFY(!made.code && made.code.error().kind == ErrorKind::Cancelled);
            QVERIFY(clock.elapsed() < 1000);
        }
    }

    void itGoesThroughAProxyWithTheNameAndTheCertificateOfTheServer()
    {
        const test::Identity user = test::issue("user", {}, &authority);
        std::string host;
        test::Server server({.identity = &here, .clients = &authority}, [&](test::Connection &c, const test::HttpRequest &request) {
            host = request.header("host");
            test::acceptUpgrade(c, request, "v5.channel.k8s.io");
            c.write(test::message(3, success) + test::closing());
            c.hold();
        });
        std::string asked, leaked;
        test::Server proxy({}, [&](test::Connection &c, const test::HttpRequest &request) {
            asked = request.method + " " + request.path;
            leaked = request.header("authorization");
            test::relayTo(c, server.port());
        });
        struct Certificate final : CredentialSource {
            Credential credential;
            Result<Credential> resolve(bool, std::stop_token) override { return credential; }
            std::optional<Credential> cached() override { return credential; }
        };
        auto source = std::make_shared<Certificate>();
        source->credential.certificatePem = user.pem();
        source->credential.keyPem = Secret(user.keyPem());
        source->credential.bearer = Secret("t0ken");
        StreamAccess through = access(server, true, source);
        through.endpoint.proxyUrl = "http://127.0.0.1:" + std::to_string(proxy.port());
        through.endpoint.tlsServerName = "api.test";
        const Run made = run(through, {.ns = {}, .pod = {}, .command = {"x"}});
        QVERIFY2(made.code.has_value(), made.code ? "" : made.code.error().text().c_str());
        QCOMPARE(asked, "CONNECT 127.0.0.1:" + std::to_string(server.port()));
        QCOMPARE(leaked, std::string());
        QCOMPARE(host, "127.0.0.1:" + std::to_string(server.port()));
        through.endpoint.tlsServerName = "another.test";
        const Run wrong = run(through, {.ns = {}, .pod = {}, .command = {"x"}});
        QVERIFY(!wrong.code && wrong.code.error().kind == ErrorKind::Tls);
    }

    // --- port-forward ---
private:
    // An API server with one pod, whose port 3000 is what `pod` does.
    std::unique_ptr<test::Server> apiServer(std::function<void(test::Connection &)> pod)
    {
        return std::make_unique<test::Server>(test::ServerOptions{}, [pod = std::move(pod)](test::Connection &c, const test::HttpRequest &request) {
            if (request.path == "/api/v1/namespaces/shop/pods/web")
                return c.reply(200, "{\"metadata\":{\"name\":\"web\"},\"spec\":{\"containers\":[{\"name\":\"app\",\"ports\":[{\"name\":\"http\",\"containerPort\":3000}]}]},\"status\":{\"phase\":\"Running\"}}");
            if (request.path == "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")
                return c.reply(201, "{\"status\":{\"allowed\":true}}");
            if (request.path != "/api/v1/namespaces/shop/pods/web/portforward?ports=3000")
                return c.reply(404, "{\"kind\":\"Status\",\"code\":404,\"message\":\"not here\"}");
            test::acceptUpgrade(c, request, "v4.channel.k8s.io");
            c.write(test::message(0, "\xB8\x0B") + test::message(1, "\xB8\x0B"));
            pod(c);
        });
    }
    std::unique_ptr<PortForward> forward(const test::Server &server, ForwardOptions options = {})
    {
        auto transport = std::make_shared<CurlTransport>(network, access(server, false).endpoint, nullptr);
        auto begun = forwardPort(transport, access(server, false), {.ns = "shop", .kind = "pods", .name = "web", .port = "http"}, options, [this] { ++wakes; }, {});
        return begun ? std::move(*begun) : nullptr;
    }
    std::atomic<int> wakes = 0;

private slots:
    void whatTheApplicationSaysLastArrivesBeforeTheEnd()
    {
        std::string got;
        const auto server = apiServer([&](test::Connection &c) {
            const auto asked = test::readFrame(c);
            got = asked ? asked->payload : std::string();
            c.write(test::message(0, std::string(300'000, 'y') + "end") + test::closing());
            c.hold();
        });
        const auto forwarded = forward(*server);
        QVERIFY(forwarded);
        const Local local(forwarded->port());
        local.say("hello");
        QCOMPARE(local.all(), std::string(300'000, 'y') + "end");
        QCOMPARE(got, std::string("\0hello", 6));
        QTRY_COMPARE(int(forwarded->status().state), int(ForwardState::Listening));
        QCOMPARE(forwarded->status().received, std::uint64_t(300'003));
        QCOMPARE(forwarded->status().sent, std::uint64_t(5));
        QVERIFY(wakes > 0);
    }

    void aPortThatNobodyListensOnBreaksTheConnectionAndIsNamed()
    {
        const auto server = apiServer([&](test::Connection &c) {
            c.write(test::message(1, "error forwarding port 3000 to pod x: dial tcp4 127.0.0.1:3000: connect: connection refused") + test::closing());
            c.hold();
        });
        const auto forwarded = forward(*server);
        const Local local(forwarded->port());
        QCOMPARE(local.all(), std::string("reset"));
        QTRY_COMPARE(int(forwarded->status().state), int(ForwardState::PortClosed));
        QVERIFY(forwarded->status().problem->message.find("web listens on port 3000") != std::string::npos);
    }

    void aConnectionCutOnTheWayIsBrokenForTheClientToo()
    {
        const auto server = apiServer([&](test::Connection &c) {
            c.write(test::message(0, "half of it"));
            std::this_thread::sleep_for(100ms);
            c.hangUp();
        });
        const auto forwarded = forward(*server);
        const Local local(forwarded->port());
        const std::string said = local.all();
        QVERIFY2(said.ends_with("reset"), said.c_str());
        QTRY_COMPARE(int(forwarded->status().state), int(ForwardState::Broken));
    }

    void aClientThatHasSaidAllStillGetsTheAnswer()
    {
        const auto server = apiServer([&](test::Connection &c) {
            std::ignore = test::readFrame(c);
            std::this_thread::sleep_for(300ms);
            c.write(test::message(0, "late, but here"));
            c.hold();
        });
        const auto forwarded = forward(*server, {.linger = 600ms});
        const Local local(forwarded->port());
        local.say("question");
        ::shutdown(local.socket, SHUT_WR);
        QCOMPARE(local.all(), std::string("late, but here")); // and then it is ended, though the pod says nothing about that
        QTRY_COMPARE(forwarded->status().active, 0u);
    }

    void aPodThatDoesNotReadHoldsTheClientUpAndNotTheMemory()
    {
        std::mutex mutex;
        std::condition_variable changed;
        bool goesOn = false;
        std::size_t got = 0;
        const auto server = apiServer([&](test::Connection &c) {
            std::unique_lock lock(mutex);
            changed.wait(lock, [&] { return goesOn; });
            while (const auto frame = test::readFrame(c))
                got += frame->payload.size() - 1;
        });
        const auto forwarded = forward(*server);
        const Local local(forwarded->port());
        const timeval limit{1, 0};
        ::setsockopt(local.socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
        const std::string block(1 << 20, 'z');
        std::size_t sent = 0;
        while (sent < (200u << 20)) {
            const ssize_t n = ::send(local.socket, block.data(), block.size(), MSG_NOSIGNAL);
            if (n <= 0)
                break;
            sent += static_cast<std::size_t>(n);
        }
        QVERIFY2(sent < (40u << 20), "nobody held it up");
        QVERIFY(forwarded->status().sent <= sent);
        {
            const std::scoped_lock lock(mutex);
            goesOn = true;
        }
        changed.notify_all();
        QTRY_COMPARE_WITH_TIMEOUT(std::size_t(forwarded->status().sent), sent, 5000);
    }

    void itEndsAtOnceWithConnectionsOpen()
    {
        const auto server = apiServer([&](test::Connection &c) { c.hold(); });
        auto forwarded = forward(*server);
        const Local one(forwarded->port()), two(forwarded->port());
        QTRY_COMPARE(forwarded->status().active, 2u);
        QElapsedTimer clock;
        clock.start();
        forwarded.reset();
        QVERIFY(clock.elapsed() < 500);
        QCOMPARE(one.all(), std::string("reset"));
    }
};

QTEST_GUILESS_MAIN(TestStreams)
#include "tst_streams.moc"
