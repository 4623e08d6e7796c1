// Route maps of namespaces written down as JSON: each case is what a person would see.
#include "kube/decode.h"
#include "kube/route_map.h"
#include "kube/string_pool.h"

#include <QTest>

#include <fmt/format.h>

using namespace timonier;

namespace {

RowPtr rowOf(const char *kind, const std::string &object)
{
    RowPtr row;
    ListDecoder decoder(*typedKind(kind), std::make_shared<StringPool>(), [&](RowPtr made) { row = std::move(made); });
    return decoder.feed("{\"items\":[" + object + "]}") && decoder.finish() ? row : nullptr;
}

std::string meta(const std::string &name, const std::string &labels, const std::string &uid = {})
{
    return fmt::format("\"metadata\":{{\"name\":\"{}\",\"namespace\":\"web\",\"uid\":\"{:0>8}-0000-4000-8000-000000000000\",\"labels\":{{{}}}}}",
                       name, uid.empty() ? std::to_string(std::hash<std::string>{}(name) % 100'000'000) : uid, labels);
}

RowPtr pod(const std::string &name, const std::string &labels, bool ready = true, const char *phase = "Running")
{
    const char *state = ready ? "\"running\":{}" : "\"waiting\":{\"reason\":\"ImagePullBackOff\"}";
    if (std::string_view(phase) == "Succeeded")
        state = "\"terminated\":{\"exitCode\":0,\"reason\":\"Completed\"}";
    return rowOf("pods", fmt::format("{{{},\"spec\":{{\"nodeName\":\"node-1\",\"containers\":[{{\"name\":\"app\"}}]}},"
                                     "\"status\":{{\"phase\":\"{}\",\"containerStatuses\":[{{\"name\":\"app\",\"ready\":{},\"state\":{{{}}}}}]}}}}",
                                     meta(name, labels), phase, ready, state));
}

RowPtr service(const std::string &name, const std::string &selector, const std::string &more = "\"type\":\"ClusterIP\"")
{
    return rowOf("services", fmt::format("{{{},\"spec\":{{{},\"clusterIP\":\"10.0.0.1\",\"ports\":[{{\"port\":80,\"protocol\":\"TCP\"}}],"
                                         "\"selector\":{{{}}}}}}}",
                                         meta(name, ""), more, selector));
}

RowPtr slice(const std::string &of, const std::string &addresses, bool target = true)
{
    return rowOf("endpointslices", fmt::format("{{{},\"addressType\":\"IPv4\",\"endpoints\":[{{\"addresses\":[{}]{}}}]}}",
                                               meta(of + "-x", fmt::format("\"kubernetes.io/service-name\":\"{}\"", of)), addresses,
                                               target ? ",\"targetRef\":{\"kind\":\"Pod\",\"uid\":\"1\"}" : ""));
}

RowPtr deployment(const std::string &name, const std::string &labels)
{
    return rowOf("deployments", fmt::format("{{{},\"spec\":{{\"replicas\":1,\"selector\":{{\"matchLabels\":{{{}}}}}}}}}", meta(name, ""), labels));
}

RowPtr ingressRow(const std::string &name) { return rowOf("ingresses", "{" + meta(name, "") + "}"); }

RouteFocus focus(const char *kind, RowPtr row) { return {*typedKind(kind), std::move(row)}; }

const std::string web = "\"app\":\"web\"";

RouteRows shop()
{
    RouteRows rows;
    rows.services = {service("web", web), service("other", "\"app\":\"other\"")};
    rows.slices = {slice("web", "\"10.1.0.1\"")};
    rows.pods = {pod("web-1", web), pod("web-2", web), pod("other-1", "\"app\":\"other\"")};
    rows.ingresses = {{"shop", {{"shop.example.com", "/", "web", "80"}}}};
    return rows;
}

// "shop>web web>web-1": what leads to what; "!" where nothing gets through.
QString lines(const RouteMap &map)
{
    QStringList out;
    for (const RouteLine &line : map.lines)
        out << QString::fromStdString(map.boxes[line.from].title + (line.broken ? "!" : ">") + map.boxes[line.to].title);
    return out.join(u' ');
}

QString findings(const RouteMap &map)
{
    QStringList out;
    for (const RouteFinding &finding : map.findings)
        out << QString::fromStdString(finding.text);
    return out.join(u'|');
}

const RouteBox &box(const RouteMap &map, const char *title)
{
    return *std::ranges::find(map.boxes, title, &RouteBox::title);
}

} // namespace

class TestRouteMap : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyPlaceOnTheRoadShowsTheSameRoad_data()
    {
        QTest::addColumn<int>("from");
        QTest::newRow("the service") << 0;
        QTest::newRow("the ingress") << 1;
        QTest::newRow("a pod") << 2;
        QTest::newRow("the deployment") << 3;
    }
    void everyPlaceOnTheRoadShowsTheSameRoad()
    {
        QFETCH(int, from);
        const RouteRows rows = shop();
        const RouteFocus foci[] = {focus("services", rows.services[0]), focus("ingresses", ingressRow("shop")),
                                   focus("pods", rows.pods[0]), focus("deployments", deployment("web", web))};
        const RouteMap map = routeMap(foci[from], rows, 6);
        QCOMPARE(lines(map), QString("shop>web web>web-1 web>web-2"));
        QCOMPARE(findings(map), QString());
        QCOMPARE(QString::fromStdString(box(map, "shop").detail), QString("shop.example.com"));
        QCOMPARE(QString::fromStdString(box(map, "web").detail), QString("2 of 2 ready · ClusterIP · 80/TCP"));
        QCOMPARE(QString::fromStdString(box(map, "web-1").detail), QString("Running on node-1"));
        QCOMPARE(QString::fromStdString(map.lines[0].label), QString("/ port 80"));
        QVERIFY(box(map, "web").health == RouteHealth::Good);
        QCOMPARE(box(map, "web").isFocus, from == 0);
        QCOMPARE(box(map, "shop").isFocus, from == 1);
        QCOMPARE(box(map, "web-1").isFocus, from >= 2);
        QCOMPARE(box(map, "web-2").isFocus, from == 3);
        QVERIFY((box(map, "web-1").ref == ObjectRef{"", "Pod", "web", "web-1"}));
        QVERIFY((box(map, "shop").ref == ObjectRef{"networking.k8s.io", "Ingress", "web", "shop"}));
    }

    void whatIsBrokenIsSaid_data()
    {
        QTest::addColumn<int>("which");
        QTest::addColumn<QString>("says");
        QTest::addColumn<QString>("road");
        QTest::newRow("the selector matches nothing") << 0 << "The selector of the service web matches no pod: app=wbe" << "shop>web";
        QTest::newRow("none is ready") << 1 << "2 pods match the service web, and none is ready" << "shop>web web!web-1 web!web-2";
        QTest::newRow("the only one is not ready") << 2 << "The only pod of the service web is not ready" << "shop>web web!web-1";
        QTest::newRow("no such service") << 3 << "The ingress names the service wed, which does not exist" << "shop!wed";
        QTest::newRow("no such port") << 4 << "The ingress shop asks the service web for port 8080, which it does not have" << "shop!web web>web-1 web>web-2";
        QTest::newRow("nobody lists them") << 5 << "Pods of the service web are ready, but no endpoint slice lists them" << "shop>web web>web-1 web>web-2";
        QTest::newRow("nothing behind it") << 6 << "The service web has no selector, and nobody has written addresses for it" << "shop>web";
        QTest::newRow("no service leads here") << 7 << "No service selects this pod: it has no name to be reached by" << "";
        QTest::newRow("no rule") << 8 << "This ingress has no rule: it leads nowhere" << "";
    }
    void whatIsBrokenIsSaid()
    {
        QFETCH(int, which);
        QFETCH(QString, says);
        QFETCH(QString, road);
        RouteRows rows = shop();
        RouteFocus of = focus("services", rows.services[0]);
        switch (which) {
        case 0: rows.services[0] = service("web", "\"app\":\"wbe\""); break;
        case 1: rows.pods = {pod("web-1", web, false), pod("web-2", web, false)}; break;
        case 2: rows.pods = {pod("web-1", web, false)}; break;
        case 3: rows.ingresses = {{"shop", {{"", "/", "wed", "80"}}}}; of = focus("ingresses", ingressRow("shop")); break;
        case 4: rows.ingresses[0].routes[0].port = "8080"; break;
        case 5: rows.slices.clear(); break;
        case 6: rows.services[0] = service("web", ""); rows.slices.clear(); break;
        case 7: rows.services.clear(); of = focus("pods", rows.pods[0]); break;
        case 8: rows.ingresses = {{"shop", {}}}; of = focus("ingresses", ingressRow("shop")); break;
        }
        const RouteMap map = routeMap(of, rows, 6);
        QCOMPARE(findings(map), says);
        QCOMPARE(lines(map), road);
    }

    void nothingIsSaidToBeMissingWhileItIsStillRead()
    {
        const RouteRows whole = shop();
        RouteRows rows;
        rows.ingresses = whole.ingresses;
        rows.servicesKnown = rows.slicesKnown = rows.podsKnown = false;
        QCOMPARE(findings(routeMap(focus("services", whole.services[0]), rows, 6)), QString());
        QCOMPARE(findings(routeMap(focus("ingresses", ingressRow("shop")), rows, 6)), QString());
        QCOMPARE(findings(routeMap(focus("pods", whole.pods[0]), rows, 6)), QString());
    }

    void aServiceThatIsHalfReadySaysSoAndShowsTheBrokenFirst()
    {
        RouteRows rows = shop();
        rows.pods = {pod("web-1", web), pod("web-2", web, false), pod("web-3", web)};
        const RouteMap map = routeMap(focus("services", rows.services[0]), rows, 6);
        QCOMPARE(lines(map), QString("shop>web web!web-2 web>web-1 web>web-3"));
        QVERIFY(box(map, "web").health == RouteHealth::Careful);
        QCOMPARE(findings(map), QString());
    }

    void manyPodsAreCounted()
    {
        RouteRows rows = shop();
        rows.pods.clear();
        for (int i = 0; i < 40; ++i)
            rows.pods.push_back(pod(fmt::format("web-{:02}", i), web, i != 33));
        const RouteMap map = routeMap(focus("pods", rows.pods[7]), rows, 6);
        QCOMPARE(QString::fromStdString(map.boxes.back().title), QString("34 more pods"));
        QCOMPARE(QString::fromStdString(map.boxes.back().detail), QString("all ready"));
        QCOMPARE(QString::fromStdString(map.boxes[2].title), QString("web-07")); // what is asked about
        QCOMPARE(QString::fromStdString(map.boxes[3].title), QString("web-33")); // what needs looking at
        // One more than the most is no reason to count.
        rows.pods.resize(7);
        QCOMPARE(routeMap(focus("services", rows.services[0]), rows, 6).boxes.size(), std::size_t(9));
    }

    void twoServicesShareTheirPods()
    {
        RouteRows rows = shop();
        rows.services = {service("web", web), service("web-headless", web)};
        rows.slices.push_back(slice("web-headless", "\"10.1.0.1\""));
        const RouteMap map = routeMap(focus("pods", rows.pods[1]), rows, 6);
        QCOMPARE(lines(map), QString("shop>web web>web-2 web>web-1 web-headless>web-2 web-headless>web-1"));
        QCOMPARE(map.boxes.size(), std::size_t(5));
    }

    void podsThatHaveEndedAreNoEndpoints()
    {
        RouteRows rows = shop();
        rows.pods.push_back(pod("web-job", web, false, "Succeeded"));
        QCOMPARE(lines(routeMap(focus("services", rows.services[0]), rows, 6)), QString("shop>web web>web-1 web>web-2"));
    }

    void aWorkloadWithoutPodsStillKnowsItsService()
    {
        RouteRows rows = shop();
        rows.pods.clear();
        const RouteMap map = routeMap(focus("deployments", deployment("web", web + ",\"tier\":\"front\"")), rows, 6);
        QCOMPARE(lines(map), QString("shop>web"));
        QCOMPARE(findings(map), QString("The selector of the service web matches no pod: app=web"));
    }

    void servicesThatLeadElsewhere()
    {
        RouteRows rows = shop();
        rows.services = {service("web", "", "\"type\":\"ExternalName\",\"externalName\":\"db.example.com\"")};
        QCOMPARE(lines(routeMap(focus("services", rows.services[0]), rows, 6)), QString("shop>web web>db.example.com"));
        rows.services = {service("web", "")};
        rows.slices = {slice("web", "\"192.0.2.7\"", false)};
        const RouteMap map = routeMap(focus("services", rows.services[0]), rows, 6);
        QCOMPARE(lines(map), QString("shop>web web>192.0.2.7"));
        QCOMPARE(findings(map), QString());
    }

    void severalPathsToOneServiceAreOneLine()
    {
        RouteRows rows = shop();
        rows.ingresses = {{"shop", {{"a", "/", "web", "80"}, {"b", "/api", "web", "http"}, {"", "", "web", "80"}}}};
        const RouteMap map = routeMap(focus("services", rows.services[0]), rows, 6);
        QCOMPARE(QString::fromStdString(map.lines[0].label), QString("/ port 80, /api port http"));
        QCOMPARE(QString::fromStdString(box(map, "shop").detail), QString("a,b,any host"));
    }

    void backendsAreReadFromTheIngresses()
    {
        const auto read = readIngressRoutes(
            "{\"kind\":\"IngressList\",\"items\":[{\"metadata\":{\"name\":\"shop\"},\"spec\":{\"defaultBackend\":{\"service\":{\"name\":\"web\",\"port\":{\"number\":80}}},"
            "\"rules\":[{\"http\":{\"paths\":[{\"path\":\"/api\",\"backend\":{\"service\":{\"port\":{\"name\":\"http\"},\"name\":\"api\"}}}]},\"host\":\"shop.example.com\"},"
            "{\"host\":\"bare\"}]}},{\"metadata\":{\"name\":\"empty\"}}]}");
        QVERIFY(read.has_value());
        QCOMPARE(*read, (std::vector<IngressRoutes>{{"shop", {{"shop.example.com", "/api", "api", "http"}, {"", "", "web", "80"}}}, {"empty", {}}}));
        QVERIFY(!readIngressRoutes("nothing"));
        QVERIFY(!readIngressRoutes("[1]"));
    }
};

QTEST_GUILESS_MAIN(TestRouteMap)
#include "tst_route_map.moc"
