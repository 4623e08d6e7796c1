// What a person notices of a plan that runs: order, limits, failures, time-outs, cancelling, going on, taking back.
#include "plan_kit.h"

#include <QElapsedTimer>

#include <nlohmann/json.hpp>

#include <fstream>
#include <thread>

using namespace timonier;
using namespace timonier::plan;
using namespace timonier::plan::test;

class TestRunner : public QObject
{
    Q_OBJECT
private slots:
    void stepsComeAfterWhatTheyNeedAndGoBackBeforeIt()
    {
        Bench bench;
        Things things;
        const Plan plan = planOf({thing(things, "c", {"b"}), thing(things, "a"), thing(things, "b", {"a"})});
        const auto summary = bench.run(plan);
        VERIFY_RESULT(summary);
        QVERIFY(summary->end == RunState::Finished && summary->changed == 3);
        QCOMPARE(things.history(), "+a +b +c");
        QCOMPARE(QString::fromStdString(bench.course("a")), "checking applying done");
        const auto back = bench.undo(plan);
        VERIFY_RESULT(back);
        QVERIFY(back->end == RunState::Finished && back->changed == 3);
        QCOMPARE(things.history(), "+a +b +c -c -b -a");
        QVERIFY(ledger::there(*bench.journal, plan.target)->empty());
    }

    void aFinishedPlanRunAgainChangesNothingAndSaysSo()
    {
        Bench bench;
        Things things;
        const Plan plan = planOf({thing(things, "a"), thing(things, "b", {"a"})});
        VERIFY_RESULT(bench.run(plan));
        bench.events.clear();
        const auto again = bench.run(plan);
        VERIFY_RESULT(again);
        QCOMPARE(again->changed, 0);
        QCOMPARE(QString::fromStdString(bench.course("a")), "checking already");
        QCOMPARE(bench.events.back().kind, Event::Kind::Ended);
        QCOMPARE(bench.events.back().changed, 0);
        QCOMPARE(things.history(), "+a +b");
        const auto nothing = bench.runner->undo(plan, bench.sink(), {});
        VERIFY_RESULT(nothing);
        QCOMPARE(nothing->changed, 2);
        QCOMPARE(bench.undo(plan)->changed, 0);
    }

    void whatWasThereBeforeIsNotTakenAway()
    {
        Bench bench;
        Things things;
        things.add("theirs");
        const Plan plan = planOf({thing(things, "theirs"), thing(things, "ours", {"theirs"})});
        VERIFY_RESULT(bench.run(plan));
        VERIFY_RESULT(bench.undo(plan));
        QVERIFY(things.has("theirs"));
        QVERIFY(!things.has("ours"));
    }

    // On another computer, or after a lost home folder.
    void whatNoLedgerKnowsIsTakenBackByItsMarksWhereAProviderIsAsked()
    {
        Bench bench;
        Things things;
        Plan plan = planOf({thing(things, "cloud"), thing(things, "local", {"cloud"})});
        plan.steps.front().provider = "aws";
        things.add("cloud");
        things.add("local");
        VERIFY_RESULT(bench.undo(plan));
        QCOMPARE(things.history(), std::string("+cloud +local")); // by the ledger there is nothing
        const auto back = bench.runner->undo(plan, bench.sink(), {}, Reach::Marks);
        VERIFY_RESULT(back);
        QCOMPARE(back->end, RunState::Finished);
        QCOMPARE(things.history(), std::string("+cloud +local -cloud")); // what is on this computer its ledger alone knows
        QVERIFY(ledger::there(*bench.journal, plan.target)->empty());
    }

    void limitsHold_data()
    {
        QTest::addColumn<QString>("which");
        QTest::addColumn<int>("most");
        QTest::newRow("all steps") << "all" << 5;
        QTest::newRow("a group") << "group" << 2;
        QTest::newRow("a provider") << "provider" << 3;
        QTest::newRow("a host") << "host" << 1;
    }
    void limitsHold()
    {
        QFETCH(QString, which);
        QFETCH(int, most);
        Bench bench;
        Things things;
        std::mutex mutex;
        int now = 0, peak = 0;
        std::vector<Step> steps;
        for (int i = 0; i < 10; ++i) {
            Step &step = steps.emplace_back(thing(things, "s" + std::to_string(i)));
            (which == "group" ? step.group : which == "provider" ? step.provider : which == "host" ? step.host : step.measure) = "x";
            step.apply = [&](StepContext &) -> Result<> {
                {
                    const std::scoped_lock lock(mutex);
                    peak = std::max(peak, ++now);
                }
                pause(Span(30), {});
                const std::scoped_lock lock(mutex);
                --now;
                return {};
            };
        }
        Plan plan = planOf(std::move(steps));
        plan.limits = {.all = 5, .groups = {{"x", 2}}, .providers = {{"x", 3}}};
        VERIFY_RESULT(bench.run(plan));
        QCOMPARE(peak, most);
    }

    void aFailureLetsItsNeighboursFinishAndBeginsNothing()
    {
        Bench bench;
        Things things;
        Step bad = thing(things, "bad"), slow = thing(things, "slow");
        bool heal = false;
        bad.apply = [&](StepContext &) -> Result<> {
            if (!heal)
                return fail(ErrorKind::Invalid, "the zone has no room: password=hunter2", "Take another zone");
            things.add("bad");
            return {};
        };
        slow.apply = [&](StepContext &context) -> Result<> {
            if (!pause(Span(150), context.stop()))
                return fail(ErrorKind::Cancelled, "cancelled");
            things.add("slow");
            return {};
        };
        const Plan plan = planOf({bad, slow, thing(things, "after", {"slow"})});
        const auto summary = bench.run(plan);
        VERIFY_RESULT(summary);
        QVERIFY(summary->end == RunState::Failed && summary->error);
        QCOMPARE(things.history(), "+slow");
        QCOMPARE(QString::fromStdString(bench.course("after")), "");
        const auto record = bench.journal->run(summary->run);
        VERIFY_RESULT(record);
        QCOMPARE(record->error, "the zone has no room: password=[redacted]");
        QCOMPARE(record->hint, "Take another zone");
        heal = true;
        const auto resumed = bench.runner->resume(*record, plan, bench.sink(), {});
        VERIFY_RESULT(resumed);
        QVERIFY(resumed->end == RunState::Finished && resumed->run == summary->run && resumed->changed == 2);
        QVERIFY(bench.journal->run(summary->run)->error.empty());
    }

    void whatMayHealIsTriedAgainAndNothingElse_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("calls");
        QTest::addColumn<bool>("good");
        QTest::newRow("no connection") << int(ErrorKind::Unreachable) << 3 << true;
        QTest::newRow("later") << int(ErrorKind::Throttled) << 3 << true;
        QTest::newRow("wrong input") << int(ErrorKind::Invalid) << 1 << false;
        QTest::newRow("may not") << int(ErrorKind::Forbidden) << 1 << false;
    }
    void whatMayHealIsTriedAgainAndNothingElse()
    {
        QFETCH(int, kind);
        QFETCH(int, calls);
        QFETCH(bool, good);
        Bench bench;
        Things things;
        int called = 0;
        Step step = thing(things, "a");
        step.retry = {.attempts = 3, .pause = Span(5)};
        step.apply = [&](StepContext &) -> Result<> {
            if (++called < 3)
                return fail(ErrorKind(kind), "not now");
            return {};
        };
        const auto summary = bench.run(planOf({step}));
        VERIFY_RESULT(summary);
        QCOMPARE(called, calls);
        QCOMPARE(summary->end == RunState::Finished, good);
        QCOMPARE(QString::fromStdString(bench.course("a")), good ? "checking applying pausing checking applying pausing checking applying done" : "checking applying failed");
    }

    void aStepWithoutASignOfLifeIsStopped()
    {
        Bench bench;
        Things things;
        Step silent = thing(things, "silent");
        silent.quiet = Span(300);
        silent.apply = [](StepContext &context) -> Result<> {
            pause(std::chrono::seconds(30), context.stop());
            return fail(ErrorKind::Cancelled, "cancelled");
        };
        const auto summary = bench.run(planOf({silent}));
        VERIFY_RESULT(summary);
        QVERIFY(summary->end == RunState::Failed && summary->error && summary->error->kind == ErrorKind::Timeout);
        QVERIFY2(summary->error->message.find("0.3 s") != std::string::npos, summary->error->message.c_str());
    }

    void oneThatSpeaksIsNotAndNeitherIsOneWhoseComputerSlept()
    {
        Bench bench;
        Things things;
        Step speaks = thing(things, "speaks"), sleeps = thing(things, "sleeps");
        speaks.quiet = Span(400);
        sleeps.quiet = std::chrono::minutes(5);
        speaks.apply = [&](StepContext &context) -> Result<> {
            for (int i = 0; i < 10; ++i) {
                context.print("still at it\n");
                if (!pause(Span(80), context.stop()))
                    return fail(ErrorKind::Cancelled, "stopped");
            }
            return {};
        };
        VERIFY_RESULT(bench.run(planOf({speaks})));
        QCOMPARE(QString::fromStdString(bench.course("speaks")), "checking applying done");
        sleeps.apply = [&](StepContext &context) -> Result<> {
            bench.clock->ahead = std::chrono::milliseconds(std::chrono::hours(8)).count(); // the lid was shut
            if (!pause(Span(600), context.stop()))
                return fail(ErrorKind::Cancelled, "stopped");
            return {};
        };
        VERIFY_RESULT(bench.run(planOf({sleeps})));
        QCOMPARE(QString::fromStdString(bench.course("sleeps")), "checking applying done");
    }

    void cancellingEndsWhatRunsAndItGoesOnLater()
    {
        Bench bench;
        Things things;
        std::stop_source stop;
        bool first = true;
        Step long_ = thing(things, "long");
        long_.apply = [&](StepContext &context) -> Result<> {
            if (first) {
                std::thread([&] { stop.request_stop(); }).join();
                if (!pause(std::chrono::seconds(20), context.stop()))
                    return fail(ErrorKind::Cancelled, "stopped");
            }
            things.add("long");
            return {};
        };
        const Plan plan = planOf({long_, thing(things, "next", {"long"})});
        QElapsedTimer timer;
        timer.start();
        const auto summary = bench.run(plan, stop.get_token());
        VERIFY_RESULT(summary);
        QVERIFY(timer.elapsed() < 5'000);
        QVERIFY(summary->end == RunState::Cancelled && !summary->error);
        QCOMPARE(bench.journal->run(summary->run)->state, RunState::Cancelled);
        first = false;
        const auto resumed = bench.runner->resume(*bench.journal->run(summary->run), plan, bench.sink(), {});
        VERIFY_RESULT(resumed);
        QCOMPARE(things.history(), "+long +next");
    }

    void twoCannotRunOnOneTarget()
    {
        Bench bench;
        Things things;
        Step step = thing(things, "a");
        std::optional<Error> refused;
        bool otherTarget = false;
        step.apply = [&](StepContext &) -> Result<> {
            const auto folder = bench.folder; // another window has a journal of its own
            auto journal = Journal::open(folder, bench.clock);
            if (!journal)
                return std::unexpected(journal.error());
            Runner second(**journal, *bench.clock);
            Things theirs;
            Plan plan = planOf({thing(theirs, "a")});
            if (const auto summary = second.run(plan, [](const Event &) {}, {}); !summary)
                refused = summary.error();
            plan.target = "test/others";
            otherTarget = second.run(plan, [](const Event &) {}, {}).has_value();
            if (const auto runs = (*journal)->runs(10); !runs || runs->back().state != RunState::Running)
                return fail(ErrorKind::Internal, "it is not seen to run");
            return {};
        };
        const auto summary = bench.run(planOf({step}));
        VERIFY_RESULT(summary);
        QVERIFY(summary->end == RunState::Finished);
        QVERIFY(refused && refused->kind == ErrorKind::Conflict);
        QVERIFY2(refused->message.find(std::to_string(QCoreApplication::applicationPid())) != std::string::npos, refused->message.c_str());
        QVERIFY(otherTarget);
    }

    void theDryRunTellsAllAndChangesNothing()
    {
        Things things;
        things.add("a");
        Step unsure = thing(things, "unsure");
        unsure.check = [](StepContext &) -> Result<bool> { return fail(ErrorKind::Unreachable, "nobody answers"); };
        const Plan plan = planOf({thing(things, "c", {"b"}), thing(things, "a"), thing(things, "b", {"a"}), unsure});
        const auto all = foresee(plan, nullptr, {});
        VERIFY_RESULT(all);
        using enum Foreseen::Verdict;
        QVERIFY((*all)[0].verdict == Later && (*all)[0].creates.size() == 1);
        QVERIFY((*all)[1].verdict == Already && (*all)[1].creates.empty());
        QVERIFY((*all)[2].verdict == Will);
        QVERIFY((*all)[3].verdict == Unknown && (*all)[3].error->message == "nobody answers");
        QCOMPARE(things.history(), "+a");
        Bench bench;
        VERIFY_RESULT(foresee(plan, bench.journal.get(), {}));
        QVERIFY(bench.journal->runs(10)->empty());
        QVERIFY(ledger::there(*bench.journal, plan.target)->empty());
        VERIFY_RESULT(bench.run(planOf({thing(things, "b"), thing(things, "d", {"b"})})));
        // More is wanted: the look at what there is waits to be taken, what was made behind it does not.
        Step look{.id = "look", .title = "Look", .check = [](StepContext &) -> Result<bool> { return false; }, .apply = [](StepContext &) -> Result<> { return {}; }};
        const auto grown = foresee(planOf({look, thing(things, "b", {"look"}), thing(things, "d", {"b"}), thing(things, "new", {"look"})}), bench.journal.get(), {});
        VERIFY_RESULT(grown);
        QVERIFY((*grown)[1].verdict == Already && (*grown)[2].verdict == Already && (*grown)[3].verdict == Later);
        const auto back = foreseeUndo(planOf({thing(things, "b"), thing(things, "d", {"b"})}), *bench.journal);
        VERIFY_RESULT(back);
        QCOMPARE(back->size(), std::size_t(2));
        QCOMPARE(back->front().creates.front().name, "d");
        QCOMPARE(things.history(), "+a +b +d");
    }

    void whatAnEarlierPlanMadeIsNotForgotten()
    {
        Bench bench;
        Things things;
        VERIFY_RESULT(bench.run(planOf({thing(things, "a"), thing(things, "old")})));
        const auto later = bench.run(planOf({thing(things, "a")}));
        VERIFY_RESULT(later);
        QVERIFY(later->end == RunState::Finished);
        QVERIFY(std::ranges::any_of(bench.events, [](const Event &event) { return event.kind == Event::Kind::Notice && event.text.find("thing old") != std::string::npos; }));
        const auto back = bench.undo(planOf({thing(things, "a")}));
        VERIFY_RESULT(back);
        QVERIFY(back->end == RunState::Failed && back->error->kind == ErrorKind::Conflict);
        QVERIFY(things.has("old") && !things.has("a"));
    }

    void aPlanThatCannotBeRunIsRefused_data()
    {
        QTest::addColumn<int>("fault");
        for (int fault = 0; fault < 7; ++fault)
            QTest::addRow("%d", fault) << fault;
    }
    void aPlanThatCannotBeRunIsRefused()
    {
        QFETCH(int, fault);
        Bench bench;
        Things things;
        Plan plan = planOf({thing(things, "a"), thing(things, "b", {"a"})});
        switch (fault) {
        case 0: plan.steps[0].needs = {"b"}; break;
        case 1: plan.steps[0].needs = {"a"}; break;
        case 2: plan.steps[0].needs = {"nobody"}; break;
        case 3: plan.steps[1].id = "a"; break;
        case 4: plan.steps[1].check = nullptr; break;
        case 5: plan.steps[1].undo = nullptr; break;
        case 6: plan.target.clear(); break;
        }
        const auto summary = bench.run(plan);
        QVERIFY(!summary && summary.error().kind == ErrorKind::Invalid);
        QCOMPARE(things.history(), "");
    }

    void progressNeverGoesBackAndEndsAtOne()
    {
        Bench bench;
        Things things;
        std::vector<Step> steps;
        for (int i = 0; i < 5; ++i) {
            steps.push_back(thing(things, "s" + std::to_string(i), i ? std::vector<std::string>{"s" + std::to_string(i - 1)} : std::vector<std::string>()));
            steps.back().apply = [](StepContext &context) -> Result<> {
                for (const double done : {0.5, 0.2, 0.9}) {
                    context.progress(done);
                    pause(Span(20), {});
                }
                return {};
            };
        }
        VERIFY_RESULT(bench.run(planOf(std::move(steps))));
        double last = -1;
        for (const Event &event : bench.events) {
            if (event.kind != Event::Kind::Progress)
                continue;
            QVERIFY(event.fraction >= last);
            last = event.fraction;
        }
        QCOMPARE(last, 1.0);
    }

    void estimatesLearnFromWhatItTook()
    {
        Bench bench;
        Things things;
        Step step = thing(things, "a");
        step.estimate = std::chrono::minutes(10);
        const Plan plan = planOf({step});
        VERIFY_RESULT(bench.run(plan));
        const auto expected = foresee(plan, bench.journal.get(), {});
        VERIFY_RESULT(expected);
        QVERIFY(expected->front().estimate < std::chrono::seconds(5));
    }

    void partsOfAStepAreToldInTheirOrderAndKept()
    {
        Bench bench;
        Things things;
        Step step = thing(things, "a");
        step.apply = [&](StepContext &context) -> Result<> {
            for (const char *name : {"one", "two", "three"})
                context.part(name, std::string("Deployment ") + name, PartState::Waiting);
            context.part("two", "Deployment two", PartState::Running, "waits for 2 pods");
            context.part("one", "Deployment one", PartState::Failed, "it said: Authorization: Bearer abcdefghijklmnop");
            context.print("looked\n");
            return fail(ErrorKind::Invalid, "one of three was refused");
        };
        const auto summary = bench.run(planOf({step}));
        VERIFY_RESULT(summary);
        std::map<std::string, PartState> told; // how often in between is a matter of time
        for (const Event &event : bench.events)
            if (event.kind == Event::Kind::Part)
                told[event.part] = event.partState;
        QVERIFY(told["one"] == PartState::Failed && told["two"] == PartState::Waiting); // it is over: nothing runs any more
        const auto parts = bench.journal->parts(summary->run);
        VERIFY_RESULT(parts);
        QCOMPARE(parts->size(), std::size_t(3));
        QVERIFY((*parts)[1].id == "two" && parts->back().id == "three");
        QCOMPARE(parts->front().title, "Deployment one");
        QCOMPARE(parts->front().state, PartState::Failed);
        QVERIFY(parts->front().ended > 0 && (*parts)[1].ended == 0);
        QVERIFY2(parts->front().reason.find("redacted") != std::string::npos, parts->front().reason.c_str());
    }

    void aResumedRunTellsWhatIsOverAlready()
    {
        Bench bench;
        Things things;
        bool fails = true;
        Step step = thing(things, "a");
        step.apply = [&](StepContext &context) -> Result<> {
            context.part("one", "Host one", PartState::Waiting);
            context.part("two", "Host two", PartState::Waiting);
            if (fails) {
                context.part("one", "Host one", PartState::Done);
                context.part("two", "Host two", PartState::Failed, "no answer");
                return fail(ErrorKind::Invalid, "two does not answer");
            }
            context.part("one", "Host one", PartState::Already);
            context.part("two", "Host two", PartState::Done);
            things.add("a");
            return {};
        };
        const Plan plan = planOf({step});
        const auto summary = bench.run(plan);
        VERIFY_RESULT(summary);
        fails = false;
        bench.events.clear();
        VERIFY_RESULT(bench.runner->resume(*bench.journal->run(summary->run), plan, bench.sink(), {}));
        QCOMPARE(bench.events[1].part, "one"); // right after it has begun
        QCOMPARE(bench.events[1].partState, PartState::Done);
        QCOMPARE(bench.events[2].partState, PartState::Waiting);
        QCOMPARE(bench.events[2].text, "");
        const auto parts = bench.journal->parts(summary->run);
        QCOMPARE(parts->back().state, PartState::Done);
        QCOMPARE(parts->size(), std::size_t(2));
    }

    void tenThousandChangesOfPartsCostFewWrites()
    {
        Bench bench;
        Things things;
        Step step = thing(things, "a");
        step.apply = [&](StepContext &context) -> Result<> {
            for (const PartState state : {PartState::Waiting, PartState::Running, PartState::Done})
                for (int i = 0; i < 3'334; ++i)
                    context.part(std::to_string(i), "Object", state);
            things.add("a");
            return {};
        };
        QElapsedTimer timer;
        timer.start();
        const auto summary = bench.run(planOf({step}));
        VERIFY_RESULT(summary);
        const auto told = std::ranges::count(bench.events, Event::Kind::Part, &Event::kind);
        QCOMPARE(bench.journal->parts(summary->run)->size(), std::size_t(3'334));
        fmt::print("10,002 changes of 3,334 parts: {} told, {} ms\n", told, timer.elapsed());
        QVERIFY2(told <= 3 * 3'334, std::to_string(told).c_str());
        QVERIFY2(timer.elapsed() < 5'000, std::to_string(timer.elapsed()).c_str());
    }

    void noSecretReachesTheJournal()
    {
        Bench bench;
        Things things;
        Step step = thing(things, "a");
        step.apply = [](StepContext &context) -> Result<> {
            context.print("\x1b[31mpassword: hunter2\x1b[0m\nplain words\n-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0a2V5\n");
            context.print("bW9yZW9maXQ=\n-----END RSA PRIVATE KEY-----\nafter\n");
            return fail(ErrorKind::Server, "it said: Authorization: Bearer abcdefghijklmnop");
        };
        const auto summary = bench.run(planOf({step}));
        VERIFY_RESULT(summary);
        std::string kept;
        const auto lines = bench.journal->output(summary->run);
        VERIFY_RESULT(lines);
        for (const OutputLine &line : *lines)
            kept += line.text + "\n";
        QCOMPARE(kept, "password: [redacted]\nplain words\n[redacted]\nafter\n");
        std::string told;
        for (const Event &event : bench.events)
            told += eventJson(event) + "\n";
        bench.journal.reset();
        for (const char *file : {"journal.db", "journal.db-wal"}) {
            std::ifstream stream(bench.folder / file, std::ios::binary);
            told += std::string(std::istreambuf_iterator<char>(stream), {});
        }
        QVERIFY(told.find("plain words") != std::string::npos);
        for (const char *secret : {"hunter2", "c2VjcmV0a2V5", "bW9yZW9maXQ", "abcdefghijklmnop"})
            QVERIFY2(told.find(secret) == std::string::npos, secret);
    }

    void eachEventIsOneLineOfJson()
    {
        Bench bench;
        Things things;
        Step step = thing(things, "a");
        step.apply = [&](StepContext &context) -> Result<> {
            context.print("caf\xe9\n"); // no UTF-8
            return {};
        };
        VERIFY_RESULT(bench.run(planOf({step})));
        std::string kinds;
        for (const Event &event : bench.events) {
            const std::string line = eventJson(event);
            QCOMPARE(line.find('\n'), std::string::npos);
            const auto json = nlohmann::json::parse(line, nullptr, false);
            QVERIFY2(json.is_object() && json.contains("run") && json.contains("at"), line.c_str());
            if (json["event"] != "progress")
                kinds += std::string(json["event"]) + " ";
        }
        QCOMPARE(QString::fromStdString(kinds), "begun step step resource line resource step ended ");
    }
};

QTEST_GUILESS_MAIN(TestRunner)
#include "tst_runner.moc"
