#include "fake_transport.h"
#include "kube/discovery.h"

#include <QTest>

#include <map>

using namespace timonier;

namespace {

std::string resource(const std::string &name, const std::string &kind, const std::string &singular, const std::string &shortName,
                     bool namespaced = true)
{
    return "{\"resource\":\"" + name + "\",\"responseKind\":{\"group\":\"\",\"version\":\"\",\"kind\":\"" + kind + "\"},\"scope\":\""
        + (namespaced ? "Namespaced" : "Cluster") + "\",\"singularResource\":\"" + singular + "\",\"verbs\":[\"list\",\"watch\"],\"shortNames\":["
        + (shortName.empty() ? "" : "\"" + shortName + "\"")
        + "],\"categories\":[\"all\"],\"subresources\":[{\"subresource\":\"status\",\"responseKind\":{\"kind\":\"X\"}}]}";
}

std::string group(const std::string &name, const std::string &versions)
{
    return "{\"metadata\":{\"name\":\"" + name + "\"},\"versions\":[" + versions + "]}";
}

std::string version(const std::string &name, const std::string &resources, const char *freshness = "Current")
{
    return "{\"version\":\"" + name + "\",\"freshness\":\"" + freshness + "\",\"resources\":[" + resources + "]}";
}

std::string groups(const std::string &items)
{
    return "{\"kind\":\"APIGroupDiscoveryList\",\"apiVersion\":\"apidiscovery.k8s.io/v2\",\"metadata\":{},\"items\":[" + items + "]}";
}

const std::map<std::string, std::string> modern = {
    {"/api", groups("{\"metadata\":{},\"versions\":["
                    + version("v1", resource("pods", "Pod", "pod", "po") + "," + resource("nodes", "Node", "node", "no", false) + ","
                                  + resource("events", "Event", "event", "ev"))
                    + "]}")},
    {"/apis", groups(group("apps", version("v1", resource("deployments", "Deployment", "deployment", "deploy"))) + ","
                     + group("events.k8s.io", version("v1", resource("events", "Event", "event", "ev"))) + ","
                     + group("autoscaling", version("v2", resource("horizontalpodautoscalers", "HorizontalPodAutoscaler", "horizontalpodautoscaler", "hpa")) + ","
                                 + version("v1", resource("horizontalpodautoscalers", "HorizontalPodAutoscaler", "horizontalpodautoscaler", "hpa") + ","
                                               + resource("oldthings", "OldThing", "oldthing", ""))) + ","
                     + group("metrics.k8s.io", version("v1beta1", resource("pods", "PodMetrics", "", ""), "Stale")) + ","
                     + group("cert-manager.io", version("v1", resource("certificates", "Certificate", "certificate", "cert"))))},
};

const std::map<std::string, std::string> old = {
    {"/api", "{\"kind\":\"APIVersions\",\"versions\":[\"v1\"]}"},
    {"/api/v1", "{\"kind\":\"APIResourceList\",\"groupVersion\":\"v1\",\"resources\":["
                "{\"name\":\"pods\",\"singularName\":\"pod\",\"namespaced\":true,\"kind\":\"Pod\",\"verbs\":[\"get\",\"list\"],\"shortNames\":[\"po\"]},"
                "{\"name\":\"pods/log\",\"namespaced\":true,\"kind\":\"Pod\",\"verbs\":[\"get\"]},"
                "{\"name\":\"nodes\",\"singularName\":\"\",\"namespaced\":false,\"kind\":\"Node\",\"verbs\":[\"list\"]}]}"},
    {"/apis", "{\"kind\":\"APIGroupList\",\"groups\":["
              "{\"name\":\"apps\",\"versions\":[{\"version\":\"v1beta1\"},{\"version\":\"v1\"}],\"preferredVersion\":{\"version\":\"v1\"}},"
              "{\"name\":\"broken.io\",\"versions\":[{\"version\":\"v1\"}],\"preferredVersion\":{\"version\":\"v1\"}}]}"},
    {"/apis/apps/v1", "{\"resources\":[{\"name\":\"deployments\",\"namespaced\":true,\"kind\":\"Deployment\",\"verbs\":[\"list\"]}]}"},
    {"/apis/apps/v1beta1", "{\"resources\":[{\"name\":\"deployments\",\"namespaced\":true,\"kind\":\"Deployment\",\"verbs\":[\"list\"]}]}"},
};

} // namespace

class TestDiscovery : public QObject
{
    Q_OBJECT

    test::FakeTransport transport;

    Result<Discovery> discovered(const std::map<std::string, std::string> &server)
    {
        transport.requests.clear();
        transport.answer = [server](const Request &request) {
            const auto it = server.find(request.path);
            return it == server.end() ? test::reply(404, "") : test::reply(200, it->second);
        };
        return discover(transport, {});
    }

private slots:
    void aggregatedDiscoveryTakesTwoRequests()
    {
        const auto found = discovered(modern);
        QVERIFY(found);
        QCOMPARE(transport.requests.size(), 2u);
        QVERIFY(transport.requests[0].accept.find("v=v2;as=APIGroupDiscoveryList") < transport.requests[0].accept.find("v=v2beta1"));
        QCOMPARE(found->resources.size(), 9u);
        const Resource *deployment = found->find("deployments");
        QVERIFY(deployment);
        QVERIFY((*deployment == Resource{.group = "apps", .version = "v1", .name = "deployments", .kind = "Deployment", .singular = "deployment",
                                         .shortNames = {"deploy"}, .namespaced = true, .verbs = {"list", "watch"}, .categories = {"all"}}));
        QVERIFY(!found->find("nodes")->namespaced);
    }

    void thePreferredVersionWinsAndWhatOnlyAnOldOneHasIsKept()
    {
        const auto found = discovered(modern);
        QCOMPARE(found->find("hpa")->version, "v2");
        QCOMPARE(found->find("oldthings")->version, "v1");
    }

    void aStaleGroupIsAWarning()
    {
        const auto found = discovered(modern);
        QCOMPARE(found->warnings.size(), 1u);
        QVERIFY(found->warnings[0].find("metrics.k8s.io/v1beta1") != std::string::npos);
    }

    void anOldServerIsAskedGroupByGroup()
    {
        const auto found = discovered(old);
        QVERIFY(found);
        QCOMPARE(found->resources.size(), 3u); // no subresource, no second deployments
        QCOMPARE(found->find("deployments")->version, "v1");
        QVERIFY(found->find("po")->can("list"));
        QVERIFY(!found->find("Node")->namespaced);
        QCOMPARE(found->warnings.size(), 1u);
        QVERIFY(found->warnings[0].find("broken.io/v1") != std::string::npos);
    }

    void aServerThatIsNoApiServerIsAnError_data()
    {
        QTest::addColumn<QString>("body");
        for (const char *body : {"", "<html>", "[]", "\"x\"", "{\"kind\":\"APIVersions\""})
            QTest::addRow("%s", body) << QString::fromLatin1(body);
    }
    void aServerThatIsNoApiServerIsAnError()
    {
        QFETCH(QString, body);
        const auto found = discovered({{"/api", body.toStdString()}, {"/apis", body.toStdString()}});
        QCOMPARE(found.error().kind, ErrorKind::Protocol);
        QVERIFY(!discovered({}));
    }

    void fieldsOfAnotherTypeAreLeftOut()
    {
        const auto found = discovered({{"/api", groups("7,{\"versions\":[3,{\"version\":\"v1\",\"resources\":[null,{\"resource\":1},"
                                                       "{\"resource\":\"pods\",\"responseKind\":[],\"verbs\":[1,\"list\"],\"shortNames\":null}]}]}")},
                                       {"/apis", groups("")}});
        QVERIFY(found);
        QCOMPARE(found->resources.size(), 1u);
        QVERIFY(found->resources[0].can("list"));
    }

    void aKindIsFoundByAnyOfItsNames_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("full");
        const auto row = [](const char *name, const char *full) { QTest::newRow(name) << QString::fromLatin1(name) << QString::fromLatin1(full); };
        row("pods", "pods");
        row("Pod", "pods");
        row("PO", "pods");
        row("deployment", "deployments.apps");
        row("deployments.apps", "deployments.apps");
        row("deployment.apps", "deployments.apps");
        row("deployments.v1.apps", "deployments.apps");
        row("ev", "events");                 // the core group's comes first …
        row("events.events.k8s.io", "events.events.k8s.io"); // … unless the other is named
        row("certificates.cert-manager.io", "certificates.cert-manager.io");
        row("pods.metrics.k8s.io", "pods.metrics.k8s.io");
        row("deployments.v2.apps", "");
        row("pods.apps", "");
        row("nothing", "");
        row("", "");
        row(".", "");
    }
    void aKindIsFoundByAnyOfItsNames()
    {
        QFETCH(QString, name);
        QFETCH(QString, full);
        const auto found = discovered(modern);
        const Resource *hit = found->find(name.toStdString());
        QCOMPARE(hit ? hit->fullName() : std::string(), full.toStdString());
    }

    void theNearestNameIsSuggested_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("suggested");
        QTest::newRow("swapped") << "pdos" << "pods";
        QTest::newRow("missing letter") << "deploymens" << "deployments";
        QTest::newRow("singular") << "certficate" << "certificates";
        QTest::newRow("far") << "elephants" << "";
        QTest::newRow("empty") << "" << "";
    }
    void theNearestNameIsSuggested()
    {
        QFETCH(QString, name);
        QFETCH(QString, suggested);
        QCOMPARE(discovered(modern)->suggestion(name.toStdString()), suggested.toStdString());
    }
};

QTEST_GUILESS_MAIN(TestDiscovery)
#include "tst_discovery.moc"
