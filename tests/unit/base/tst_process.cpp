// Real processes of /bin/sh: what the runner promises of their output, their limits and their end.
#include "base/process.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <thread>

using namespace timonier;
using namespace std::chrono_literals;

namespace {

Command shell(std::string script) { return {.program = "sh", .arguments = {"-c", std::move(script)}}; }

std::string contextOf(const Error &error, const std::string &key)
{
    for (const auto &[name, value] : error.context)
        if (name == key)
            return value;
    return {};
}

bool alive(const std::string &pid) { return ::kill(static_cast<pid_t>(std::stol(pid)), 0) == 0; }

} // namespace

class TestProcess : public QObject
{
    Q_OBJECT
    SystemProcessRunner m_runner;

private slots:
    void outputErrorsAndExitCodeAreKeptApart()
    {
        const auto result = m_runner.run(shell("echo out; echo err >&2; exit 3"), {});
        QVERIFY(result);
        QCOMPARE(result->out, std::string("out\n"));
        QCOMPARE(result->err, std::string("err\n"));
        QCOMPARE(result->exitCode, 3);
    }

    void inputReachesTheChildWhole()
    {
        Command command{.program = "cat"};
        command.input = std::string(300'000, 'x') + "end";
        const auto result = m_runner.run(command, {});
        QVERIFY(result);
        QCOMPARE(result->out, command.input);
    }

    void withoutInputTheChildReadsNothing()
    {
        const auto result = m_runner.run({.program = "cat"}, {});
        QVERIFY(result);
        QCOMPARE(result->out, std::string());
    }

    void argumentsAreNotReadByAShell()
    {
        const auto result = m_runner.run({.program = "printf", .arguments = {"%s|", "a b", "$HOME", "é", ""}}, {});
        QVERIFY(result);
        QCOMPARE(result->out, std::string("a b|$HOME|é||"));
    }

    void childrenSpeakC()
    {
        Command command = shell("echo $LC_ALL,$LANGUAGE");
        command.environment = processEnvironment();
        (*command.environment)["LC_ALL"] = "fr_FR.UTF-8";
        (*command.environment)["LANGUAGE"] = "fr";
        QCOMPARE(m_runner.run(command, {})->out, std::string("C.UTF-8,\n"));
        command.ownLocale = true;
        QCOMPARE(m_runner.run(command, {})->out, std::string("fr_FR.UTF-8,fr\n"));
        command.ownLocale = false;
        command.set["LC_ALL"] = "de_DE.UTF-8"; // told otherwise
        QCOMPARE(m_runner.run(command, {})->out, std::string("de_DE.UTF-8,\n"));
    }

    void variablesAreAddedAndRemoved()
    {
        Command command = shell("echo ${ONE-none},${TWO-none}");
        command.environment = Environment{{"PATH", "/usr/bin:/bin"}, {"ONE", "1"}};
        command.set = {{"TWO", "2"}};
        command.unset = {"ONE"};
        QCOMPARE(m_runner.run(command, {})->out, std::string("none,2\n"));
    }

    void theFirstOutputAndTheLastErrorsAreKept()
    {
        Command command = shell("printf 0123456789; printf abcdefghij >&2");
        command.outLimit = 4;
        command.errLimit = 3;
        const auto result = m_runner.run(command, {});
        QVERIFY(result);
        QCOMPARE(result->out, std::string("0123"));
        QCOMPARE(result->outDropped, 6u);
        QCOMPARE(result->err, std::string("hij"));
        QCOMPARE(result->errDropped, 7u);
    }

    void floodsAreCountedNotKept()
    {
        Command command = shell("head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2");
        command.outLimit = command.errLimit = 1000;
        const auto result = m_runner.run(command, {});
        QVERIFY(result);
        QCOMPARE(result->out.size() + result->outDropped, 3'000'000u);
        QCOMPARE(result->err.size() + result->errDropped, 3'000'000u);
        QCOMPARE(result->err.size(), 1000u);
    }

    void aMissingProgramSaysItsNameAndWhereItWasLookedFor()
    {
        Command command{.program = "kubelogin-that-is-not-there"};
        command.environment = Environment{{"PATH", "/usr/bin:/nowhere"}};
        const auto result = m_runner.run(command, {});
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Process);
        QVERIFY(result.error().message.find("kubelogin-that-is-not-there") != std::string::npos);
        QCOMPARE(contextOf(result.error(), "searched"), std::string("/usr/bin:/nowhere"));
        QVERIFY(!result.error().hint.empty());
    }

    void aProgramThatCannotRunIsAnError()
    {
        QTemporaryDir dir;
        QFile script(dir.filePath(QStringLiteral("tool")));
        QVERIFY(script.open(QIODevice::WriteOnly));
        script.write("#!/no/such/interpreter\n");
        script.close();
        script.setPermissions(QFile::ReadOwner | QFile::ExeOwner);
        const auto result = m_runner.run({.program = script.fileName().toStdString()}, {});
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Process);
        QVERIFY(contextOf(result.error(), "searched").empty()); // it is there
    }

    void aMissingFolderIsAnError()
    {
        Command command = shell("true");
        command.folder = "/no/such/folder";
        const auto result = m_runner.run(command, {});
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Process);
    }

    void aCrashIsAnErrorAndShowsNoSecret()
    {
        const auto result = m_runner.run(shell("echo password=hunter2 >&2; kill -SEGV $$"), {});
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Process);
        QCOMPARE(contextOf(result.error(), "stderr"), std::string("password=[redacted]\n"));
    }

    void aLateChildIsKilledWithWhatItStarted()
    {
        Command command = shell("sh -c 'echo $$; exec sleep 100' & trap '' TERM; wait; sleep 100");
        command.timeout = 300ms;
        command.grace = 100ms;
        QTemporaryDir dir;
        const std::string note = dir.filePath(QStringLiteral("pid")).toStdString();
        command.arguments[1] = "sh -c 'echo $$ > " + note + "; exec sleep 100' & trap '' TERM; sleep 100";
        QElapsedTimer timer;
        timer.start();
        const auto result = m_runner.run(command, {});
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Timeout);
        QVERIFY(timer.elapsed() >= 300);
        QVERIFY(timer.elapsed() < 20'000);
        QFile file(QString::fromStdString(note));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const std::string pid = file.readAll().trimmed().toStdString();
        QTRY_VERIFY(!alive(pid));
    }

    void aSilentChildIsStalledAndATalkingOneIsNot()
    {
        Command command = shell("for i in 1 2 3 4 5 6; do echo $i; sleep 0.2; done");
        command.stall = 10s;
        QVERIFY(m_runner.run(command, {}));
        command = shell("echo begun; sleep 100");
        command.stall = 200ms;
        const auto result = m_runner.run(command, {});
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Timeout);
    }

    void aStopEndsTheChildFromAPlainThread()
    {
        std::stop_source source;
        Result<ProcessOutput> result;
        QElapsedTimer timer;
        timer.start();
        std::thread worker([&] { result = m_runner.run(shell("sleep 100"), source.get_token()); });
        std::this_thread::sleep_for(100ms);
        source.request_stop();
        worker.join();
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Cancelled);
        QVERIFY(timer.elapsed() < 20'000);
    }

    void aStopBeforehandStartsNothing()
    {
        std::stop_source source;
        source.request_stop();
        const auto result = m_runner.run({.program = "no-such-program"}, source.get_token());
        QCOMPARE(result.error().kind, ErrorKind::Cancelled);
    }

    void anInteractiveChildKeepsOurInputAndItsErrorsAreAlsoKept()
    {
        Command command = shell("echo Code: 42 >&2; echo done");
        command.interactive = true;
        const auto result = m_runner.run(command, {});
        QVERIFY(result);
        QCOMPARE(result->out, std::string("done\n"));
        QCOMPARE(result->err, std::string("Code: 42\n"));
    }

    void aChildWithoutATerminalHasASessionOfItsOwn()
    {
        const auto result = m_runner.run(shell("cut -d' ' -f6 /proc/self/stat; echo $$"), {});
        QVERIFY(result);
        const std::size_t newline = result->out.find('\n');
        QCOMPARE(result->out.substr(0, newline + 1), result->out.substr(newline + 1));
    }
};

QTEST_GUILESS_MAIN(TestProcess)
#include "tst_process.moc"
