#include "ssh_server.h"

#include "remote/ssh_client.h"

#include <QElapsedTimer>

#include <poll.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>

using namespace timonier;
using namespace timonier::remote;
using namespace std::chrono_literals;

#define NEEDS_USERS                                                                                                    \
    if (!m_server.hasUsers())                                                                                          \
    QSKIP("users of its own need root, sudo, and mount namespaces")

namespace {

std::string in(const Error &error, std::string_view key)
{
    const auto it = std::ranges::find(error.context, key, [](const auto &pair) { return std::string_view(pair.first); });
    return it == error.context.end() ? std::string() : it->second;
}

QByteArray said(const Result<ProcessOutput> &result)
{
    return result ? QByteArray::fromStdString(result->out) : "error: " + QByteArray::fromStdString(result.error().text());
}

// A connection between us and sshd that can be cut, or go deaf.
class Proxy
{
public:
    explicit Proxy(quint16 to) : m_to(to)
    {
        m_listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        void *generic = &address;
        socklen_t size = sizeof address;
        ::bind(m_listener, static_cast<sockaddr *>(generic), sizeof address);
        ::getsockname(m_listener, static_cast<sockaddr *>(generic), &size);
        ::listen(m_listener, 16);
        port = ntohs(address.sin_port);
        m_thread = std::jthread([this](std::stop_token stop) { pump(stop); });
    }
    ~Proxy()
    {
        m_thread.request_stop();
        m_thread.join();
        ::close(m_listener);
    }
    quint16 port = 0;
    std::atomic<bool> cut = false;   // once: what is open is closed
    std::atomic<bool> deaf = false;  // nothing goes through, nothing is closed
    std::atomic<int> connections = 0;

private:
    void pump(std::stop_token stop)
    {
        std::vector<std::pair<int, int>> pairs;
        const auto closeAll = [&] {
            for (const auto &[a, b] : pairs)
                ::close(a), ::close(b);
            pairs.clear();
        };
        while (!stop.stop_requested()) {
            if (cut.exchange(false))
                closeAll();
            std::vector<pollfd> fds{{m_listener, POLLIN, 0}};
            for (const auto &[a, b] : pairs)
                fds.push_back({a, static_cast<short>(deaf ? 0 : POLLIN), 0}), fds.push_back({b, static_cast<short>(deaf ? 0 : POLLIN), 0});
            ::poll(fds.data(), fds.size(), 5);
            if (fds[0].revents) {
                const int a = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
                const int b = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
                sockaddr_in address{};
                address.sin_family = AF_INET;
                address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
                address.sin_port = htons(m_to);
                void *generic = &address;
                ::connect(b, static_cast<sockaddr *>(generic), sizeof address);
                pairs.emplace_back(a, b);
                ++connections;
                continue; // the others with the next poll, which knows this one
            }
            if (deaf)
                continue;
            for (std::size_t i = 1; i < fds.size(); ++i) {
                if (!fds[i].revents)
                    continue;
                char buffer[65536];
                const ssize_t n = ::recv(fds[i].fd, buffer, sizeof buffer, 0);
                const int other = fds[i].fd == pairs[(i - 1) / 2].first ? pairs[(i - 1) / 2].second : pairs[(i - 1) / 2].first;
                if (n > 0)
                    (void)!::send(other, buffer, static_cast<std::size_t>(n), MSG_NOSIGNAL);
                else
                    ::shutdown(other, SHUT_WR);
                if (n <= 0) {
                    ::close(pairs[(i - 1) / 2].first);
                    ::close(pairs[(i - 1) / 2].second);
                    pairs.erase(pairs.begin() + static_cast<std::ptrdiff_t>((i - 1) / 2));
                    break;
                }
            }
        }
        closeAll();
    }

    const quint16 m_to;
    int m_listener = -1;
    std::jthread m_thread;
};

} // namespace

class TestSsh : public QObject
{
    Q_OBJECT

    SshServer m_server;
    std::atomic<int> m_keysAsked = 0;
    std::atomic<int> m_secretsAsked = 0;
    std::stop_source m_never;

    std::stop_token never() { return m_never.get_token(); }

    Target target(const std::string &user = {}, quint16 port = 0)
    {
        Target target;
        target.host = "127.0.0.1";
        target.port = port ? port : m_server.port();
        target.user = user.empty() ? m_server.user() : user;
        target.keyFiles = {m_server.path("key")};
        target.agent = false;
        target.readsConfig = false;
        target.knownHosts = {m_server.path("known")};
        target.connectTimeout = 5s;
        return target;
    }
    Questions answering(const std::string &password)
    {
        return {.acceptHostKey = [this](const UnknownHostKey &, std::stop_token) { ++m_keysAsked; return false; },
                .secret = [this, password](const SecretQuestion &, std::stop_token) -> std::optional<Secret> {
                    ++m_secretsAsked;
                    return password.empty() ? std::nullopt : std::optional(Secret(password));
                }};
    }
    std::unique_ptr<Session> session(const Target &target, const std::string &password = {})
    {
        SshClient client(answering(password));
        auto opened = client.open(target);
        return opened ? std::move(*opened) : nullptr;
    }
    std::unique_ptr<Session> withPassword(const std::string &user, const std::string &password)
    {
        Target to = target(user);
        to.keyFiles = {m_server.path("none")};
        return session(to, password);
    }

private slots:
    void initTestCase()
    {
        if (const char *why = SshServer::missing())
            QSKIP(why);
        const QString problem = m_server.start();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
    }
    void init()
    {
        m_keysAsked = m_secretsAsked = 0;
        m_server.write("known", QByteArray::fromStdString(m_server.knownLine()));
    }

    // Commands.
    void aCommandRunsAndItsExitCodeIsAResult()
    {
        const auto host = session(target());
        const auto result = host->run({.arguments = {"sh", "-c", "echo out; echo err >&2; exit 7"}}, never());
        QCOMPARE(said(result), "out\n");
        QCOMPARE(result->err, std::string("err\n"));
        QCOMPARE(result->exitCode, 7);
        QCOMPARE(host->name(), m_server.user() + "@127.0.0.1:" + std::to_string(m_server.port()));
    }
    void argumentsArriveAsTheyAre()
    {
        std::string all;
        for (int c = 1; c < 256; ++c)
            all += static_cast<char>(c);
        const auto host = session(target());
        const std::vector<std::string> hostile = {"a b", "it's", "$HOME `id` $(id)", "\\", "!!", "%s%n", "-n", "", "*", "\n", "; rm -rf /", all};
        HostCommand command{.arguments = {"printf", "%s\\0"}};
        std::string expected;
        for (const std::string &word : hostile) {
            command.arguments.push_back(word);
            expected += word + '\0';
        }
        QCOMPARE(said(host->run(command, never())), QByteArray::fromStdString(expected));
    }
    void inputIsReadToItsEnd()
    {
        const auto host = session(target());
        const std::string input(3u << 20, 'x');
        QCOMPARE(said(host->run({.arguments = {"wc", "-c"}, .input = input}, never())), QByteArray::number(3u << 20) + '\n');
    }
    void variablesAreSetAndTheToolsSpeakEnglish()
    {
        const auto host = session(target(m_server.hasUsers() ? "french" : ""));
        const auto result = host->run({.arguments = {"sh", "-c", "echo $LC_ALL $LANGUAGE $NAME; ls /nothing"}, .set = {{"NAME", "it's $me"}}}, never());
        QVERIFY2(said(result) == "C.UTF-8 it's $me\n" || said(result) == "C it's $me\n", said(result));
        QVERIFY2(result->err.find("No such file") != std::string::npos && result->err.find("bonjour") == std::string::npos, result->err.c_str());
    }
    void aSignalIsAnExitCodeToo()
    {
        const auto host = session(target());
        QCOMPARE(host->run({.arguments = {"sh", "-c", "kill -KILL $$"}}, never())->exitCode, 137);
    }
    void aProgramThatIsNotThereIs127()
    {
        const auto result = session(target())->run({.arguments = {"no-such-program"}}, never());
        QVERIFY(result);
        QCOMPARE(result->exitCode, 127);
        QVERIFY(result->err.find("not found") != std::string::npos);
    }
    void fiftyMegabytesStreamInAndTheFirstAndLastAreKept()
    {
        const auto host = session(target());
        std::size_t heard = 0;
        QElapsedTimer timer;
        timer.start();
        const auto result = host->run({.arguments = {"sh", "-c", "head -c 50000000 /dev/zero; head -c 100000 /dev/zero >&2; echo last >&2"}, .outLimit = 1000, .errLimit = 100,
                                       .heard = [&](ProcessStream stream, std::string_view piece) { heard += stream == ProcessStream::Out ? piece.size() : 0; }}, never());
        QVERIFY2(result, said(result));
        qInfo("50 MB in %lld ms", static_cast<long long>(timer.elapsed()));
        QCOMPARE(heard, std::size_t(50'000'000));
        QCOMPARE(result->out.size(), std::size_t(1000));
        QCOMPARE(result->outDropped, std::uint64_t(50'000'000 - 1000));
        QVERIFY(result->err.size() == 100 && result->err.ends_with("last\n"));
    }
    void manyCommandsShareOneConnection_data()
    {
        QTest::addColumn<std::string>("user");
        QTest::newRow("more than sshd's ten channels") << std::string();
        QTest::newRow("where sshd allows two") << std::string("narrow");
    }
    void manyCommandsShareOneConnection()
    {
        QFETCH(std::string, user);
        if (!user.empty())
            NEEDS_USERS;
        Proxy proxy(m_server.port());
        m_server.write("known", QByteArray::fromStdString(m_server.knownLine(proxy.port)));
        const auto host = session(target(user, proxy.port));
        std::atomic<int> right = 0;
        const int count = user.empty() ? 24 : 6;
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < count; ++i)
                threads.emplace_back([&, i] {
                    const auto result = host->run({.arguments = {"sh", "-c", "echo $1; sleep 0.05", "sh", std::to_string(i)}}, never());
                    right += said(result) == QByteArray::number(i) + '\n';
                });
        }
        QCOMPARE(right.load(), count);
        QCOMPARE(proxy.connections.load(), 1);
    }
    void aDaemonThatKeepsTheOutputOpenIsNotWaitedFor()
    {
        const auto host = session(target());
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(said(host->run({.arguments = {"sh", "-c", "sleep 20 & echo $!"}}, never())).trimmed().toInt() > 1, true);
        QVERIFY2(timer.elapsed() < 4'000, qPrintable(QString::number(timer.elapsed())));
        host->run({.arguments = {"sh", "-c", "kill $(pgrep -f 'sleep 20') 2>/dev/null; true"}}, never());
    }

    // Limits.
    void silenceAndLengthAreLimited()
    {
        const auto host = session(target());
        const auto silent = host->run({.arguments = {"sh", "-c", "echo begun >&2; sleep 30"}, .stall = 300ms}, never());
        QVERIFY(!silent);
        QCOMPARE(silent.error().kind, ErrorKind::Timeout);
        QVERIFY(silent.error().message.find("silent") != std::string::npos);
        QCOMPARE(in(silent.error(), "stderr"), std::string("begun\n"));
        const auto late = host->run({.arguments = {"sh", "-c", "while :; do echo; sleep 0.05; done"}, .timeout = 300ms}, never());
        QVERIFY(!late);
        QCOMPARE(late.error().kind, ErrorKind::Timeout);
    }
    void whatIsCancelledEndsThereToo_data()
    {
        QTest::addColumn<bool>("root");
        QTest::newRow("as the user") << false;
        QTest::newRow("as root, by sudo") << true;
    }
    void whatIsCancelledEndsThereToo()
    {
        QFETCH(bool, root);
        if (root)
            NEEDS_USERS;
        const auto host = session(target(root ? "free" : ""));
        std::stop_source stop;
        std::string pid;
        const auto result = host->run({.arguments = {"sh", "-c", "trap '' TERM; echo $$; sleep 60 & wait; wait"}, .root = root,
                                       .heard = [&](ProcessStream stream, std::string_view piece) {
                                           if (stream == ProcessStream::Out)
                                               pid += piece;
                                           if (pid.ends_with('\n'))
                                               stop.request_stop();
                                       }}, stop.get_token());
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Cancelled);
        pid.pop_back();
        const auto state = [&] { return SshServer::shell(("sed 's/.*) //; s/ .*//' /proc/" + pid + "/stat 2>/dev/null").c_str()); };
        QTRY_VERIFY2(state().empty() || state() == "Z", "it still runs"); // on a busy machine a moment later
    }

    // Who are you?
    void keysOfEveryKindAreTaken_data()
    {
        QTest::addColumn<std::string>("key");
        QTest::addColumn<std::string>("passphrase");
        QTest::newRow("ed25519") << std::string("key") << std::string();
        QTest::newRow("ecdsa") << std::string("key_ecdsa") << std::string();
        QTest::newRow("rsa") << std::string("key_rsa") << std::string();
        QTest::newRow("ed25519 with a passphrase") << std::string("key_secret") << std::string("open sesame");
        QTest::newRow("rsa as PEM with a passphrase") << std::string("key_pem") << std::string("open sesame");
    }
    void keysOfEveryKindAreTaken()
    {
        QFETCH(std::string, key);
        QFETCH(std::string, passphrase);
        Target to = target();
        to.keyFiles = {m_server.path(key)};
        QCOMPARE(said(session(to, passphrase)->run({.arguments = {"echo", "in"}}, never())), "in\n");
        QCOMPARE(m_secretsAsked.load(), passphrase.empty() ? 0 : 1);
    }
    void aKeyThatCannotBeUsedIsToldByItsFault_data()
    {
        QTest::addColumn<std::string>("key");
        QTest::addColumn<int>("kind");
        QTest::addColumn<std::string>("words");
        const auto row = [](const char *name, const char *key, ErrorKind kind, const char *words) { QTest::newRow(name) << std::string(key) << static_cast<int>(kind) << std::string(words); };
        row("not there", "key_nowhere", ErrorKind::NotFound, "there is no key file");
        row("readable for others", "key_open", ErrorKind::Forbidden, "can be read by others");
        row("a public key", "key_public", ErrorKind::Invalid, "is a public key");
        row("PuTTY's", "key_putty", ErrorKind::Invalid, "PuTTY");
        row("no key", "key_text", ErrorKind::Invalid, "holds no key");
        row("a wrong passphrase", "key_secret", ErrorKind::Unauthorized, "key_secret");
        row("unknown there", "key_stranger", ErrorKind::Unauthorized, "does not accept the key");
    }
    void aKeyThatCannotBeUsedIsToldByItsFault()
    {
        QFETCH(std::string, key);
        QFETCH(int, kind);
        QFETCH(std::string, words);
        m_server.write("key_open", QByteArray::fromStdString(SshServer::shell(("cat " + m_server.path("key")).c_str()) + '\n'), 0644);
        m_server.write("key_public", QByteArray::fromStdString(SshServer::shell(("cat " + m_server.path("key.pub")).c_str()) + '\n'), 0600);
        m_server.write("key_putty", "PuTTY-User-Key-File-3: ssh-ed25519\n", 0600);
        m_server.write("key_text", "hello\n", 0600);
        Target to = target(m_server.hasUsers() ? "keysonly" : "");
        to.keyFiles = {m_server.path(key)};
        const auto result = session(to, "wrong")->run({.arguments = {"true"}}, never());
        QVERIFY(!result);
        const std::string all = result.error().text() + " " + result.error().hint;
        QVERIFY2(all.find(words) != std::string::npos, all.c_str());
        QCOMPARE(static_cast<int>(result.error().kind), kind);
        QVERIFY2(m_secretsAsked.load() <= 3, "asked too often");
    }
    void thePasswordIsAskedForOnceAndKept()
    {
        NEEDS_USERS;
        Proxy proxy(m_server.port());
        m_server.write("known", QByteArray::fromStdString(m_server.knownLine(proxy.port)));
        Target to = target("pilot", proxy.port);
        to.keyFiles = {m_server.path("none")};
        const auto host = session(to, "hafen-17");
        QCOMPARE(said(host->run({.arguments = {"id", "-un"}}, never())), "pilot\n");
        proxy.cut = true;
        QTRY_VERIFY(!proxy.cut);
        QCOMPARE(said(host->run({.arguments = {"id", "-un"}}, never())), "pilot\n");
        QCOMPARE(m_secretsAsked.load(), 1);
        QCOMPARE(proxy.connections.load(), 2);
    }
    void aWrongPasswordSaysWhatWasTriedAndIsNotTriedAgain()
    {
        NEEDS_USERS;
        const auto result = withPassword("pilot", "wrong")->run({.arguments = {"true"}}, never());
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Unauthorized);
        QVERIFY2(in(result.error(), "tried").find("the password") != std::string::npos, in(result.error(), "tried").c_str());
        QCOMPARE(in(result.error(), "offered"), std::string("publickey, password, keyboard-interactive"));
        QCOMPARE(m_secretsAsked.load(), 2); // once more, and the same again is no answer
    }
    void questionsOfTheHostsOwnAreAnswered()
    {
        NEEDS_USERS;
        QCOMPARE(said(withPassword("asked", "hafen-17")->run({.arguments = {"id", "-un"}}, never())), "asked\n");
        QCOMPARE(m_secretsAsked.load(), 1);
        const auto wrong = withPassword("asked", "wrong")->run({.arguments = {"true"}}, never());
        QVERIFY(!wrong && wrong.error().kind == ErrorKind::Unauthorized);
    }
    void aHostMayWantBothKeyAndPassword()
    {
        NEEDS_USERS;
        QCOMPARE(said(session(target("twice"), "hafen-17")->run({.arguments = {"id", "-un"}}, never())), "twice\n");
        const auto keyOnly = session(target("twice"))->run({.arguments = {"true"}}, never());
        QVERIFY(!keyOnly && keyOnly.error().kind == ErrorKind::Unauthorized);
    }
    void theAgentsKeysAreTried()
    {
        const std::string socket = m_server.path("agent");
        QProcess agent;
        agent.start(QStringLiteral("ssh-agent"), {QStringLiteral("-D"), QStringLiteral("-a"), QString::fromStdString(socket)});
        QVERIFY(agent.waitForStarted());
        QTRY_VERIFY(QFile::exists(QString::fromStdString(socket)));
        SshServer::shell(("SSH_AUTH_SOCK=" + socket + " ssh-add -q " + m_server.path("key") + " 2>&1").c_str());
        m_server.write("agent_config", QByteArray::fromStdString("IdentityAgent " + socket + "\nIdentityFile none\n"));
        Target to = target();
        to.keyFiles.clear();
        to.agent = true;
        to.readsConfig = true;
        to.configFile = m_server.path("agent_config");
        QCOMPARE(said(session(to)->run({.arguments = {"echo", "in"}}, never())), "in\n");
        to.agent = false;
        QVERIFY(!session(to)->run({.arguments = {"true"}}, never()));
        agent.kill();
        agent.waitForFinished();
    }

    // Who is it?
    void anUnknownHostIsRefusedUnlessAPersonAcceptsItAndIsAskedOnce()
    {
        m_server.write("known", "# nobody\nbroken line\n[127.0.0.1]:1 ssh-ed25519 AAAA");
        const auto refused = session(target())->run({.arguments = {"true"}}, never());
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::Tls);
        const std::string real = SshServer::shell(("ssh-keygen -lf " + m_server.path("host_ed25519.pub") + " | cut -d' ' -f2").c_str());
        QCOMPARE(in(refused.error(), "offered"), real);
        QCOMPARE(m_keysAsked.load(), 1);

        UnknownHostKey asked;
        SshClient client({.acceptHostKey = [&](const UnknownHostKey &key, std::stop_token) {
            ++m_keysAsked;
            asked = key;
            return true;
        }});
        Target to = target();
        to.knownHosts = {m_server.path("new/.ssh/known_hosts")};
        std::vector<std::unique_ptr<Session>> hosts;
        for (int i = 0; i < 4; ++i)
            hosts.push_back(std::move(*client.open(to)));
        m_keysAsked = 0;
        std::atomic<int> in = 0;
        {
            std::vector<std::jthread> threads;
            for (const auto &host : hosts)
                threads.emplace_back([&] { in += said(host->run({.arguments = {"echo", "in"}}, never())) == "in\n"; });
        }
        QCOMPARE(in.load(), 4);
        QCOMPARE(m_keysAsked.load(), 1);
        QCOMPARE(asked.fingerprint, real);
        QCOMPARE(asked.type, std::string("ssh-ed25519"));
        QCOMPARE(SshServer::shell(("stat -c %a " + m_server.path("new/.ssh") + " " + to.knownHosts[0] + " | tr '\\n' ' '").c_str()), std::string("700 600"));
        QCOMPARE(SshServer::shell(("ssh-keygen -F '[127.0.0.1]:" + std::to_string(m_server.port()) + "' -f " + to.knownHosts[0] + " | grep -c ed25519").c_str()), std::string("1"));
        SshServer::shell(("rm -rf " + m_server.path("new")).c_str());
    }
    void aChangedHostKeyStopsEverythingWithBothFingerprints()
    {
        m_server.write("known", QByteArray::fromStdString("# one\n" + m_server.knownLine(0, "key_stranger")));
        SshClient client({.acceptHostKey = [&](const UnknownHostKey &, std::stop_token) { ++m_keysAsked; return true; }});
        const auto result = (*client.open(target()))->run({.arguments = {"true"}}, never());
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Tls);
        QCOMPARE(m_keysAsked.load(), 0);
        QCOMPARE(in(result.error(), "known"), SshServer::shell(("ssh-keygen -lf " + m_server.path("key_stranger.pub") + " | cut -d' ' -f2").c_str()));
        QCOMPARE(in(result.error(), "offered"), SshServer::shell(("ssh-keygen -lf " + m_server.path("host_ed25519.pub") + " | cut -d' ' -f2").c_str()));
        QCOMPARE(in(result.error(), "file"), m_server.path("known"));
        QCOMPARE(in(result.error(), "line"), std::string("2"));
    }
    void aRevokedHostKeyIsRefused()
    {
        m_server.write("known", QByteArray::fromStdString(m_server.knownLine() + "@revoked * " + m_server.knownLine().substr(m_server.knownLine().find(' ') + 1)));
        const auto result = session(target())->run({.arguments = {"true"}}, never());
        QVERIFY(!result && result.error().kind == ErrorKind::Tls);
        QVERIFY(result.error().message.find("revoked") != std::string::npos);
    }
    void theKeyThatIsKnownIsTheOneAskedFor()
    {
        m_server.write("known", QByteArray::fromStdString(m_server.knownLine(0, "host_ecdsa"))); // the server prefers ed25519
        QCOMPARE(said(session(target())->run({.arguments = {"echo", "in"}}, never())), "in\n");
    }
    void hashedNamesAreRecognised()
    {
        SshServer::shell(("ssh-keygen -q -H -f " + m_server.path("known") + " 2>/dev/null").c_str());
        QVERIFY(SshServer::shell(("cat " + m_server.path("known")).c_str()).starts_with("|1|"));
        QCOMPARE(said(session(target())->run({.arguments = {"echo", "in"}}, never())), "in\n");
    }

    // The way there.
    void theConfigurationOfSshIsHonoured()
    {
        m_server.write("config", QByteArray::fromStdString("Include " + m_server.path("config.d/*") + "\nHost other\n HostName 192.0.2.1\nHost *\n  User nobody-at-all\n StrictHostKeyChecking no\n"));
        SshServer::shell(("mkdir -p " + m_server.path("config.d")).c_str());
        m_server.write("config.d/one", QByteArray::fromStdString("Host node? !node9\n  HostName=127.0.0.1\n  Port " + std::to_string(m_server.port()) + "\n  User \"" + m_server.user() + "\"\n  IdentityFile " + m_server.path("key") +
                                                                 "\n  UserKnownHostsFile " + m_server.path("known2") + "\n"));
        m_server.write("known2", QByteArray::fromStdString(m_server.knownLine()));
        Target to;
        to.host = "node1";
        to.agent = false;
        to.configFile = m_server.path("config");
        QCOMPARE(said(session(to)->run({.arguments = {"echo", "in"}}, never())), "in\n");
        m_server.write("known2", "");
        const auto unknown = session(to)->run({.arguments = {"true"}}, never());
        QVERIFY2(!unknown && unknown.error().kind == ErrorKind::Tls, "StrictHostKeyChecking no has weakened the check");
    }
    void aJumpHostIsGoneThroughAndItsKeyIsCheckedToo()
    {
        Target to = target();
        to.jump = m_server.user() + "@127.0.0.1:" + std::to_string(m_server.port());
        to.host = "localhost"; // another name of the same sshd: its key is known by another line
        m_server.write("known", QByteArray::fromStdString(m_server.knownLine()));
        const auto unknown = session(to)->run({.arguments = {"true"}}, never());
        QVERIFY(!unknown && unknown.error().kind == ErrorKind::Tls);
        QVERIFY(unknown.error().message.find("@localhost") != std::string::npos);
        QCOMPARE(m_keysAsked.load(), 1);

        const std::string line = m_server.knownLine();
        m_server.write("known", QByteArray::fromStdString(line + "[localhost]" + line.substr(line.find(':'))));
        const auto host = session(to);
        QCOMPARE(said(host->run({.arguments = {"echo", "in"}}, never())), "in\n");
        std::size_t heard = 0;
        QVERIFY(host->run({.arguments = {"head", "-c", "5000000", "/dev/zero"}, .heard = [&](ProcessStream, std::string_view piece) { heard += piece.size(); }}, never()));
        QCOMPARE(heard, std::size_t(5'000'000));

        m_server.write("known", QByteArray::fromStdString("[localhost]" + line.substr(line.find(':'))));
        const auto jumpUnknown = session(to)->run({.arguments = {"true"}}, never());
        QVERIFY(!jumpUnknown && jumpUnknown.error().kind == ErrorKind::Tls);
        QVERIFY(jumpUnknown.error().message.find("@127.0.0.1") != std::string::npos);
        QVERIFY(!in(jumpUnknown.error(), "through").empty());
    }
    void manyHostsAreReachedThroughOneJumpHost()
    {
        Proxy proxy(m_server.port());
        const std::string line = m_server.knownLine();
        m_server.write("known", QByteArray::fromStdString("[127.0.0.1]:" + std::to_string(proxy.port) + line.substr(line.find(' ')) + "[localhost]" + line.substr(line.find(':'))));
        Target to = target();
        to.host = "localhost";
        to.jump = m_server.user() + "@127.0.0.1:" + std::to_string(proxy.port);
        SshClient client(answering({}));
        std::vector<std::unique_ptr<Session>> hosts;
        for (int i = 0; i < 12; ++i) // more than a connection's commands at once
            hosts.push_back(std::move(*client.open(to)));
        std::atomic<int> right = 0;
        {
            std::vector<std::jthread> threads;
            for (const auto &host : hosts)
                threads.emplace_back([&] { right += said(host->run({.arguments = {"echo", "in"}}, never())) == "in\n"; });
        }
        QCOMPARE(right.load(), 12);
        QCOMPARE(proxy.connections.load(), 1);
    }
    void aProxyCommandIsRun()
    {
        m_server.write("proxy_config", QByteArray::fromStdString("ProxyCommand ssh -F /dev/null -o BatchMode=yes -o UserKnownHostsFile=" + m_server.path("known") + " -o IdentityAgent=none -i " + m_server.path("key") + " -p %p -W %h:%p %r@%h 2>/dev/null\n"));
        Target to = target();
        to.readsConfig = true;
        to.configFile = m_server.path("proxy_config");
        QCOMPARE(said(session(to)->run({.arguments = {"echo", "in"}}, never())), "in\n");
    }
    void severalJumpsAndABadOneAreTold()
    {
        const std::string hop = m_server.user() + "@127.0.0.1:" + std::to_string(m_server.port());
        const std::string line = m_server.knownLine();
        m_server.write("known", QByteArray::fromStdString(line + "[localhost]" + line.substr(line.find(':')) + "[127.0.0.2]" + line.substr(line.find(':'))));
        Target to = target();
        to.host = "localhost";
        to.jump = hop + "," + m_server.user() + "@localhost:" + std::to_string(m_server.port());
        to.port = SshServer::freePort();
        const auto nobody = session(to)->run({.arguments = {"true"}}, never());
        QVERIFY(!nobody);
        QCOMPARE(nobody.error().kind, ErrorKind::Unreachable);
        QVERIFY2(nobody.error().message.find("jump host cannot reach localhost") != std::string::npos, nobody.error().message.c_str());
    }
    void whatIsNotThereIsToldInWords()
    {
        Target to = target({}, SshServer::freePort());
        const auto refused = session(to)->run({.arguments = {"true"}}, never());
        QVERIFY(!refused && refused.error().kind == ErrorKind::Unreachable);
        QVERIFY2(refused.error().message.find("refuses connections") != std::string::npos, refused.error().message.c_str());
        to.host = "no-such-host.invalid";
        const auto unknown = session(to)->run({.arguments = {"true"}}, never());
        QVERIFY(!unknown && unknown.error().kind == ErrorKind::Unreachable);
        QVERIFY2(unknown.error().message.find("no host no-such-host.invalid") != std::string::npos, unknown.error().message.c_str());
        to.host = "-oProxyCommand=x";
        QVERIFY(!SshClient({}).open(to));
    }
    void aHostThatSaysNothingRunsIntoTheTimeLimitAndCanBeCancelled()
    {
        Proxy proxy(m_server.port());
        proxy.deaf = true;
        Target to = target({}, proxy.port);
        to.connectTimeout = 300ms;
        const auto result = session(to)->run({.arguments = {"true"}}, never());
        QVERIFY(!result && result.error().kind == ErrorKind::Timeout);
        to.connectTimeout = 30s;
        std::stop_source stop;
        std::jthread soon([&] {
            QTest::qWait(100);
            stop.request_stop();
        });
        QElapsedTimer timer;
        timer.start();
        const auto cancelled = session(to)->run({.arguments = {"true"}}, stop.get_token());
        QVERIFY(!cancelled && cancelled.error().kind == ErrorKind::Cancelled);
        QVERIFY(timer.elapsed() < 1'000);
    }

    // What is lost.
    void aCutConnectionIsToldAndTheNextCommandConnectsAnew()
    {
        Proxy proxy(m_server.port());
        m_server.write("known", QByteArray::fromStdString(m_server.knownLine(proxy.port)));
        const auto host = session(target({}, proxy.port));
        const auto lost = host->run({.arguments = {"sh", "-c", "echo begun; sleep 5"}, .heard = [&](ProcessStream stream, std::string_view) {
            if (stream == ProcessStream::Out)
                proxy.cut = true;
        }}, never());
        QVERIFY(!lost);
        QCOMPARE(lost.error().kind, ErrorKind::Unreachable);
        QCOMPARE(in(lost.error(), "connection"), std::string("lost"));
        QCOMPARE(said(host->run({.arguments = {"echo", "again"}}, never())), "again\n");
        QCOMPARE(proxy.connections.load(), 2);
    }
    void aDeafConnectionIsFoundByItsSilence()
    {
        Proxy proxy(m_server.port());
        m_server.write("known", QByteArray::fromStdString(m_server.knownLine(proxy.port)));
        Target to = target({}, proxy.port);
        to.aliveInterval = 200ms;
        to.aliveCount = 2;
        const auto host = session(to);
        // A healthy one that is only silent lives on: it is asked, and answers.
        QCOMPARE(said(host->run({.arguments = {"sh", "-c", "sleep 1; echo alive"}}, never())), "alive\n");
        QCOMPARE(proxy.connections.load(), 1);
        QElapsedTimer timer;
        timer.start();
        const auto lost = host->run({.arguments = {"sh", "-c", "echo begun; sleep 30"}, .heard = [&](ProcessStream stream, std::string_view) {
            if (stream == ProcessStream::Out)
                proxy.deaf = true;
        }}, never());
        QVERIFY(!lost);
        QCOMPARE(in(lost.error(), "connection"), std::string("lost"));
        QVERIFY2(timer.elapsed() < 3'000, qPrintable(QString::number(timer.elapsed())));
    }

    // Odd hosts.
    void loginShellsAndHomesMayBeAnything_data()
    {
        QTest::addColumn<std::string>("user");
        QTest::newRow("fish") << std::string("fishy");
        QTest::newRow("csh") << std::string("cshy");
        QTest::newRow("a home that is missing") << std::string("homeless");
    }
    void loginShellsAndHomesMayBeAnything()
    {
        NEEDS_USERS;
        QFETCH(std::string, user);
        const auto result = session(target(user))->run({.arguments = {"sh", "-c", "printf '%s\\n' \"$1\"; echo e >&2", "sh", "it's \\ $x !y"}}, never());
        QCOMPARE(said(result), "it's \\ $x !y\n");
        QCOMPARE(result->err, std::string("e\n"));
    }
    void aUserWithoutAShellIsTold()
    {
        NEEDS_USERS;
        const auto result = session(target("noshell"))->run({.arguments = {"true"}}, never());
        QVERIFY(!result && result.error().kind == ErrorKind::Forbidden);
        QVERIFY2(result.error().message.find("not available") != std::string::npos, result.error().message.c_str());
        const auto closed = session(target("closed"))->run({.arguments = {"true"}}, never());
        QVERIFY(!closed && closed.error().kind == ErrorKind::Forbidden);
        const auto files = session(target("filesonly"))->run({.arguments = {"true"}, .timeout = 2s}, never());
        QVERIFY(!files);
    }

    // Root.
    void rootIsHadBySudoWithAPasswordAndTheInputStaysItsOwn_data()
    {
        QTest::addColumn<std::string>("user");
        QTest::addColumn<int>("asked");
        QTest::newRow("with a password") << std::string("pilot") << 1;
        QTest::newRow("without one") << std::string("free") << 0;
        QTest::newRow("root himself") << std::string("root") << 0;
        QTest::newRow("fish, with a password") << std::string("fishy") << 1;
    }
    void rootIsHadBySudoWithAPasswordAndTheInputStaysItsOwn()
    {
        NEEDS_USERS;
        QFETCH(std::string, user);
        QFETCH(int, asked);
        const auto host = session(target(user), "hafen-17");
        for (int i = 0; i < 2; ++i) {
            const auto result = host->run({.arguments = {"sh", "-c", "id -un; cat; echo \"$V\"; echo e >&2"}, .root = true, .set = {{"V", "a b"}}, .input = "first\nsecond"}, never());
            QCOMPARE(said(result), "root\nfirst\nseconda b\n");
            QCOMPARE(result->err, std::string("e\n"));
        }
        QCOMPARE(m_secretsAsked.load(), asked);
    }
    void whereSudoDoesNotAskThePasswordIsNotLeftOverForTheCommand()
    {
        NEEDS_USERS;
        const auto host = session(target("cached"), "hafen-17"); // sudo remembers for five minutes
        for (int i = 0; i < 3; ++i)
            QCOMPARE(said(host->run({.arguments = {"cat"}, .root = true, .input = "mine\n"}, never())), "mine\n");
        QCOMPARE(m_secretsAsked.load(), 1);
    }
    void thePasswordIsInNoArgumentsOfAnyProcess()
    {
        NEEDS_USERS;
        const auto host = session(target("pilot"), "hafen-17");
        const auto result = host->run({.arguments = {"sh", "-c", "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -c 'hafen-1[7]'"}, .root = true}, never());
        QCOMPARE(said(result), "0\n");
    }
    void sudosRefusalsAreTold_data()
    {
        QTest::addColumn<std::string>("user");
        QTest::addColumn<std::string>("password");
        QTest::addColumn<int>("kind");
        QTest::addColumn<std::string>("words");
        const auto row = [](const char *name, const char *user, const char *password, ErrorKind kind, const char *words) { QTest::newRow(name) << std::string(user) << std::string(password) << static_cast<int>(kind) << std::string(words); };
        row("not in sudoers", "lowly", "hafen-17", ErrorKind::Forbidden, "sudo does not allow it");
        row("a wrong password", "pilot", "wrong", ErrorKind::Unauthorized, "does not accept the password");
        row("no password", "pilot", "", ErrorKind::Unauthorized, "asks for a password");
        row("a terminal", "tty", "", ErrorKind::Forbidden, "wants a terminal");
    }
    void sudosRefusalsAreTold()
    {
        NEEDS_USERS;
        QFETCH(std::string, user);
        QFETCH(std::string, password);
        QFETCH(int, kind);
        QFETCH(std::string, words);
        const auto result = session(target(user), password)->run({.arguments = {"cat"}, .root = true, .input = "secret"}, never());
        QVERIFY(!result);
        QVERIFY2(result.error().message.find(words) != std::string::npos, result.error().message.c_str());
        QCOMPARE(static_cast<int>(result.error().kind), kind);
    }

    // Files.
    void aFileIsPutWithModeAndOwnerAndReplacedWhole()
    {
        const bool root = m_server.hasUsers();
        const auto host = session(target(root ? "free" : ""));
        const std::string path = m_server.path("home/deep/er/it's a file");
        std::string content(100'000, 'y');
        content += std::string("\0\n$x", 4);
        QVERIFY(host->put({.path = path, .content = content, .mode = 0640, .owner = root ? "root:crew" : "", .root = root}, never()));
        QCOMPARE(SshServer::shell(("stat -c '%a %s' \"" + path + "\"").c_str()), std::string("640 100004"));
        if (root)
            QCOMPARE(SshServer::shell(("stat -c '%u:%g' \"" + path + "\"").c_str()), std::string("0:54000"));
        QCOMPARE(*host->read(path, root, 1u << 20, never()), content);
        QVERIFY(host->put({.path = path, .content = "", .root = root}, never()));
        QCOMPARE(SshServer::shell(("stat -c '%a %s' \"" + path + "\"").c_str()), std::string("644 0"));
        QCOMPARE(SshServer::shell(("ls -A \"$(dirname \"" + path + "\")\" | wc -l").c_str()), std::string("1"));
        SshServer::shell(("rm -rf " + m_server.path("home/deep")).c_str());
    }
    void whatCannotBeWrittenLeavesNothingBehind_data()
    {
        QTest::addColumn<std::string>("folder");
        QTest::addColumn<std::string>("user");
        QTest::addColumn<int>("kind");
        QTest::addColumn<std::string>("words");
        const auto row = [](const char *name, const char *folder, const char *user, ErrorKind kind, const char *words) { QTest::newRow(name) << std::string(folder) << std::string(user) << static_cast<int>(kind) << std::string(words); };
        row("a full disk", "full", "free", ErrorKind::Io, "no room");
        row("a read-only disk", "readonly", "free", ErrorKind::Io, "read-only");
        row("no right", "home/free/x", "pilot", ErrorKind::Forbidden, "not for this user");
        row("a file for a folder", "key", "free", ErrorKind::Invalid, "a part of its path");
    }
    void whatCannotBeWrittenLeavesNothingBehind()
    {
        NEEDS_USERS;
        QFETCH(std::string, folder);
        QFETCH(std::string, user);
        QFETCH(int, kind);
        QFETCH(std::string, words);
        SshServer::shell(("chmod 700 " + m_server.path("home/free")).c_str());
        const auto host = session(target(user), "hafen-17");
        const auto result = host->put({.path = m_server.path(folder + "/big"), .content = std::string(3u << 20, 'z')}, never());
        QVERIFY(!result);
        QVERIFY2(result.error().message.find(words) != std::string::npos, result.error().text().c_str());
        QCOMPARE(static_cast<int>(result.error().kind), kind);
        QCOMPARE(said(host->run({.arguments = {"sh", "-c", "ls -A \"$1\" 2>/dev/null | grep -c ^.timonier", "sh", m_server.path(folder)}}, never())), "0\n");
    }
    void aFileSentThroughACutConnectionIsTheOldOne()
    {
        Proxy proxy(m_server.port());
        m_server.write("known", QByteArray::fromStdString(m_server.knownLine(proxy.port)));
        const auto host = session(target({}, proxy.port));
        SshServer::shell(("mkdir -p -m 777 " + m_server.path("home/sent") + "; chmod 777 " + m_server.path("home/sent") + "; truncate -s 40M " + m_server.path("big")).c_str());
        const std::string path = m_server.path("home/sent/file");
        QVERIFY(host->put({.path = path, .content = "old"}, never()));
        const auto lost = host->send(m_server.path("big"), {.path = path}, [&, cut = false](std::uint64_t sent, std::uint64_t all) mutable {
            if (!std::exchange(cut, cut || sent > all / 4) && cut)
                proxy.cut = true;
        }, never());
        QVERIFY(!lost);
        QCOMPARE(lost.error().kind, ErrorKind::Unreachable);
        QCOMPARE(*host->read(path, false, 100, never()), std::string("old"));
        QTRY_COMPARE(SshServer::shell(("ls -A " + m_server.path("home/sent")).c_str()), std::string("file"));

        std::uint64_t last = 0, all = 0;
        QVERIFY(host->send(m_server.path("big"), {.path = path, .mode = 0600}, [&](std::uint64_t sent, std::uint64_t of) { last = sent, all = of; }, never()));
        QCOMPARE(last, std::uint64_t(40u << 20));
        QCOMPARE(all, last);
        QCOMPARE(SshServer::shell(("stat -c '%a %s' " + path).c_str()), std::string("600 41943040"));
        SshServer::shell(("rm -rf " + m_server.path("home/sent") + ' ' + m_server.path("big")).c_str());
    }
    void whatIsReadMayBeMissingForbiddenOrTooLarge()
    {
        const auto host = session(target(m_server.hasUsers() ? "lowly" : ""));
        QCOMPARE(host->read("/no/such/file", false, 10, never()).error().kind, ErrorKind::NotFound);
        QCOMPARE(host->read("/etc/passwd", false, 10, never()).error().kind, ErrorKind::Invalid);
        QCOMPARE(host->read("/dev/zero", false, 10'000, never()).error().kind, ErrorKind::Invalid);
        QCOMPARE(host->read("relative", false, 10, never()).error().kind, ErrorKind::Invalid);
        if (m_server.hasUsers())
            QCOMPARE(host->read("/etc/shadow", false, 10, never()).error().kind, ErrorKind::Forbidden);
    }
};

QTEST_GUILESS_MAIN(TestSsh)
#include "tst_ssh.moc"
