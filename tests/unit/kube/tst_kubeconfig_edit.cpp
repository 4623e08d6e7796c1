// A person's kubeconfig, changed: what comes in, what stays, and what happens to it where it cannot be written.
#include "kube/file_lock.h"
#include "kube/kubeconfig.h"
#include "kube/kubeconfig_edit.h"
#include "kube/kubeconfig_write.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <sys/resource.h>
#include <thread>

using namespace timonier;
using namespace std::chrono_literals;

namespace {

const std::string mine = R"(# my clusters
apiVersion: v1
kind: Config
preferences: {colors: true}
current-context: work
clusters:
- name: kubernetes
  cluster: {server: "https://work:6443", certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t}   # the office
users:
- name: kubernetes-admin
  user:
    token: "0123"
    unknown-field: kept
contexts:
- name: work
  context: {cluster: kubernetes, user: kubernetes-admin, namespace: team}
)";

std::string kindConfig(const std::string &name, const std::string &port)
{
    return "apiVersion: v1\nclusters:\n- cluster:\n    certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t\n    server: https://127.0.0.1:" + port + "\n  name: kind-" + name +
           "\ncontexts:\n- context:\n    cluster: kind-" + name + "\n    user: kind-" + name + "\n  name: kind-" + name + "\ncurrent-context: kind-" + name +
           "\nkind: Config\npreferences: {}\nusers:\n- name: kind-" + name + "\n  user:\n    token: abc\n";
}

std::string added(const std::string &text, const AddContext &what)
{
    const auto result = withContext(text, what, "config");
    return result ? *result : "ERROR " + result.error().text();
}

// As kubectl would see it.
std::string seen(const std::string &text)
{
    QTemporaryDir dir;
    const QString path = dir.filePath("config");
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return {};
    file.write(text.data(), qint64(text.size()));
    file.close();
    const auto config = Kubeconfig::load({path.toStdString()});
    if (!config)
        return config.error().text();
    std::string all;
    for (const auto &context : config->contexts())
        all += (all.empty() ? "" : " ") + context.name + "=" + context.cluster + "@" + context.server + "/" + context.ns;
    return all + " >" + config->currentContext();
}

} // namespace

class TestKubeconfigEdit : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_dir;
    QString path(const QString &name) const { return m_dir->filePath(name); }
    void write(const QString &name, const std::string &text)
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text.data(), qint64(text.size()));
    }
    std::string read(const QString &name) const
    {
        QFile file(QDir::isAbsolutePath(name) ? name : path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string("NONE");
    }
    Result<KubeconfigChange> add(const QString &file, KubeconfigWriting how = {.lockWait = 200ms})
    {
        return changeKubeconfig(path(file).toStdString(), [&](const std::string &text) { return withContext(text, {.from = kindConfig("dev", "40001")}, path(file).toStdString()); }, how, {});
    }
    QStringList files() const { return QDir(m_dir->path()).entryList(QDir::Files | QDir::Hidden | QDir::System); }

private slots:
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }

    void aClusterIsAddedAndTheRestStays()
    {
        const std::string text = added(mine, {.from = kindConfig("dev", "40001")});
        QVERIFY2(seen(text).size() > 3, text.c_str());
        QCOMPARE(seen(text), std::string("work=kubernetes@https://work:6443/team kind-dev=kind-dev@https://127.0.0.1:40001/ >work"));
        QVERIFY2(text.find("token: \"0123\"") != text.npos, text.c_str());     // still a text, not octal
        QVERIFY(text.find("unknown-field: kept") != text.npos && text.find("colors: true") != text.npos);
    }
    void itIsCurrentOnlyIfAskedTo()
    {
        QVERIFY(seen(added(mine, {.from = kindConfig("dev", "40001"), .makeCurrent = true})).ends_with(">kind-dev"));
        QVERIFY(seen(added("", {.from = kindConfig("dev", "40001")})).ends_with(">"));
    }
    void anEmptyFileBecomesAKubeconfig_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("empty") << "";
        QTest::newRow("a comment") << "# nothing yet\n";
        QTest::newRow("null lists") << "apiVersion: v1\nkind: Config\nclusters: null\nusers: null\ncontexts: null\ncurrent-context: \"\"\n";
        QTest::newRow("empty lists") << "apiVersion: v1\nkind: Config\nclusters: []\nusers: []\ncontexts: []\n";
        QTest::newRow("json") << R"({"apiVersion": "v1", "kind": "Config", "clusters": [], "users": [], "contexts": []})";
    }
    void anEmptyFileBecomesAKubeconfig()
    {
        QFETCH(QString, text);
        const std::string out = added(text.toStdString(), {.from = kindConfig("dev", "40001")});
        QCOMPARE(seen(out), std::string("kind-dev=kind-dev@https://127.0.0.1:40001/ >"));
        QVERIFY(out.find("kind: Config") != out.npos || out.find("\"kind\": \"Config\"") != out.npos);
    }
    void addedAgainNothingChanges()
    {
        const std::string once = added(mine, {.from = kindConfig("dev", "40001")});
        QCOMPARE(added(once, {.from = kindConfig("dev", "40001")}), once);
        // As kind itself would have written it, plain.
        QCOMPARE(added(kindConfig("dev", "40001"), {.from = kindConfig("dev", "40001")}), kindConfig("dev", "40001"));
    }
    void anotherServerUnderTheNameIsRefused()
    {
        const auto refused = withContext(kindConfig("dev", "1"), {.from = kindConfig("dev", "2")}, "config");
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::Conflict);
        QVERIFY(refused.error().message.find("https://127.0.0.1:1") != std::string::npos);
        QVERIFY(seen(added(kindConfig("dev", "1"), {.from = kindConfig("dev", "2"), .replace = true})).find(":2/") != std::string::npos);
    }
    void aNamespaceChosenThereStays()
    {
        std::string text = kindConfig("dev", "1");
        text.replace(text.find("    user: kind-dev"), 0, "    namespace: mine\n");
        QVERIFY(seen(added(text, {.from = kindConfig("dev", "2"), .replace = true})).find(":2/mine") != std::string::npos);
    }
    void twoKubeadmClustersDoNotOverwriteEachOther()
    {
        std::string other = mine;
        other.replace(other.find("https://work"), 12, "https://home");
        const std::string text = added(mine, {.from = other, .name = "home"});
        QCOMPARE(seen(text), std::string("work=kubernetes@https://work:6443/team home=home@https://home:6443/team >work"));
    }
    void fileNamesAreMadeWhole()
    {
        const std::string from = "clusters:\n- name: m\n  cluster: {server: 'https://h', certificate-authority: ca.crt}\ncontexts:\n- name: m\n  context: {cluster: m, user: m}\n"
                                 "users:\n- name: m\n  user: {client-certificate: /abs/c.crt, client-key: keys/c.key}\n";
        const std::string text = added("", {.from = from, .folder = "/home/me/.minikube"});
        QVERIFY2(text.find("/home/me/.minikube/ca.crt") != text.npos && text.find("/home/me/.minikube/keys/c.key") != text.npos && text.find("/abs/c.crt") != text.npos, text.c_str());
    }
    void aClusterIsTakenOutWithWhatOnlyItHad()
    {
        const std::string both = added(mine, {.from = kindConfig("dev", "1"), .makeCurrent = true});
        const std::string text = *withoutContext(both, "kind-dev", "config");
        QCOMPARE(seen(text), std::string("work=kubernetes@https://work:6443/team >"));
        QVERIFY(text.find("kind-dev") == text.npos);
        QCOMPARE(*withoutContext(text, "kind-dev", "config"), text); // gone already
    }
    void whatOthersUseIsNotTakenOut()
    {
        const std::string text = *withoutContext(mine + "- name: work-2\n  context: {cluster: kubernetes, user: kubernetes-admin}\n", "work-2", "config");
        QCOMPARE(seen(text), std::string("work=kubernetes@https://work:6443/team >work"));
    }
    void aContextIsRenamedWithWhatIsCalledLikeIt()
    {
        const std::string both = added(mine, {.from = kindConfig("dev", "1"), .makeCurrent = true});
        QCOMPARE(seen(*withRenamedContext(both, "kind-dev", "local", "config")), std::string("work=kubernetes@https://work:6443/team local=local@https://127.0.0.1:1/ >local"));
        QCOMPARE(withRenamedContext(both, "kind-dev", "work", "config").error().kind, ErrorKind::Conflict);
        QCOMPARE(withRenamedContext(both, "nobody", "x", "config").error().kind, ErrorKind::NotFound);
    }
    void whatIsNoKubeconfigIsRefusedWithItsPlace_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("broken") << "clusters:\n- name: a\n  cluster: {server: [\n";
        QTest::newRow("a list") << "- a\n- b\n";
        QTest::newRow("another kind") << "kind: Pod\n";
        QTest::newRow("lists that are none") << "contexts: many\n";
        QTest::newRow("no names") << "contexts:\n- context: {}\n";
        QTest::newRow("two documents") << "kind: Config\n---\nkind: Config\n";
        QTest::newRow("binary") << QString("a: \001b\n");
        QTest::newRow("aliases that explode")
            << "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e "
               "[*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n";
    }
    void whatIsNoKubeconfigIsRefusedWithItsPlace()
    {
        QFETCH(QString, text);
        const auto result = withContext(text.toStdString(), {.from = kindConfig("dev", "1")}, "config");
        QVERIFY(!result);
        QVERIFY(result.error().kind == ErrorKind::Invalid || result.error().kind == ErrorKind::TooLarge);
    }

    void thePreviousFileIsKeptAndTold()
    {
        write("config", mine);
        QFile::setPermissions(path("config"), QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup);
        const auto change = add("config");
        QVERIFY2(change, change ? "" : change.error().text().c_str());
        QVERIFY(change->changed && change->lostComments);
        QCOMPARE(read(QString::fromStdString(change->backup)), mine);
        QVERIFY2(QString::fromStdString(change->backup).contains(QRegularExpression("config\\.timonier-\\d{8}-\\d{6}$")), change->backup.c_str());
        QVERIFY(change->words().find(change->backup) != std::string::npos);
        QVERIFY(!(QFileInfo(QString::fromStdString(change->backup)).permissions() & (QFile::ReadGroup | QFile::ReadOther)));
        QVERIFY(QFileInfo(path("config")).permissions() & QFile::ReadGroup); // as it was
        QCOMPARE(files().size(), 2); // no lock, nothing half written
    }
    void aNewFileIsForItsOwnerOnly()
    {
        const auto change = add(".kube/config");
        QVERIFY(change && change->changed && change->backup.empty());
        const auto mode = QFileInfo(path(".kube/config")).permissions();
        QVERIFY(!(mode & (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther)));
        QVERIFY(!(QFileInfo(path(".kube")).permissions() & (QFile::ReadOther | QFile::ExeOther)));
    }
    void whatSaysSoAlreadyIsNotTouched()
    {
        QVERIFY(add("config")->changed);
        const QDateTime was = QFileInfo(path("config")).lastModified();
        const auto again = add("config");
        QVERIFY(again && !again->changed && again->backup.empty());
        QCOMPARE(QFileInfo(path("config")).lastModified(), was);
        QCOMPARE(files(), QStringList{"config"});
    }
    void twoBackupsInOneSecondAreTwo()
    {
        write("config", mine);
        QVERIFY(add("config"));
        write("config", mine);
        QVERIFY(add("config"));
        QCOMPARE(files().filter("timonier-").size(), 2);
    }
    void aLinkStaysALink()
    {
        QDir().mkpath(path("dotfiles"));
        write("dotfiles/kube", mine);
        QVERIFY(QFile::link("dotfiles/kube", path("config")));
        QVERIFY(add("config")->changed);
        QVERIFY(QFileInfo(path("config")).isSymbolicLink());
        QVERIFY(read("dotfiles/kube").find("kind-dev") != std::string::npos);
    }
    void kubectlsLockIsWaitedFor()
    {
        write("config", mine);
        write("config.lock", "");
        std::thread kubectl([this] {
            std::this_thread::sleep_for(300ms);
            QFile::remove(path("config.lock"));
        });
        const auto change = add("config", {.lockWait = 20s});
        kubectl.join();
        QVERIFY(change && change->changed);
    }
    void aLockThatStaysIsNamedAndLeft()
    {
        write("config", mine);
        write("config.lock", "");
        const auto change = add("config");
        QVERIFY(!change);
        QCOMPARE(change.error().kind, ErrorKind::Conflict);
        QVERIFY2(change.error().text().find(QFileInfo(path("config.lock")).owner().toStdString()) != std::string::npos, change.error().text().c_str());
        QVERIFY(change.error().hint.find("config.lock") != std::string::npos);
        QCOMPARE(read("config"), mine);
        QVERIFY(QFile::exists(path("config.lock")));
    }
    void theLockIsHeldWhileWeWrite()
    {
        bool held = false;
        (void)changeKubeconfig(path("config").toStdString(), [&](const std::string &text) -> Result<std::string> { held = QFile::exists(path("config.lock")); return text; }, {}, {});
        QVERIFY(held && !QFile::exists(path("config.lock")));
    }
    void aBrokenFileIsLeftAndTheClusterWrittenBeside()
    {
        const std::string broken = mine + "  oops: [\n";
        write("config", broken);
        const auto change = add("config", {.besideName = "kind-dev"});
        QVERIFY2(change, change ? "" : change.error().text().c_str());
        QCOMPARE(read("config"), broken);
        QCOMPARE(change->beside, path("config.kind-dev.yaml").toStdString());
        QCOMPARE(seen(read("config.kind-dev.yaml")), std::string("kind-dev=kind-dev@https://127.0.0.1:40001/ >"));
        QVERIFY(!(QFileInfo(path("config.kind-dev.yaml")).permissions() & QFile::ReadGroup));
        QVERIFY(change->words().find("config.kind-dev.yaml") != std::string::npos && !change->reason.empty());
        const auto removed = changeKubeconfig(path("config").toStdString(), [&](const std::string &text) { return withoutContext(text, "x", path("config").toStdString()); }, {.mayBeside = false}, {});
        QVERIFY(!removed && removed.error().kind == ErrorKind::Invalid);
    }
    void aReadOnlyFileIsLeft()
    {
        write("config", mine);
        QFile::setPermissions(path("config"), QFile::ReadOwner);
        const auto change = add("config");
        QVERIFY(change && !change->beside.empty());
        QVERIFY(change->reason.find("read-only") != std::string::npos);
        QCOMPARE(read("config"), mine);
        QVERIFY(!files().contains("config.lock"));
    }
    void aFullDiskLeavesTheFileAsItWas()
    {
        write("config", mine);
        const rlimit none{0, RLIM_INFINITY};
        rlimit was{};
        ::getrlimit(RLIMIT_FSIZE, &was);
        ::signal(SIGXFSZ, SIG_IGN);
        ::setrlimit(RLIMIT_FSIZE, &none); // every write fails
        const auto change = add("config");
        ::setrlimit(RLIMIT_FSIZE, &was);
        QVERIFY(!change);
        QCOMPARE(change.error().kind, ErrorKind::Io);
        QCOMPARE(read("config"), mine);
        QCOMPARE(files(), QStringList{"config"});
    }
    void theFileThatKubectlWouldWriteToIsTaken()
    {
        write("b", "");
        const Environment several{{"KUBECONFIG", path("a").toStdString() + ":" + path("b").toStdString() + ":" + path("c").toStdString()}};
        QCOMPARE(kubeconfigToWrite({}, several), path("b").toStdString());
        QFile::remove(path("b"));
        QCOMPARE(kubeconfigToWrite({}, several), path("c").toStdString()); // none is there: the last
        QCOMPARE(kubeconfigToWrite("/chosen", several), std::string("/chosen"));
        QVERIFY(kubeconfigToWrite({}, {}).ends_with("/.kube/config"));
    }
};

QTEST_GUILESS_MAIN(TestKubeconfigEdit)
#include "tst_kubeconfig_edit.moc"
