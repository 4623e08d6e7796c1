// Parameters from manifests, live objects and "key=value": what is right is read, what is wrong is named.
#include "strategy/kubelet.h"
#include "strategy/manifest.h"

#include <QTest>

#include <algorithm>

using namespace timonier;
using namespace timonier::strategy;
using namespace std::chrono_literals;

namespace {

// JSON with ' for ": moc of Qt 6.4 cannot do with raw literals.
std::string json(std::string text)
{
    std::ranges::replace(text, '\'', '"');
    return text;
}

std::string deployment(const std::string &spec, const std::string &container = "")
{
    return json("{'kind':'Deployment','metadata':{'name':'web'},'spec':{" + spec + (spec.empty() ? "" : ",") +
           "'template':{'spec':{'containers':[{'image':'web:1'" + (container.empty() ? "" : ",") + container + "}]}}}}");
}

} // namespace

class TestDeploymentInput : public QObject
{
    Q_OBJECT
private slots:
    void what_is_not_said_has_the_default_of_kubernetes()
    {
        const auto p = readDeployment(deployment(""));
        QVERIFY(p.has_value());
        QCOMPARE(p->name, std::string("web"));
        QCOMPARE(p->spec.replicas, 1);
        QCOMPARE(p->spec.maxSurge, (Amount{25, true}));
        QCOMPARE(p->spec.progressDeadline, std::optional(Time(600s)));
        QCOMPARE(p->current.grace, Time(30s));
        QVERIFY(!p->current.readiness);
        QVERIFY(p->current.name != p->next.name);
    }

    void everything_that_matters_is_read()
    {
        const auto p = readDeployment(
            deployment("'replicas':7,'minReadySeconds':5,'progressDeadlineSeconds':60,'strategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':2,'maxUnavailable':'10%'}}",
                       "'resources':{'requests':{'cpu':'250m','memory':'1Gi'}},'lifecycle':{'preStop':{'sleep':{'seconds':4}}},'readinessProbe':{'initialDelaySeconds':3,'periodSeconds':2,'successThreshold':2}"),
            "web:2");
        QVERIFY(p.has_value());
        QCOMPARE(p->spec.replicas, 7);
        QCOMPARE(p->spec.minReady, Time(5s));
        QCOMPARE(p->spec.progressDeadline, std::optional(Time(60s)));
        QCOMPARE(p->spec.maxSurge, (Amount{2, false}));
        QCOMPARE(p->spec.maxUnavailable, (Amount{10, true}));
        QCOMPARE(p->next.name, std::string("web:2"));
        QCOMPARE(p->next.cpuMilli, std::int64_t(250));
        QCOMPARE(p->next.memoryBytes, std::int64_t(1) << 30);
        QCOMPARE(p->next.preStop, Time(4s));
        QCOMPARE(untilReady(p->next), Time(6s));
    }

    void a_sleep_before_the_end_is_found_data()
    {
        QTest::addColumn<QByteArray>("command");
        QTest::addColumn<int>("seconds");
        QTest::newRow("plain") << QByteArray("['sleep','10']") << 10;
        QTest::newRow("shell") << QByteArray("['sh','-c','sleep 15']") << 15;
        QTest::newRow("path") << QByteArray("['/bin/sleep','7']") << 7;
        QTest::newRow("something else") << QByteArray("['/drain.sh']") << 0;
        QTest::newRow("sleep of what") << QByteArray("['sleep']") << 0;
        QTest::newRow("no text") << QByteArray("[3,null,{}]") << 0;
    }
    void a_sleep_before_the_end_is_found()
    {
        QFETCH(QByteArray, command);
        QFETCH(int, seconds);
        const auto p = readDeployment(deployment("", "'lifecycle':{'preStop':{'exec':{'command':" + command.toStdString() + "}}}"));
        QVERIFY(p.has_value());
        QCOMPARE(p->next.preStop, Time(std::chrono::seconds(seconds)));
    }

    void what_is_wrong_is_named_by_its_field_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("field");
        const auto row = [](const char *name, const std::string &text, const char *field) {
            QTest::newRow(name) << QByteArray::fromStdString(json(text)) << QByteArray(field);
        };
        row("replicas as text", deployment("'replicas':'3'"), "spec.replicas");
        row("replicas below 0", deployment("'replicas':-1"), "spec.replicas");
        row("replicas with a fraction", deployment("'replicas':1.5"), "spec.replicas");
        row("too many", deployment("'replicas':4000000000"), "spec.replicas");
        row("more than anyone has", deployment("'replicas':18446744073709551615"), "spec.replicas");
        row("more than is simulated", deployment("'replicas':1000000"), "spec.replicas");
        row("surge", deployment("'strategy':{'rollingUpdate':{'maxSurge':'oops'}}"), "spec.strategy.rollingUpdate.maxSurge");
        row("surge as a number in a text", deployment("'strategy':{'rollingUpdate':{'maxSurge':'3'}}"), "spec.strategy.rollingUpdate.maxSurge");
        row("unavailable", deployment("'strategy':{'rollingUpdate':{'maxUnavailable':true}}"), "spec.strategy.rollingUpdate.maxUnavailable");
        row("both 0", deployment("'strategy':{'rollingUpdate':{'maxUnavailable':0,'maxSurge':'0%'}}"), "spec.strategy.rollingUpdate.maxUnavailable");
        row("type", deployment("'strategy':{'type':'Canary'}"), "spec.strategy.type");
        row("minReady", deployment("'minReadySeconds':[]"), "spec.minReadySeconds");
        row("paused", deployment("'paused':'yes'"), "spec.paused");
        row("probe", deployment("", "'readinessProbe':{'periodSeconds':0}"), "spec.template.spec.containers[0].readinessProbe.periodSeconds");
        row("cpu", deployment("", "'resources':{'requests':{'cpu':'much'}}"), "spec.template.spec.containers[0].resources.requests.cpu");
        row("another kind", "{'kind':'Service','spec':{}}", "kind");
        row("no kind", "{}", "kind");
        row("a list", "[]", "kind");
        row("no spec", "{'kind':'Deployment'}", "spec");
        row("no container", "{'kind':'Deployment','spec':{'template':{'spec':{'containers':[]}}}}", "spec.template.spec.containers");
        row("no template", "{'kind':'Deployment','spec':{'template':5}}", "spec.template.spec.containers");
    }
    void what_is_wrong_is_named_by_its_field()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, field);
        const auto p = readDeployment(text.toStdString());
        QVERIFY(!p.has_value());
        QCOMPARE(p.error().kind, ErrorKind::Invalid);
        QVERIFY2(p.error().message.starts_with(field.toStdString() + ": "), p.error().message.c_str());
    }

    void what_does_not_matter_may_be_anything()
    {
        QVERIFY(readDeployment(json("{'kind':'Deployment','metadata':7,'status':[],'spec':{'strategy':null,'replicas':null,'selector':'x','template':{'spec':{'initContainers':{},'containers':[{'image':5,'resources':[],'lifecycle':'x','readinessProbe':null}]}}}}")).has_value());
        QCOMPARE(readDeployment("{").error().kind, ErrorKind::Protocol);
        QCOMPARE(readDeployment("").error().kind, ErrorKind::Protocol);
    }

    void the_deployment_is_found_among_the_documents_of_a_file()
    {
        const std::string text = "kind: Service\nmetadata: {name: a}\n---\n# a comment\n---\nkind: Deployment\nmetadata: {name: b}\nspec:\n"
                                 "  replicas: 4\n  template: {spec: {containers: [{image: x}]}}\n--- # the end\nkind: Deployment\n";
        const auto p = readDeploymentFile(text, "f.yaml");
        QVERIFY2(p.has_value(), p ? "" : p.error().text().c_str());
        QCOMPARE(p->name, std::string("b"));
        QCOMPARE(p->spec.replicas, 4);
        const auto listed = readDeploymentFile("kind: List\nitems:\n- kind: Service\n- kind: Deployment\n  metadata: {name: c}\n  spec: {template: {spec: {containers: [{image: x}]}}}\n", "f.yaml");
        QVERIFY2(listed.has_value(), listed ? "" : listed.error().text().c_str());
        QCOMPARE(listed->name, std::string("c"));
    }

    void files_without_one_are_refused_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("empty") << QByteArray("") << QByteArray("f.yaml");
        QTest::newRow("only dashes") << QByteArray("---\n---\n") << QByteArray("f.yaml");
        QTest::newRow("another kind") << QByteArray("kind: Service\n") << QByteArray("f.yaml");
        QTest::newRow("no YAML") << QByteArray("kind: Service\n---\na: [\n") << QByteArray("f.yaml");
        QTest::newRow("a wrong field") << QByteArray("kind: Deployment\nspec: {replicas: many}\n") << QByteArray("spec.replicas");
    }
    void files_without_one_are_refused()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, said);
        const auto p = readDeploymentFile(text.toStdString(), "f.yaml");
        QVERIFY(!p.has_value());
        std::string all = p.error().text();
        for (const auto &[key, value] : p.error().context)
            all += " " + value;
        QVERIFY2(all.find(said.toStdString()) != std::string::npos, all.c_str());
    }

    void start_up_is_measured_from_the_pods()
    {
        auto p = *readDeployment(deployment("'replicas':4"));
        const auto pod = [](const char *ready, const char *status, int restarts) {
            return std::string("{'metadata':{'creationTimestamp':'2026-01-01T10:00:00Z'},'status':{'conditions':[{'type':'Ready','status':'") + status +
                   "','lastTransitionTime':'" + ready + "'}],'containerStatuses':[{'restartCount':" + std::to_string(restarts) + "}]}}";
        };
        const std::string list = "{'items':[" + pod("2026-01-01T10:00:12Z", "True", 0) + "," + pod("2026-01-01T10:00:14Z", "True", 0) + "," +
                                 pod("2026-01-01T10:00:40Z", "True", 0) + "," + pod("2026-01-02T10:00:00Z", "True", 3) + "," +
                                 pod("2026-01-01T10:00:40Z", "False", 0) + "]}";
        QCOMPARE(*measureStartUp(p, json(list)), 3);
        QCOMPARE(p.next.startUp, Time(14s));
        QCOMPARE(p.unhealthy, 1);
        QVERIFY(!measureStartUp(p, "x").has_value());
        QCOMPARE(*measureStartUp(p, json("{'items':[5,null,{'status':{'conditions':7}}]}")), 0);
    }

    void room_is_what_nodes_give_less_what_their_pods_ask_for()
    {
        auto p = *readDeployment(deployment("'replicas':2"));
        const std::string nodes = json("{'items':[{'metadata':{'name':'a'},'status':{'allocatable':{'cpu':'2','memory':'4Gi','pods':'10'}}},"
                                       "{'metadata':{'name':'off'},'spec':{'unschedulable':true},'status':{'allocatable':{'cpu':'9'}}},"
                                       "{'metadata':{'name':'master'},'spec':{'taints':[{'key':'x','effect':'NoSchedule'}]},'status':{'allocatable':{}}},"
                                       "7,{'metadata':{}},{'metadata':{'name':'b'},'status':{'allocatable':{'cpu':4,'memory':'x','pods':'5'}}}]}");
        const std::string asks = "'containers':[{'resources':{'requests':{'cpu':'250m','memory':'1Gi'}}},{}],'initContainers':[{'resources':{'requests':{'cpu':'1'}}}]";
        const std::string pods = json("{'items':[{'metadata':{'uid':'1'},'spec':{'nodeName':'a'," + asks + "}},{'metadata':{'uid':'2'},'spec':{'nodeName':'a'}},"
                                      "{'metadata':{'uid':'3'},'spec':{'nodeName':'a'," + asks + "},'status':{'phase':'Succeeded'}},"
                                      "{'spec':{'nodeName':'gone'}},{'spec':{}},null]}");
        QCOMPARE(*measureRoom(p, nodes, pods, {"1"}), 2);
        QCOMPARE(p.cluster.nodes[0].cpuMilli, std::int64_t(1000)); // the init container asks for more
        QCOMPARE(p.cluster.nodes[0].memoryBytes, std::int64_t(3) << 30);
        QCOMPARE(p.cluster.nodes[0].pods, 8);
        QCOMPARE(p.cluster.nodes[0].own, 1);
        QCOMPARE(p.cluster.nodes[1].cpuMilli, std::int64_t(4000));
        QCOMPARE(p.nodeSize.cpuMilli, std::int64_t(2000));
        QVERIFY(!measureRoom(p, "[]", "{}", {}).has_value());
        QVERIFY(!measureRoom(p, "", "x", {}).has_value());
    }

    void settings_are_taken_or_refused_data()
    {
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<bool>("good");
        const auto row = [](const char *key, const char *value, bool good) { QTest::addRow("%s=%s", key, value) << QByteArray(key) << QByteArray(value) << good; };
        row("replicas", "5", true);
        row("replicas", "-5", false);
        row("replicas", "five", false);
        row("maxSurge", "25%", true);
        row("maxSurge", "25.5%", false);
        row("minReady", "1m30s", true);
        row("minReady", "", false);
        row("minReady", "10 s", false);
        row("minReady", "s", false);
        row("minReady", "1e9h", false);
        row("neverReady", "true", true);
        row("neverReady", "maybe", false);
        row("canarySteps", "5,20,80", true);
        row("canarySteps", "20,5", false);
        row("canarySteps", "5,,6", false);
        row("canarySteps", "100", false);
        row("change", "30s:8", true);
        row("change", "30s:pause", true);
        row("change", "8", false);
        row("change", "30s:", false);
        row("rps", "nan", false);
        row("rps", "inf", false);
        row("cpu", "250m", true);
        row("memory", "0", true);
        row("memory", "lots", false);
        row("colour", "blue", false);
    }
    void settings_are_taken_or_refused()
    {
        QFETCH(QByteArray, key);
        QFETCH(QByteArray, value);
        QFETCH(bool, good);
        Parameters p;
        const auto done = strategy::set(p, key.toStdString(), value.toStdString());
        QCOMPARE(done.has_value(), good);
        if (!good)
            QVERIFY2(done.error().message.find(key.toStdString()) != std::string::npos, done.error().message.c_str());
    }

    void a_mistyped_setting_gets_the_nearest_one()
    {
        Parameters p;
        QVERIFY(strategy::set(p, "maxsurge", "1").error().hint.find("maxSurge") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestDeploymentInput)
#include "tst_deployment_input.moc"
