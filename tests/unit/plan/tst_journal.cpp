// The file that must survive: one of a newer version, a damaged one, one that cannot be written; what is kept and what is not.
#include "plan_kit.h"

#include "plan/target_lock.h"

#include <QSqlDatabase>
#include <QSqlQuery>

#include <fstream>

using namespace timonier;
using namespace timonier::plan;
using namespace timonier::plan::test;

namespace {

std::string bytesOf(const std::filesystem::path &file)
{
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

// Outside of the journal, as another program would.
void sql(const std::filesystem::path &file, const char *statement)
{
    {
        QSqlDatabase database = QSqlDatabase::addDatabase("QSQLITE", "outside");
        database.setDatabaseName(QString::fromStdString(file.string()));
        QVERIFY(database.open());
        QVERIFY(QSqlQuery(database).exec(statement));
    }
    QSqlDatabase::removeDatabase("outside");
}

// A journal with many runs, closed and in one file.
void fill(Bench &bench, int runs)
{
    Things things;
    const Plan plan = planOf({thing(things, "a")});
    for (int i = 0; i < runs; ++i) {
        const auto run = bench.journal->begin(plan, Direction::Forward);
        QVERIFY(run.has_value());
        std::vector<OutputLine> lines(20, {"a", std::string(100, 'x')});
        QVERIFY(bench.journal->print(*run, lines).has_value());
        QVERIFY(bench.journal->end(*run, RunState::Finished, {}).has_value());
    }
    bench.journal.reset();
    sql(bench.folder / "journal.db", "PRAGMA wal_checkpoint(TRUNCATE)");
}

} // namespace

class TestJournal : public QObject
{
    Q_OBJECT
private slots:
    void oneOfANewerTimonierIsSaidAndNotTouched()
    {
        Bench bench;
        fill(bench, 3);
        sql(bench.folder / "journal.db", "PRAGMA user_version=7");
        const std::string before = bytesOf(bench.folder / "journal.db");
        const auto opened = Journal::open(bench.folder, bench.clock);
        QVERIFY(!opened && opened.error().kind == ErrorKind::Unsupported);
        QVERIFY2(opened.error().message.find("newer Timonier") != std::string::npos, opened.error().message.c_str());
        QVERIFY(bytesOf(bench.folder / "journal.db") == before);
    }

    void oneOfTheFirstVersionIsBroughtUpToDate()
    {
        Bench bench;
        fill(bench, 3);
        sql(bench.folder / "journal.db", "DROP TABLE part");
        sql(bench.folder / "journal.db", "PRAGMA user_version=1");
        bench.open();
        QCOMPARE(bench.journal->runs(10)->size(), std::size_t(3));
        VERIFY_RESULT(bench.journal->print(1, {}, {{.step = "a", .id = "x", .title = "X", .state = PartState::Running}}));
        QCOMPARE(bench.journal->parts(1)->front().state, PartState::Running);
    }

    void whatIsNoDatabaseIsPutAside()
    {
        Bench bench;
        bench.journal.reset();
        std::filesystem::remove_all(bench.folder);
        std::filesystem::create_directories(bench.folder);
        std::ofstream(bench.folder / "journal.db") << std::string(20'000, '?');
        auto opened = Journal::open(bench.folder, bench.clock);
        VERIFY_RESULT(opened);
        QVERIFY((*opened)->runs(10)->empty());
        const std::string notice = (*opened)->notice();
        QVERIFY(notice.find("damaged") != std::string::npos);
        int kept = 0;
        for (const auto &entry : std::filesystem::directory_iterator(bench.folder))
            kept += entry.path().filename().string().starts_with("journal-damaged-") && bytesOf(entry.path()) == std::string(20'000, '?');
        QCOMPARE(kept, 1);
        opened->reset();
        VERIFY_RESULT(Journal::open(bench.folder, bench.clock));
        QVERIFY((*Journal::open(bench.folder, bench.clock))->notice().empty());
    }

    void ofADamagedOneAllThatCanBeReadIsKept()
    {
        Bench bench;
        fill(bench, 200);
        const auto file = bench.folder / "journal.db";
        const auto size = std::filesystem::file_size(file);
        { // one page in the middle, of the lines that were printed
            std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
            stream.seekp(std::streamoff(size / 2 / 4096 * 4096));
            stream << std::string(4096, '\xff');
        }
        bench.open();
        QVERIFY(bench.journal->notice().find("damaged") != std::string::npos);
        const auto runs = bench.journal->runs(1000);
        VERIFY_RESULT(runs);
        QCOMPARE(runs->size(), std::size_t(200));
        std::size_t lines = 0;
        for (const RunRecord &run : *runs)
            lines += bench.journal->output(run.id)->size();
        QVERIFY2(lines > 3'800 && lines < 4'000, std::to_string(lines).c_str());
        Things things; // and it works on
        QVERIFY(bench.run(planOf({thing(things, "a")}))->end == RunState::Finished);
        QCOMPARE(bench.journal->runs(1)->front().id, RunId(201));
    }

    void whereItCannotBeWrittenIsSaid()
    {
        QTemporaryDir folder;
        std::ofstream(folder.path().toStdString() + "/file") << "x";
        const auto opened = Journal::open(folder.path().toStdString() + "/file/below", std::make_shared<SystemClock>());
        QVERIFY(!opened && opened.error().kind == ErrorKind::Io);
        QVERIFY(opened.error().message.find("journal.db") != std::string::npos);
    }

    void aRunWhoseProcessIsNoMoreIsInterrupted()
    {
        Bench bench;
        Things things;
        const auto run = bench.journal->begin(planOf({thing(things, "a")}), Direction::Forward);
        VERIFY_RESULT(run);
        QCOMPARE(bench.journal->run(*run)->state, RunState::Interrupted);
        {
            const auto lock = TargetLock::take(bench.journal->locks(), "test/things");
            VERIFY_RESULT(lock);
            QCOMPARE(bench.journal->run(*run)->state, RunState::Running);
            QCOMPARE(TargetLock::take(bench.journal->locks(), "test/things").error().kind, ErrorKind::Conflict);
        }
        QCOMPARE(bench.journal->run(*run)->state, RunState::Interrupted);
        QCOMPARE(bench.journal->run(99).error().kind, ErrorKind::NotFound);
    }

    void anUnfinishedRunIsReplacedByALaterOne()
    {
        Bench bench;
        Things things;
        const Plan plan = planOf({thing(things, "a")});
        const auto first = bench.journal->begin(plan, Direction::Forward);
        VERIFY_RESULT(first);
        VERIFY_RESULT(bench.run(plan));
        const auto record = bench.journal->run(*first);
        QCOMPARE(record->state, RunState::Replaced);
        const auto resumed = bench.runner->resume(*record, plan, bench.sink(), {});
        QVERIFY(!resumed && resumed.error().kind == ErrorKind::Conflict);
    }

    void ofMuchOutputTheLastLinesAreKept()
    {
        Bench bench;
        Things things;
        Step step = thing(things, "a");
        step.apply = [](StepContext &context) -> Result<> {
            for (int i = 0; i < 200'000; ++i)
                context.print(fmt::format("line {}\n", i));
            context.print("the reason");
            return {};
        };
        const auto summary = bench.run(planOf({step}));
        VERIFY_RESULT(summary);
        const auto lines = bench.journal->output(summary->run);
        VERIFY_RESULT(lines);
        QCOMPARE(lines->size(), std::size_t(linesKept));
        QCOMPARE(lines->back().text, "the reason");
        QVERIFY(std::ranges::any_of(bench.events, [](const Event &event) { return event.text.find("were left out") != std::string::npos; }));
        QVERIFY(std::filesystem::file_size(bench.folder / "journal.db") < 2'000'000);
    }
};

QTEST_GUILESS_MAIN(TestJournal)
#include "tst_journal.moc"
