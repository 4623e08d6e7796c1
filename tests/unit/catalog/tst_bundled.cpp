#include "catalog/catalog.h"
#include "catalog/metrics_server.h"
#include "catalog/slips.h"
#include "catalog/state.h"
#include "catalog/template.h"
#include "catalog/words.h"
#include "manifest/apply_order.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

#include <set>

using namespace timonier;
using namespace timonier::catalog;

namespace {

void write(const QString &path, const char *text)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
}

const std::map<std::string, std::string> needed = {{"image", "example.com/web:1"}, {"backendImage", "example.com/b:1"}, {"host", "rec.example.com"}, {"source", "x"}};

form::Values valuesFor(const Entry &entry, std::map<std::string, std::string> texts = {})
{
    form::Values values{.texts = std::move(texts), .secrets = {}};
    for (const auto &[id, value] : needed)
        if (std::ranges::find(entry.parameters, id, &form::Parameter::id) != entry.parameters.end())
            values.texts.try_emplace(id, value);
    return values;
}

std::set<std::string> kindsOf(const Entry &entry, const std::map<std::string, std::string> &texts)
{
    std::set<std::string> kinds;
    const auto rendered = render(entry, {.name = "rec", .ns = "n", .values = valuesFor(entry, texts)});
    if (!rendered)
        return {rendered.error().text()};
    for (const ManifestObject &object : rendered->objects)
        kinds.insert(object.ref.kind + " " + object.ref.name);
    return kinds;
}

} // namespace

class TestBundled : public QObject
{
    Q_OBJECT
private slots:
    void allEntriesCanBeRead()
    {
        const Catalog catalog = loadCatalog({});
        for (const Error &error : catalog.broken) {
            std::string place;
            for (const auto &[key, value] : error.context)
                place += value + ":";
            QFAIL((place + error.text()).c_str());
        }
        for (const char *id : {"recognition", "web", "nginx", "hello-world", "getting-started", "manifests", "cert-manager", "istio", "calico", "flannel", "metrics-server", "contour", "headlamp", "kubernetes-dashboard", "kubeflow", "kubeflow-juju", "kubeflow-kfctl"})
            QVERIFY2(catalog.find(id), id);
        QVERIFY(!catalog.failures.empty());
    }

    void everyTextOfTheCatalogueIsFrenchToo()
    {
        Catalog catalog = loadCatalog({});
        const auto words = wordsOf("fr");
        std::set<std::string> used{"Version", "A folder or file on this computer in place of the download: for work without internet."}; // the program's own
        const auto look = [&](std::string &text) {
            if (text.empty() || used.contains(text) || std::ranges::all_of(text, [](unsigned char c) { return !std::isalpha(c) || c == 'v'; })) // v1.2.3
                return;
            used.insert(text);
            const auto found = words.find(text);
            const bool code = text.find(' ') == std::string::npos; // values that are their own title
            QVERIFY2(found != words.end() || code, text.c_str());
            if (found == words.end())
                return;
            for (const char *wrong : {" :", " ;", " ?", " !", "« ", " »"}) // a line must not begin with these
                QVERIFY2(found->second.find(wrong) == std::string::npos, found->second.c_str());
            QCOMPARE(std::ranges::count(found->second, '$'), std::ranges::count(text, '$')); // its parameters
        };
        for (Entry &entry : catalog.entries)
            forEachText(entry, look);
        forEachText(catalog.failures, look);
        for (const auto &[english, french] : words)
            QVERIFY2(used.contains(english), english.c_str());
    }

    // With every value of each choice and truth, whatever else is as it comes.
    void everyEntryRendersForEachOfItsChoicesWithoutASlip()
    {
        for (const Entry &entry : loadCatalog({}).entries) {
            std::vector<std::map<std::string, std::string>> all{{}};
            for (const form::Parameter &parameter : entry.parameters) {
                for (const form::Choice &choice : parameter.choices)
                    all.push_back({{parameter.id, choice.value}});
                if (parameter.type == form::Type::Boolean)
                    all.push_back({{parameter.id, parameter.initial == "true" ? "false" : "true"}});
            }
            for (const auto &texts : all) {
                if (std::ranges::any_of(entry.parameters, [&](const form::Parameter &one) { return !problemOf(one, {.texts = texts, .secrets = {}}).empty() && texts.contains(one.id); }))
                    continue; // a choice that is refused
                const std::string where = entry.id + (texts.empty() ? "" : " " + texts.begin()->first + "=" + texts.begin()->second);
                auto rendered = render(entry, {.name = "mine", .ns = "here", .values = valuesFor(entry, texts)});
                QVERIFY2(rendered, (where + ": " + (rendered ? "" : rendered.error().text())).c_str());
                for (ManifestObject &object : rendered->objects)
                    if (object.ref.ns.empty())
                        object.ref.ns = "here";
                for (const form::Check &slip : slipsOf(rendered->objects, {.anyPod = [](const std::string &, const std::map<std::string, std::string> &) { return false; }}))
                    QFAIL((where + ": " + slip.title + ": " + slip.words).c_str());
            }
        }
    }

    void theRecognitionProductIsWhatWasChosen()
    {
        const Catalog catalog = loadCatalog({});
        const Entry &entry = *catalog.find("recognition");
        QVERIFY(kindsOf(entry, {{"services", "coturn"}}) == (std::set<std::string>{"Secret rec-coturn", "ConfigMap rec-coturn", "Deployment rec-coturn", "Service rec-coturn", "PodDisruptionBudget rec-coturn"}));
        auto all = kindsOf(entry, {{"expose", "Gateway"}, {"frontAutoscale", "true"}, {"serving", "InferenceService"}, {"ownModel", "true"}});
        for (const char *name : {"Gateway rec-frontend", "HTTPRoute rec-frontend", "HorizontalPodAutoscaler rec-frontend", "InferenceService rec-backend", "PersistentVolumeClaim rec-models"})
            QVERIFY2(all.contains(name), name);
        QVERIFY(!all.contains("Deployment rec-backend") && !all.contains("Ingress rec-frontend"));
        QVERIFY(kindsOf(entry, {{"expose", "Ingress"}}).contains("Ingress rec-frontend"));
    }

    void eachRelayPortOfALoadBalancerIsAPortOfItsService()
    {
        const Catalog catalog = loadCatalog({});
        const Entry &entry = *catalog.find("recognition");
        const auto rendered = render(entry, {.name = "rec", .ns = "n", .values = valuesFor(entry, {{"services", "coturn"}, {"turnExpose", "LoadBalancer"}, {"relayFrom", "40000"}, {"relayTo", "40003"}})});
        QVERIFY(rendered);
        for (const ManifestObject &object : rendered->objects)
            if (object.ref.kind == "Service") {
                const auto ports = nlohmann::json::parse(object.json)["spec"]["ports"];
                QCOMPARE(ports.size(), std::size_t(6)); // 3478 twice, and four
                QVERIFY(ports[5] == nlohmann::json({{"name", "relay-40003"}, {"port", 40003}, {"targetPort", 40003}, {"protocol", "UDP"}}));
            }
    }

    void metricsServerIsWhole()
    {
        const auto checked = metricsServerObjects(true), unchecked = metricsServerObjects(false);
        QCOMPARE(checked.size(), std::size_t(9));
        const auto insecure = [](const std::vector<ManifestObject> &objects) {
            return std::ranges::count_if(objects, [](const ManifestObject &one) { return one.json.find("--kubelet-insecure-tls") != std::string::npos; });
        };
        QCOMPARE(insecure(checked), 0);
        QCOMPARE(insecure(unchecked), 1);
        // What serves is there before what announces it.
        const ApplyOrder order = applyOrder(checked, [](const std::string &, const std::string &) { return std::string(); });
        const auto found = std::ranges::find_if(checked, [](const ManifestObject &one) { return one.ref.kind == "APIService"; });
        QCOMPARE(order.needs[static_cast<std::size_t>(found - checked.begin())].size(), std::size_t(2)); // its Service, its Deployment
    }

    void kubeflowsPasswordIsHashed()
    {
        const Catalog catalog = loadCatalog({});
        QCOMPARE(catalog.find("kubeflow")->hashes.at("dexPassword"), std::string("bcrypt"));
    }

    // It sends definitions of v1beta1: Kubernetes 1.21 was the last to have them.
    void kfctlIsForOldClustersOnly()
    {
        const Catalog catalog = loadCatalog({});
        const Version &only = catalog.find("kubeflow-kfctl")->versions.at(0);
        QVERIFY(only.kubernetes.holds(21) && !only.kubernetes.holds(22) && only.breaksAbove);
    }

    void aFolderOfOnesOwnAddsAndReplaces()
    {
        const QTemporaryDir folder;
        QVERIFY(QDir(folder.path()).mkdir("mine"));
        write(folder.filePath("mine.yaml"), "id: mine\ntitle: Mine\nsummary: My own\nsources: [{templates: m.yaml}]\n");
        write(folder.filePath("mine/m.yaml"), "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n");
        write(folder.filePath("nginx.yaml"), "id: nginx\ntitle: Other\nsummary: Ours\n");
        write(folder.filePath("bad.yaml"), "id: bad\ntitle: Bad\nsummary: x\nfoo: 1\n");
        write(folder.filePath("out.yaml"), "id: out\ntitle: Out\nsummary: x\nsources: [{templates: ../mine.yaml}]\n");
        const Catalog catalog = loadCatalog(folder.path().toStdString());
        QVERIFY(catalog.find("mine") && catalog.find("mine")->own);
        QCOMPARE(catalog.find("nginx")->title, std::string("Other"));
        QCOMPARE(catalog.broken.size(), std::size_t(2));
        QVERIFY(catalog.find("web"));
    }

    void aMistypedNameIsGuessed()
    {
        const Catalog catalog = loadCatalog({});
        const auto found = entryOf(catalog, "recogniton");
        QVERIFY(!found);
        QCOMPARE(found.error().hint, std::string("Did you mean “recognition”?"));
    }

    void aPullThatFailsIsKnown_data()
    {
        QTest::addColumn<std::string>("words");
        QTest::addColumn<std::string>("part");
        QTest::newRow("not there") << std::string("ErrImagePull rpc error: manifest unknown") << std::string("no such image");
        QTest::newRow("private") << std::string("ImagePullBackOff: unauthorized: authentication required") << std::string("credentials");
        QTest::newRow("another processor") << std::string("no matching manifest for linux/arm64") << std::string("processor");
        QTest::newRow("quota") << std::string("pods \"a\" is forbidden: exceeded quota: q, requested: pods=1") << std::string("ResourceQuota");
        QTest::newRow("no words") << std::string("Back-off pulling image \"x\"") << std::string("cannot be pulled");
        QTest::newRow("no words, by its reason") << std::string("ImagePullBackOff") << std::string("cannot be pulled");
    }
    void aPullThatFailsIsKnown()
    {
        QFETCH(std::string, words);
        QFETCH(std::string, part);
        const Catalog catalog = loadCatalog({});
        const KnownFailure *known = knownFailure(catalog.failures, words);
        QVERIFY(known);
        QVERIFY2(known->cause.find(part) != std::string::npos, known->cause.c_str());
        QVERIFY(!known->fix.empty());
    }
};

QTEST_GUILESS_MAIN(TestBundled)
#include "tst_bundled.moc"
