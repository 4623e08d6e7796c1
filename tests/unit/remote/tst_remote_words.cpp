#include "remote/command_line.h"
#include "remote/host_words.h"
#include "remote/known_hosts.h"
#include "remote/quote.h"
#include "remote/ssh_config.h"
#include "remote/ssh_config_lines.h"
#include "remote/sudo_words.h"

#include <QTest>

#include <algorithm>

#include <map>

using namespace timonier;
using namespace timonier::remote;

namespace {

struct Files {
    std::map<std::string, std::string> texts{};
    Surroundings surroundings()
    {
        return {.home = "/home/me", .localUser = "me", .localHost = "desk.example.org",
                .variable = [](const std::string &name) { return name == "WORK" ? std::string("/work") : std::string(); },
                .file = [this](const std::string &path) { return texts.contains(path) ? std::optional(texts[path]) : std::nullopt; },
                .glob = [this](const std::string &pattern) {
                    std::vector<std::string> found;
                    for (const auto &[path, text] : texts)
                        if (matchesPattern(path, pattern))
                            found.push_back(path);
                    return found;
                }};
    }
};

Destination resolved(const std::string &config, const std::string &host, Target target = {})
{
    Files files{{{"/home/me/.ssh/config", config}}};
    target.host = host;
    const auto to = resolve(target, files.surroundings());
    return to ? *to : Destination{.host = "error: " + to.error().text()};
}

const std::string keyA = "AAAAC3NzaC1lZDI1NTE5AAAAIJ8bSNUO1k6V2GbDWlsJ9Qm2DvDqVZVYkTw4mB8oL1aA"; // well-formed base64; no real keys
const std::string keyB = "AAAAC3NzaC1lZDI1NTE5AAAAIJ8bSNUO1k6V2GbDWlsJ9Qm2DvDqVZVYkTw4mB8oL1bB";

} // namespace

class TestRemoteWords : public QObject
{
    Q_OBJECT
private slots:
    void aHostIsReadAsPeopleWriteIt_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<std::string>("user");
        QTest::addColumn<std::string>("host");
        QTest::addColumn<int>("port"); // -1: no host
        const auto row = [](const char *text, const char *user, const char *host, int port) { QTest::newRow(text) << std::string(text) << std::string(user) << std::string(host) << port; };
        row("node1", "", "node1", 0);
        row("root@192.0.2.7", "root", "192.0.2.7", 0);
        row("a.b-c@node1.example.org:2222", "a.b-c", "node1.example.org", 2222);
        row("[2001:db8::7]:22", "", "2001:db8::7", 22);
        row("2001:db8::7", "", "2001:db8::7", 0);
        row("ssh://me@node1:23/", "me", "node1", 23);
        row("user@domain@node1", "user@domain", "node1", 0);
        for (const char *bad : {"", "@node1", "node1:", "node1:0", "node1:70000", "node1:x", "-oProxyCommand=x", "no de", "a;b", "$(id)", "x\ny", "me`id`@node1", "-x@node1", "[::1", "a/b", "*"})
            row(bad, "", "", -1);
    }
    void aHostIsReadAsPeopleWriteIt()
    {
        QFETCH(std::string, text);
        QFETCH(std::string, user);
        QFETCH(std::string, host);
        QFETCH(int, port);
        const auto target = parseTarget(text);
        QCOMPARE(target.has_value(), port >= 0);
        if (!target)
            return;
        QCOMPARE(target->user, user);
        QCOMPARE(target->host, host);
        QCOMPARE(target->port, static_cast<std::uint16_t>(port));
    }

    void theFirstValueWinsAndIdentitiesAddUp()
    {
        const Destination to = resolved("# of mine\nIdentityFile ~/.ssh/one\nHost node*, !node9\n\tHostName %h.example.org\n Port = 2222\n IdentityFile ${WORK}/%r_key\nHost *\n Port 1\n  User \"the user\"\n  user other\n", "node1,");
        QCOMPARE(to.host.substr(0, 5), std::string("error")); // a comma is no part of a name
        const Destination one = resolved("IdentityFile ~/.ssh/one\nHost node* !node9\n\tHostName %h.example.org\n Port = 2222\n IdentityFile ${WORK}/%r_key\nHost *\n Port 1\n  User \"the user\"\n  user other\n", "node1");
        QCOMPARE(one.host, std::string("node1.example.org"));
        QCOMPARE(one.port, std::uint16_t(2222));
        QCOMPARE(one.user, std::string("the user"));
        QCOMPARE(one.keyFiles, (std::vector<std::string>{"/home/me/.ssh/one", "/work/the user_key"}));
        QVERIFY(one.keysAreNamed);
        const Destination nine = resolved("Host node* !node9\n HostName x\nHost *\n Port 3\n", "node9");
        QCOMPARE(nine.name(), std::string("me@node9:3"));
        QCOMPARE(nine.keyFiles.front(), std::string("/home/me/.ssh/id_ed25519"));
        QVERIFY(!nine.keysAreNamed);
    }
    void whatIsSaidByHandGoesFirst()
    {
        const Destination to = resolved("Host *\n Port 1\n User other\n IdentityFile ~/x\n ProxyJump bastion\n UserKnownHostsFile ~/known ~/more\n", "node1",
                                        {.port = 22, .user = "root", .keyFiles = {"/key"}, .jump = "none", .knownHosts = {"/known"}});
        QCOMPARE(to.name(), std::string("root@node1"));
        QCOMPARE(to.keyFiles, std::vector<std::string>{"/key"});
        QVERIFY(to.jumps.empty());
        QCOMPARE(to.knownHosts, std::vector<std::string>{"/known"});
    }
    void jumpsAliasesAndFilesAreRead()
    {
        const Destination to = resolved("Match host db* user me\n ProxyJump a@b:2,c\n ProxyCommand nc %h %p\nMatch exec \"touch /tmp/x\"\n Port 9\nMatch !exec true\n Port 8\nMatch originalhost db1\n HostKeyAlias the-db\n UserKnownHostsFile ~/known ~/more\n IdentityAgent none\n", "db1");
        QCOMPARE(to.jumps, (std::vector<std::string>{"a@b:2", "c"}));
        QVERIFY(to.proxyCommand.empty());
        QCOMPARE(to.port, std::uint16_t(22));
        QVERIFY(to.hasAlias && to.keyName == "the-db");
        QCOMPARE(to.knownHosts, (std::vector<std::string>{"/home/me/known", "/home/me/more"}));
        QVERIFY(!to.agent);
        QCOMPARE(resolved("Host *\n ProxyCommand  ssh -W \"%h:%p\" %r@gate # x\n", "db1").proxyCommand, std::string("ssh -W \"db1:22\" me@gate # x"));
    }
    void aConfigurationThatIncludesItselfEnds()
    {
        Files files{{{"/home/me/.ssh/config", "Include config.d/*\nHost *\n Port 7\n"}, {"/home/me/.ssh/config.d/a", "Host other\nPort 1\n"}, {"/home/me/.ssh/config.d/b", "Include /home/me/.ssh/config.d/b\n"}}};
        const auto loop = resolve({.host = "node1"}, files.surroundings());
        QVERIFY(!loop && loop.error().kind == ErrorKind::Invalid);
        files.texts.erase("/home/me/.ssh/config.d/b");
        QCOMPARE(resolve({.host = "node1"}, files.surroundings())->port, std::uint16_t(7)); // what "other" is told ends with its file
    }
    void aBrokenLineIsToldByItsPlace()
    {
        Files files{{{"/home/me/.ssh/config", "\nUser \"x\n"}}};
        const auto to = resolve({.host = "node1"}, files.surroundings());
        QVERIFY(!to);
        QCOMPARE(to.error().place(), std::string("/home/me/.ssh/config:2: "));
    }

    void knownHostsAreJudged_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<int>("port");
        QTest::addColumn<int>("is");
        QTest::addColumn<int>("line");
        const auto row = [](const char *name, const std::string &text, int port, HostKeyIs is, int line) { QTest::newRow(name) << text << port << static_cast<int>(is) << line; };
        const std::string a = " ssh-ed25519 " + keyA + " comment\n", b = " ssh-ed25519 " + keyB + "\n";
        row("nothing", "", 22, HostKeyIs::Unknown, 0);
        row("known", "node1" + a, 22, HostKeyIs::Known, 0);
        row("in capitals", "NODE1" + a, 22, HostKeyIs::Known, 0);
        row("in a list", "x,node1,192.0.2.1" + a, 22, HostKeyIs::Known, 0);
        row("by a pattern", "*ode?" + a, 22, HostKeyIs::Known, 0);
        row("but not this one", "node*,!node1" + a, 22, HostKeyIs::Unknown, 0);
        row("changed", "# x\n\nnode1" + b, 22, HostKeyIs::Changed, 3);
        row("one of two", "node1" + b + "node1" + a, 22, HostKeyIs::Known, 0);
        row("another type only", "node1 ecdsa-sha2-nistp256 " + keyB, 22, HostKeyIs::Changed, 1);
        row("at its port", "[node1]:2222" + a, 2222, HostKeyIs::Known, 0);
        row("at another port", "[node1]:2223" + b, 2222, HostKeyIs::Unknown, 0);
        row("the plain name's key", "node1" + a, 2222, HostKeyIs::Known, 0);
        row("the plain name's other key", "node1" + b, 2222, HostKeyIs::Unknown, 0);
        row("revoked", "node1" + a + "@revoked *" + a, 22, HostKeyIs::Revoked, 2);
        row("another one is revoked", "node1" + a + "@revoked *" + b, 22, HostKeyIs::Known, 0);
        row("an authority is not a key", "@cert-authority *" + a, 22, HostKeyIs::Unknown, 0);
        row("junk", "node1\nnode1 ssh-ed25519\nnode1 ssh-ed25519 !!!!\n|1|x|y ssh-ed25519 " + keyA + "\n\xff\xfe\nnode1" + a, 22, HostKeyIs::Known, 0);
        row("no end of line", "node1 ssh-ed25519 " + keyA, 22, HostKeyIs::Known, 0);
    }
    void knownHostsAreJudged()
    {
        QFETCH(std::string, text);
        QFETCH(int, port);
        QFETCH(int, is);
        QFETCH(int, line);
        const auto verdict = judge({{"/none", ""}, {"/known", text}}, "node1", static_cast<std::uint16_t>(port), false, hostKeyOf("ssh-ed25519", keyA));
        QCOMPARE(static_cast<int>(verdict.is), is);
        QCOMPARE(static_cast<int>(verdict.line), line);
        QCOMPARE(verdict.file, line ? std::string("/known") : std::string());
    }

    void theCommandsOwnBeginsAfterTheMarkHoweverItIsCut()
    {
        const Marks marks = newMarks();
        const std::string out = "Welcome!\nno end of line" + marks.start + "\nreal\n" + marks.start + "\nalso real";
        const std::string err = "We trust you\n" + marks.prompt + "Sorry, try again.\n" + marks.prompt + "x" + marks.start + " 4711 C.UTF-8\n" + marks.prompt + "mine";
        for (std::size_t step = 1; step < 90; ++step) {
            CommandStreams streams(marks);
            std::string ownOut, ownErr;
            for (std::size_t at = 0; at < out.size(); at += step)
                ownOut += streams.out(std::string_view(out).substr(at, step));
            for (std::size_t at = 0; at < err.size(); at += step)
                ownErr += streams.err(std::string_view(err).substr(at, step));
            QCOMPARE(ownOut, "real\n" + marks.start + "\nalso real");
            QCOMPARE(ownErr, marks.prompt + "mine"); // what the command prints is no question of sudo's
            QCOMPARE(streams.pid(), 4711);
            QCOMPARE(streams.locale(), std::string("C.UTF-8"));
            QCOMPARE(streams.prompts(), 2u);
            QCOMPARE(streams.greeting(), std::string("Welcome!\nno end of line"));
            QCOMPARE(streams.before(), std::string("We trust you\nSorry, try again.\nx"));
        }
    }
    void marksAreNeverTheSame()
    {
        QVERIFY(newMarks().start != newMarks().start);
    }
    void whatIsNoCommandIsRefused()
    {
        const Marks marks = newMarks();
        QCOMPARE(commandLine({}, marks).error().kind, ErrorKind::Invalid);
        QCOMPARE(commandLine({.arguments = {"-x"}}, marks).error().kind, ErrorKind::Invalid);
        QCOMPARE(commandLine({.arguments = {"true"}, .set = {{"A;B", "x"}}}, marks).error().kind, ErrorKind::Invalid);
        QCOMPARE(commandLine({.arguments = {"true", std::string("a\0b", 3)}}, marks).error().kind, ErrorKind::Invalid);
        QCOMPARE(commandLine({.arguments = {"true", std::string(200'000, 'x')}}, marks).error().kind, ErrorKind::TooLarge);
    }
    void wordsAreQuotedOnlyWhereTheyMustBe()
    {
        QCOMPARE(shellWord("/etc/a-b_c.d:1,2+3@4"), std::string("/etc/a-b_c.d:1,2+3@4"));
        QCOMPARE(shellWord("a=b"), std::string("'a=b'"));
        QCOMPARE(shellWord(""), std::string("''"));
        QCOMPARE(shellWord("it's"), std::string("'it'\\''s'"));
        const std::string line = loginShellCommand("echo 'a' \"$b\" \\ !c\n\xc3\xa9 `d`");
        QCOMPARE(line.find_first_of("\n!\xc3`"), line.npos);
        QCOMPARE(std::count(line.begin(), line.end(), '\''), std::ptrdiff_t(2)); // nothing ends the quotes early, in any shell
    }

    void whatAHostSaysIsFitToBeShown()
    {
        QCOMPARE(hostWords("  a\x1b[2Jb\r\n\tc\a \x7f"), std::string("a [2Jb c"));
        QCOMPARE(hostWords("h\xc3\xa9", 2), std::string("h")); // cut between characters
        QCOMPARE(lastHostWords("one\n two \n\n \n"), std::string("two"));
        QVERIFY(hostWords("password: hunter2").find("hunter2") == std::string::npos);
    }
    void aHostWithoutSudoIsTold()
    {
        const Error error = sudoRefusal("", true, 0, 0, "pilot@node1", "pilot");
        QCOMPARE(error.kind, ErrorKind::NotFound);
        QVERIFY(error.message.find("has no sudo") != std::string::npos);
    }
    void sudosWordsAreUnderstood_data()
    {
        QTest::addColumn<std::string>("words");
        QTest::addColumn<int>("kind");
        const auto row = [](const char *words, ErrorKind kind) { QTest::newRow(words) << std::string(words) << static_cast<int>(kind); };
        row("pilot is not in the sudoers file.  This incident will be reported.\n", ErrorKind::Forbidden);
        row("pilot is not in the sudoers file.\n", ErrorKind::Forbidden);
        row("Sorry, user pilot is not allowed to execute '/bin/sh -c x' as root on node1.\n", ErrorKind::Forbidden);
        row("Sorry, user pilot may not run sudo on node1.\n", ErrorKind::Forbidden);
        row("sudo: sorry, you must have a tty to run sudo\n", ErrorKind::Forbidden);
        row("sudo: account validation failure, is your account locked?\n", ErrorKind::Forbidden);
        row("\nSorry, try again.\nsudo: no password was provided\nsudo: 1 incorrect password attempt\n", ErrorKind::Unauthorized);
        row("sudo: a password is required\n", ErrorKind::Unauthorized);
        row("sudo: unable to resolve host node1: Name or service not known\nsudo: /etc/sudoers is world writable\n", ErrorKind::Process);
    }
    void sudosWordsAreUnderstood()
    {
        QFETCH(std::string, words);
        QFETCH(int, kind);
        QCOMPARE(static_cast<int>(sudoRefusal(words, false, 0, 0, "pilot@node1", "pilot").kind), kind);
    }
};

QTEST_GUILESS_MAIN(TestRemoteWords)
#include "tst_remote_words.moc"
