// Followed logs through lost connections, against a transport that answers from a script.
#include "kube/logs.h"

#include <QTest>

#include <fmt/format.h>

#include <deque>

using namespace timonier;
using namespace std::chrono_literals;

namespace {

// Each request gets the next answer: a status, pieces of a body, and how it ends. On the caller's thread, at once.
struct Answer {
    int status = 200;
    std::vector<std::string> pieces;
    std::optional<ErrorKind> ends{};
};

struct ScriptedTransport final : Transport {
    std::deque<Answer> answers;
    std::vector<std::string> paths;
    struct Handle final : Call {
        void resume() override {}
        void cancel() override {}
    };
    std::unique_ptr<Call> start(Request request, std::shared_ptr<Receiver> receiver) override
    {
        paths.push_back(request.path);
        const Answer answer = answers.front();
        answers.pop_front();
        if (answer.status)
            receiver->head({.status = answer.status});
        for (const std::string &piece : answer.pieces)
            receiver->data(piece);
        receiver->finished(answer.ends ? Result<>(fail(*answer.ends, "test")) : Result<>());
        return std::make_unique<Handle>();
    }
};

std::string stamped(int second, const std::string &fraction, const std::string &text)
{
    return fmt::format("2026-11-22T07:30:{:02}{}Z {}\n", second, fraction, text);
}

struct Read {
    QStringList lines;
    int interruptions = 0;
    Result<> result;
};

Read read(ScriptedTransport &transport, LogOptions options)
{
    Read read;
    read.result = readLog(
        transport, options, {}, [&](std::string_view line) { read.lines << QString::fromUtf8(line.data(), qsizetype(line.size())); },
        [&](const Error &) { ++read.interruptions; });
    return read;
}

} // namespace

class TestLogs : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void thePathSaysWhatWasAskedFor()
    {
        QCOMPARE(logPath({.ns = "web", .pod = "a b", .container = "c", .follow = true, .previous = true, .since = 90s, .tail = 5}),
                 std::string("/api/v1/namespaces/web/pods/a%20b/log?timestamps=true&container=c&follow=true&previous=true"
                             "&sinceSeconds=90&tailLines=5"));
    }

    void linesAreWholeHoweverTheyArrive()
    {
        ScriptedTransport transport;
        transport.answers.push_back({200, {"2026-11-22T07:30:00Z one\n2026-11-22T07:30", ":01Z tw", "o\n", "2026-11-22T07:30:02Z last"}});
        const Read got = read(transport, {.ns = "web", .pod = "a"});
        QVERIFY(got.result.has_value());
        QCOMPARE(got.lines, QStringList({"one", "two", "last"}));
    }

    void timestampsAreShownOnlyWhenAskedFor()
    {
        ScriptedTransport transport;
        transport.answers.push_back({200, {stamped(0, "", "one")}});
        QCOMPARE(read(transport, {.ns = "web", .pod = "a", .timestamps = true}).lines, QStringList({"2026-11-22T07:30:00Z one"}));
    }

    void aLostConnectionIsResumedWithoutALineTwiceOrMissing()
    {
        ScriptedTransport transport;
        transport.answers.push_back({200, {stamped(1, ".1", "a"), stamped(2, ".25", "b"), stamped(2, ".25", "b again"), "2026-11-22T07:30:03Z hal"},
                                     ErrorKind::Unreachable});
        // The server repeats the second it was asked from; one more line came with the very same stamp.
        transport.answers.push_back({200, {stamped(2, ".1", "never seen before, but older"), stamped(2, ".25", "b"), stamped(2, ".25", "b again"),
                                           stamped(2, ".25", "b third"), stamped(3, "", "half a line, whole now")}});
        const Read got = read(transport, {.ns = "web", .pod = "a", .follow = true});
        QVERIFY(got.result.has_value());
        QCOMPARE(got.interruptions, 1);
        QCOMPARE(got.lines, QStringList({"a", "b", "b again", "b third", "half a line, whole now"}));
        QVERIFY2(transport.paths[1].find("sinceTime=2026-11-22T07%3A30%3A02.25Z") != std::string::npos, transport.paths[1].c_str());
    }

    void fractionsOfDifferentLengthAreOrderedAsNumbers()
    {
        ScriptedTransport transport;
        transport.answers.push_back({200, {stamped(1, ".12", "a")}, ErrorKind::Unreachable});
        transport.answers.push_back({200, {stamped(1, ".12", "a"), stamped(1, ".123", "b"), stamped(1, ".2", "c")}});
        QCOMPARE(read(transport, {.ns = "web", .pod = "a", .follow = true}).lines, QStringList({"a", "b", "c"}));
    }

    void whatCannotHealIsToldAtOnce()
    {
        ScriptedTransport transport;
        transport.answers.push_back({404, {R"({"kind":"Status","message":"pods a not found","reason":"NotFound","code":404})"}});
        const Read got = read(transport, {.ns = "web", .pod = "a", .follow = true});
        QVERIFY(!got.result);
        QVERIFY(got.result.error().kind == ErrorKind::NotFound);
        QCOMPARE(transport.paths.size(), std::size_t(1));
        QVERIFY(got.lines.isEmpty());
    }

    void aLogThatIsNotFollowedIsNotAskedForTwice()
    {
        ScriptedTransport transport;
        transport.answers.push_back({200, {stamped(1, "", "a")}, ErrorKind::Unreachable});
        const Read got = read(transport, {.ns = "web", .pod = "a"});
        QVERIFY(!got.result);
        QCOMPARE(got.lines, QStringList({"a"}));
    }
};

QTEST_GUILESS_MAIN(TestLogs)
#include "tst_logs.moc"
