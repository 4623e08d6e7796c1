// Credential sources over files in a scratch folder and over a plugin played by the test, or by /bin/sh.
#include "kube/credential_source.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <functional>
#include <latch>
#include <thread>

using namespace timonier;
using namespace std::chrono_literals;

namespace {

const std::string pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
const std::string v1 = "client.authentication.k8s.io/v1";

bool has(const std::string &text, std::string_view part) { return text.find(part) != text.npos; }

std::string contextOf(const Error &error, const std::string &key)
{
    for (const Error *e = &error; e; e = e->cause.get())
        for (const auto &[name, value] : e->context)
            if (name == key)
                return value;
    return {};
}

std::string answer(const std::string &status, const std::string &version = v1)
{
    return "{\"apiVersion\":\"" + version + "\",\"kind\":\"ExecCredential\",\"status\":" + status + "}";
}

std::string token(const std::string &value, const std::string &expires = {})
{
    return answer("{\"token\":\"" + value + "\"" + (expires.empty() ? "" : ",\"expirationTimestamp\":\"" + expires + "\"") + "}");
}

struct ManualClock final : Clock {
    std::atomic<std::int64_t> ms = 0; // since 1970, both ways
    std::chrono::milliseconds elapsed() const override { return std::chrono::milliseconds(ms); }
    std::chrono::system_clock::time_point wall() const override
    {
        return std::chrono::system_clock::time_point(std::chrono::milliseconds(ms));
    }
};

struct FakePlugin final : ProcessRunner {
    std::function<Result<ProcessOutput>(const Command &)> play;
    std::atomic<int> runs = 0;
    Result<ProcessOutput> run(const Command &command, std::stop_token) override
    {
        ++runs;
        return play(command);
    }
    void print(std::string text)
    {
        play = [text](const Command &) { return ProcessOutput{0, text, {}, 0, 0}; };
    }
};

} // namespace

class TestCredentials : public QObject
{
    Q_OBJECT
    QTemporaryDir m_dir;
    std::shared_ptr<ManualClock> m_clock;
    std::shared_ptr<FakePlugin> m_plugin;
    UserSpec m_user;
    Endpoint m_endpoint;
    CredentialSettings m_settings;

    std::string write(const char *name, const std::string &text, bool executable = false)
    {
        QFile file(m_dir.filePath(QString::fromLatin1(name)));
        if (file.open(QIODevice::WriteOnly))
            file.write(text.data(), static_cast<qint64>(text.size()));
        if (executable)
            file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return file.fileName().toStdString();
    }
    std::shared_ptr<CredentialSource> source() { return makeCredentialSource(m_user, m_endpoint, m_settings); }
    // The plugin is a script that /bin/sh runs.
    void useScript(const std::string &body)
    {
        m_settings.runner = std::make_shared<SystemProcessRunner>();
        m_settings.clock = std::make_shared<SystemClock>();
        m_user.exec->command = write("plugin", "#!/bin/sh\n" + body + "\n", true);
    }

private slots:
    void init()
    {
        m_clock = std::make_shared<ManualClock>();
        m_plugin = std::make_shared<FakePlugin>();
        m_settings = {.runner = m_plugin,
                      .environment = std::make_shared<ShellEnvironment>(m_plugin, Environment{{"PATH", "/usr/bin:/bin"}}),
                      .clock = m_clock};
        m_user = {.name = "bob"};
        m_endpoint = {.server = "https://host"};
    }

    // --- written down ------------------------------------------------------------------------------------------------

    void whatIsInlineIsThereAtOnceAndStays()
    {
        m_user.certificatePem = pem;
        m_user.keyPem = Secret("key");
        m_user.token = Secret("tok");
        const auto it = source();
        const auto credential = it->resolve(false, {});
        QCOMPARE(credential->certificatePem, pem);
        QCOMPARE(credential->keyPem.reveal(), std::string("key"));
        QCOMPARE(credential->bearer->reveal(), std::string("tok"));
        m_clock->ms = 3'600'000;
        QVERIFY(it->cached() == *credential);
    }

    void aPasswordIsBasic()
    {
        m_user.username = "bob";
        m_user.password = Secret("pw");
        const auto credential = source()->resolve(false, {});
        QCOMPARE(credential->basic->first, std::string("bob"));
        QCOMPARE(credential->basic->second.reveal(), std::string("pw"));
        QVERIFY(!credential->bearer);
    }

    void nobodyIsACredentialToo()
    {
        QVERIFY(source()->resolve(false, {}) == Credential{});
    }

    void certificateFilesAreReadAgainWhenTheyChange()
    {
        m_user.certificateFile = write("crt", pem);
        m_user.keyFile = write("key", "-----BEGIN PRIVATE KEY-----\n1");
        const auto it = source();
        QVERIFY(it->resolve(false, {}));
        QVERIFY(it->cached());
        write("crt", pem + pem);
        QVERIFY(!it->cached());
        QCOMPARE(it->resolve(false, {})->certificatePem, pem + pem);
    }

    void aTokenFileIsReadAgainWhenItChangesAndEveryMinute()
    {
        m_user.tokenFile = write("token", " one\n");
        m_user.token = Secret("inline");
        const auto it = source();
        QCOMPARE(it->resolve(false, {})->bearer->reveal(), std::string("one"));
        QVERIFY(it->cached());
        m_clock->ms += 60'000;
        QVERIFY(!it->cached());
        QVERIFY(it->resolve(false, {}));
        write("token", "second");
        QCOMPARE(it->resolve(false, {})->bearer->reveal(), std::string("second"));
    }

    void aTokenFileThatGoesLeavesTheLastTokenUntilItIsRefused()
    {
        m_user.tokenFile = write("token", "one");
        const auto it = source();
        QVERIFY(it->resolve(false, {}));
        QFile::remove(QString::fromStdString(m_user.tokenFile));
        QCOMPARE(it->resolve(false, {})->bearer->reveal(), std::string("one"));
        const auto refused = it->resolve(true, {});
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::NotFound);
        m_user.token = Secret("inline");
        QCOMPARE(source()->resolve(true, {})->bearer->reveal(), std::string("inline"));
    }

    void filesThatCannotBeUsedSayWhy_data()
    {
        QTest::addColumn<std::string>("field");
        QTest::addColumn<std::string>("text");
        QTest::addColumn<std::string>("word");
        const auto row = [](const char *name, std::string field, std::string text, std::string word) {
            QTest::newRow(name) << std::move(field) << std::move(text) << std::move(word);
        };
        row("missing certificate", "crt", "-", "client-certificate of the user bob cannot be read");
        row("missing key", "key", "-", "client-key of the user bob");
        row("missing token", "token", "-", "token file of the user bob");
        row("certificate is no PEM", "crt", "s3cr3t", "no PEM");
        row("key is no PEM", "key", "s3cr3t", "no PEM");
        row("empty token", "token", " \n", "is empty");
        row("two lines", "token", "s3cr3t\r\nX-Header: 1", "more than a token");
        row("huge", "token", std::string(2u << 20, 'x'), "larger");
    }
    void filesThatCannotBeUsedSayWhy()
    {
        QFETCH(std::string, field);
        QFETCH(std::string, text);
        QFETCH(std::string, word);
        const std::string file = text == "-" ? "/no/such/file" : write("file", text);
        (field == "crt" ? m_user.certificateFile : field == "key" ? m_user.keyFile : m_user.tokenFile) = file;
        const auto credential = source()->resolve(false, {});
        QVERIFY(!credential);
        QVERIFY2(has(credential.error().text(), word), credential.error().text().c_str());
        QVERIFY(!has(credential.error().text(), "s3cr3t"));
        QCOMPARE(contextOf(credential.error(), "file"), file);
        QVERIFY(!credential.error().hint.empty());
    }

    // --- plugins -----------------------------------------------------------------------------------------------------

    void aPluginIsToldWhatItMayKnow()
    {
        m_user.exec = ExecSpec{.apiVersion = v1, .command = "sh", .arguments = {"get"}, .environment = {{"A", "1"}}};
        Command seen;
        m_plugin->play = [&](const Command &command) {
            seen = command;
            return ProcessOutput{0, token("t"), {}, 0, 0};
        };
        QCOMPARE(source()->resolve(false, {})->bearer->reveal(), std::string("t"));
        QCOMPARE(seen.arguments, (std::vector<std::string>{"get"}));
        QCOMPARE(seen.set.at("A"), std::string("1"));
        QCOMPARE(seen.set.at("KUBERNETES_EXEC_INFO"),
                 "{\"apiVersion\":\"" + v1 + "\",\"kind\":\"ExecCredential\",\"spec\":{\"interactive\":false}}");
        QVERIFY(!seen.interactive);
        QCOMPARE(seen.timeout, 60'000ms);
        QCOMPARE(childEnvironment(seen).at("LC_ALL"), std::string("C.UTF-8"));
    }

    void aPluginThatWantsItIsToldTheCluster()
    {
        m_endpoint = {.server = "https://host", .caPem = "CA", .tlsServerName = "n", .proxyUrl = "http://p"};
        const ExecSpec exec{.apiVersion = v1, .command = "sh", .provideClusterInfo = true, .clusterConfig = "{\"a\":1}"};
        QCOMPARE(execInfo(exec, m_endpoint, true),
                 "{\"apiVersion\":\"" + v1 + "\",\"kind\":\"ExecCredential\",\"spec\":{\"cluster\":{\"certificate-authority-data\":"
                 "\"Q0E=\",\"config\":{\"a\":1},\"proxy-url\":\"http://p\",\"server\":\"https://host\",\"tls-server-name\":\"n\"},"
                 "\"interactive\":true}}");
    }

    void anAnswerIsKeptUntilItExpires()
    {
        m_user.exec = ExecSpec{.apiVersion = v1, .command = "sh"};
        m_plugin->print(token("t", "1970-01-01T01:00:00Z"));
        const auto it = source();
        QVERIFY(!it->cached());
        QVERIFY(it->resolve(false, {}));
        m_clock->ms = 3'599'999;
        QVERIFY(it->resolve(false, {}));
        QCOMPARE(m_plugin->runs.load(), 1);
        m_clock->ms = 3'600'000;
        QVERIFY(!it->cached());
        m_plugin->print(token("u"));
        QCOMPARE(it->resolve(false, {})->bearer->reveal(), std::string("u"));
        m_clock->ms += 1'000'000'000; // no expiration: until it is refused
        QCOMPARE(it->cached()->bearer->reveal(), std::string("u"));
        QCOMPARE(m_plugin->runs.load(), 2);
    }

    void aRefusedAnswerIsAskedForOnceMoreByAllWhoWereRefused()
    {
        m_user.exec = ExecSpec{.apiVersion = v1, .command = "sh"};
        m_plugin->print(token("old"));
        const auto it = source();
        QVERIFY(it->resolve(false, {}));
        m_plugin->print(token("new"));
        QCOMPARE(it->resolve(true, {})->bearer->reveal(), std::string("new"));
        m_clock->ms += 100;
        QCOMPARE(it->resolve(true, {})->bearer->reveal(), std::string("new")); // another watch, refused with the old one
        QCOMPARE(m_plugin->runs.load(), 2);
        m_clock->ms += 5'000;
        QVERIFY(it->resolve(true, {}));
        QCOMPARE(m_plugin->runs.load(), 3);
    }

    void aFailureIsNotKept()
    {
        m_user.exec = ExecSpec{.apiVersion = v1, .command = "sh"};
        m_plugin->play = [](const Command &) { return ProcessOutput{1, {}, "no", 0, 0}; };
        const auto it = source();
        QVERIFY(!it->resolve(false, {}));
        QVERIFY(!it->cached());
        m_plugin->print(token("t"));
        QVERIFY(it->resolve(false, {}));
    }

    void manyWhoAskAtOnceShareOneRun()
    {
        m_user.exec = ExecSpec{.apiVersion = v1, .command = "sh"};
        m_plugin->play = [](const Command &) {
            std::this_thread::sleep_for(50ms);
            return ProcessOutput{0, token("t"), {}, 0, 0};
        };
        const auto it = source();
        std::atomic<int> right = 0;
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < 16; ++i)
                threads.emplace_back([&, i] { right += it->resolve(i % 2, {})->bearer->reveal() == "t"; });
        }
        QCOMPARE(right.load(), 16);
        QVERIFY(m_plugin->runs <= 2); // one more when a refusal comes after the first run has landed
    }

    void aTokenGoesBeforeThePlugin()
    {
        m_user.exec = ExecSpec{.apiVersion = v1, .command = "sh"};
        m_user.token = Secret("mine");
        QCOMPARE(source()->resolve(false, {})->bearer->reveal(), std::string("mine"));
        QCOMPARE(m_plugin->runs.load(), 0);
    }

    void aCertificateBesideThePluginIsUsedWithItsToken()
    {
        m_user.exec = ExecSpec{.apiVersion = v1, .command = "sh"};
        m_user.certificatePem = pem;
        m_user.keyPem = Secret("k");
        m_plugin->print(token("t"));
        const auto credential = source()->resolve(false, {});
        QCOMPARE(credential->certificatePem, pem);
        QCOMPARE(credential->bearer->reveal(), std::string("t"));
    }

    void terminalsAreLentAsTheModeSays_data()
    {
        QTest::addColumn<int>("mode");
        QTest::addColumn<bool>("terminal");
        QTest::addColumn<int>("lent"); // 0 no, 1 yes, -1 an error
        QTest::newRow("never, with") << static_cast<int>(InteractiveMode::Never) << true << 0;
        QTest::newRow("never, without") << static_cast<int>(InteractiveMode::Never) << false << 0;
        QTest::newRow("if available, with") << static_cast<int>(InteractiveMode::IfAvailable) << true << 1;
        QTest::newRow("if available, without") << static_cast<int>(InteractiveMode::IfAvailable) << false << 0;
        QTest::newRow("always, with") << static_cast<int>(InteractiveMode::Always) << true << 1;
        QTest::newRow("always, without") << static_cast<int>(InteractiveMode::Always) << false << -1;
    }
    void terminalsAreLentAsTheModeSays()
    {
        QFETCH(int, mode);
        QFETCH(bool, terminal);
        QFETCH(int, lent);
        m_user.exec = ExecSpec{.apiVersion = v1, .command = "sh", .interactiveMode = static_cast<InteractiveMode>(mode)};
        m_settings.terminal = terminal;
        Command seen;
        m_plugin->play = [&](const Command &command) {
            seen = command;
            return ProcessOutput{0, token("t"), {}, 0, 0};
        };
        const auto credential = source()->resolve(false, {});
        QCOMPARE(credential.has_value(), lent >= 0);
        if (lent < 0) {
            QVERIFY(has(credential.error().message, "terminal"));
            QCOMPARE(m_plugin->runs.load(), 0);
        } else {
            QCOMPARE(seen.interactive, lent == 1);
            QVERIFY(has(seen.set.at("KUBERNETES_EXEC_INFO"), lent ? "\"interactive\":true" : "\"interactive\":false"));
        }
    }

    void aPluginThatIsNotThereIsLookedForInTheLoginShellThenHinted()
    {
        m_user.exec = ExecSpec{.apiVersion = v1, .command = "no-such-plugin", .installHint = "brew install it"};
        m_plugin->play = [](const Command &) {
            const std::string marker = "TIMONIER-ENVIRONMENT\n";
            return ProcessOutput{0, marker + std::string("PATH=/from/login\0", 17) + marker, {}, 0, 0};
        };
        const auto credential = source()->resolve(false, {});
        QVERIFY(!credential);
        QCOMPARE(credential.error().kind, ErrorKind::Process);
        QCOMPARE(credential.error().hint, std::string("brew install it"));
        QCOMPARE(contextOf(credential.error(), "searched"), std::string("/usr/bin:/bin:/from/login"));
        QCOMPARE(m_plugin->runs.load(), 1); // the shell alone
    }

    void aDesktopLaunchTakesTheLoginShellsVariables()
    {
        m_user.exec = ExecSpec{.apiVersion = v1, .command = "sh"};
        m_settings.desktopLaunch = true;
        std::string profile;
        m_plugin->play = [&](const Command &command) {
            const std::string marker = "TIMONIER-ENVIRONMENT\n";
            if (!command.set.contains("KUBERNETES_EXEC_INFO"))
                return ProcessOutput{0, marker + std::string("AWS_PROFILE=x\0", 14) + marker, {}, 0, 0};
            profile = variable(*command.environment, "AWS_PROFILE");
            return ProcessOutput{0, token("t"), {}, 0, 0};
        };
        QVERIFY(source()->resolve(false, {}));
        QCOMPARE(profile, std::string("x"));
    }

    void answersThatAreNoneSayWhy_data()
    {
        QTest::addColumn<std::string>("printed");
        QTest::addColumn<std::string>("word");
        const auto row = [](const char *name, std::string printed, std::string word) {
            QTest::newRow(name) << std::move(printed) << std::move(word);
        };
        row("nothing", "", "no ExecCredential");
        row("prose", "Please sign in s3cr3t", "no ExecCredential");
        row("cut", token("s3cr3t").substr(0, 70), "no ExecCredential");
        row("a list", "[]", "no ExecCredential");
        row("another kind", "{\"kind\":\"Pod\"}", "no ExecCredential");
        row("another version", answer("{\"token\":\"s3cr3t\"}", "client.authentication.k8s.io/v1beta1"), "another version");
        row("no version", "{\"kind\":\"ExecCredential\",\"status\":{\"token\":\"s3cr3t\"}}", "another version");
        row("no status", "{\"apiVersion\":\"" + v1 + "\",\"kind\":\"ExecCredential\"}", "no status");
        row("null status", answer("null"), "no status");
        row("empty status", answer("{}"), "neither");
        row("token is a number", answer("{\"token\":7}"), "neither");
        row("certificate alone", answer("{\"clientCertificateData\":\"x\"}"), "without its key");
        row("key alone", answer("{\"clientKeyData\":\"s3cr3t\",\"token\":\"s3cr3t\"}"), "without its key");
        row("header in the token", token("s3cr3t\\r\\nX: y"), "control characters");
        row("bad time", token("s3cr3t", "tomorrow"), "RFC 3339");
        row("deep", std::string(500'000, '['), "no ExecCredential");
    }
    void answersThatAreNoneSayWhy()
    {
        QFETCH(std::string, printed);
        QFETCH(std::string, word);
        m_user.exec = ExecSpec{.apiVersion = v1, .command = "sh"};
        m_plugin->print(printed);
        const auto credential = source()->resolve(false, {});
        QVERIFY(!credential);
        QCOMPARE(credential.error().kind, ErrorKind::Protocol);
        QVERIFY2(has(credential.error().text(), word), credential.error().text().c_str());
        QVERIFY(!has(credential.error().text(), "s3cr3t"));
    }

    void certificatesOfPluginsAreRead()
    {
        const auto it = readExecCredential(answer("{\"clientCertificateData\":\"C\",\"clientKeyData\":\"K\"}"), v1);
        QCOMPARE(it->certificatePem, std::string("C"));
        QCOMPARE(it->keyPem.reveal(), std::string("K"));
        QVERIFY(!it->bearer);
    }

    void timesAreReadAsRfc3339Says_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<qlonglong>("ms"); // -1: none
        const auto row = [](const char *text, qlonglong ms) { QTest::addRow("%s", text) << std::string(text) << ms; };
        row("1970-01-01T00:00:01Z", 1000);
        row("1970-01-01T00:00:01.25Z", 1250);
        row("1970-01-01T00:00:01.123456789123Z", 1123);
        row("1970-01-01T02:00:00+01:30", 1'800'000);
        row("1969-12-31T23:00:00-01:00", 0);
        row("2000-02-29T00:00:00Z", 951'782'400'000);
        row("4052-02-29T23:59:59.5+01:00", 7'258'118'400'500 - 3'600'000); // beyond the clock's end, 2262: kept at 2200
        for (const char *bad : {"", "tomorrow", "2001-02-29T00:00:00Z", "1970-13-01T00:00:00Z", "1970-01-01T24:00:00Z",
                                "1970-01-01T00:00:00", "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00+1:00",
                                "1970-01-01T00:00:00Zx", "1970-01-01 00:00:00Z", "-970-01-01T00:00:00Z", "1970-01-01T00:00:0"})
            row(bad, -1);
    }
    void timesAreReadAsRfc3339Says()
    {
        QFETCH(std::string, text);
        QFETCH(qlonglong, ms);
        const auto time = parseRfc3339(text);
        QCOMPARE(time.has_value(), ms >= 0);
        if (time)
            QCOMPARE(qlonglong{std::chrono::duration_cast<std::chrono::milliseconds>(time->time_since_epoch()).count()}, ms);
    }

    // --- plugins that are real processes -----------------------------------------------------------------------------

    void aRealPluginAnswersWhateverLanguageThePersonSpeaks()
    {
        m_settings.environment = std::make_shared<ShellEnvironment>(
            m_plugin, Environment{{"PATH", "/usr/bin:/bin"}, {"LANG", "fr_FR.UTF-8"}, {"LANGUAGE", "fr"}});
        m_user.exec = ExecSpec{.apiVersion = v1};
        useScript("case \"$LC_ALL:$LANGUAGE\" in C*:) t=english;; *) t=french;; esac\n"
                  "printf '{\"apiVersion\":\"" + v1 + "\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"%s\"}}' $t");
        const auto credential = source()->resolve(false, {});
        QVERIFY2(credential, credential ? "" : credential.error().text().c_str());
        QCOMPARE(credential->bearer->reveal(), std::string("english"));
    }

    void aRefusalCarriesTheReasonWithoutSecrets()
    {
        m_user.exec = ExecSpec{.apiVersion = v1};
        useScript("printf 'token: s3cr3t9\\n\\033[31mAADSTS50079: sign in again\\033[0m\\n' >&2; exit 4");
        const auto credential = source()->resolve(false, {});
        QVERIFY(!credential);
        QCOMPARE(credential.error().kind, ErrorKind::Unauthorized);
        QVERIFY2(credential.error().text().ends_with("exit code 4: AADSTS50079: sign in again"), credential.error().text().c_str());
        const std::string said = contextOf(credential.error(), "stderr");
        QVERIFY2(said == "token: [redacted]\nAADSTS50079: sign in again\n", said.c_str());
    }

    void aPluginThatHangsIsEnded()
    {
        m_user.exec = ExecSpec{.apiVersion = v1};
        useScript("sleep 100");
        m_settings.pluginTimeout = 200ms;
        const auto credential = source()->resolve(false, {});
        QVERIFY(!credential);
        QCOMPARE(credential.error().kind, ErrorKind::Timeout);
        QVERIFY(has(credential.error().message, "plugin"));
    }

    void aStopEndsThePlugin()
    {
        m_user.exec = ExecSpec{.apiVersion = v1};
        useScript("sleep 100");
        std::stop_source stop;
        std::jthread stopper([&] {
            std::this_thread::sleep_for(100ms);
            stop.request_stop();
        });
        QCOMPARE(source()->resolve(false, stop.get_token()).error().kind, ErrorKind::Cancelled);
    }

    void aPluginThatFloodsIsRefused()
    {
        m_user.exec = ExecSpec{.apiVersion = v1};
        useScript("head -c 2000000 /dev/zero");
        const auto credential = source()->resolve(false, {});
        QVERIFY(!credential);
        QVERIFY(has(credential.error().text(), "1 MB"));
    }
};

QTEST_GUILESS_MAIN(TestCredentials)
#include "tst_credentials.moc"
