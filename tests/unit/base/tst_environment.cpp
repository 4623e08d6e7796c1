#include "base/environment.h"
#include "base/process.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <thread>

using namespace timonier;
using namespace std::chrono_literals;

namespace {

// A shell that prints what the test says.
struct FakeShell final : ProcessRunner {
    std::function<Result<ProcessOutput>(const Command &)> answer;
    std::atomic<int> runs = 0;
    Result<ProcessOutput> run(const Command &command, std::stop_token) override
    {
        ++runs;
        return answer(command);
    }
};

void write(const QString &path, const QByteArray &text, bool executable = false)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
    file.close();
    if (executable)
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
}

} // namespace

class TestEnvironment : public QObject
{
    Q_OBJECT
    QTemporaryDir m_dir;
    std::string path(const char *name) const { return m_dir.filePath(QString::fromLatin1(name)).toStdString(); }

private slots:
    void initTestCase()
    {
        QDir(m_dir.path()).mkpath(QStringLiteral("bin"));
        QDir(m_dir.path()).mkpath(QStringLiteral("other/folder"));
        write(m_dir.filePath(QStringLiteral("bin/tool")), "#!/bin/sh\n", true);
        write(m_dir.filePath(QStringLiteral("bin/data")), "x");
    }

    void programsAreFoundInTheGivenPath_data()
    {
        QTest::addColumn<std::string>("name");
        QTest::addColumn<std::string>("searched");
        QTest::addColumn<bool>("found");
        const std::string bin = path("bin");
        const auto row = [](const char *tag, std::string name, std::string searched, bool found) {
            QTest::newRow(tag) << std::move(name) << std::move(searched) << found;
        };
        row("there", "tool", bin, true);
        row("later", "tool", "/nowhere::" + bin, true);
        row("path, whatever PATH", bin + "/tool", "", true);
        row("elsewhere", "tool", "/nowhere", false);
        row("no path", "sh", "", false);
        row("only separators", "sh", "::", false);
        row("not executable", "data", bin, false);
        row("path, not executable", bin + "/data", bin, false);
        row("a folder", "folder", path("other"), false);
        row("empty", "", bin, false);
        row("missing path", bin + "/missing", bin, false);
    }
    void programsAreFoundInTheGivenPath()
    {
        QFETCH(std::string, name);
        QFETCH(std::string, searched);
        QFETCH(bool, found);
        const auto program = findProgram(name, searched);
        QCOMPARE(program.has_value(), found);
        if (found)
            QCOMPARE(program->string(), name == "sh" ? name : path("bin/tool"));
    }

    void aRealShellTellsItsEnvironmentWhateverItsFilesPrint()
    {
        // A login shell that greets, sets something up, and says farewell.
        write(m_dir.filePath(QStringLiteral("shell")),
              "#!/bin/sh\necho 'Welcome! X=Y'\nexport FROM_RC='two\nlines' PATH=\"$PATH:/from/rc\"\n"
              "eval \"$4\"\necho 'Bye=bye'\n",
              true);
        SystemProcessRunner runner;
        Environment process{{"PATH", "/usr/bin:/bin"}, {"SHELL", path("shell")}, {"LC_ALL", "fr_FR.UTF-8"}};
        const auto login = loginEnvironment(runner, process, {});
        QVERIFY2(login, login ? "" : login.error().text().c_str());
        QCOMPARE(login->at("FROM_RC"), std::string("two\nlines"));
        QCOMPARE(login->at("PATH"), std::string("/usr/bin:/bin:/from/rc"));
        QCOMPARE(login->at("LC_ALL"), std::string("fr_FR.UTF-8"));
        QVERIFY(!login->contains("Bye"));
        QVERIFY(!login->contains("X"));
    }

    void theSystemsShellTellsItToo()
    {
        SystemProcessRunner runner;
        const auto login = loginEnvironment(runner, {{"PATH", "/usr/bin:/bin"}, {"SHELL", "/bin/bash"}, {"MINE", "1"},
                                                     {"HOME", m_dir.path().toStdString()}}, {});
        QVERIFY2(login, login ? "" : login.error().text().c_str());
        QCOMPARE(login->at("MINE"), std::string("1"));
    }

    void aShellThatHangsIsLeft()
    {
        write(m_dir.filePath(QStringLiteral("hang")), "#!/bin/sh\nsleep 100\n", true);
        SystemProcessRunner runner;
        const auto login = loginEnvironment(runner, {{"PATH", "/usr/bin:/bin"}, {"SHELL", path("hang")}}, {}, 200ms);
        QVERIFY(!login);
        QCOMPARE(login.error().kind, ErrorKind::Timeout);
    }

    void noiseAloneIsNoEnvironment_data()
    {
        QTest::addColumn<std::string>("printed");
        QTest::newRow("nothing") << std::string("");
        QTest::newRow("noise") << std::string("Welcome\nA=B\n");
        QTest::newRow("one marker") << std::string("TIMONIER-ENVIRONMENT\n");
        QTest::newRow("cut") << std::string("TIMONIER-ENVIRONMENT\nA=B\0C", 26);
        QTest::newRow("empty") << std::string("TIMONIER-ENVIRONMENT\nTIMONIER-ENVIRONMENT\n");
        QTest::newRow("marker without a line") << std::string("TIMONIER-ENVIRONMENT");
    }
    void noiseAloneIsNoEnvironment()
    {
        QFETCH(std::string, printed);
        FakeShell shell;
        shell.answer = [&](const Command &) { return ProcessOutput{0, printed, {}, 0, 0}; };
        const auto login = loginEnvironment(shell, {}, {});
        QVERIFY(!login);
        QCOMPARE(login.error().kind, ErrorKind::Protocol);
    }

    void whatTheProcessHasIsKeptAndPathsAreJoined()
    {
        const Environment all = joined({{"PATH", "/a:/b"}, {"KEEP", "mine"}},
                                       {{"PATH", "/b:/c"}, {"KEEP", "theirs"}, {"NEW", "1"}, {"SHLVL", "7"}, {"_", "x"}});
        QCOMPARE(all, (Environment{{"PATH", "/a:/b:/c"}, {"KEEP", "mine"}, {"NEW", "1"}}));
    }

    void theShellIsAskedOnceByHoweverMany()
    {
        auto shell = std::make_shared<FakeShell>();
        shell->answer = [](const Command &) -> Result<ProcessOutput> {
            std::this_thread::sleep_for(50ms);
            const std::string marker = "TIMONIER-ENVIRONMENT\n";
            return ProcessOutput{0, marker + std::string("A=1\0", 4) + marker, {}, 0, 0};
        };
        ShellEnvironment environment(shell, {{"B", "2"}});
        QCOMPARE(environment.now(), (Environment{{"B", "2"}}));
        std::vector<std::jthread> threads;
        std::atomic<int> right = 0;
        for (int i = 0; i < 8; ++i)
            threads.emplace_back([&] { right += environment.full({}) == Environment{{"A", "1"}, {"B", "2"}}; });
        threads.clear();
        QCOMPARE(right.load(), 8);
        QCOMPARE(shell->runs.load(), 1);
        QCOMPARE(environment.now(), (Environment{{"A", "1"}, {"B", "2"}}));
    }

    void aShellThatFailsIsNotAskedAgainButACancelledQuestionIs()
    {
        auto shell = std::make_shared<FakeShell>();
        shell->answer = [](const Command &) { return fail(ErrorKind::Cancelled, "stop"); };
        ShellEnvironment environment(shell, {{"B", "2"}});
        QCOMPARE(environment.full({}).error().kind, ErrorKind::Cancelled);
        shell->answer = [](const Command &) { return fail(ErrorKind::Process, "crashed"); };
        QCOMPARE(environment.full({}), (Environment{{"B", "2"}}));
        QCOMPARE(environment.full({}), (Environment{{"B", "2"}}));
        QCOMPARE(shell->runs.load(), 2);
    }
};

QTEST_GUILESS_MAIN(TestEnvironment)
#include "tst_environment.moc"
