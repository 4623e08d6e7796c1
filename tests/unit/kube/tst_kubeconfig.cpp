#include "base/nearest_name.h"
#include "kube/kubeconfig.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace timonier;

namespace {

const std::string pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
std::string base64(const std::string &text) { return QByteArray::fromStdString(text).toBase64().toStdString(); }

std::string contextOf(const Error &error, const std::string &key)
{
    for (const Error *e = &error; e; e = e->cause.get())
        for (const auto &[name, value] : e->context)
            if (name == key)
                return value;
    return {};
}

bool has(const std::string &text, std::string_view part) { return text.find(part) != text.npos; }

// One cluster, user and context around the body of a cluster or a user.
std::string around(const std::string &cluster, const std::string &user)
{
    return "apiVersion: v1\nkind: Config\ncurrent-context: it\nclusters:\n- name: c\n  cluster: {" + cluster +
           "}\nusers:\n- name: u\n  user: {" + user + "}\ncontexts:\n- name: it\n  context: {cluster: c, user: u}\n";
}

} // namespace

class TestKubeconfig : public QObject
{
    Q_OBJECT
    QTemporaryDir m_dir;

    std::string write(const char *name, const std::string &text)
    {
        const QString path = m_dir.filePath(QString::fromLatin1(name));
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        if (file.open(QIODevice::WriteOnly))
            file.write(text.data(), static_cast<qint64>(text.size()));
        return path.toStdString();
    }
    Result<Kubeconfig> loaded(const std::string &text) { return Kubeconfig::load({write("config", text)}); }
    Result<ResolvedContext> resolved(const std::string &cluster, const std::string &user)
    {
        const Kubeconfig config = TRY(loaded(around(cluster, user)));
        return config.resolve({});
    }
    std::string in(const char *name) const { return m_dir.filePath(QString::fromLatin1(name)).toStdString(); }

private slots:
    void everyFieldOfAClusterIsRead()
    {
        const auto it = resolved("server: 'https://host:6443/k8s/', certificate-authority-data: " + base64(pem) +
                                     ", tls-server-name: other, proxy-url: 'socks5://proxy:1080', disable-compression: true",
                                 "");
        QVERIFY2(it, it ? "" : it.error().text().c_str());
        QCOMPARE(it->name, std::string("it"));
        QCOMPARE(it->ns, std::string("default"));
        QCOMPARE(it->endpoint.server, std::string("https://host:6443/k8s"));
        QCOMPARE(it->endpoint.caPem, pem);
        QCOMPARE(it->endpoint.tlsServerName, std::string("other"));
        QCOMPARE(it->endpoint.proxyUrl, std::string("socks5://proxy:1080"));
        QVERIFY(it->endpoint.disableCompression);
        QVERIFY(!it->endpoint.insecureSkipTlsVerify);
    }

    void everyFieldOfAUserIsRead()
    {
        const auto it = resolved("server: 'https://h'",
                                 "client-certificate-data: " + base64(pem) + ", client-key: keys/k.pem, token: tok, "
                                 "as: bob, as-uid: '7', as-groups: [a, b], as-user-extra: {scopes: [x, y]}");
        QVERIFY2(it, it ? "" : it.error().text().c_str());
        QCOMPARE(it->user.name, std::string("u"));
        QCOMPARE(it->user.certificatePem, pem);
        QCOMPARE(it->user.keyFile, in("keys/k.pem"));
        QCOMPARE(it->user.token.reveal(), std::string("tok"));
        QCOMPARE(it->endpoint.impersonate.user, std::string("bob"));
        QCOMPARE(it->endpoint.impersonate.uid, std::string("7"));
        QCOMPARE(it->endpoint.impersonate.groups, (std::vector<std::string>{"a", "b"}));
        QCOMPARE(it->endpoint.impersonate.extra.at(0).first, std::string("scopes"));
        QCOMPARE(it->endpoint.impersonate.extra.at(0).second, (std::vector<std::string>{"x", "y"}));
    }

    void passwordsAndTokenFilesAreRead()
    {
        auto it = resolved("server: 'https://h'", "username: bob, password: '12'");
        QCOMPARE(it->user.username, std::string("bob"));
        QCOMPARE(it->user.password.reveal(), std::string("12"));
        it = resolved("server: 'https://h'", "tokenFile: ../t, token: x");
        QCOMPARE(it->user.tokenFile, QDir::cleanPath(m_dir.filePath(QStringLiteral("../t"))).toStdString());
    }

    void everyFieldOfAPluginIsRead()
    {
        const auto it = resolved(
            "server: 'https://h', extensions: [{name: other, extension: 1}, {name: client.authentication.k8s.io/exec, "
            "extension: {audience: x, n: 5, on: true, text: 'true', list: [a]}}]",
            "exec: {apiVersion: client.authentication.k8s.io/v1, command: bin/login, args: [get, '--x'], "
            "env: [{name: A, value: '1'}], installHint: get it, interactiveMode: Always, provideClusterInfo: true}");
        QVERIFY2(it, it ? "" : it.error().text().c_str());
        const ExecSpec &exec = it->user.exec.value();
        QCOMPARE(exec.command, in("bin/login"));
        QCOMPARE(exec.arguments, (std::vector<std::string>{"get", "--x"}));
        QCOMPARE(exec.environment.at(0), (std::pair<std::string, std::string>{"A", "1"}));
        QCOMPARE(exec.installHint, std::string("get it"));
        QVERIFY(exec.interactiveMode == InteractiveMode::Always);
        QVERIFY(exec.provideClusterInfo);
        QCOMPARE(exec.clusterConfig,
                 std::string("{\"audience\":\"x\",\"list\":[\"a\"],\"n\":5,\"on\":true,\"text\":\"true\"}"));
    }

    void aPluginWithoutASlashIsLookedForInPath()
    {
        const auto it = resolved("server: 'https://h'",
                                 "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws}");
        QCOMPARE(it->user.exec->command, std::string("aws"));
        QVERIFY(it->user.exec->interactiveMode == InteractiveMode::IfAvailable);
    }

    void aServerWithoutASchemeIsCompletedAsKubectlDoes()
    {
        QCOMPARE(resolved("server: 'host:8080'", "")->endpoint.server, std::string("http://host:8080"));
        QCOMPARE(resolved("server: 'host', insecure-skip-tls-verify: true", "")->endpoint.server, std::string("https://host"));
    }

    void relativePathsStartFromTheFileThatNamesThem()
    {
        write("deep/ca.pem", pem);
        const std::string path = write("deep/config", around("server: 'https://h', certificate-authority: ca.pem", ""));
        const auto config = Kubeconfig::load({path});
        QCOMPARE(config->resolve("it")->endpoint.caPem, pem);
    }

    void anEntryThatCannotBeUsedSaysWhy_data()
    {
        QTest::addColumn<std::string>("cluster");
        QTest::addColumn<std::string>("user");
        QTest::addColumn<std::string>("word");
        const auto row = [](const char *name, std::string cluster, std::string user, std::string word) {
            QTest::newRow(name) << std::move(cluster) << std::move(user) << std::move(word);
        };
        const std::string good = "server: 'https://h'";
        row("no server", "", "", "no server");
        row("server of another scheme", "server: 'ftp://h'", "", "address");
        row("server without a host", "server: 'https:///x'", "", "address");
        row("server with a blank", "server: 'https://a b'", "", "address");
        row("server is a list", "server: [a]", "", "server must be a text");
        row("bad proxy", good + ", proxy-url: 'gopher://x'", "", "proxy");
        row("authority is not base64", good + ", certificate-authority-data: 'ab%d'", "", "position 3");
        row("authority is cut", good + ", certificate-authority-data: " + base64(pem).substr(0, 9), "", "cut");
        row("authority is a PEM", good + ", certificate-authority-data: '-----BEGIN CERTIFICATE-----'", "", "encoded once more");
        row("authority is something else", good + ", certificate-authority-data: " + base64("hello"), "", "no PEM");
        row("text after the end of base64", good + ", certificate-authority-data: 'YQ==YQ=='", "", "position 3");
        row("insecure and an authority", good + ", insecure-skip-tls-verify: true, certificate-authority: x", "", "exclude");
        row("insecure is a word", good + ", insecure-skip-tls-verify: perhaps", "", "true or false");
        row("missing authority", good + ", certificate-authority: missing.pem", "", "does not exist");
        row("cluster extensions is a text", good + ", extensions: x", "", "must be a list");
        row("certificate without its key", good, "client-certificate: x", "without its key");
        row("key is not base64", good, "client-key-data: '!'", "not base64");
        row("token and password", good, "token: x, username: y", "both");
        row("token with a line end", good, "token: \"a\\nb\"", "line ends");
        row("auth-provider gcp", good, "auth-provider: {name: gcp}", "1.26");
        row("auth-provider oidc", good, "auth-provider: {name: oidc}", "not supported");
        row("groups without a user", good, "as-groups: [a]", "without as");
        row("groups are a text", good, "as: x, as-groups: a", "must be a list");
        row("line end in as", good, "as: \"a\\r\\nb\"", "line end");
        row("exec is a text", good, "exec: aws", "must be a map");
        row("exec without a command", good, "exec: {apiVersion: client.authentication.k8s.io/v1}", "no command");
        row("exec without a version", good, "exec: {command: a}", "apiVersion");
        row("exec of v1alpha1", good, "exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: a}", "1.24");
        row("unknown interactiveMode", good,
            "exec: {apiVersion: client.authentication.k8s.io/v1, command: a, interactiveMode: Maybe}", "Maybe");
        row("nameless variable", good, "exec: {apiVersion: client.authentication.k8s.io/v1, command: a, env: [{value: x}]}",
            "variable");
        row("arguments of maps", good, "exec: {apiVersion: client.authentication.k8s.io/v1, command: a, args: [{a: b}]}",
            "list of texts");
    }
    void anEntryThatCannotBeUsedSaysWhy()
    {
        QFETCH(std::string, cluster);
        QFETCH(std::string, user);
        QFETCH(std::string, word);
        const auto it = resolved(cluster, user);
        QVERIFY(!it);
        QVERIFY2(has(it.error().text(), word), it.error().text().c_str());
        QVERIFY(!contextOf(it.error(), "file").empty());
    }

    void errorsSayFileLineAndColumn()
    {
        const auto config = loaded("clusters:\n- name: c\n  cluster:\n    server: https://h\n    proxy-url: x\n"
                                   "contexts:\n- name: a\n  context: {cluster: c}\n");
        const auto error = config->resolve("a").error();
        QCOMPARE(contextOf(error, "file"), in("config"));
        QCOMPARE(contextOf(error, "line"), std::string("5"));
        QCOMPARE(contextOf(error, "column"), std::string("16"));
    }

    void oneBrokenUserLeavesTheOthersUsable()
    {
        const auto config = loaded("clusters:\n- {name: c, cluster: {server: 'https://bob:pw@h'}}\n"
                                   "users:\n- {name: good, user: {token: x}}\n- {name: bad, user: {client-key-data: '%'}}\n"
                                   "contexts:\n- {name: a, context: {cluster: c, user: good, namespace: web}}\n"
                                   "- {name: b, context: {cluster: c, user: bad}}\n"
                                   "- {name: lost, context: {cluster: missing, user: good}}\n"
                                   "- {name: nobody, context: {cluster: c, user: goof}}\n"
                                   "- {name: empty}\n- {name: wrong, context: 7}\n- {name: anonymous, context: {cluster: c}}\n");
        QVERIFY(config);
        const auto contexts = config->contexts();
        QCOMPARE(contexts.size(), 7u);
        QVERIFY(!contexts[0].problem);
        QCOMPARE(contexts[0].ns, std::string("web"));
        QCOMPARE(contexts[0].server, std::string("https://[redacted]@h"));
        QVERIFY(contexts[1].problem && has(contexts[1].problem->text(), "base64"));
        QVERIFY(contexts[2].problem && has(contexts[2].problem->text(), "missing"));
        QVERIFY(contexts[3].problem && has(contexts[3].problem->hint, "good"));
        QVERIFY(contexts[4].problem && has(contexts[4].problem->text(), "no cluster"));
        QVERIFY(contexts[5].problem && has(contexts[5].problem->text(), "must be a map"));
        QVERIFY(!contexts[6].problem);
        QCOMPARE(config->resolve("a")->user.token.reveal(), std::string("x"));
        QVERIFY(config->resolve("anonymous"));
    }

    void theFirstFileThatSetsANameWinsAndNothingIsMergedDeeper()
    {
        const std::string one = write("one", "current-context: b\nclusters:\n- {name: c, cluster: {server: 'https://one'}}\n"
                                             "users:\n- {name: u, user: {client-key-data: '%'}}\n");
        const std::string two =
            write("two", "current-context: a\nclusters:\n- {name: c, cluster: {server: 'https://two', tls-server-name: x}}\n"
                         "users:\n- {name: u, user: {token: two}}\n"
                         "contexts:\n- {name: b, context: {cluster: c}}\n- {name: a, context: {cluster: c, user: u}}\n");
        const auto config = Kubeconfig::load({in("missing"), one, two});
        QVERIFY(config);
        QCOMPARE(config->currentContext(), std::string("b"));
        QCOMPARE(config->files().size(), 3u);
        QCOMPARE(config->resolve("")->endpoint.server, std::string("https://one"));
        QCOMPARE(config->resolve("")->endpoint.tlsServerName, std::string());
        QVERIFY(!config->resolve("a")); // the broken user of the first file is not replaced by the second one's
    }

    void aBrokenFileLeavesTheOthersUsable()
    {
        const std::string broken = write("broken", "clusters: [\n");
        const std::string good = write("good", around("server: 'https://h'", ""));
        const auto config = Kubeconfig::load({broken, good});
        QVERIFY(config);
        QCOMPARE(config->problems().size(), 1u);
        QCOMPARE(contextOf(config->problems()[0], "file"), broken);
        QVERIFY(config->resolve("it"));
    }

    void aFileThatIsNoneSaysWhy_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<std::string>("word");
        const auto row = [](const char *name, std::string text, std::string word) {
            QTest::newRow(name) << std::move(text) << std::move(word);
        };
        row("another kind", "apiVersion: v1\nkind: Pod\n", "Pod");
        row("another version", "apiVersion: v2\nkind: Config\n", "v2");
        row("a list", "- a\n", "not a map");
        row("a text", "hello", "not a map");
        row("not YAML", "a: [b\nc: d}", "");
        row("a tab as indentation", "a:\n\tb: c\n", "");
        row("not UTF-8", "a: \xff\xfe\xfd", "UTF-8");
        row("binary", std::string("a: b\0c", 6), "control character");
        row("end of transmission", "a: \x04", "control character");
        row("deep", std::string(100'000, '['), "");
        row("deep maps", std::string(20'000, '{'), "");
        row("deep and compact", [] { std::string t; for (int i = 0; i < 20'000; ++i) t += "- "; return t; }(), "");
        row("an unknown alias", "a: *b", "");
        row("current-context is a list", "current-context: [a]", "must be a text");
        row("too large", "# " + std::string(5u << 20, 'x'), "larger than");
    }
    void aFileThatIsNoneSaysWhy()
    {
        QFETCH(std::string, text);
        QFETCH(std::string, word);
        const auto config = loaded(text);
        QVERIFY(!config);
        QVERIFY2(has(config.error().text(), word), config.error().text().c_str());
        QCOMPARE(contextOf(config.error(), "file"), in("config"));
    }

    void oddButHarmlessFilesAreRead_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<int>("problems");
        QTest::newRow("empty") << std::string() << 0;
        QTest::newRow("null") << std::string("---\n") << 0;
        QTest::newRow("null lists") << std::string("clusters:\nusers: null\ncontexts: []\n") << 0;
        QTest::newRow("lists that are none") << std::string("clusters: 1\nusers: {a: b}\ncontexts: x\n") << 3;
        QTest::newRow("nameless entries") << std::string("clusters: [{}, 7, {name: [a]}]\n") << 3;
        QTest::newRow("doubled names") << std::string("users: [{name: a}, {name: a}]\n") << 1;
        QTest::newRow("json") << std::string("{\"kind\": \"Config\", \"contexts\": []}") << 0;
        QTest::newRow("an alias of itself") << std::string("clusters: &a [*a]\n") << 1;
        QTest::newRow("complex keys") << std::string("? [a]\n: b\nclusters: []\n") << 0;
        QTest::newRow("utf-16") << std::string("\xff\xfe" "a\0:\0 \0b\0\n\0", 12) << 0;
        QTest::newRow("utf-8 with a mark") << std::string("\xef\xbb\xbf" "clusters: []\n") << 0;
        QTest::newRow("crlf") << std::string("clusters: []\r\nusers: []\r\n") << 0;
    }
    void oddButHarmlessFilesAreRead()
    {
        QFETCH(std::string, text);
        QFETCH(int, problems);
        const auto config = loaded(text);
        QVERIFY2(config, config ? "" : config.error().text().c_str());
        QCOMPARE(static_cast<int>(config->problems().size()), problems);
        QVERIFY(config->contexts().empty());
        QCOMPARE(config->resolve("").error().kind, ErrorKind::NotFound);
    }

    void anExtensionThatExplodesIsRefused()
    {
        std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
        for (char c = 'b'; c <= 'i'; ++c) {
            const std::string before = std::string(", *") + static_cast<char>(c - 1);
            bomb += std::string(1, c) + ": &" + c + " [*" + static_cast<char>(c - 1);
            for (int i = 0; i < 9; ++i)
                bomb += before;
            bomb += "]\n";
        }
        const auto config = loaded(bomb + "clusters:\n- name: c\n  cluster: {server: 'https://h', extensions: "
                                          "[{name: client.authentication.k8s.io/exec, extension: *i}]}\n"
                                          "contexts:\n- {name: x, context: {cluster: c}}\n");
        QVERIFY(config);
        QVERIFY(has(config->resolve("x").error().text(), "too deep or too large"));
    }

    void allFilesMissingSaysWhereTheyWereLookedFor()
    {
        const auto config = Kubeconfig::load({in("no"), in("nope")});
        QVERIFY(!config);
        QCOMPARE(config.error().kind, ErrorKind::NotFound);
        QVERIFY(has(config.error().message, in("nope")));
        QVERIFY(has(config.error().hint, "KUBECONFIG"));
    }

    void aMistypedContextIsSuggested()
    {
        const auto config = loaded(around("server: 'https://h'", "") + "- {name: Prod_east}\n");
        QCOMPARE(config->resolve("prod-esat").error().hint, std::string("Did you mean Prod_east?"));
        QCOMPARE(config->resolve("prod-esat").error().kind, ErrorKind::NotFound);
        QVERIFY(!has(config->resolve("zzzzzz").error().hint, "mean"));
    }

    void namesAreNearOrFar_data()
    {
        QTest::addColumn<std::string>("wanted");
        QTest::addColumn<std::string>("nearest");
        const auto row = [](std::string wanted, std::string nearest) {
            QTest::addRow("%s", wanted.c_str()) << wanted << std::move(nearest);
        };
        row("minikub", "minikube");
        row("MINIKUBE", "minikube");
        row("kind", "kind-lab");
        row("staging", "arn:aws:eks:eu-west-3:1:cluster/staging");
        row("x", "");
        row("", "");
        row("completely-else", "");
    }
    void namesAreNearOrFar()
    {
        QFETCH(std::string, wanted);
        QFETCH(std::string, nearest);
        QCOMPARE(nearestName(wanted, {"minikube", "kind-lab", "arn:aws:eks:eu-west-3:1:cluster/staging"}), nearest);
    }

    void pathsComeFromTheOptionThenTheVariableThenHome()
    {
        const std::string home = QDir::homePath().toStdString() + "/.kube/config";
        QCOMPARE(kubeconfigPaths("x", {{"KUBECONFIG", "a"}}), (std::vector<std::string>{"x"}));
        QCOMPARE(kubeconfigPaths("", {{"KUBECONFIG", "a::b:a"}}), (std::vector<std::string>{"a", "b"}));
        QCOMPARE(kubeconfigPaths("", {{"KUBECONFIG", ":"}}), (std::vector<std::string>{home}));
        QCOMPARE(kubeconfigPaths("", {}), (std::vector<std::string>{home}));
    }

    void noErrorShowsASecret()
    {
        for (const char *user : {"token: [s3cr3t]", "token: s3cr3t, username: x", "client-key-data: 's3cr3t%'",
                                 "password: {s3cr3t: 1}", "token: 's3cr3t x'", "exec: s3cr3t"}) {
            const auto it = resolved("server: 'https://h'", user);
            QVERIFY(!it);
            for (const Error *e = &it.error(); e; e = e->cause.get()) {
                QVERIFY(!has(e->message + e->hint, "s3cr3t"));
                for (const auto &[key, value] : e->context)
                    QVERIFY(!has(value, "s3cr3t"));
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestKubeconfig)
#include "tst_kubeconfig.moc"
