// What objects say of themselves, in words: real-shaped JSON, good and bad.
#include "describe/describe.h"
#include "describe/verdict.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <random>

using namespace timonier;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::int64_t now = 1'800'000'000;

Description said(const Json &object, bool reveal = false)
{
    auto result = describe(object.dump(), {std::chrono::system_clock::time_point(std::chrono::seconds(now)), reveal});
    if (!result)
        qFatal("%s", result.error().text().c_str());
    return *result;
}

Json parsed(const char *text)
{
    return Json::parse(text);
}

std::string ago(int seconds)
{
    const std::time_t when = now - seconds;
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&when));
    return text;
}

// A pod that runs, of one container "web".
Json pod()
{
    Json object = parsed(
        "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"web-1\",\"namespace\":\"shop\","
        "\"uid\":\"6f1c7a52-0b7e-4f0d-9a55-0f2f1f6f2b11\",\"labels\":{\"app\":\"web\"},\"ownerReferences\":["
        "{\"apiVersion\":\"apps/v1\",\"kind\":\"ReplicaSet\",\"name\":\"web-7c9d4\",\"controller\":true}]},"
        "\"spec\":{\"nodeName\":\"node-1\",\"restartPolicy\":\"Always\",\"serviceAccountName\":\"default\",\"containers\":[{\"name\":\"web\",\"image\":\"nginx:1.27\","
        "\"ports\":[{\"containerPort\":8080,\"name\":\"http\"}],\"resources\":{\"requests\":{\"cpu\":\"250m\",\"memory\":\"64Mi\"}}}],"
        "\"volumes\":[{\"name\":\"data\",\"persistentVolumeClaim\":{\"claimName\":\"data-0\"}}]},"
        "\"status\":{\"phase\":\"Running\",\"qosClass\":\"Burstable\",\"podIPs\":[{\"ip\":\"10.0.0.7\"}],\"conditions\":["
        "{\"type\":\"PodScheduled\",\"status\":\"True\"},{\"type\":\"Ready\",\"status\":\"True\"}],"
        "\"containerStatuses\":[{\"name\":\"web\",\"image\":\"nginx:1.27\",\"ready\":true,\"started\":true,\"restartCount\":0,"
        "\"state\":{\"running\":{\"startedAt\":\"2027-01-01T00:00:00Z\"}}}]}}");
    return object;
}

Json &status(Json &object, std::string_view list = "containerStatuses")
{
    return object["status"][std::string(list)][0];
}

Json waiting(const char *reason, const char *message)
{
    Json object = pod();
    object["status"]["phase"] = "Pending";
    object["status"]["conditions"][1]["status"] = "False";
    status(object)["ready"] = false;
    status(object)["state"] = {{"waiting", {{"reason", reason}, {"message", message}}}};
    return object;
}

std::string fact(const Description &description, std::string_view label)
{
    for (const Fact &one : description.facts) {
        if (one.label != label)
            continue;
        std::string out;
        for (const Value &value : one.values)
            out += (out.empty() ? "" : "; ") + value.text + (value.note.empty() ? "" : " (" + value.note + ")");
        return out;
    }
    return {};
}

QString q(const std::string &text) { return QString::fromStdString(text); }

} // namespace

class tst_describe : public QObject
{
    Q_OBJECT
private slots:
    void a_pod_that_is_well_has_facts_and_no_verdict();
    void verdicts_data();
    void verdicts();
    void why_an_image_is_not_pulled_data();
    void why_an_image_is_not_pulled();
    void conditions_know_what_is_good();
    void containers_are_told_in_words();
    void facts_of_kinds_data();
    void facts_of_kinds();
    void what_belongs_to_it_is_found_data();
    void what_belongs_to_it_is_found();
    void a_selector_of_nothing_lists_nothing();
    void values_of_secrets_are_hidden();
    void long_texts_are_cut();
    void a_kind_nobody_knows_is_told_by_its_fields();
    void somebodys_own_service_is_not_the_cores();
    void nothing_of_any_shape_breaks_it();
};

void tst_describe::a_pod_that_is_well_has_facts_and_no_verdict()
{
    const Description well = said(pod());
    QVERIFY(!well.verdict);
    QCOMPARE(well.object, (ObjectRef{"", "Pod", "shop", "web-1"}));
    QCOMPARE(well.owners, (std::vector<ObjectRef>{{"apps", "ReplicaSet", "shop", "web-7c9d4"}}));
    QCOMPARE(q(fact(well, "Status")), QString("Running (1 of 1 ready)"));
    QCOMPARE(q(fact(well, "Requests")), QString("250m CPU, 64 MiB memory"));
    QCOMPARE(q(fact(well, "Volumes")), QString("data-0 (claim, as data)"));
    QCOMPARE(q(fact(well, "Pod IP")), QString("10.0.0.7"));
    const auto node = std::ranges::find(well.facts, "Node", &Fact::label);
    QVERIFY(node != well.facts.end());
    QCOMPARE(*node->values[0].to, (ObjectRef{"", "Node", "", "node-1"}));
    QCOMPARE(well.containers.size(), std::size_t(1));
    QCOMPARE(q(well.containers[0].state), QString("running"));
    QCOMPARE(q(well.containers[0].ports), QString("8080/TCP http"));
    QCOMPARE(well.labels, (std::vector<Label>{{"app", "web", 0}}));
    QVERIFY(well.related.empty());
}

void tst_describe::verdicts_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<int>("tone");
    QTest::addColumn<QString>("sentence");
    QTest::addColumn<QString>("reason");
    QTest::addColumn<QString>("evidence");
    const auto row = [](const char *name, const Json &object, Tone tone, const char *sentence, const char *reason, const char *evidence) {
        QTest::newRow(name) << q(object.dump()) << static_cast<int>(tone) << sentence << reason << evidence;
    };
    row("pull", waiting("ImagePullBackOff", "Back-off pulling image \"nginx:1.27\""), Tone::Bad, "The image cannot be pulled",
        "Container web: nginx:1.27", "Back-off pulling image \"nginx:1.27\"");
    row("pull, refused", waiting("ErrImagePull", "failed to authorize: 401 Unauthorized"), Tone::Bad, "The image cannot be pulled",
        "Container web: nginx:1.27: the registry asks for other credentials", "failed to authorize: 401 Unauthorized");
    row("config map", waiting("CreateContainerConfigError", "configmap \"settings\" not found"), Tone::Bad,
        "The container lacks something that it is configured with", "Container web: the config map settings does not exist",
        "configmap \"settings\" not found");
    row("secret key", waiting("CreateContainerConfigError", "couldn't find key password in Secret shop/db"), Tone::Bad,
        "The container lacks something that it is configured with", "Container web: the secret shop/db has no key password",
        "couldn't find key password in Secret shop/db");
    row("root", waiting("CreateContainerConfigError", "container has runAsNonRoot and image will run as root"), Tone::Bad,
        "The container lacks something that it is configured with", "Container web: it may not run as root, and its image wants to",
        "container has runAsNonRoot and image will run as root");
    Json crash = waiting("CrashLoopBackOff", "back-off 5m0s restarting failed container=web");
    status(crash)["lastState"] = {{"terminated", {{"exitCode", 137}, {"reason", "OOMKilled"}, {"finishedAt", ago(60)}}}};
    row("crash", crash, Tone::Bad, "The container keeps crashing",
        "Container web: it used more memory than its limit allows and was killed (OOMKilled, exit code 137)",
        "back-off 5m0s restarting failed container=web");
    status(crash)["lastState"]["terminated"] = {{"exitCode", 1}, {"reason", "Error"}};
    row("crash, code", crash, Tone::Bad, "The container keeps crashing", "Container web: it ended with exit code 1",
        "back-off 5m0s restarting failed container=web");
    Json init = pod();
    init["status"]["phase"] = "Pending";
    init["status"]["initContainerStatuses"] = Json::array({{{"name", "migrate"}, {"state", {{"terminated", {{"exitCode", 2}, {"message", "no database"}}}}}}});
    row("init", init, Tone::Bad, "An init container has failed", "Container migrate: it ended with exit code 2", "no database");
    Json nowhere = pod();
    nowhere["status"] = {{"phase", "Pending"},
                         {"conditions", Json::array({{{"type", "PodScheduled"}, {"status", "False"}, {"reason", "Unschedulable"},
                                                      {"message", "0/3 nodes are available: 3 Insufficient cpu."}}})}};
    row("unschedulable", nowhere, Tone::Bad, "No node can take this pod", "The scheduler tries again whenever the cluster changes",
        "0/3 nodes are available: 3 Insufficient cpu.");
    Json evicted = pod();
    evicted["status"] = {{"phase", "Failed"}, {"reason", "Evicted"}, {"message", "The node was low on resource: memory."}};
    row("evicted", evicted, Tone::Bad, "The node has evicted this pod", "The node ran short of something", "The node was low on resource: memory.");
    Json unready = pod();
    unready["status"]["conditions"][1] = {{"type", "Ready"}, {"status", "False"}, {"lastTransitionTime", ago(600)}, {"message", "containers with unready status: [web]"}};
    status(unready)["ready"] = false;
    row("not ready", unready, Tone::Careful, "The container runs, but is not ready",
        "Container web: its readiness probe does not succeed", "containers with unready status: [web]");
    Json stuck = pod();
    stuck["metadata"]["deletionTimestamp"] = ago(600);
    stuck["metadata"]["finalizers"] = {"example.com/clean"};
    row("held back", stuck, Tone::Careful, "The pod is being deleted, and something holds it back", "It waits for its finalizers", "example.com/clean");
    row("node, silent",
        parsed("{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"n\"},\"status\":{\"conditions\":[{\"type\":\"Ready\","
               "\"status\":\"Unknown\",\"reason\":\"NodeStatusUnknown\",\"message\":\"Kubelet stopped posting node status.\"}]}}"),
        Tone::Bad, "The node has stopped reporting", "NodeStatusUnknown", "Kubelet stopped posting node status.");
    row("node, disk",
        parsed("{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"n\"},\"status\":{\"conditions\":[{\"type\":\"Ready\","
               "\"status\":\"True\"},{\"type\":\"DiskPressure\",\"status\":\"True\",\"reason\":\"KubeletHasDiskPressure\"}]}}"),
        Tone::Bad, "The node is short of disk space", "KubeletHasDiskPressure", "");
    row("deployment",
        parsed("{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"d\"},\"spec\":{\"replicas\":3},\"status\":{"
               "\"availableReplicas\":2,\"conditions\":[{\"type\":\"Progressing\",\"status\":\"False\",\"reason\":\"ProgressDeadlineExceeded\","
               "\"message\":\"ReplicaSet d-1 has timed out progressing.\"}]}}"),
        Tone::Bad, "The roll-out does not go on", "ProgressDeadlineExceeded", "ReplicaSet d-1 has timed out progressing.");
    row("job",
        parsed("{\"apiVersion\":\"batch/v1\",\"kind\":\"Job\",\"metadata\":{\"name\":\"j\"},\"spec\":{\"backoffLimit\":2},\"status\":{"
               "\"conditions\":[{\"type\":\"Failed\",\"status\":\"True\",\"reason\":\"BackoffLimitExceeded\",\"message\":\"Job has reached the specified backoff limit\"}]}}"),
        Tone::Bad, "The job has failed", "Its pods failed more often than it allows (2)", "Job has reached the specified backoff limit");
    row("claim", parsed("{\"apiVersion\":\"v1\",\"kind\":\"PersistentVolumeClaim\",\"metadata\":{\"name\":\"c\"},\"spec\":{},\"status\":{\"phase\":\"Pending\"}}"),
        Tone::Careful, "The claim has no volume yet", "It names no storage class: a volume that fits has to be made for it", "");
    row("namespace",
        parsed("{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"n\",\"deletionTimestamp\":\"2027-01-01T00:00:00Z\"},"
               "\"spec\":{\"finalizers\":[\"kubernetes\"]},\"status\":{\"phase\":\"Terminating\",\"conditions\":[{\"type\":\"NamespaceFinalizersRemaining\","
               "\"status\":\"True\",\"message\":\"Some content in the namespace has finalizers remaining: x/y in 1 resource instances\"}]}}"),
        Tone::Careful, "The namespace cannot be deleted yet", "What is in it has to go first",
        "Some content in the namespace has finalizers remaining: x/y in 1 resource instances\nfinalizers: kubernetes");
}

void tst_describe::verdicts()
{
    QFETCH(QString, json);
    QFETCH(int, tone);
    QFETCH(QString, sentence);
    QFETCH(QString, reason);
    QFETCH(QString, evidence);
    const Description description = said(Json::parse(json.toStdString()));
    QVERIFY(description.verdict);
    QCOMPARE(q(description.verdict->sentence), sentence);
    QCOMPARE(q(description.verdict->reason), reason);
    QCOMPARE(q(description.verdict->evidence), evidence);
    QCOMPARE(static_cast<int>(description.verdict->tone), tone);
}

void tst_describe::why_an_image_is_not_pulled_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<QString>("reason");
    // containerd 1.7 and 2.0, CRI-O 1.30.
    QTest::newRow("tag") << QByteArray("failed to resolve reference \"docker.io/library/nginx:nope\": docker.io/library/nginx:nope: not found") << "the registry has no such image or tag";
    QTest::newRow("manifest") << QByteArray("reading manifest nope in docker.io/library/nginx: manifest unknown") << "the registry has no such image or tag";
    QTest::newRow("denied") << QByteArray("pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed")
                            << "the registry has no such image, or asks for other credentials";
    QTest::newRow("name") << QByteArray("dial tcp: lookup registry.nowhere on 10.0.0.10:53: no such host") << "the node cannot reach the registry";
    QTest::newRow("certificate") << QByteArray("tls: failed to verify certificate: x509: certificate signed by unknown authority") << "the node does not trust the registry's certificate";
    QTest::newRow("limit") << QByteArray("toomanyrequests: You have reached your pull rate limit.") << "the registry limits how often images may be pulled";
    QTest::newRow("platform") << QByteArray("no match for platform in manifest: not found") << "the image is not made for this node's processor";
    QTest::newRow("else") << QByteArray("Back-off pulling image") << "";
}

void tst_describe::why_an_image_is_not_pulled()
{
    QFETCH(QByteArray, message);
    QFETCH(QString, reason);
    QCOMPARE(q(describing::pullReason(message.toStdString())), reason);
}

void tst_describe::conditions_know_what_is_good()
{
    const Description node = said(parsed(
        "{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"n\"},\"status\":{\"conditions\":["
        "{\"type\":\"MemoryPressure\",\"status\":\"False\",\"lastTransitionTime\":\"2027-01-15T07:00:00Z\"},{\"type\":\"DiskPressure\",\"status\":\"True\"},"
        "{\"type\":\"Ready\",\"status\":\"True\"},{\"type\":\"ReadonlyFilesystem\",\"status\":\"False\"},{\"type\":\"PIDPressure\",\"status\":\"Unknown\"}]}}"));
    QCOMPARE(node.conditions.size(), std::size_t(5));
    QCOMPARE(q(node.conditions[0].sentence), QString("There is enough memory"));
    QCOMPARE(node.conditions[0].tone, Tone::Good);
    QVERIFY(node.conditions[0].since > 0);
    QCOMPARE(node.conditions[1].tone, Tone::Bad);
    QCOMPARE(node.conditions[2].tone, Tone::Good);
    QCOMPARE(node.conditions[3].tone, Tone::None); // somebody's own: nobody knows which of the two is good
    QCOMPARE(q(node.conditions[3].sentence), QString("No"));
    QCOMPARE(node.conditions[4].tone, Tone::Careful);
}

void tst_describe::containers_are_told_in_words()
{
    Json object = pod();
    object["spec"]["initContainers"] = parsed("[{\"name\":\"migrate\",\"image\":\"m:1\"},{\"name\":\"proxy\",\"image\":\"p:1\",\"restartPolicy\":\"Always\"}]");
    object["status"]["initContainerStatuses"] = parsed("[{\"name\":\"migrate\",\"state\":{\"terminated\":{\"exitCode\":0,\"reason\":\"Completed\"}}},"
                                                       "{\"name\":\"proxy\",\"ready\":true,\"state\":{\"running\":{}}}]");
    object["spec"]["ephemeralContainers"] = parsed("[{\"name\":\"shell\",\"image\":\"busybox\"}]");
    status(object)["restartCount"] = 3;
    status(object)["lastState"] = {{"terminated", {{"exitCode", 137}, {"reason", "OOMKilled"}, {"finishedAt", ago(300)}}}};
    const Description description = said(object);
    QCOMPARE(description.containers.size(), std::size_t(4));
    QCOMPARE(q(description.containers[0].role), QString("init"));
    QCOMPARE(q(description.containers[0].state), QString("done"));
    QCOMPARE(q(description.containers[1].role), QString("sidecar"));
    QCOMPARE(description.containers[1].tone, Tone::Good);
    QCOMPARE(description.containers[2].restarts, 3);
    QCOMPARE(q(description.containers[2].lastExit), QString("OOMKilled, exit code 137"));
    QCOMPARE(description.containers[2].lastExitAt, now - 300);
    QCOMPARE(q(description.containers[3].role), QString("debug"));
    QCOMPARE(q(description.containers[3].state), QString("not started yet"));
    // It runs again, but that was a short time ago.
    QVERIFY(description.verdict);
    QCOMPARE(q(description.verdict->sentence), QString("The container was restarted a short time ago"));
}

void tst_describe::facts_of_kinds_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("label");
    QTest::addColumn<QString>("text");
    const auto row = [](const char *name, const char *json, const char *label, const char *text) {
        QTest::newRow(name) << json << label << QString::fromUtf8(text);
    };
    const char *service = "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"s\",\"namespace\":\"n\"},\"spec\":{\"type\":\"NodePort\",\"clusterIPs\":[\"10.0.0.1\",\"fd00::1\"],"
                          "\"selector\":{\"app\":\"web\"},\"ports\":[{\"name\":\"http\",\"port\":80,\"targetPort\":\"web\",\"protocol\":\"TCP\",\"nodePort\":30080}]}}";
    row("service ports", service, "Ports", "80/TCP → web (http, 30080 on every node)");
    row("service addresses", service, "Cluster IP", "10.0.0.1; fd00::1");
    row("service selector", service, "Selector", "app=web");
    row("ingress", "{\"apiVersion\":\"networking.k8s.io/v1\",\"kind\":\"Ingress\",\"metadata\":{\"name\":\"i\",\"namespace\":\"n\"},\"spec\":{\"rules\":[{\"host\":\"a.example\",\"http\":{\"paths\":["
                   "{\"path\":\"/api\",\"backend\":{\"service\":{\"name\":\"api\",\"port\":{\"number\":80}}}}]}}]}}", "a.example", "api (:80  ← /api)");
    row("secret", "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"s\"},\"type\":\"Opaque\",\"data\":{\"password\":\"aHVudGVyMg==\"}}", "Keys", "password (7 bytes)");
    row("config map", "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"s\"},\"data\":{\"a\":\"xyz\"},\"binaryData\":{\"b\":\"AAAA\"}}", "Keys", "a (3 bytes); b (3 bytes)");
    row("node", "{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"n\"},\"status\":{\"capacity\":{\"cpu\":\"4\",\"nvidia.com/gpu\":\"2\"},\"allocatable\":{\"cpu\":\"3500m\",\"nvidia.com/gpu\":\"2\"}}}",
        "CPU", "3500m for pods, of 4");
    row("node, gpu", "{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"n\"},\"status\":{\"capacity\":{\"nvidia.com/gpu\":\"2\"},\"allocatable\":{\"nvidia.com/gpu\":\"2\"}}}",
        "nvidia.com/gpu", "2");
    row("deployment", "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"d\"},\"spec\":{\"replicas\":3,\"strategy\":{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxSurge\":\"25%\",\"maxUnavailable\":0}}},"
                      "\"status\":{\"readyReplicas\":2,\"updatedReplicas\":3,\"availableReplicas\":2}}", "Replicas", "2 of 3 ready (3 up to date, 2 available)");
    row("strategy", "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"d\"},\"spec\":{\"strategy\":{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxSurge\":\"25%\",\"maxUnavailable\":0}}}}",
        "Strategy", "RollingUpdate: at most 25% more, at most 0 missing");
    row("volume", "{\"apiVersion\":\"v1\",\"kind\":\"PersistentVolume\",\"metadata\":{\"name\":\"v\"},\"spec\":{\"claimRef\":{\"namespace\":\"n\",\"name\":\"c\"}},\"status\":{\"phase\":\"Bound\"}}", "Claim", "c (n)");
}

void tst_describe::facts_of_kinds()
{
    QFETCH(QString, json);
    QFETCH(QString, label);
    QFETCH(QString, text);
    QCOMPARE(q(fact(said(Json::parse(json.toStdString())), label.toStdString())), text);
}

void tst_describe::what_belongs_to_it_is_found_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("kinds");
    QTest::newRow("node") << "{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"n\"}}" << "pods//spec.nodeName=n";
    QTest::newRow("deployment") << "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"d\",\"namespace\":\"x\"},\"spec\":{\"selector\":{\"matchLabels\":{\"a\":\"b\"},"
                                   "\"matchExpressions\":[{\"key\":\"t\",\"operator\":\"In\",\"values\":[\"1\",\"2\"]},{\"key\":\"old\",\"operator\":\"DoesNotExist\"}]}}}"
                                << "replicasets/x/a=b,t in (1,2),!old pods/x/a=b,t in (1,2),!old";
    QTest::newRow("service") << "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"s\",\"namespace\":\"x\"},\"spec\":{\"selector\":{\"a\":\"b\"}}}"
                             << "endpointslices/x/kubernetes.io/service-name=s pods/x/a=b";
    QTest::newRow("namespace") << "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"x\"}}" << "pods/x/";
}

void tst_describe::what_belongs_to_it_is_found()
{
    QFETCH(QString, json);
    QFETCH(QString, kinds);
    QStringList found;
    for (const Related &one : said(Json::parse(json.toStdString())).related) {
        QVERIFY2(typedKind(one.kind), one.kind.c_str());
        found << q(one.kind + "/" + one.scope.ns + "/" + one.scope.labelSelector + one.scope.fieldSelector);
    }
    QCOMPARE(found.join(' '), kinds);
}

void tst_describe::a_selector_of_nothing_lists_nothing()
{
    const Description service = said(parsed("{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"s\",\"namespace\":\"x\"},\"spec\":{\"selector\":7}}"));
    for (const Related &one : service.related)
        QVERIFY(one.kind != "pods");
}

void tst_describe::values_of_secrets_are_hidden()
{
    const Json secret = parsed("{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"s\",\"annotations\":{\"kubectl.kubernetes.io/last-applied-configuration\":"
                               "\"{aHVudGVyMg==}\"}},\"data\":{\"password\":\"aHVudGVyMg==\",\"raw\":\"AAEC\",\"odd\":7}}");
    const Description masked = said(secret);
    QVERIFY(masked.hasSecrets);
    QVERIFY(!masked.revealed);
    QVERIFY(masked.yaml.find("aHVudGVyMg") == std::string::npos);
    QVERIFY(masked.yaml.find("password: (hidden, 7 bytes)") != std::string::npos);
    QVERIFY(masked.yaml.find("odd: (hidden)") != std::string::npos);
    for (const Label &annotation : masked.annotations)
        QVERIFY(annotation.value.find("aHVudGVyMg") == std::string::npos);
    const Description revealed = said(secret, true);
    QVERIFY(revealed.revealed);
    QVERIFY(revealed.yaml.find("password: hunter2") != std::string::npos);
    QVERIFY(revealed.yaml.find("raw: AAEC") != std::string::npos);
    QVERIFY(revealed.yaml.find("stringData:") != std::string::npos);
    Json strange = secret;
    strange["data"] = "aHVudGVyMg==";
    QVERIFY(said(strange).yaml.find("aHVudGVyMg") == std::string::npos);
}

void tst_describe::long_texts_are_cut()
{
    Json object = pod();
    std::string text;
    while (text.size() < 250'000)
        text += "\xF0\x9F\x9A\xA2 lang ";
    object["metadata"]["annotations"] = {{"example.com/long", text}};
    const auto begin = std::chrono::steady_clock::now();
    const Description description = said(object);
    QVERIFY(std::chrono::steady_clock::now() - begin < std::chrono::milliseconds(500));
    QCOMPARE(description.annotations[0].bytes, text.size());
    QVERIFY(description.annotations[0].value.size() <= 200);
    QVERIFY(!QString::fromStdString(description.annotations[0].value).contains(QChar::ReplacementCharacter));
    QVERIFY(description.yaml.size() < 10'000);
    QVERIFY(!QString::fromStdString(description.yaml).contains(QChar::ReplacementCharacter));
    QVERIFY(description.yaml.find("(cut here: 244 KiB in all)") != std::string::npos);
}

void tst_describe::a_kind_nobody_knows_is_told_by_its_fields()
{
    const Description description = said(parsed(
        "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Backup\",\"metadata\":{\"name\":\"b\",\"namespace\":\"x\"},\"spec\":{\"keep\":3,\"hosts\":[\"a\",\"b\"],\"deep\":{\"x\":1},"
        "\"parts\":[{},{}]},\"status\":{\"phase\":\"Done\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"False\",\"reason\":\"Full\",\"message\":\"disk full\"}]}}"));
    QCOMPARE(q(fact(description, "keep")), QString("3"));
    QCOMPARE(q(fact(description, "hosts")), QString("a, b"));
    QCOMPARE(q(fact(description, "parts")), QString("2 entries"));
    QCOMPARE(q(fact(description, "phase")), QString("Done"));
    QCOMPARE(q(fact(description, "deep")), QString());
    QVERIFY(description.verdict);
    QCOMPARE(q(description.verdict->sentence), QString("Not ready"));
    QCOMPARE(q(description.verdict->evidence), QString("disk full"));
}

void tst_describe::somebodys_own_service_is_not_the_cores()
{
    const Description description = said(parsed("{\"apiVersion\":\"serving.knative.dev/v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"s\"},\"spec\":{\"selector\":{\"a\":\"b\"}}}"));
    QVERIFY(description.related.empty());
    QCOMPARE(q(description.object.group), QString("serving.knative.dev"));
}

// Every value of every object replaced by values of every other type, one after another.
void tst_describe::nothing_of_any_shape_breaks_it()
{
    std::vector<Json> objects{pod(), waiting("CrashLoopBackOff", "x")};
    for (const char *kind : {"Node", "Namespace", "Service", "ConfigMap", "Secret", "PersistentVolumeClaim", "PersistentVolume", "Event"})
        objects.push_back(pod()), objects.back()["kind"] = kind;
    for (const auto &[version, kind] : {std::pair{"apps/v1", "Deployment"}, {"apps/v1", "DaemonSet"}, {"apps/v1", "StatefulSet"}, {"batch/v1", "Job"}, {"batch/v1", "CronJob"},
                                        {"autoscaling/v2", "HorizontalPodAutoscaler"}, {"networking.k8s.io/v1", "Ingress"}, {"discovery.k8s.io/v1", "EndpointSlice"},
                                        {"storage.k8s.io/v1", "StorageClass"}, {"rbac.authorization.k8s.io/v1", "RoleBinding"}, {"example.com/v1", "Thing"}}) {
        objects.push_back(pod());
        objects.back()["apiVersion"] = version;
        objects.back()["kind"] = kind;
    }
    const std::vector<Json> odd{nullptr, true, -1, 1e300, "text", "", Json::array(), Json::object(), Json::array({1, nullptr, Json::object(), "x"}), {{"name", 7}}};
    for (const Json &object : objects) {
        const Json flat = object.flatten();
        for (const auto &[pointer, value] : flat.items()) {
            // The value itself, and what it stands in.
            for (auto at = Json::json_pointer(pointer); !at.empty(); at.pop_back()) {
                for (const Json &other : odd) {
                    Json changed = object;
                    changed[at] = other;
                    const auto result = describe(changed.dump(), {std::chrono::system_clock::time_point(std::chrono::seconds(now)), true});
                    QVERIFY(result);
                }
            }
        }
    }
    for (const char *text : {"", "7", "[]", "null", "{", "\"x\""})
        QVERIFY(!describe(text, {}));
}

QTEST_GUILESS_MAIN(tst_describe)
#include "tst_describe.moc"
