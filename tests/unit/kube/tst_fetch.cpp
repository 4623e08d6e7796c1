#include "fake_transport.h"
#include "kube/decode.h"
#include "kube/fetch.h"

#include <QTest>

#include <thread>

using namespace timonier;
using namespace std::chrono_literals;

namespace {

const FetchOptions soon{.firstDelay = 2ms};

const std::string forbidden = "{\"kind\":\"Status\",\"status\":\"Failure\",\"message\":\"pods is forbidden: User \\\"jane\\\" cannot list resource "
                              "\\\"pods\\\" in API group \\\"\\\" in the namespace \\\"dev\\\"\",\"reason\":\"Forbidden\","
                              "\"details\":{\"kind\":\"pods\"},\"code\":403}";

} // namespace

class TestFetch : public QObject
{
    Q_OBJECT

    test::FakeTransport transport;

    // Answers the nth request with the nth answer, the last one for ever.
    void script(std::vector<test::Answer> answers)
    {
        transport.requests.clear();
        transport.answer = [this, answers = std::move(answers)](const Request &) {
            return answers[std::min(transport.requests.size(), answers.size()) - 1];
        };
    }

private slots:
    void theWholeAnswerComesBack()
    {
        script({test::reply(200, "body")});
        const auto got = fetch(transport, {.path = "/x"}, {}, soon);
        QVERIFY(got);
        QCOMPARE(got->body, "body");
        QCOMPARE(got->head.status, 200);
    }

    void aGetIsTriedAgain_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("requests");
        QTest::newRow("unreachable") << 0 << 2;
        QTest::newRow("throttled") << 429 << 2;
        QTest::newRow("server") << 500 << 2;
        QTest::newRow("gateway") << 503 << 2;
        QTest::newRow("forbidden") << 403 << 1;
        QTest::newRow("gone") << 410 << 1;
        QTest::newRow("not found") << 404 << 1;
    }
    void aGetIsTriedAgain()
    {
        QFETCH(int, status);
        QFETCH(int, requests);
        const auto first = status ? test::reply(status, "no") : test::broken(ErrorKind::Unreachable);
        script({first, test::reply(200, "yes")});
        const auto got = fetch(transport, {.path = "/x"}, {}, soon);
        QCOMPARE(int(transport.requests.size()), requests);
        QCOMPARE(got.has_value(), requests == 2);
        for (const char *method : {"POST", "PUT", "PATCH", "DELETE"}) {
            script({first, test::reply(200, "yes")});
            QVERIFY(!fetch(transport, {.method = method, .path = "/x"}, {}, soon));
            QCOMPARE(transport.requests.size(), 1u);
        }
    }

    void theLastErrorIsToldWhenAllTriesFail()
    {
        script({test::broken(ErrorKind::Unreachable)});
        const auto got = fetch(transport, {.path = "/x"}, {}, soon);
        QCOMPARE(got.error().kind, ErrorKind::Unreachable);
        QCOMPARE(transport.requests.size(), 4u);
    }

    void aBodyThatBreaksOffIsFetchedAnewFromItsBeginning()
    {
        script({test::broken(ErrorKind::Unreachable, 200, "ha"), test::reply(200, "whole")});
        QCOMPARE(fetch(transport, {.path = "/x"}, {}, soon)->body, "whole");
    }

    void retryAfterIsWaitedFor()
    {
        script({test::reply(429, "", 1s), test::reply(200, "ok")});
        const auto before = std::chrono::steady_clock::now();
        QVERIFY(fetch(transport, {.path = "/x"}, {}, soon));
        QVERIFY(std::chrono::steady_clock::now() - before >= 1s);
        script({test::reply(429, "", 3600s), test::reply(200, "ok")}); // nobody waits an hour unasked
        QCOMPARE(fetch(transport, {.path = "/x"}, {}, soon).error().kind, ErrorKind::Throttled);
        script({test::reply(429, "", 0s), test::reply(200, "ok")});
        QVERIFY(fetch(transport, {.path = "/x"}, {}, {.firstDelay = 1h}));
    }

    void aStopEndsTheWaitForAnAnswerAndBetweenTries_data()
    {
        QTest::addColumn<bool>("silent");
        QTest::newRow("for an answer") << true;
        QTest::newRow("between tries") << false;
    }
    void aStopEndsTheWaitForAnAnswerAndBetweenTries()
    {
        QFETCH(bool, silent);
        test::Answer answer = silent ? test::Answer{} : test::reply(503, "");
        answer.silent = silent;
        script({answer});
        std::stop_source stop;
        std::jthread later([&] {
            std::this_thread::sleep_for(30ms);
            stop.request_stop();
        });
        const auto got = fetch(transport, {.path = "/x"}, stop.get_token(), {.firstDelay = 1h});
        QCOMPARE(got.error().kind, ErrorKind::Cancelled);
    }

    void anAnswerOverTheLimitIsTooLarge()
    {
        script({test::reply(200, "12345")});
        QVERIFY(fetch(transport, {.path = "/x"}, {}, {.limit = 5}));
        QCOMPARE(fetch(transport, {.path = "/x"}, {}, {.limit = 4}).error().kind, ErrorKind::TooLarge);
        QCOMPARE(transport.requests.size(), 2u);
    }

    void aStreamIsNotBegunAgainOnceItGaveSomething()
    {
        std::string got;
        const auto take = [&](std::string_view bytes) -> Result<> {
            got.append(bytes);
            return {};
        };
        script({test::broken(ErrorKind::Unreachable, 200, "ha"), test::reply(200, "whole")});
        QCOMPARE(stream(transport, {.path = "/x"}, {}, take).error().kind, ErrorKind::Unreachable);
        QCOMPARE(got, "ha");
        script({test::broken(ErrorKind::Unreachable), test::reply(200, "whole")});
        QCOMPARE(stream(transport, {.path = "/x"}, {}, take)->status, 200);
        QCOMPARE(got, "hawhole");
        script({test::reply(403, forbidden)}); // an error's body is not the stream's
        QCOMPARE(stream(transport, {.path = "/x"}, {}, take).error().kind, ErrorKind::Forbidden);
        QCOMPARE(got, "hawhole");
    }

    void anErrorOfTheTakerEndsTheStream()
    {
        script({test::reply(200, "x")});
        const auto got = stream(transport, {.path = "/x"}, {}, [](std::string_view) -> Result<> { return fail(ErrorKind::Io, "disk full"); });
        QCOMPARE(got.error().message, "disk full");
        QCOMPARE(transport.requests.size(), 1u);
    }

    // --- statusError ---
    void aStatusIsAnErrorOfTheFittingKind_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("reason");
        QTest::addColumn<int>("kind");
        const auto row = [](const char *name, int status, const char *reason, ErrorKind kind) {
            QTest::newRow(name) << status << QString::fromLatin1(reason) << int(kind);
        };
        row("401", 401, "Unauthorized", ErrorKind::Unauthorized);
        row("403", 403, "Forbidden", ErrorKind::Forbidden);
        row("404", 404, "NotFound", ErrorKind::NotFound);
        row("405", 405, "MethodNotAllowed", ErrorKind::Unsupported);
        row("409", 409, "AlreadyExists", ErrorKind::Conflict);
        row("410", 410, "Expired", ErrorKind::Gone);
        row("expired inside a stream", 200, "Expired", ErrorKind::Gone);
        row("413", 413, "RequestEntityTooLarge", ErrorKind::TooLarge);
        row("422", 422, "Invalid", ErrorKind::Invalid);
        row("429", 429, "TooManyRequests", ErrorKind::Throttled);
        row("500", 500, "InternalError", ErrorKind::Server);
        row("504", 504, "Timeout", ErrorKind::Server);
    }
    void aStatusIsAnErrorOfTheFittingKind()
    {
        QFETCH(int, status);
        QFETCH(QString, reason);
        QFETCH(int, kind);
        const std::string body = "{\"kind\":\"Status\",\"message\":\"what\\nhappened.\",\"reason\":\"" + reason.toStdString() + "\"}";
        const Error error = statusError(status, body);
        QCOMPARE(int(error.kind), kind);
        QCOMPARE(error.message, "what happened");
        if (status != 200) // and without a body the number alone says it
            QCOMPARE(int(statusError(status, "").kind), kind);
    }

    void aRefusalSaysWhoMayNotDoWhatWhere()
    {
        const Error error = statusError(403, forbidden);
        for (const char *part : {"jane", "list", "pods", "namespace \"dev\""})
            QVERIFY(error.message.find(part) != std::string::npos);
        QVERIFY(!error.hint.empty());
    }

    void causesAndTheObjectAreInTheContext()
    {
        const Error error = statusError(422, "{\"kind\":\"Status\",\"message\":\"bad\",\"reason\":\"Invalid\",\"code\":422,\"details\":{\"name\":\"web\","
                                             "\"group\":\"apps\",\"kind\":\"Deployment\",\"causes\":[{\"field\":\"spec.replicas\",\"message\":\"must be positive\"},7]}}");
        const auto holds = [&](const std::string &key, const std::string &value) {
            return std::ranges::find(error.context, std::pair(key, value)) != error.context.end();
        };
        QVERIFY(holds("object", "Deployment.apps/web"));
        QVERIFY(holds("spec.replicas", "must be positive"));
    }

    void aBodyThatIsNoStatusIsShownInPart_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("part");
        QTest::newRow("empty") << QByteArray() << "status 502";
        QTest::newRow("web page") << QByteArray("<html>\n<h1>Bad Gateway</h1>") << "<html> <h1>Bad Gateway</h1>";
        QTest::newRow("text") << QByteArray("upstream  down\x1b[31m") << "upstream down";
        QTest::newRow("other JSON") << QByteArray("[1,2]") << "[1,2]";
        QTest::newRow("types that are not theirs") << QByteArray("{\"kind\":7,\"message\":[],\"details\":1}") << "status 502";
        QTest::newRow("not UTF-8") << QByteArray("\xff\xfe\x80") << "status 502";
        QTest::newRow("long") << QByteArray(5000, 'x') << QString(200, u'x') + u"…";
    }
    void aBodyThatIsNoStatusIsShownInPart()
    {
        QFETCH(QByteArray, body);
        QFETCH(QString, part);
        const Error error = statusError(502, std::string_view(body.constData(), std::size_t(body.size())));
        QCOMPARE(error.kind, ErrorKind::Server);
        QVERIFY2(error.message.find(part.toStdString()) != std::string::npos, error.message.c_str());
        QVERIFY(error.message.size() < 300);
        QCOMPARE(error.hint.find("web page") != std::string::npos, body.startsWith('<'));
    }
};

QTEST_GUILESS_MAIN(TestFetch)
#include "tst_fetch.moc"
