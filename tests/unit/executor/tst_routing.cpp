// Routes while some of the requests go elsewhere, and what is left of them afterwards.
#include "strategy/executor/routing.h"

#include <QRegularExpression>
#include <QTest>

#include <cmath>

using namespace timonier::rollout;

namespace {

// JSON with ' for ".
Json json(std::string text)
{
    std::ranges::replace(text, '\'', '"');
    return Json::parse(text);
}

Json httpRoute()
{
    return json("{'metadata':{'name':'web'},'spec':{'hostnames':['web.example'],'rules':["
                "{'matches':[{'path':{'type':'PathPrefix','value':'/static'}}],'backendRefs':[{'name':'files','port':80}]},"
                "{'name':'all','backendRefs':[{'name':'web','port':80,'weight':3},{'name':'legacy','port':80,'weight':1}]}]}}");
}

Json virtualService()
{
    return json("{'metadata':{'name':'web'},'spec':{'hosts':['web'],'http':["
                "{'match':[{'uri':{'prefix':'/a'}}],'route':[{'destination':{'host':'web.shop.svc.cluster.local','subset':'v1'}}]},"
                "{'route':[{'destination':{'host':'other'}}]}]}}");
}

Json ingress()
{
    return json("{'metadata':{'name':'web','annotations':{'a':'b'}},'spec':{'ingressClassName':'nginx','tls':[{'hosts':['web.example']}],'rules':[{'host':'web.example','http':{'paths':["
                "{'path':'/','pathType':'Prefix','backend':{'service':{'name':'web','port':{'number':80}}}},"
                "{'path':'/files','pathType':'Prefix','backend':{'service':{'name':'files','port':{'number':80}}}}]}}]}}");
}

Json original(Json object)
{
    object["path"] = "/x/" + object["metadata"]["name"].get<std::string>();
    object["name"] = object["metadata"]["name"];
    return object;
}

Wish wish(Wish::What what, int percent = 25, Rule rule = {})
{
    return {.what = what, .percent = percent, .rule = std::move(rule), .ns = "shop", .next = "web-next", .services = {"web"}};
}

Json shares(const Json &rule)
{
    Json all = Json::object();
    double sum = 0;
    for (const Json &target : rule["backendRefs"])
        sum += target["weight"].get<double>();
    for (const Json &target : rule["backendRefs"])
        all[target["name"].get<std::string>()] = std::round(1000 * target["weight"].get<double>() / sum) / 1000;
    return all;
}

} // namespace

class TestRouting : public QObject
{
    Q_OBJECT
private slots:
    void aWeightTakesItsShareFromTheServiceAloneAndTwiceIsOnce()
    {
        const Json before = httpRoute();
        const Wish quarter = wish(Wish::What::Weight, 25), half = wish(Wish::What::Weight, 50);
        const Json once = routed(Router::Gateway, before, original(before), quarter).front().object;
        // legacy keeps its quarter; of the rest a quarter goes to the new version.
        QVERIFY(shares(once["spec"]["rules"][1]) == json("{'legacy':0.25,'web':0.563,'web-next':0.188}"));
        QVERIFY(once["spec"]["rules"][0] == before["spec"]["rules"][0]);
        QVERIFY(routed(Router::Gateway, once, original(before), quarter).front().object == once);
        const Json then = routed(Router::Gateway, once, original(before), half).front().object;
        QVERIFY(shares(then["spec"]["rules"][1]) == json("{'legacy':0.25,'web':0.375,'web-next':0.375}"));
        QVERIFY(unrouted(Router::Gateway, then, original(before), half)["spec"] == before["spec"]);
    }

    void istiosWeightsAreWholePercentsThatMakeAHundred()
    {
        const Json before = virtualService();
        for (const int percent : {1, 33, 50, 99}) {
            const Json made = routed(Router::Istio, before, original(before), wish(Wish::What::Weight, percent)).front().object;
            const Json &targets = made["spec"]["http"][0]["route"];
            QCOMPARE(targets[1]["weight"].get<int>(), percent);
            QCOMPARE(targets[0]["weight"].get<int>() + targets[1]["weight"].get<int>(), 100);
            QVERIFY(!targets[1]["destination"].contains("subset"));
            QVERIFY(made["spec"]["http"][1] == before["spec"]["http"][1]);
        }
    }

    void theRuleStandsBeforeTheRouteThatItIsMadeOf()
    {
        const Rule cookie{Rule::By::Cookie, "beta", "a.b"};
        const Json http = routed(Router::Gateway, httpRoute(), original(httpRoute()), wish(Wish::What::Rule, 0, cookie)).front().object["spec"]["rules"];
        QCOMPARE(http.size(), std::size_t(3));
        QVERIFY(http[1]["matches"][0]["headers"] == json("[{'type':'RegularExpression','name':'Cookie','value':'(.*;)?\\\\s*beta=a\\\\.b\\\\s*(;.*)?'}]"));
        QVERIFY(http[1]["matches"][0]["path"] == json("{'type':'PathPrefix','value':'/'}"));
        QCOMPARE(http[1]["backendRefs"][0]["name"].get<std::string>(), "web-next");
        QVERIFY(!http[1].contains("name")); // unique within a route
        QVERIFY(http[2] == httpRoute()["spec"]["rules"][1]);
        const Json istio = routed(Router::Istio, virtualService(), original(virtualService()), wish(Wish::What::Rule, 0, {Rule::By::Header, "X-Beta", "yes"})).front().object["spec"]["http"];
        QVERIFY(istio[0]["match"][0] == json("{'uri':{'prefix':'/a'},'headers':{'x-beta':{'exact':'yes'}}}"));
        QCOMPARE(istio[0]["route"][0]["destination"]["host"].get<std::string>(), "web-next.shop.svc.cluster.local");
    }

    void aCookieIsFoundAmongOthersAndNoOtherOneIs()
    {
        const QRegularExpression pattern(QRegularExpression::anchoredPattern(QString::fromStdString(headerPattern({Rule::By::Cookie, "beta", "yes"}))));
        for (const char *good : {"beta=yes", "a=b; beta=yes", "beta=yes; a=b", "a=b;beta=yes;c=d"})
            QVERIFY2(pattern.match(QLatin1String(good)).hasMatch(), good);
        for (const char *bad : {"xbeta=yes", "a=b; xbeta=yes", "beta=yesterday", "beta=no", "a=beta=yes"})
            QVERIFY2(!pattern.match(QLatin1String(bad)).hasMatch(), bad);
        for (const auto &[agent, mobile] : {std::pair("Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36", true),
                                            std::pair("Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15", true),
                                            std::pair("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120", false),
                                            std::pair("Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0", false),
                                            std::pair("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15", false)}) {
            for (const char *device : {"mobile", "desktop"}) {
                const QRegularExpression of(QRegularExpression::anchoredPattern(QString::fromStdString(userAgentPattern(device))));
                QCOMPARE(of.match(QLatin1String(agent)).hasMatch(), mobile == (device[0] == 'm'));
            }
        }
    }

    void aCanaryIngressHasThePathsOfTheServiceAlone()
    {
        const Json made = routed(Router::Nginx, ingress(), original(ingress()), wish(Wish::What::Weight, 10)).front().object;
        QCOMPARE(made["metadata"]["name"].get<std::string>(), "web-next");
        QVERIFY(made["metadata"]["annotations"] == json("{'a':'b','nginx.ingress.kubernetes.io/canary':'true','nginx.ingress.kubernetes.io/canary-weight':'10','timonier.dev/rollout':'web-next'}"));
        QCOMPARE(made["spec"]["rules"][0]["http"]["paths"].size(), std::size_t(1));
        QCOMPARE(madePath(Router::Nginx, original(ingress()), wish(Wish::What::Weight)), "/x/web-next");
        const Json mirror = routed(Router::Nginx, ingress(), original(ingress()), wish(Wish::What::Mirror, 100)).front().object;
        QCOMPARE(mirror["metadata"]["annotations"]["nginx.ingress.kubernetes.io/mirror-target"].get<std::string>(), "http://web-next.shop.svc.cluster.local:80$request_uri");
        QVERIFY(unrouted(Router::Nginx, mirror, original(ingress()), wish(Wish::What::Mirror)) == ingress());
    }

    // Somebody adds a host and a rule while the roll-out runs: theirs stays, ours goes.
    void whatSomebodyElseChangedMeanwhileStays_data()
    {
        QTest::addColumn<int>("what");
        QTest::newRow("weight") << int(Wish::What::Weight);
        QTest::newRow("rule") << int(Wish::What::Rule);
        QTest::newRow("mirror") << int(Wish::What::Mirror);
    }
    void whatSomebodyElseChangedMeanwhileStays()
    {
        QFETCH(int, what);
        const Wish wanted = wish(Wish::What(what), 25, {Rule::By::Header, "x-beta", "yes"});
        Json before = httpRoute();
        before["spec"]["rules"][1]["backendRefs"] = json("[{'name':'web','port':80}]");
        Json changed = routed(Router::Gateway, before, original(before), wanted).front().object;
        changed["spec"]["hostnames"].push_back("new.example");
        changed["spec"]["rules"].push_back(json("{'backendRefs':[{'name':'theirs','port':80}]}"));
        Json expected = before;
        expected["spec"]["hostnames"].push_back("new.example");
        expected["spec"]["rules"].push_back(json("{'backendRefs':[{'name':'theirs','port':80}]}"));
        const Json after = unrouted(Router::Gateway, changed, original(before), wanted);
        QVERIFY2(after == expected, (after.dump() + "\n" + expected.dump()).c_str());
    }

    void routesOfOthersAreNotOurs()
    {
        QVERIFY(leadsGateway(httpRoute(), {"web"}) && leadsGateway(httpRoute(), {"legacy"}) && !leadsGateway(httpRoute(), {"we"}));
        Json elsewhere = httpRoute();
        elsewhere["spec"]["rules"][1]["backendRefs"][0]["namespace"] = "other";
        QVERIFY(!leadsGateway(elsewhere, {"web"}));
        QVERIFY(leadsIstio(virtualService(), "shop", {"web"}) && !leadsIstio(virtualService(), "other", {"web"}));
        Json traefik = ingress();
        traefik["spec"]["ingressClassName"] = "traefik";
        QVERIFY(leadsNginx(ingress(), {"web"}) && !leadsNginx(traefik, {"web"}));
    }
};

QTEST_APPLESS_MAIN(TestRouting)
#include "tst_routing.moc"
