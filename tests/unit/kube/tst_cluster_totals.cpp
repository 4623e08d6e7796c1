// What a cluster comes to, worked out from rows as the decoder makes them.
#include "kube/cluster_totals.h"
#include "kube/decode.h"
#include "kube/string_pool.h"

#include <QTest>

#include <fmt/format.h>

using namespace timonier;
using Table = ClusterTotals::Table;

namespace {

RowPtr row(const char *kind, const std::string &json)
{
    RowPtr made;
    WatchDecoder decoder(*typedKind(kind), std::make_shared<StringPool>(),
                         {.change = [&made](Change change) { made = std::move(change.row); }, .revision = [](std::string_view) {}});
    const auto fed = decoder.feed("{\"type\":\"ADDED\",\"object\":" + json + "}\n");
    if (!fed || !made)
        qFatal("the test's own JSON is wrong: %s", json.c_str());
    return made;
}

std::string meta(const std::string &name, const std::string &ns = "web")
{
    return fmt::format("\"metadata\":{{\"name\":\"{0}\",\"namespace\":\"{1}\",\"uid\":\"{1}-{0}\"}}", name, ns);
}

RowPtr node(const std::string &name, bool ready = true, bool cordoned = false)
{
    return row("nodes", fmt::format("{{{},\"spec\":{{\"unschedulable\":{}}},\"status\":{{\"allocatable\":{{\"cpu\":\"4\",\"memory\":\"8Gi\",\"pods\":\"110\"}},"
                                    "\"conditions\":[{{\"type\":\"Ready\",\"status\":\"{}\"}}]}}}}",
                                    meta(name, ""), cordoned, ready ? "True" : "Unknown"));
}

struct Pod {
    std::string name = "p";
    std::string node = "n1";
    std::string phase = "Running";
    bool ready = true;
    int restarts = 0;
    std::string lastReason{};
};

RowPtr pod(const Pod &of)
{
    const std::string last = of.lastReason.empty()
        ? std::string()
        : fmt::format(",\"lastState\":{{\"terminated\":{{\"reason\":\"{}\",\"exitCode\":137,\"finishedAt\":\"2026-01-01T00:00:00Z\"}}}}", of.lastReason);
    return row("pods", fmt::format("{{{},\"spec\":{{\"nodeName\":\"{}\",\"containers\":[{{\"name\":\"c\",\"resources\":{{\"requests\":{{\"cpu\":\"250m\",\"memory\":\"64Mi\"}}}}}}]}},"
                                   "\"status\":{{\"phase\":\"{}\",\"conditions\":[{{\"type\":\"Ready\",\"status\":\"True\"}}],"
                                   "\"containerStatuses\":[{{\"name\":\"c\",\"ready\":{},\"restartCount\":{},\"state\":{{\"running\":{{}}}}{}}}]}}}}",
                                   meta(of.name), of.node, of.phase, of.ready, of.restarts, last));
}

Batch batch(std::vector<RowPtr> rows, bool complete = true)
{
    Batch out;
    for (RowPtr &one : rows)
        out.changes[one->uid] = one;
    out.status = TableStatus{};
    out.status->complete = complete;
    return out;
}

} // namespace

class tst_cluster_totals : public QObject
{
    Q_OBJECT
private slots:
    void requests_are_summed_against_what_nodes_have();
    void what_goes_is_taken_away_again();
    void a_pod_that_has_ended_asks_for_nothing();
    void a_pod_without_a_node_takes_no_place();
    void a_relist_takes_what_is_no_longer_there();
    void nodes_that_are_closed_are_counted();
    void a_node_that_goes_or_fails_is_told_once();
    void a_pod_killed_for_memory_is_told_each_time();
    void what_was_so_before_the_look_is_not_news();
};

void tst_cluster_totals::requests_are_summed_against_what_nodes_have()
{
    ClusterTotals totals;
    totals.apply(Table::Nodes, batch({node("n1"), node("n2", false)}));
    totals.apply(Table::Pods, batch({pod({.name = "a"}), pod({.name = "b", .ready = false})}));
    QVERIFY((totals.ready(Table::Nodes) == ReadyCount{2, 1}));
    QVERIFY((totals.ready(Table::Pods) == ReadyCount{2, 1}));
    QCOMPARE(totals.allocatable().cpu, std::int64_t(8000));
    QCOMPARE(totals.allocatable().memory, std::int64_t(16) << 30);
    QCOMPARE(totals.allocatable().pods, std::int64_t(220));
    QCOMPARE(totals.requested().cpu, std::int64_t(500));
    QCOMPARE(totals.requested().memory, std::int64_t(128) << 20);
    QCOMPARE(totals.podsByStatus().at("Running"), 1);
    QCOMPARE(totals.podsByStatus().at("NotReady"), 1);
}

void tst_cluster_totals::what_goes_is_taken_away_again()
{
    ClusterTotals totals;
    const RowPtr a = pod({.name = "a"});
    totals.apply(Table::Pods, batch({a}));
    totals.apply(Table::Pods, batch({pod({.name = "a", .ready = false})}));
    QVERIFY((totals.ready(Table::Pods) == ReadyCount{1, 0}));
    QCOMPARE(totals.requested().cpu, std::int64_t(250));
    Batch gone;
    gone.changes[a->uid] = nullptr;
    totals.apply(Table::Pods, std::move(gone));
    QVERIFY((totals.ready(Table::Pods) == ReadyCount{0, 0}));
    QCOMPARE(totals.requested().cpu, std::int64_t(0));
    QCOMPARE(totals.requested().pods, std::int64_t(0));
    QVERIFY(totals.podsByStatus().empty());
}

void tst_cluster_totals::a_pod_that_has_ended_asks_for_nothing()
{
    ClusterTotals totals;
    totals.apply(Table::Pods, batch({pod({.name = "a", .phase = "Succeeded"}), pod({.name = "b", .phase = "Failed"})}));
    QCOMPARE(totals.requested().cpu, std::int64_t(0));
}

void tst_cluster_totals::a_pod_without_a_node_takes_no_place()
{
    ClusterTotals totals;
    totals.apply(Table::Pods, batch({pod({.name = "a", .node = "", .phase = "Pending"})}));
    QCOMPARE(totals.requested().pods, std::int64_t(0));
    QCOMPARE(totals.requested().cpu, std::int64_t(0));
}

void tst_cluster_totals::a_relist_takes_what_is_no_longer_there()
{
    ClusterTotals totals;
    totals.apply(Table::Pods, batch({pod({.name = "a"}), pod({.name = "b"})}));
    Batch anew = batch({pod({.name = "b"})});
    anew.reset = true;
    totals.apply(Table::Pods, std::move(anew));
    QVERIFY((totals.ready(Table::Pods) == ReadyCount{1, 1}));
}

void tst_cluster_totals::nodes_that_are_closed_are_counted()
{
    ClusterTotals totals;
    totals.apply(Table::Nodes, batch({node("n1", true, true), node("n2")}));
    QCOMPARE(totals.cordoned(), 1);
    QVERIFY((totals.ready(Table::Nodes) == ReadyCount{2, 2}));
}

void tst_cluster_totals::a_node_that_goes_or_fails_is_told_once()
{
    ClusterTotals totals;
    totals.apply(Table::Nodes, batch({node("n1"), node("n2")}));
    auto told = totals.apply(Table::Nodes, batch({node("n1", false)}));
    QCOMPARE(told.size(), std::size_t(1));
    QVERIFY(told[0].type == Incident::Type::NodeNotReady);
    QCOMPARE(told[0].object.name, std::string("n1"));
    QVERIFY(totals.apply(Table::Nodes, batch({node("n1", false)})).empty());
    QVERIFY(totals.apply(Table::Nodes, batch({node("n1")})).at(0).type == Incident::Type::NodeReady);
    Batch gone;
    gone.changes[node("n2")->uid] = nullptr;
    told = totals.apply(Table::Nodes, std::move(gone));
    QCOMPARE(told.size(), std::size_t(1));
    QVERIFY(told[0].type == Incident::Type::NodeGone);
}

void tst_cluster_totals::a_pod_killed_for_memory_is_told_each_time()
{
    ClusterTotals totals;
    totals.apply(Table::Pods, batch({pod({.name = "a"})}));
    auto told = totals.apply(Table::Pods, batch({pod({.name = "a", .restarts = 1, .lastReason = "OOMKilled"})}));
    QCOMPARE(told.size(), std::size_t(1));
    QVERIFY((told[0].object == ObjectRef{"", "Pod", "web", "a"}));
    QVERIFY(totals.apply(Table::Pods, batch({pod({.name = "a", .ready = false, .restarts = 1, .lastReason = "OOMKilled"})})).empty());
    QCOMPARE(totals.apply(Table::Pods, batch({pod({.name = "a", .restarts = 2, .lastReason = "OOMKilled"})})).size(), std::size_t(1));
}

void tst_cluster_totals::what_was_so_before_the_look_is_not_news()
{
    ClusterTotals totals;
    QVERIFY(totals.apply(Table::Pods, batch({pod({.name = "a", .restarts = 1, .lastReason = "OOMKilled"})}, false)).empty());
    QVERIFY(totals.apply(Table::Nodes, batch({node("n1", false)}, false)).empty());
}

QTEST_GUILESS_MAIN(tst_cluster_totals)
#include "tst_cluster_totals.moc"
