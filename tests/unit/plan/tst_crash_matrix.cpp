// A plan of thirty steps is killed (SIGKILL) and cancelled at every step's every place, and resumed: the world is then that of an
// undisturbed run, and the ledger knows all of it. The same on the way back. The counts are printed.
#include "base/process.h"
#include "plan/journal.h"
#include "plan/ledger.h"
#include "world.h"
#include "thirty_steps.h"

#include <QTemporaryDir>
#include <QTest>

#include <fmt/format.h>

#include <atomic>
#include <set>
#include <thread>

using namespace timonier;
using namespace timonier::plan;
using namespace timonier::plan::test;

namespace {

constexpr int killed = -9;

// A sanitizer makes a process five times as slow: it gets a part of the matrix, of all its kinds.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr std::size_t everyNth = 7; // no divisor of the places of a step
#else
constexpr std::size_t everyNth = 1;
#endif

struct Answer {
    int code = 0; // `killed`: it died
    std::string out{}, err{};
};

Answer crashPlan(const std::filesystem::path &folder, std::vector<std::string> arguments)
{
    SystemProcessRunner runner;
    arguments.insert(arguments.begin(), folder.string());
    const auto output = runner.run({.program = TIMONIER_CRASH_PLAN, .arguments = arguments, .timeout = std::chrono::seconds(60)}, {});
    if (!output)
        return {.code = killed, .err = output.error().text()};
    return {output->exitCode, output->out, output->err};
}

// One scenario: what is done to the plan, one call after another, and what each call should come to.
struct Call {
    std::vector<std::string> arguments{};
    std::vector<int> codes{}; // any of them
};

struct Scenario {
    std::string name{};
    std::vector<Call> calls{};
    bool undone = false; // nothing is to be left
};

class Matrix
{
public:
    explicit Matrix(std::filesystem::path folder) : m_folder(std::move(folder)) {}

    // What went wrong; empty: nothing.
    std::string play(const Scenario &scenario, const std::map<std::string, std::string> &expected)
    {
        const auto folder = m_folder / scenario.name;
        for (const Call &call : scenario.calls) {
            const Answer answer = crashPlan(folder, call.arguments);
            if (std::ranges::find(call.codes, answer.code) == call.codes.end())
                return fmt::format("{}: {} came to {}: {}", scenario.name, fmt::join(call.arguments, " "), answer.code, answer.err);
            kills += answer.code == killed;
            cancels += answer.code == 4;
        }
        const std::string wrong = compare(folder, scenario.undone ? std::map<std::string, std::string>() : expected);
        std::filesystem::remove_all(folder);
        return wrong.empty() ? "" : scenario.name + ": " + wrong;
    }

    std::string playAll(const std::vector<Scenario> &scenarios, const std::map<std::string, std::string> &expected)
    {
        std::atomic<std::size_t> next = 0;
        std::vector<std::string> wrong(2);
        std::vector<std::thread> threads;
        for (std::string &mine : wrong)
            threads.emplace_back([&] {
                for (std::size_t i = next++; i < scenarios.size(); i = next++)
                    if (i % everyNth != 0)
                        continue;
                    else if (const std::string said = play(scenarios[i], expected); !said.empty())
                        mine += said + "\n";
            });
        for (std::thread &thread : threads)
            thread.join();
        return wrong[0] + wrong[1];
    }

    std::atomic<int> kills = 0, cancels = 0;

private:
    static std::string compare(const std::filesystem::path &folder, const std::map<std::string, std::string> &expected)
    {
        const World world(folder / "world");
        if (world.values() != expected)
            return fmt::format("the world holds {} things, not the {} of an undisturbed run, or other ones", world.values().size(), expected.size());
        const auto journal = Journal::open(folder / "data", std::make_shared<SystemClock>());
        if (!journal)
            return journal.error().text();
        if (!(*journal)->notice().empty())
            return (*journal)->notice();
        const auto known = ledger::there(**journal, "test/thirty");
        if (!known)
            return known.error().text();
        std::set<std::string> ids;
        for (const Resource &resource : *known) {
            if (resource.state != ResourceState::Made)
                return "the ledger is not sure of " + resource.name;
            ids.insert(resource.token);
        }
        std::set<std::string> there;
        for (const Object &object : world.objects())
            there.insert(object.tag);
        if (ids != there)
            return fmt::format("the ledger knows {} things, the world has {}, and they are not the same", ids.size(), there.size());
        const auto runs = (*journal)->runs(1);
        if (!runs || runs->empty() || runs->front().state != RunState::Finished)
            return "the run does not count as finished";
        // Of the parts, what is over stays over; a step that was found done after a crash names none again.
        const auto parts = (*journal)->parts(runs->front().id);
        if (!parts)
            return parts.error().text();
        for (const PartRecord &part : *parts)
            if (part.state == PartState::Running)
                return "the part " + part.id + " runs, and the run is finished";
        return {};
    }

    const std::filesystem::path m_folder;
};

} // namespace

class TestCrashMatrix : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        QVERIFY(m_temporary.isValid());
        QCOMPARE(crashPlan(m_folder / "undisturbed", {"run"}).code, 0);
        m_expected = World(m_folder / "undisturbed" / "world").values();
        QCOMPARE(m_expected.size(), std::size_t(36)); // thirty, and six that were found out about on the way
    }

    void anUndisturbedRunAgainChangesNothing()
    {
        const auto before = World(m_folder / "undisturbed" / "world").objects().size();
        const Answer again = crashPlan(m_folder / "undisturbed", {"run"});
        QCOMPARE(again.code, 0);
        QCOMPARE(again.out, "0\n");
        QCOMPARE(World(m_folder / "undisturbed" / "world").objects().size(), before);
        QVERIFY(World(m_folder / "undisturbed" / "world").values() == m_expected);
    }

    void killedAtEveryPlaceOfEveryStepItComesToTheSameEnd()
    {
        std::vector<Scenario> scenarios;
        for (int i = 0; i < stepCount; ++i)
            for (const char *place : {"check", "begin", "middle", "end", "after"})
                scenarios.push_back({fmt::format("kill-{}-{}", i, place), {{{"run", "kill", idOf(i) + ":" + place}, {killed}}, {{"resume"}, {0}}}});
        play("killed, once at each place", scenarios);
    }

    void killedAgainWhileItResumesItComesToTheSameEnd()
    {
        std::vector<Scenario> scenarios;
        for (int i = 0; i < stepCount; ++i)
            scenarios.push_back({fmt::format("again-{}", i),
                                 {{{"run", "kill", idOf(i) + ":middle"}, {killed}},
                                  {{"resume", "kill", idOf(i) + ":end"}, {killed}},
                                  {{"resume", "kill", idOf((i + 7) % stepCount) + ":check"}, {killed}},
                                  {{"resume"}, {0}}}});
        play("killed three times", scenarios);
    }

    void killedAtAnyMomentItComesToTheSameEnd()
    {
        std::vector<Scenario> scenarios;
        for (int i = 0; i < 40; ++i)
            scenarios.push_back({fmt::format("moment-{}", i), {{{"run", "kill-after", std::to_string(3 * i)}, {killed, 0}}, {{"resume"}, {0}}}});
        play("killed by the clock", scenarios);
    }

    void cancelledAtEveryStepItComesToTheSameEnd()
    {
        std::vector<Scenario> scenarios;
        for (int i = 0; i < stepCount; ++i)
            for (const char *place : {"check", "begin", "middle", "end"})
                scenarios.push_back({fmt::format("cancel-{}-{}", i, place),
                                     {{{"run", "cancel", idOf(i) + ":" + place}, {i == stepCount - 1 && std::string(place) == "end" ? 0 : 4}}, {{"resume"}, {0}}}});
        play("cancelled, once at each place", scenarios);
    }

    void aDiskThatIsFullAtAnyMomentIsSaidAndCostsNothing()
    {
        const Answer said = crashPlan(m_folder / "full", {"run", "full", "200000"});
        QCOMPARE(said.code, 1);
        QVERIFY2(said.err.find("disk") != std::string::npos, said.err.c_str());
        std::vector<Scenario> scenarios;
        for (int i = 0; i < 30; ++i)
            scenarios.push_back({fmt::format("full-{}", i), {{{"run", "full", std::to_string(20'000 + 25'000 * i)}, {1}}, {{"resume"}, {0}}}});
        play("the disk full", scenarios);
    }

    void killedOnTheWayBackNothingIsLeft()
    {
        std::vector<Scenario> scenarios;
        for (int i = 0; i < stepCount; ++i)
            for (const char *place : {"undo-begin", "undo-middle", "undo-end", "after"})
                scenarios.push_back({fmt::format("undo-{}-{}", i, place), {{{"run"}, {0}}, {{"undo", "kill", idOf(i) + ":" + place}, {killed}}, {{"resume"}, {0}}}, true});
        play("killed while undone", scenarios);
    }

    void killedOnTheWayThereAndTakenBackNothingIsLeft()
    {
        std::vector<Scenario> scenarios;
        for (int i = 0; i < stepCount; ++i)
            scenarios.push_back({fmt::format("back-{}", i), {{{"run", "kill", idOf(i) + ":middle"}, {killed}}, {{"undo"}, {0}}}, true});
        play("killed, then undone", scenarios);
    }

private:
    void play(const char *what, const std::vector<Scenario> &scenarios)
    {
        Matrix matrix(m_folder);
        QElapsedTimer timer;
        timer.start();
        const std::string wrong = matrix.playAll(scenarios, m_expected);
        fmt::print("{}: {} scenarios, {} kills, {} cancels, {:.1f} s\n", what, (scenarios.size() + everyNth - 1) / everyNth, matrix.kills.load(), matrix.cancels.load(), double(timer.elapsed()) / 1000);
        std::fflush(stdout);
        QVERIFY2(wrong.empty(), wrong.c_str());
    }

    // In memory: a killed process loses nothing that was written, so that the disk's speed is no matter here.
    QTemporaryDir m_temporary{QFileInfo(QStringLiteral("/dev/shm")).isWritable() ? QStringLiteral("/dev/shm/timonier-XXXXXX")
                                                                                 : QDir::tempPath() + QStringLiteral("/timonier-XXXXXX")};
    const std::filesystem::path m_folder = m_temporary.path().toStdString();
    std::map<std::string, std::string> m_expected{};
};

QTEST_GUILESS_MAIN(TestCrashMatrix)
#include "tst_crash_matrix.moc"
