// Real processes of /bin/sh: what the runner promises of their output, their limits and their end.
#include "base/lines.h"
#include "base/process.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QProcess>
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

    void whatItPrintsIsHeardWhileItRuns()
    {
        QTemporaryDir dir;
        const std::string go = dir.filePath(QStringLiteral("go")).toStdString();
        // It goes on only when its first words have been heard: nobody who waits for its end would ever hear them.
        Command command = shell("echo one; echo two >&2; while [ ! -e " + go + " ]; do sleep 0.02; done; printf three");
        command.timeout = 20s;
        std::string out, err;
        command.heard = [&](ProcessStream stream, std::string_view piece) {
            (stream == ProcessStream::Out ? out : err) += piece;
            if (out == "one\n" && err == "two\n")
                QFile(QString::fromStdString(go)).open(QIODevice::WriteOnly);
        };
        const auto result = m_runner.run(command, {});
        QVERIFY2(result, result ? "" : result.error().message.c_str());
        QCOMPARE(out, std::string("one\nthree")); // without an end of line too
        QCOMPARE(result->out, out);
        QCOMPARE(result->err, err);
    }

    void aHundredMegabytesAreHeardAndNotKept()
    {
        Command command = shell("head -c 100000000 /dev/zero");
        command.outLimit = 10;
        std::size_t heard = 0, largest = 0;
        command.heard = [&](ProcessStream, std::string_view piece) {
            heard += piece.size();
            largest = std::max(largest, piece.size());
        };
        const auto result = m_runner.run(command, {});
        QVERIFY(result);
        QCOMPARE(heard, 100'000'000u);
        QCOMPARE(result->outDropped, 99'999'990u);
        QVERIFY2(largest < 20'000'000, qPrintable(QString::number(largest))); // as it comes, not when it is all there
    }

    void junkIsHeardAsItIs()
    {
        Command command = shell("printf 'a\\000b\\377\\033[31m\\r\\nc'");
        std::string out;
        command.heard = [&](ProcessStream, std::string_view piece) { out += piece; };
        QVERIFY(m_runner.run(command, {}));
        QCOMPARE(out, std::string("a\0b\xff\x1b[31m\r\nc", 12));
    }

    void whatWasHeardBeforeAHangIsHeard()
    {
        Command command = shell("echo Pulling image; exec >&- 2>&-; sleep 100");
        command.stall = 300ms;
        std::string out;
        command.heard = [&](ProcessStream, std::string_view piece) { out += piece; };
        const auto result = m_runner.run(command, {});
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Timeout);
        QCOMPARE(out, std::string("Pulling image\n"));
    }

    void killedWeTakeTheChildWithUs()
    {
        QTemporaryDir dir;
        const QString note = dir.filePath(QStringLiteral("pid"));
        QProcess holder; // this test again, as one who waits for a child
        holder.start(QCoreApplication::applicationFilePath(), {"--hold", note});
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(note), 10'000);
        QFile file(note);
        QTRY_VERIFY(file.size() > 1);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const std::string pid = file.readAll().trimmed().toStdString();
        QVERIFY(alive(pid));
        holder.kill(); // SIGKILL: it can do nothing about it
        QVERIFY(holder.waitForFinished(10'000));
        QTRY_VERIFY(!alive(pid));
    }

    void aChildCanBeAskedToEndThoughWeBlockTheSignal()
    {
        sigset_t term, was;
        sigemptyset(&term);
        sigaddset(&term, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &term, &was);
        Command command = shell("sleep 100");
        command.timeout = 200ms;
        command.grace = 30s;
        QElapsedTimer timer;
        timer.start();
        const auto result = m_runner.run(command, {});
        pthread_sigmask(SIG_SETMASK, &was, nullptr);
        QVERIFY(!result && result.error().kind == ErrorKind::Timeout);
        QVERIFY(timer.elapsed() < 20'000);
    }

    void linesAreCutHoweverTheyCome_data()
    {
        QTest::addColumn<QByteArrayList>("pieces");
        QTest::addColumn<QByteArrayList>("lines");
        QTest::newRow("in pieces") << QByteArrayList{"on", "e\ntw", "o", "\n"} << QByteArrayList{"one", "two"};
        QTest::newRow("no end") << QByteArrayList{"one\ntwo"} << QByteArrayList{"one", "two"};
        QTest::newRow("of Windows") << QByteArrayList{"one\r\ntwo\r", "\nthree"} << QByteArrayList{"one", "two", "three"};
        QTest::newRow("drawn over itself") << QByteArrayList{"10%\r20%", "\r30%\n"} << QByteArrayList{"10%", "20%", "30%"};
        QTest::newRow("empty ones") << QByteArrayList{"\n\na"} << QByteArrayList{"", "", "a"};
        QTest::newRow("too long") << QByteArrayList{"0123456789", "abcdefghij\nok\n"} << QByteArrayList{"0123456789ab...", "ok"};
    }
    void linesAreCutHoweverTheyCome()
    {
        QFETCH(QByteArrayList, pieces);
        QByteArrayList lines;
        LineCutter cutter([&](std::string_view line, bool whole) { lines << QByteArray(line.data(), int(line.size())) + (whole ? "" : "..."); }, 12);
        for (const QByteArray &piece : pieces)
            cutter.add({piece.constData(), std::size_t(piece.size())});
        cutter.end();
        QTEST(lines, "lines");
    }

    void aChildWithoutATerminalHasASessionOfItsOwn()
    {
        const auto result = m_runner.run(shell("cut -d' ' -f6 /proc/self/stat; echo $$"), {});
        QVERIFY(result);
        const std::size_t newline = result->out.find('\n');
        QCOMPARE(result->out.substr(0, newline + 1), result->out.substr(newline + 1));
    }
};

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    if (argc == 3 && std::string_view(argv[1]) == "--hold") {
        (void)SystemProcessRunner().run(shell(std::string("echo $$ > ") + argv[2] + "; exec sleep 100"), {});
        return 0;
    }
    TestProcess test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_process.moc"
