// Many logs at once, against a server made up of threads: bounded, in order, and gone without waiting.
#include "kube/log_feed.h"

#include <QElapsedTimer>
#include <QTest>

#include <fmt/format.h>

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>

using namespace timonier;
using namespace std::chrono_literals;

namespace {

// Sends each log from a thread of its own, as fast as it is taken, and obeys when it is asked to wait.
struct ThreadedServer final : Transport {
    struct Script {
        int lines = 3;
        int status = 200;
        std::string refusal{};
        bool endless = false;
        bool silent = false;                 // answers nothing
    };
    struct Line {
        std::mutex mutex;
        std::condition_variable_any wake;
        bool paused = false;
    };
    struct Handle final : Call {
        Handle(std::shared_ptr<Line> of, std::jthread on) : line(std::move(of)), thread(std::move(on)) {}
        void resume() override
        {
            {
                const std::scoped_lock lock(line->mutex);
                line->paused = false;
            }
            line->wake.notify_all();
        }
        void cancel() override { thread.request_stop(); }
        std::shared_ptr<Line> line;
        std::jthread thread;
    };

    std::function<Script(const std::string &path)> script = [](const std::string &) { return Script{}; };
    std::atomic<std::size_t> sent = 0;
    std::atomic<int> open = 0, mostOpen = 0;

    std::unique_ptr<Call> start(Request request, std::shared_ptr<Receiver> receiver) override
    {
        auto line = std::make_shared<Line>();
        const int now = ++open;
        for (int most = mostOpen; now > most && !mostOpen.compare_exchange_weak(most, now);)
            continue;
        std::jthread thread([this, line, receiver, what = script(request.path)](std::stop_token stop) {
            serve(*line, *receiver, what, stop);
            --open;
        });
        return std::make_unique<Handle>(line, std::move(thread));
    }

    void serve(Line &line, Receiver &receiver, const Script &what, const std::stop_token &stop)
    {
        std::unique_lock lock(line.mutex);
        if (what.silent) {
            line.wake.wait(lock, stop, [] { return false; });
            return;
        }
        receiver.head({.status = what.status});
        if (!what.refusal.empty())
            receiver.data(what.refusal);
        for (int i = 0; what.refusal.empty() && (what.endless || i < what.lines) && !stop.stop_requested(); ++i) {
            const std::string text = fmt::format("2026-11-22T07:30:00.{:09}Z line {}{}\n", i % 1'000'000'000, i, what.endless ? std::string(100, 'x') : "");
            sent += text.size();
            lock.unlock();
            const Flow flow = receiver.data(text);
            lock.lock();
            if (flow == Flow::Pause) {
                line.paused = true;
                line.wake.wait(lock, stop, [&] { return !line.paused; });
            }
        }
        receiver.finished({});
    }
};

std::vector<LogOptions> logs(int count)
{
    std::vector<LogOptions> out;
    for (int i = 0; i < count; ++i)
        out.push_back({.ns = "web", .pod = fmt::format("pod-{}", i)});
    return out;
}

// Takes until so many logs have ended or failed.
struct Taken {
    std::map<std::uint32_t, std::vector<std::string>> lines;
    std::map<std::uint32_t, std::vector<LogNews::Type>> news;
    std::optional<Error> error;

    void from(LogFeed &feed, int ends)
    {
        QElapsedTimer passed;
        passed.start();
        while (ends > 0 && passed.elapsed() < 20'000) {
            LogPiece piece = feed.take();
            for (LogLine &line : piece.lines)
                lines[line.source].push_back(std::move(line.text));
            for (LogNews &one : piece.news) {
                news[one.source].push_back(one.type);
                ends -= one.type == LogNews::Type::Ended || one.type == LogNews::Type::Failed ? 1 : 0;
                if (one.error)
                    error = one.error;
            }
            std::this_thread::sleep_for(1ms);
        }
        QCOMPARE(ends, 0);
    }
};

} // namespace

class TestLogFeed : public QObject
{
    Q_OBJECT

private:
    std::shared_ptr<Worker> m_closing = std::make_shared<Worker>("close");

private Q_SLOTS:
    void eachLogComesWholeAndInItsOrder()
    {
        const auto server = std::make_shared<ThreadedServer>();
        server->script = [](const std::string &) { return ThreadedServer::Script{.lines = 500}; };
        const auto feed = followLogs(server, m_closing, logs(5), [] {});
        Taken taken;
        taken.from(*feed, 5);
        QCOMPARE(taken.lines.size(), std::size_t(5));
        for (const auto &[source, lines] : taken.lines) {
            QCOMPARE(lines.size(), std::size_t(500));
            for (std::size_t i = 0; i < lines.size(); ++i)
                QCOMPARE(lines[i], "line " + std::to_string(i));
            QCOMPARE(taken.news[source], (std::vector{LogNews::Type::Begun, LogNews::Type::Ended}));
        }
    }

    void whatIsNotTakenWaitsAtTheServer()
    {
        const auto server = std::make_shared<ThreadedServer>();
        server->script = [](const std::string &) { return ThreadedServer::Script{.endless = true}; };
        const auto feed = followLogs(server, m_closing, logs(3), [] {});
        std::size_t before = 1;
        for (std::size_t now = 0; before != now; std::this_thread::sleep_for(100ms))
            before = std::exchange(now, server->sent.load());
        // 1 MB of our own and, for each log, half a megabyte on its way twice over.
        QVERIFY2(server->sent < (1u << 20) + 3 * (1u << 20) + (1u << 20), std::to_string(server->sent).c_str());
        // And goes on once it is taken.
        std::size_t lines = 0;
        QElapsedTimer passed;
        passed.start();
        while (lines < 100'000 && passed.elapsed() < 20'000) {
            const LogPiece piece = feed->take();
            std::size_t bytes = 0;
            for (const LogLine &line : piece.lines)
                bytes += line.text.size();
            QVERIFY(bytes <= 1u << 20);
            lines += piece.lines.size();
        }
        QVERIFY(lines >= 100'000);
    }

    void itWakesOnceUntilItIsTakenFrom()
    {
        const auto server = std::make_shared<ThreadedServer>();
        server->script = [](const std::string &) { return ThreadedServer::Script{.lines = 200}; };
        std::atomic<int> wakes = 0;
        const auto feed = followLogs(server, m_closing, logs(4), [&] { ++wakes; });
        QTRY_COMPARE(wakes.load(), 1);
        QTest::qWait(100);
        QCOMPARE(wakes.load(), 1);
        QVERIFY(!feed->take().lines.empty());
        feed->add({{.ns = "web", .pod = "another"}});
        QTRY_COMPARE(wakes.load(), 2);
    }

    void lettingGoTakesNoTimeWhateverTheServerDoes_data()
    {
        QTest::addColumn<bool>("silent");
        QTest::newRow("it answers nothing") << true;
        QTest::newRow("it floods, and the inbox is full") << false;
    }
    void lettingGoTakesNoTimeWhateverTheServerDoes()
    {
        QFETCH(bool, silent);
        const auto server = std::make_shared<ThreadedServer>();
        server->script = [silent](const std::string &) { return ThreadedServer::Script{.endless = !silent, .silent = silent}; };
        auto wakes = std::make_shared<std::atomic<int>>(0);
        auto feed = followLogs(server, m_closing, logs(20), [wakes] { ++*wakes; });
        QTest::qWait(100);
        QElapsedTimer passed;
        passed.start();
        feed.reset();
        QVERIFY2(passed.elapsed() < 50, std::to_string(passed.elapsed()).c_str());
        const int after = *wakes;
        // The threads end elsewhere.
        QTRY_COMPARE(server->open.load(), 0);
        QCOMPARE(wakes->load(), after);
    }

    void noMoreThanFortyAreReadAtATimeAndTheOthersFollow()
    {
        const auto server = std::make_shared<ThreadedServer>();
        const auto feed = followLogs(server, m_closing, logs(100), [] {});
        Taken taken;
        taken.from(*feed, 100);
        QCOMPARE(taken.lines.size(), std::size_t(100));
        QVERIFY2(server->mostOpen <= int(mostLogsAtOnce), std::to_string(server->mostOpen).c_str());
    }

    void theOthersWaitWhileTheFirstFortyGoOn()
    {
        const auto server = std::make_shared<ThreadedServer>();
        server->script = [](const std::string &) { return ThreadedServer::Script{.silent = true}; };
        const auto feed = followLogs(server, m_closing, logs(45), [] {});
        std::size_t begun = 0;
        QTest::qWait(200);
        for (const LogNews &news : feed->take().news)
            begun += news.type == LogNews::Type::Begun ? 1u : 0u;
        QCOMPARE(begun, mostLogsAtOnce);
    }

    void anErrorIsNewsOfItsLogAlone()
    {
        const auto server = std::make_shared<ThreadedServer>();
        server->script = [](const std::string &path) {
            if (path.find("pod-1/") == std::string::npos)
                return ThreadedServer::Script{};
            return ThreadedServer::Script{.status = 403,
                                          .refusal = "{\"kind\":\"Status\",\"message\":\"pods \\\"pod-1\\\" is forbidden\",\"reason\":\"Forbidden\",\"code\":403}"};
        };
        const auto feed = followLogs(server, m_closing, logs(3), [] {});
        Taken taken;
        taken.from(*feed, 3);
        QCOMPARE(taken.news[1], (std::vector{LogNews::Type::Begun, LogNews::Type::Failed}));
        QVERIFY(taken.error && taken.error->kind == ErrorKind::Forbidden);
        QCOMPARE(taken.lines[0].size(), std::size_t(3));
        QCOMPARE(taken.lines[2].size(), std::size_t(3));
    }

    void whatIsAddedIsNumberedOn()
    {
        const auto server = std::make_shared<ThreadedServer>();
        const auto feed = followLogs(server, m_closing, logs(2), [] {});
        Taken taken;
        taken.from(*feed, 2);
        feed->add(logs(2));
        taken.from(*feed, 2);
        QVERIFY(taken.lines.contains(2) && taken.lines.contains(3));
    }
};

QTEST_GUILESS_MAIN(TestLogFeed)
#include "tst_log_feed.moc"
