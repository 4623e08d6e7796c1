// Whether services lead anywhere, case by case, and in words' terms: the state a person reads.
#include "kube/decode.h"
#include "kube/service_health.h"
#include "kube/string_pool.h"

#include <QTest>

#include <fmt/format.h>

using namespace timonier;

namespace {

using State = ServiceHealth::State;

ServiceCheck::Rows rowsOf(const char *kind, const std::string &items)
{
    ServiceCheck::Rows rows;
    ListDecoder decoder(*typedKind(kind), std::make_shared<StringPool>(), [&](RowPtr row) {
        const Uid uid = row->uid;
        rows.emplace(uid, std::move(row));
    });
    const std::string list = "{\"items\":[" + items + "]}";
    if (!decoder.feed(list) || !decoder.finish())
        rows.clear();
    return rows;
}

std::string slice(const std::string &endpoints, const char *name = "s1", const char *family = "IPv4")
{
    return fmt::format("{{\"metadata\":{{\"name\":\"{}\",\"namespace\":\"n\",\"labels\":{{\"kubernetes.io/service-name\":\"web\"}}}},"
                       "\"addressType\":\"{}\",\"endpoints\":[{}]}}", name, family, endpoints);
}

const char *const ready = "{\"conditions\":{\"ready\":true},\"targetRef\":{\"kind\":\"Pod\",\"uid\":\"p1\"}}";
const char *const unready = "{\"conditions\":{\"ready\":false},\"targetRef\":{\"kind\":\"Pod\",\"uid\":\"p2\"}}";
const char *const pods =
    "{\"metadata\":{\"name\":\"p1\",\"namespace\":\"n\",\"uid\":\"p1\",\"labels\":{\"app\":\"web\",\"tier\":\"x\"}},"
    "\"spec\":{\"containers\":[{\"ports\":[{\"name\":\"http\",\"containerPort\":8080}]}]}},"
    "{\"metadata\":{\"name\":\"p2\",\"namespace\":\"n\",\"uid\":\"p2\",\"labels\":{\"app\":\"web\"}}},"
    "{\"metadata\":{\"name\":\"p3\",\"namespace\":\"other\",\"uid\":\"p3\",\"labels\":{\"app\":\"lost\"}}}";

std::string service(const std::string &spec)
{
    return "{\"metadata\":{\"name\":\"web\",\"namespace\":\"n\"},\"spec\":{" + spec + "}}";
}

} // namespace

class TestServiceHealth : public QObject
{
    Q_OBJECT

private slots:
    void aServiceSaysWhereItLeads_data()
    {
        QTest::addColumn<QByteArray>("spec");
        QTest::addColumn<QByteArray>("slices");
        QTest::addColumn<bool>("maySeePods");
        QTest::addColumn<int>("state");
        QTest::addColumn<QByteArray>("figures"); // ready/total, port
        const auto row = [](const char *name, const std::string &spec, const std::string &slices, State state, const char *figures,
                            bool maySeePods = true) {
            QTest::newRow(name) << QByteArray::fromStdString(spec) << QByteArray::fromStdString(slices) << maySeePods
                                << static_cast<int>(state) << QByteArray(figures);
        };
        const std::string web = "\"type\":\"ClusterIP\",\"selector\":{\"app\":\"web\"}";
        const std::string named = web + ",\"ports\":[{\"port\":80,\"protocol\":\"TCP\",\"targetPort\":\"http\"}]";
        const std::string two = std::string(ready) + "," + unready;
        row("all ready", web, slice(ready), State::Ready, "1/1 ");
        row("some ready", web, slice(two), State::SomeReady, "1/2 ");
        row("none ready", web, slice(unready), State::NoneReady, "0/1 ");
        row("several slices add up", web, slice(ready) + "," + slice(two, "s2"), State::SomeReady, "2/3 ");
        row("two families are one set of pods", web, slice(two) + "," + slice(two, "s2", "IPv6"), State::SomeReady, "1/2 ");
        row("only IPv6", web, slice(ready, "s1", "IPv6"), State::Ready, "1/1 ");
        row("pods without an address yet", web, slice(""), State::NoneReady, "0/0 ");
        row("a selector that matches nothing", "\"selector\":{\"app\":\"lost\"}", slice(""), State::NoPod, "0/0 ");
        row("one that matches in part", "\"selector\":{\"app\":\"web\",\"tier\":\"y\"}", "", State::NoPod, "0/0 ");
        row("headless", web + ",\"clusterIP\":\"None\"", slice(ready), State::Ready, "1/1 ");
        row("headless that matches nothing", "\"clusterIP\":\"None\",\"selector\":{\"app\":\"lost\"}", "", State::NoPod, "0/0 ");
        row("a name in the DNS", "\"type\":\"ExternalName\",\"externalName\":\"x.y\"", "", State::Elsewhere, "0/0 ");
        row("no selector, endpoints by hand", "\"type\":\"ClusterIP\"", slice(ready), State::Ready, "1/1 ");
        row("no selector, no endpoints", "\"type\":\"ClusterIP\"", "", State::NoEndpoint, "0/0 ");
        row("a named port that is there", named, slice(ready), State::Ready, "1/1 ");
        row("a named port that only another pod has", named, slice(two), State::SomeReady, "1/2 ");
        row("a named port that is nowhere", web + ",\"ports\":[{\"port\":80,\"protocol\":\"TCP\",\"targetPort\":\"grpc\"}]", slice(ready),
            State::NoSuchPort, "1/1 grpc");
        row("of another protocol", web + ",\"ports\":[{\"port\":80,\"protocol\":\"UDP\",\"targetPort\":\"http\"}]", slice(ready),
            State::NoSuchPort, "1/1 http");
        row("a port by number needs no declaration", web + ",\"ports\":[{\"port\":80,\"protocol\":\"TCP\",\"targetPort\":9999}]",
            slice(ready), State::Ready, "1/1 ");
        row("who may not see pods: all ready", named, slice(ready), State::Ready, "1/1 ", false);
        row("who may not see pods: none", named, "", State::NoEndpoint, "0/0 ", false);
        row("who may not see pods: none ready", named, slice(unready), State::NoneReady, "0/1 ", false);
    }
    void aServiceSaysWhereItLeads()
    {
        QFETCH(QByteArray, spec);
        QFETCH(QByteArray, slices);
        QFETCH(bool, maySeePods);
        QFETCH(int, state);
        QFETCH(QByteArray, figures);
        const auto services = rowsOf("services", service(spec.toStdString()));
        const auto sliceRows = rowsOf("endpointslices", slices.toStdString());
        const auto podRows = rowsOf("pods", pods);
        QCOMPARE(services.size(), std::size_t(1));
        QCOMPARE(podRows.size(), std::size_t(3));
        ServiceCheck check(typedKind("services")->columns, typedKind("endpointslices")->columns, sliceRows,
                           typedKind("pods")->columns, maySeePods ? &podRows : nullptr);
        const ServiceHealth health = check.of(*services.begin()->second);
        QCOMPARE(static_cast<int>(health.state), state);
        QCOMPARE(QByteArray::fromStdString(fmt::format("{}/{} {}", health.ready, health.total, health.port)), figures);
    }
};

QTEST_GUILESS_MAIN(TestServiceHealth)
#include "tst_service_health.moc"
