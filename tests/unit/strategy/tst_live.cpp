// An application read from a cluster: what is asked for, what is measured, and what may be missing.
#include "../kube/fake_transport.h"
#include "strategy/live.h"

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

std::string pod(const char *uid, int seconds)
{
    return "{'metadata':{'uid':'" + std::string(uid) + "','creationTimestamp':'2026-01-01T00:00:00Z'},'spec':{'nodeName':'n1'},'status':{'conditions':[{'type':'Ready','status':'True',"
           "'lastTransitionTime':'2026-01-01T00:00:" + std::to_string(seconds) + "Z'}]}}";
}

struct Server {
    Server()
    {
        transport.answer = [this](const Request &request) {
            const std::string &path = request.path;
            if (path == "/apis/apps/v1/namespaces/shop/deployments/web")
                return test::reply(200, json("{'kind':'Deployment','metadata':{'name':'web','namespace':'shop'},'spec':{'replicas':2" + selector +
                                             ",'template':{'spec':{'containers':[{'name':'w','image':'web:1'}]}}}}"));
            if (path.starts_with("/api/v1/namespaces/shop/pods?labelSelector="))
                return test::reply(200, json("{'items':[" + pod("a", 12) + "," + pod("b", 14) + "]}"));
            if (path == "/api/v1/nodes")
                return nodes ? test::reply(200, json("{'items':[{'metadata':{'name':'n1'" + labels + "},'status':{'allocatable':{'cpu':'4','memory':'8Gi','pods':'110'}}}]}")) : test::reply(403, "{}");
            if (path.starts_with("/api/v1/pods?fieldSelector="))
                return test::reply(200, json("{'items':[" + pod("a", 12) + "," + pod("b", 14) + "," + pod("c", 1) + "]}"));
            return test::reply(404, "{}");
        };
    }
    test::FakeTransport transport;
    std::string selector = ",'selector':{'matchLabels':{'app':'web','tier':'front'}}";
    std::string labels; // of the node
    bool nodes = true;
};

} // namespace

class TestLive : public QObject
{
    Q_OBJECT
private slots:
    void the_price_is_that_of_the_nodes_type_where_it_is_known()
    {
        Server server;
        const double assumed = readLive(server.transport, "shop", "web", "web:2", {})->parameters.nodeHour;
        server.labels = ",'labels':{'node.kubernetes.io/instance-type':'t3.medium'}";
        const auto read = readLive(server.transport, "shop", "web", "web:2", {});
        QVERIFY(read && read->parameters.nodeHour != assumed);
        QCOMPARE(read->parameters.nodeHour, 0.0416);
        QVERIFY(sourceOf(*read, "nodeHour").find("t3.medium") != std::string::npos);
        server.labels = ",'labels':{'node.kubernetes.io/instance-type':'x9.unheard'}";
        QCOMPARE(readLive(server.transport, "shop", "web", "web:2", {})->parameters.nodeHour, assumed);
        Parameters typed = read->parameters;
        QVERIFY(set(typed, "nodeHour", "m5.large") && typed.nodeHour == 0.096);
        QVERIFY(set(typed, "nodeHour", "0.2") && typed.nodeHour == 0.2);
        const auto refused = set(typed, "nodeHour", "t3.medum");
        QVERIFY(!refused && refused.error().hint.find("t3.medium") != std::string::npos);
    }

    void start_up_and_room_are_measured()
    {
        Server server;
        const auto read = readLive(server.transport, "shop", "web", "web:2", {});
        QVERIFY(read.has_value());
        QCOMPARE(read->ns, std::string("shop"));
        QCOMPARE(read->measuredPods, 2);
        QCOMPARE(read->nodes, 1);
        QCOMPARE(read->parameters.next.name, std::string("web:2"));
        QCOMPARE(read->parameters.next.startUp, Time(14s));
        QCOMPARE(read->parameters.cluster.nodes[0].own, 2); // the third is somebody else's
        QCOMPARE(read->parameters.cluster.nodes[0].pods, 107);
        QVERIFY(read->file.empty() && !read->object.empty());
        QVERIFY(std::ranges::any_of(server.transport.requests, [](const Request &r) { return r.path.ends_with("labelSelector=app%3Dweb%2Ctier%3Dfront"); }));
        QCOMPARE(sourceOf(*read, "startUp"), std::string("measured from 2 pods"));
    }
    void who_may_not_see_the_nodes_assumes_room()
    {
        Server server;
        server.nodes = false;
        const auto read = readLive(server.transport, "shop", "web", {}, {});
        QVERIFY(read.has_value());
        QCOMPARE(read->nodes, 0);
        QVERIFY(read->parameters.cluster.nodes.empty());
        QCOMPARE(read->measuredPods, 2);
    }
    void without_a_selector_nothing_is_measured()
    {
        Server server;
        server.selector.clear();
        const auto read = readLive(server.transport, "shop", "web", {}, {});
        QVERIFY(read.has_value());
        QCOMPARE(read->measuredPods, 0);
        QCOMPARE(server.transport.requests.size(), std::size_t(1));
    }
    void one_that_is_not_there_is_an_error()
    {
        Server server;
        const auto read = readLive(server.transport, "shop", "wep", {}, {});
        QVERIFY(!read && read.error().kind == ErrorKind::NotFound);
    }
    void whatever_a_selector_is()
    {
        QCOMPARE(selectorOf(json("{'spec':{'selector':{'matchLabels':{'a':'b','n':3}}}}")), std::string("a=b"));
        for (const char *odd : {"", "[]", "null", "{'spec':null}", "{'spec':{'selector':7}}"})
            QVERIFY(selectorOf(json(odd)).empty());
    }
};

QTEST_GUILESS_MAIN(TestLive)
#include "tst_live.moc"
