// What helm is asked, what it prints, and what that is taken for; a runner plays helm. Real ones: tests/lab/tst_packages.py.
#include "helm/helm.h"
#include "helm/helm_diff.h"
#include "helm/helm_error.h"
#include "helm/helm_json.h"

#include <QFile>
#include <QTest>

using namespace timonier;
using namespace timonier::helm;

namespace {

struct Played final : ProcessRunner {
    ProcessOutput answer{};
    Command asked{};
    QByteArray kubeconfig{};                 // what the file held while helm ran
    QFileDevice::Permissions permissions{};

    Result<ProcessOutput> run(const Command &command, std::stop_token) override
    {
        asked = command;
        if (const auto file = command.set.find("KUBECONFIG"); file != command.set.end()) {
            QFile opened(QString::fromStdString(file->second));
            permissions = opened.permissions();
            if (opened.open(QIODevice::ReadOnly))
                kubeconfig = opened.readAll();
        }
        return answer;
    }
    QStringList arguments() const
    {
        QStringList all;
        for (const std::string &one : asked.arguments)
            all << QString::fromStdString(one);
        return all;
    }
};

constexpr const char *installed = "{'name':'web','namespace':'ns','version':2,'info':{'status':'deployed','last_deployed':'2026-01-01T00:00:00Z','notes':'hi','description':'Upgrade complete'},"
                                  "'chart':{'metadata':{'name':'small','version':'0.1.0','appVersion':'7'}},'config':{'password':'x'}}";

std::string json(const char *text) { return QByteArray(text).replace('\'', '"').toStdString(); }

} // namespace

class TestHelm : public QObject
{
    Q_OBJECT

    std::shared_ptr<Played> played = std::make_shared<Played>();
    Helm helmOf(const char *version, Access access = {}) { return Helm({"helm", version, "/usr/bin/helm", Tool::Path}, played, std::move(access), {}); }

private slots:
    void init() { *played = {}; }

    void valuesAndCredentialsAreNoArguments()
    {
        played->answer.out = json(installed);
        const auto made = helmOf("4.2.4", {.context = "c", .kubeconfig = Secret("token: s3cret")}).install({"ns", "web"}, {.reference = "./small", .values = "password: hush\n"}, {}, {});
        QVERIFY2(made, made ? "" : made.error().text().c_str());
        QCOMPARE(made->revision, 2);
        QCOMPARE(made->chartVersion, std::string("0.1.0"));
        const QString line = played->arguments().join(' ');
        QVERIFY2(!line.contains("hush") && !line.contains("s3cret"), qPrintable(line));
        QVERIFY2(line.contains("--values -") && line.contains("--kube-context c"), qPrintable(line));
        QCOMPARE(played->asked.input, std::string("password: hush\n"));
        QCOMPARE(played->kubeconfig, QByteArray("token: s3cret"));
        QCOMPARE(played->permissions & (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther), QFileDevice::Permissions());
        QVERIFY(!QFile::exists(QString::fromStdString(played->asked.set.at("KUBECONFIG"))));
    }

    void whatWouldLeadHelmToAnotherClusterIsTakenFromIt()
    {
        played->answer.out = "[]";
        QVERIFY(helmOf("3.22.0", {.kubeconfigs = {"/a", "/b"}}).releases("", {}));
        QCOMPARE(played->asked.set.at("KUBECONFIG"), std::string("/a:/b"));
        for (const char *name : {"HELM_KUBEAPISERVER", "HELM_KUBECONTEXT", "HELM_KUBETOKEN", "HELM_NAMESPACE"})
            QVERIFY2(std::ranges::count(played->asked.unset, name) == 1, name);
    }

    void theTwoHelmsAreAskedInTheirOwnWords()
    {
        played->answer.out = "[]";
        QVERIFY(helmOf("3.14.0").releases("ns", {}));
        QVERIFY(played->arguments().contains("--all"));
        QVERIFY(helmOf("4.0.0").releases("ns", {}));
        QVERIFY(!played->arguments().contains("--all"));
        played->answer.out = json(installed);
        QVERIFY(helmOf("3.14.0").install({"ns", "web"}, {.reference = "c"}, {.rollbackOnFailure = true}, {}));
        QVERIFY(played->arguments().contains("--atomic"));
        QVERIFY(helmOf("4.0.0").install({"ns", "web"}, {.reference = "c"}, {.rollbackOnFailure = true}, {}));
        QVERIFY(played->arguments().contains("--rollback-on-failure"));
    }

    void whatLooksLikeAnOptionOrHoldsAPasswordIsNotHandedOn_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("chart");
        QTest::newRow("a release") << "--post-renderer=x" << "small";
        QTest::newRow("no release") << "" << "small";
        QTest::newRow("a chart") << "web" << "--kubeconfig=/x";
        QTest::newRow("no chart") << "web" << "";
        QTest::newRow("a password") << "web" << "https://me:pw@charts.example/a.tgz";
        QTest::newRow("plain http") << "web" << "http://charts.example/a.tgz";
    }
    void whatLooksLikeAnOptionOrHoldsAPasswordIsNotHandedOn()
    {
        QFETCH(QString, name);
        QFETCH(QString, chart);
        const auto made = helmOf("4.0.0").install({"ns", name.toStdString()}, {.reference = chart.toStdString()}, {}, {});
        QVERIFY(!made);
        QCOMPARE(made.error().kind, ErrorKind::Invalid);
        QVERIFY(made.error().text().find("pw") == std::string::npos);
        QVERIFY(played->asked.program.empty());
    }

    void junkInsteadOfJsonIsToldSo()
    {
        for (const char *out : {"", "WARNING: something\n", "{}", "[{}]", "[7]"}) {
            played->answer.out = out;
            const auto releases = helmOf("4.0.0").releases("", {});
            QVERIFY2(!releases, out);
            QCOMPARE(releases.error().kind, ErrorKind::Protocol);
            QVERIFY2(!helmOf("4.0.0").history({"ns", "web"}, {}), out);
            QVERIFY2(!helmOf("4.0.0").install({"ns", "web"}, {.reference = "c"}, {}, {}), out);
        }
    }

    void aListIsReadAsBothHelmsPrintIt()
    {
        const auto releases = readReleases(json("[{'name':'web','namespace':'ns','revision':'3','updated':'2026-11-26 12:00:00 +0000 UTC','status':'failed','chart':'my-2-app-1.0.0-rc.1','app_version':''}]"));
        QVERIFY(releases);
        QCOMPARE(releases->front().revision, 3);
        QCOMPARE(releases->front().chart, std::string("my-2-app"));
        QCOMPARE(releases->front().chartVersion, std::string("1.0.0-rc.1"));
        const auto history = readHistory({"ns", "web"}, json("[{'revision':2,'status':'deployed','chart':'nginx-v1.2.3','description':'x'},{'revision':1,'status':'superseded','chart':'odd'}]"));
        QVERIFY(history);
        QCOMPARE((*history)[0].revision, 1);
        QCOMPARE((*history)[1].chartVersion, std::string("v1.2.3"));
        QCOMPARE((*history)[0].chart, std::string("odd"));
        QVERIFY(readKept("These resources were kept due to the resource policy:\n[PersistentVolumeClaim] data\n\nrelease \"web\" uninstalled\n") == std::vector<std::string>{"[PersistentVolumeClaim] data"});
    }

    void whatHelmSaysIsSaidInWords_data()
    {
        QTest::addColumn<QString>("printed");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("words");
        const auto row = [](const char *name, const char *printed, ErrorKind kind, const char *words) { QTest::newRow(name) << printed << int(kind) << words; };
        row("in progress", "Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress\n", ErrorKind::Conflict, "another helm is at work on web");
        row("no release", "Error: release: not found\n", ErrorKind::NotFound, "there is no release web in ns");
        row("somebody else's object", "Error: INSTALLATION FAILED: Unable to continue with install: ConfigMap \"c\" in namespace \"ns\" exists and cannot be imported into the current release: invalid ownership metadata; label validation error\n", ErrorKind::Conflict, "there already");
        row("no cluster", "Error: Kubernetes cluster unreachable: Get \"https://127.0.0.1:9/version\": dial tcp: connect: connection refused\n", ErrorKind::Unreachable, "cannot reach");
        row("another Kubernetes", "Error: INSTALLATION FAILED: chart requires kubeVersion: >=1.99.0 which is incompatible with Kubernetes v1.36.3\n", ErrorKind::Unsupported, "not for this Kubernetes");
        row("a schema", "Error: values don't meet the specifications of the schema(s) in the following chart(s):\nsmall:\n- at '/replicas': got string, want integer\n", ErrorKind::Invalid, "at '/replicas': got string");
        row("not ready", "Error: UPGRADE FAILED: context deadline exceeded\n", ErrorKind::Timeout, "not ready in time");
        row("not allowed", "Error: query: failed to query with labels: secrets is forbidden: User \"x\" cannot list resource\n", ErrorKind::Forbidden, "may not");
        row("refused by the server", "Error: UPGRADE FAILED: cannot patch \"web\" with kind Deployment: Deployment.apps \"web\" is invalid: spec.replicas: Invalid value: -1\n", ErrorKind::Invalid, "spec.replicas: Invalid value: -1");
        row("a kind that is not there", "Error: INSTALLATION FAILED: unable to build kubernetes objects from release manifest: resource mapping not found for name: \"w\" namespace: \"\" from \"\": no matches for kind \"Widget\" in version \"example.com/v1\"\nensure CRDs are installed first\n", ErrorKind::NotFound, "does not know");
        row("no chart", "Error: INSTALLATION FAILED: path \"./nowhere\" not found\n", ErrorKind::NotFound, "there is no such chart");
        row("no version", "Error: chart \"x\" version \"9\" not found in https://charts.example repository\n", ErrorKind::NotFound, "there is no such chart");
        row("an object that went", "Error: UPGRADE FAILED: secrets \"x\" not found\n", ErrorKind::Process, "helm failed");
        row("after a warning", "WARNING: Kubernetes configuration file is group-readable. This is insecure.\nError: release: not found\n", ErrorKind::NotFound, "there is no release web");
        row("something new", "Error: the moon is full\n", ErrorKind::Process, "the moon is full");
        row("nothing", "", ErrorKind::Process, "it says nothing");
        row("a secret", "Error: token: s3cretABC refused\n", ErrorKind::Process, "[redacted]");
    }
    void whatHelmSaysIsSaidInWords()
    {
        QFETCH(QString, printed);
        QFETCH(int, kind);
        QFETCH(QString, words);
        const Error error = helmError({"ns", "web"}, printed.toStdString());
        QCOMPARE(int(error.kind), kind);
        QVERIFY2(QString::fromStdString(error.text()).contains(words), error.text().c_str());
        QVERIFY(error.text().find("s3cretABC") == std::string::npos);
    }

    void aTemplateThatFailsHasItsPlace()
    {
        const Error error = helmError({"ns", "web"}, "Error: execution error at (small/templates/all.yaml:20:20): broken needs a reason\n");
        QCOMPARE(error.kind, ErrorKind::Invalid);
        QVERIFY(std::ranges::count(error.context, std::make_pair(std::string("line"), std::string("20"))) == 1);
        const Error parse = helmError({"ns", "web"}, "Error: parse error at (small/templates/all.yaml:3): unclosed action\n");
        QVERIFY(std::ranges::count(parse.context, std::make_pair(std::string("line"), std::string("3"))) == 1);
        const Error run = helmError({"ns", "web"}, "Error: template: small/templates/all.yaml:12:4: executing \"x\" at <y>: nil pointer\n");
        QVERIFY(std::ranges::count(run.context, std::make_pair(std::string("file"), std::string("small/templates/all.yaml"))) == 1);
        QVERIFY(std::ranges::count(run.context, std::make_pair(std::string("line"), std::string("12"))) == 1);
    }

    void valuesAreComparedByWhatTheyMeanAndPasswordsMasked()
    {
        QCOMPARE(*valuesDiff("a: 1\nb: {c: 2}\n", "b:\n  c: 2\na: 1\n"), std::string());
        QCOMPARE(*valuesDiff("", ""), std::string());
        const std::string diff = *valuesDiff("db: {password: old, user: u}\nauth: {tokens: [a, b]}\n", "db: {password: new, user: v}\nauth: {tokens: [a, c]}\n");
        for (const char *shown : {"password: \"*** (before)\"", "password: \"*** (after)\"", "-  user: u", "+  user: v"})
            QVERIFY2(diff.find(shown) != std::string::npos, diff.c_str());
        QVERIFY2(diff.find("old") == std::string::npos && diff.find("new") == std::string::npos, diff.c_str());
        QVERIFY(diff.find("*** (after)") != std::string::npos);
        const auto broken = valuesDiff("a: 1\n", "a:\n\tb: 1\n");
        QVERIFY(!broken);
        QCOMPARE(broken.error().kind, ErrorKind::Invalid);
        QVERIFY(!valuesDiff("", "- 1\n"));
    }

    void objectsAreComparedOneByOne()
    {
        const ManifestText before{"a", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: same}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: gone}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {p: hush}\n"};
        const ManifestText after{"b", "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {p: hushhush}\n---\nkind: ConfigMap\napiVersion: v1\nmetadata: {name: same}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: new}\n"};
        const auto diffs = manifestDiff(before, after);
        QVERIFY(diffs);
        std::map<std::string, ObjectDiff::What> found;
        for (const ObjectDiff &one : *diffs) {
            found[one.ref.name] = one.what;
            QVERIFY(one.diff.find("hush") == std::string::npos);
            QCOMPARE(one.diff.empty(), one.what == ObjectDiff::Same);
        }
        QVERIFY(found == (std::map<std::string, ObjectDiff::What>{{"same", ObjectDiff::Same}, {"gone", ObjectDiff::Removed}, {"new", ObjectDiff::Added}, {"s", ObjectDiff::Changed}}));
    }
};

QTEST_GUILESS_MAIN(TestHelm)
#include "tst_helm.moc"
