// The reflector's states as a table, and its effects against a scripted transport with the time in the test's hands.
#include "kube/live_table.h"
#include "kube/reflector.h"

#include <QTest>

#include <fmt/ranges.h>

#include <deque>

using namespace timonier;
using namespace std::chrono_literals;
using State = ReflectorState;
using Event = ReflectorEvent;
using Action = ReflectorAction;

Q_DECLARE_METATYPE(timonier::ReflectorState)
Q_DECLARE_METATYPE(timonier::ReflectorEvent)
Q_DECLARE_METATYPE(timonier::ReflectorAction)

namespace {

// Keeps each request, for the test to answer.
struct ScriptedTransport final : Transport {
    struct Open {
        Request request;
        std::shared_ptr<Receiver> receiver;
        bool cancelled = false;
    };
    struct Handle final : Call {
        std::shared_ptr<Open> open;
        void resume() override {}
        void cancel() override { open->cancelled = true; }
    };
    std::deque<std::shared_ptr<Open>> calls;

    std::unique_ptr<Call> start(Request request, std::shared_ptr<Receiver> receiver) override
    {
        calls.push_back(std::make_shared<Open>(std::move(request), std::move(receiver)));
        auto handle = std::make_unique<Handle>();
        handle->open = calls.back();
        return handle;
    }
    Open &last() { return *calls.back(); }
    void answer(int status, std::string_view body, std::optional<std::chrono::seconds> retryAfter = {})
    {
        const auto call = calls.back();
        call->receiver->head({.status = status, .retryAfter = retryAfter});
        call->receiver->data(body);
        call->receiver->finished({});
    }
};

std::string pod(std::string_view name, int revision, std::string_view phase = "Running")
{
    return fmt::format(R"({{"metadata":{{"name":"{0}","namespace":"web","uid":"{0}-uid","resourceVersion":"{1}"}},)"
                       R"("spec":{{"containers":[]}},"status":{{"phase":"{2}"}}}})",
                       name, revision, phase);
}

std::string list(int revision, std::initializer_list<std::string> items)
{
    return fmt::format(R"({{"kind":"PodList","apiVersion":"v1","metadata":{{"resourceVersion":"{}"}},"items":[{}]}})",
                       revision, fmt::join(items, ","));
}

std::string wire(std::string_view type, const std::string &object)
{
    return fmt::format(R"({{"type":"{}","object":{}}})", type, object) + "\n";
}

constexpr std::string_view gone =
    R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"too old","reason":"Expired","code":410})";

// A table on a scripted server, and what a view of it would hold.
struct Fixture {
    std::shared_ptr<ScriptedTransport> transport = std::make_shared<ScriptedTransport>();
    std::shared_ptr<ManualExecutor> executor = std::make_shared<ManualExecutor>();
    std::shared_ptr<BatchInbox> inbox = std::make_shared<BatchInbox>([] {});
    std::unique_ptr<LiveTable> table;
    std::map<std::string, RowPtr> rows;
    std::unordered_map<Uid, std::string> names;
    TableStatus status;

    Fixture()
    {
        table = std::make_unique<LiveTable>(*typedKind("pods"), Scope{}, transport, executor, *executor);
        table->add(inbox);
        run();
    }
    void run()
    {
        executor->drain();
        Batch batch = inbox->take();
        if (batch.reset)
            rows.clear();
        for (auto &[uid, row] : batch.changes) {
            if (row) {
                names[uid] = std::string(row->name);
                rows[names[uid]] = row;
            } else {
                rows.erase(names[uid]);
            }
        }
        if (batch.status)
            status = *batch.status;
    }
    void answer(int status_, std::string_view body, std::optional<std::chrono::seconds> retryAfter = {})
    {
        transport->answer(status_, body, retryAfter);
        run();
    }
    // A watch that stays open.
    void watchAccepted()
    {
        transport->last().receiver->head({.status = 200});
        run();
    }
    void watchSends(std::string_view bytes)
    {
        transport->last().receiver->data(bytes);
        run();
    }
    void callFails(ErrorKind kind)
    {
        const auto call = transport->calls.back();
        call->receiver->finished(fail(kind, "test"));
        run();
    }
    void advance(std::chrono::milliseconds by)
    {
        executor->advance(by);
        run();
    }
    void live(std::initializer_list<std::string> items, int revision = 10)
    {
        answer(200, list(revision, items));
        watchAccepted();
    }
    std::string path() { return transport->last().request.path; }
    QStringList shown() const
    {
        QStringList names_;
        for (const auto &[name, row] : rows)
            names_ << QString::fromStdString(name);
        return names_;
    }
};

} // namespace

class TestReflector : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyTransitionIsAsTheTableSays_data()
    {
        QTest::addColumn<State>("from");
        QTest::addColumn<Event>("event");
        QTest::addColumn<bool>("complete");
        QTest::addColumn<State>("to");
        QTest::addColumn<Action>("action");
        using enum ReflectorState;
        struct Line {
            State from;
            Event event;
            int complete; // 0, 1; 2: whichever
            State to;
            Action action;
        };
        // Every state with every event. What is not special is "stays, does nothing", and is listed all the same.
        const Line lines[] = {
            {Stopped, Event::Start, 0, Listing, Action::List},
            {Stopped, Event::Start, 1, Relisting, Action::List},
            {Stopped, Event::Stop, 2, Stopped, Action::None},
            {Stopped, Event::Listed, 2, Stopped, Action::None},
            {Stopped, Event::Watched, 2, Stopped, Action::None},
            {Stopped, Event::WatchEnded, 2, Stopped, Action::None},
            {Stopped, Event::Gone, 2, Stopped, Action::None},
            {Stopped, Event::Lost, 2, Stopped, Action::None},
            {Stopped, Event::Refused, 2, Stopped, Action::None},
            {Stopped, Event::Retry, 2, Stopped, Action::None},
            {Stopped, Event::Jumped, 2, Stopped, Action::None},
            {Listing, Event::Start, 2, Listing, Action::None},
            {Listing, Event::Stop, 2, Stopped, Action::Close},
            {Listing, Event::Listed, 2, Watching, Action::Watch},
            {Listing, Event::Watched, 2, Listing, Action::None},
            {Listing, Event::WatchEnded, 2, Listing, Action::None},
            {Listing, Event::Gone, 2, Listing, Action::List},
            {Listing, Event::Lost, 2, Stale, Action::Backoff},
            {Listing, Event::Refused, 2, Forbidden, Action::Backoff},
            {Listing, Event::Retry, 2, Listing, Action::None},
            {Listing, Event::Jumped, 2, Listing, Action::List},
            {Watching, Event::Start, 2, Watching, Action::None},
            {Watching, Event::Stop, 2, Stopped, Action::Close},
            {Watching, Event::Listed, 2, Watching, Action::None},
            {Watching, Event::Watched, 2, Watching, Action::None},
            {Watching, Event::WatchEnded, 2, Watching, Action::Watch},
            {Watching, Event::Gone, 2, Relisting, Action::List},
            {Watching, Event::Lost, 2, Stale, Action::Backoff},
            {Watching, Event::Refused, 2, Forbidden, Action::Backoff},
            {Watching, Event::Retry, 2, Watching, Action::None},
            {Watching, Event::Jumped, 2, Relisting, Action::List},
            {Stale, Event::Start, 2, Stale, Action::None},
            {Stale, Event::Stop, 2, Stopped, Action::Close},
            {Stale, Event::Listed, 2, Stale, Action::None},
            {Stale, Event::Watched, 2, Watching, Action::None},
            {Stale, Event::WatchEnded, 2, Stale, Action::Backoff},
            {Stale, Event::Gone, 0, Listing, Action::List},
            {Stale, Event::Gone, 1, Relisting, Action::List},
            {Stale, Event::Lost, 2, Stale, Action::Backoff},
            {Stale, Event::Refused, 2, Forbidden, Action::Backoff},
            {Stale, Event::Retry, 0, Listing, Action::List},
            {Stale, Event::Retry, 1, Stale, Action::Watch},
            {Stale, Event::Jumped, 0, Listing, Action::List},
            {Stale, Event::Jumped, 1, Relisting, Action::List},
            {Relisting, Event::Start, 2, Relisting, Action::None},
            {Relisting, Event::Stop, 2, Stopped, Action::Close},
            {Relisting, Event::Listed, 2, Watching, Action::Watch},
            {Relisting, Event::Watched, 2, Relisting, Action::None},
            {Relisting, Event::WatchEnded, 2, Relisting, Action::None},
            {Relisting, Event::Gone, 2, Relisting, Action::List},
            {Relisting, Event::Lost, 2, Stale, Action::Backoff},
            {Relisting, Event::Refused, 2, Forbidden, Action::Backoff},
            {Relisting, Event::Retry, 2, Relisting, Action::None},
            {Relisting, Event::Jumped, 2, Relisting, Action::List},
            {Forbidden, Event::Start, 2, Forbidden, Action::None},
            {Forbidden, Event::Stop, 2, Stopped, Action::Close},
            {Forbidden, Event::Listed, 2, Forbidden, Action::None},
            {Forbidden, Event::Watched, 2, Forbidden, Action::None},
            {Forbidden, Event::WatchEnded, 2, Forbidden, Action::None},
            {Forbidden, Event::Gone, 2, Forbidden, Action::None},
            {Forbidden, Event::Lost, 2, Forbidden, Action::None},
            {Forbidden, Event::Refused, 2, Forbidden, Action::None},
            {Forbidden, Event::Retry, 0, Listing, Action::List},
            {Forbidden, Event::Retry, 1, Relisting, Action::List},
            {Forbidden, Event::Jumped, 2, Forbidden, Action::None},
        };
        for (const Line &line : lines)
            for (int complete = 0; complete < 2; ++complete)
                if (line.complete == 2 || line.complete == complete)
                    QTest::addRow("%s, event %d, %s", name(line.from).data(), int(line.event), complete ? "complete" : "new")
                        << line.from << line.event << bool(complete) << line.to << line.action;
    }
    void everyTransitionIsAsTheTableSays()
    {
        QFETCH(State, from);
        QFETCH(Event, event);
        QFETCH(bool, complete);
        QFETCH(State, to);
        QFETCH(Action, action);
        const ReflectorStep expected{to, action};
        QVERIFY(next(from, event, complete) == expected);
    }

    void listsOnceThenWatchesFromTheListsRevision()
    {
        Fixture f;
        QCOMPARE(f.path(), std::string("/api/v1/pods?resourceVersion=0"));
        QVERIFY(f.status.state == State::Listing);
        f.live({pod("a", 3), pod("b", 4)}, 10);
        QCOMPARE(f.shown(), QStringList({"a", "b"}));
        QVERIFY(f.path().starts_with("/api/v1/pods?watch=1&allowWatchBookmarks=true&resourceVersion=10&timeoutSeconds="));
        QVERIFY(f.status.state == State::Watching && f.status.complete);
    }

    void rowsAppearWhileTheListArrives()
    {
        Fixture f;
        const std::string body = list(10, {pod("a", 3), pod("b", 4)});
        f.transport->last().receiver->head({.status = 200});
        f.transport->last().receiver->data(body.substr(0, body.size() - 20)); // b is not whole yet
        f.run();
        QCOMPARE(f.shown(), QStringList({"a"}));
        QVERIFY(!f.status.complete);
    }

    void changesAreAppliedAndTheNextWatchBeginsAfterThem()
    {
        Fixture f;
        f.live({pod("a", 3), pod("b", 4)});
        f.watchSends(wire("ADDED", pod("c", 11)) + wire("DELETED", pod("a", 12)) + wire("MODIFIED", pod("b", 13, "Failed")));
        QCOMPARE(f.shown(), QStringList({"b", "c"}));
        f.watchSends(wire("BOOKMARK", R"({"metadata":{"resourceVersion":"99"}})"));
        f.advance(5s);
        f.transport->last().receiver->finished({}); // its time ran out
        f.run();
        QVERIFY2(f.path().find("resourceVersion=99&") != std::string::npos, f.path().c_str());
        QVERIFY(f.status.state == State::Watching);
    }

    void aLostWatchKeepsTheRowsAndSaysTheyAreOldAndGoesOnWhereItWas()
    {
        Fixture f;
        f.live({pod("a", 3)});
        f.callFails(ErrorKind::Unreachable);
        QVERIFY(f.status.state == State::Stale);
        QVERIFY(f.status.error && f.status.retryIn);
        QCOMPARE(f.shown(), QStringList({"a"}));
        f.advance(1s);
        QVERIFY2(f.path().find("watch=1") != std::string::npos, "a short loss needs no new LIST");
        QVERIFY2(f.status.state == State::Stale, "asked is not answered");
        f.watchAccepted();
        QVERIFY(f.status.state == State::Watching);
        QVERIFY(!f.status.error);
    }

    void goneAsAStatusRelistsFromTheNewest()
    {
        Fixture f;
        f.live({pod("a", 3), pod("b", 4)});
        f.callFails(ErrorKind::Unreachable);
        f.advance(1s);
        f.answer(410, gone);
        QVERIFY(f.status.state == State::Relisting);
        QCOMPARE(f.path(), std::string("/api/v1/pods"));
        f.answer(200, list(50, {pod("b", 4), pod("c", 40)}));
        QCOMPARE(f.shown(), QStringList({"b", "c"})); // a was deleted while nobody watched
    }

    void goneInsideTheStreamRelistsAndItsRevisionIsNotUsed()
    {
        Fixture f;
        f.live({pod("a", 3)});
        f.watchSends(wire("ERROR", std::string(gone)));
        QVERIFY(f.status.state == State::Relisting);
        QCOMPARE(f.path(), std::string("/api/v1/pods"));
        QCOMPARE(f.shown(), QStringList({"a"}));
    }

    void aServerThatAnswersEveryListWithGoneIsNotAskedInACircle()
    {
        Fixture f;
        for (int i = 0; i < 3; ++i)
            f.answer(410, gone);
        QVERIFY(f.transport->calls.size() <= 3);
        QVERIFY(f.status.state == State::Stale);
    }

    void aListCutInTheMiddleKeepsWhatItBroughtAndIsAskedForAgain()
    {
        Fixture f;
        const std::string body = list(10, {pod("a", 3), pod("b", 4)});
        f.answer(200, body.substr(0, body.size() - 30));
        QVERIFY(f.status.state == State::Stale);
        QCOMPARE(f.shown(), QStringList({"a"}));
        f.advance(1s);
        QVERIFY(f.status.state == State::Listing);
        f.answer(200, list(11, {pod("b", 4)}));
        QCOMPARE(f.shown(), QStringList({"b"}));
    }

    void forbiddenSaysSoAndIsTriedAgainRarelyOrWhenAsked()
    {
        Fixture f;
        f.answer(403, R"({"kind":"Status","status":"Failure","message":"pods is forbidden: User x cannot list","reason":"Forbidden","code":403})");
        QVERIFY(f.status.state == State::Forbidden);
        QVERIFY(f.status.error->kind == ErrorKind::Forbidden);
        const auto asked = f.transport->calls.size();
        f.advance(20s);
        QCOMPARE(f.transport->calls.size(), asked);
        f.table->reflector().retry();
        f.run();
        QCOMPARE(f.transport->calls.size(), asked + 1);
    }

    void retryAfterIsKept()
    {
        Fixture f;
        f.answer(429, R"({"kind":"Status","message":"too many requests","code":429})", 7s);
        QVERIFY(f.status.retryIn >= 7s);
        f.advance(6900ms);
        QCOMPARE(f.transport->calls.size(), std::size_t(1));
        f.advance(200ms);
        QCOMPARE(f.transport->calls.size(), std::size_t(2));
    }

    void failuresInARowWaitLongerAndLongerButNeverMoreThanHalfAMinute()
    {
        Fixture f;
        std::chrono::milliseconds longest{0};
        for (int i = 0; i < 12; ++i) {
            f.callFails(ErrorKind::Unreachable);
            longest = std::max(longest, *f.status.retryIn);
            QVERIFY(*f.status.retryIn <= 30s);
            f.advance(*f.status.retryIn);
        }
        QVERIFY(longest >= 15s);
        QCOMPARE(f.transport->calls.size(), std::size_t(13));
    }

    void aWatchThatEndsEverySecondIsNoBusyLoop()
    {
        Fixture f;
        f.live({pod("a", 3)});
        const auto before = f.transport->calls.size();
        for (int i = 0; i < 60; ++i) { // a minute
            if (!f.transport->last().cancelled)
                f.answer(200, "");
            f.advance(1s);
        }
        QVERIFY2(f.transport->calls.size() - before <= 61, "about one request a second");
        QVERIFY(f.status.state == State::Watching);
    }

    void aWatchThatTheServerForgetsToEndIsMadeAnew()
    {
        Fixture f;
        f.live({pod("a", 3)});
        const auto before = f.transport->calls.size();
        f.advance(700s); // once or twice: how long a watch is to last is drawn by lot
        QVERIFY(f.transport->calls.size() > before);
        QVERIFY(f.transport->calls[before - 1]->cancelled);
    }

    void afterAClockJumpEverythingIsReadAgain()
    {
        Fixture f;
        f.live({pod("a", 3)});
        f.table->reflector().distrust();
        f.run();
        QVERIFY(f.status.state == State::Relisting);
        QVERIFY(f.path().find("resourceVersionMatch=NotOlderThan") != std::string::npos);
        f.answer(200, list(20, {pod("b", 15)}));
        QCOMPARE(f.shown(), QStringList({"b"}));
    }

    void anOlderRevisionDoesNotReplaceANewerRow()
    {
        Fixture f;
        f.live({pod("a", 30)}, 30);
        const RowPtr newest = f.rows["a"];
        f.watchSends(wire("MODIFIED", pod("a", 20, "Pending")));
        QVERIFY(f.rows["a"] == newest);
    }

    void nothingIsWatchedWhenNobodyLooks()
    {
        Fixture f;
        f.live({pod("a", 3)});
        QVERIFY(f.table->drop(f.inbox));
        QVERIFY(!f.table->isLookedAt());
        f.table.reset();
        QVERIFY(f.transport->last().cancelled);
        const auto before = f.transport->calls.size();
        f.advance(3600s);
        QCOMPARE(f.transport->calls.size(), before);
    }

    void aSecondLookGetsAllRowsAtOnceAndAsksTheServerNothing()
    {
        Fixture f;
        f.live({pod("a", 3), pod("b", 4)});
        const auto before = f.transport->calls.size();
        auto second = std::make_shared<BatchInbox>([] {});
        f.table->add(second);
        const Batch batch = second->take();
        QCOMPARE(batch.changes.size(), std::size_t(2));
        QVERIFY(batch.status->state == State::Watching);
        QCOMPARE(f.transport->calls.size(), before);
    }

    void junkInTheStreamLosesNoRow()
    {
        Fixture f;
        f.live({pod("a", 3)});
        f.watchSends("{\"type\":\"MODIFIED\",\"object\":{{{{\n");
        QVERIFY(f.status.state == State::Stale);
        f.advance(1s);
        QVERIFY(f.status.state == State::Relisting); // what the junk meant to say is not known
        QVERIFY(!f.path().contains("resourceVersion="));
        f.live({pod("a", 3), pod("b", 12)}, 12);
        QCOMPARE(f.shown(), QStringList({"a", "b"}));
    }

    void whoWasLetInBeforeDoubtsARefusal()
    {
        Fixture f;
        f.live({pod("a", 3)});
        f.answer(403, R"({"kind":"Status","code":403})");
        QVERIFY(f.status.state == State::Forbidden);
        QVERIFY(*f.status.retryIn <= 500ms);
        for (int i = 0; i < 6; ++i) {
            f.advance(*f.status.retryIn);
            f.answer(403, R"({"kind":"Status","code":403})");
        }
        QVERIFY(*f.status.retryIn >= 30s);
        QCOMPARE(f.shown(), QStringList({"a"}));
    }

    void aBrokenObjectInTheListIsSaidAndTheOthersAreLive()
    {
        Fixture f;
        f.live({pod("a", 3), R"({"metadata":{,}})", pod("b", 4)});
        QVERIFY(f.status.state == State::Watching);
        QVERIFY(f.status.complete);
        QVERIFY(f.status.error && f.status.error->kind == ErrorKind::Protocol);
        QCOMPARE(f.shown(), QStringList({"a", "b"}));
    }

    // Whatever it breaks with: the lists between succeed, and yet it must not become a circle.
    void aWatchThatBreaksWheneverItBeginsIsAskedLessAndLess_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::newRow("junk") << QByteArray("{\"type\":\"MODIFIED\",\"object\":{{{{\n");
        QTest::newRow("410") << QByteArray(R"({"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}})" "\n");
        QTest::newRow("500") << QByteArray(R"({"type":"ERROR","object":{"kind":"Status","code":500}})" "\n");
    }
    void aWatchThatBreaksWheneverItBeginsIsAskedLessAndLess()
    {
        QFETCH(QByteArray, line);
        Fixture f;
        f.live({pod("a", 3)});
        for (int quarter = 0; quarter < 480; ++quarter) { // two minutes
            if (!f.transport->last().cancelled && f.path().contains("watch=")) {
                f.watchAccepted();
                f.watchSends(line.toStdString());
            } else if (!f.transport->last().cancelled) {
                f.answer(200, list(10, {pod("a", 3)}));
            }
            f.advance(250ms);
        }
        QVERIFY2(f.transport->calls.size() < 40U, qPrintable(QString::number(static_cast<qsizetype>(f.transport->calls.size()))));
        QCOMPARE(f.shown(), QStringList({"a"}));
    }
};

QTEST_GUILESS_MAIN(TestReflector)
#include "tst_reflector.moc"
