#include "catalog/room.h"
#include "manifest/manifest_reader.h"

#include <QTest>

using namespace timonier;
using namespace timonier::catalog;

class TestRoom : public QObject
{
    Q_OBJECT
    static constexpr std::int64_t gib = std::int64_t(1) << 30;
private slots:
    void whatPodsAskForIsAddedUpAsTheSchedulerDoes()
    {
        const auto objects = readManifests({{"m", R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: a, namespace: shop}
spec:
  replicas: 3
  template:
    spec:
      initContainers:
      - {name: big, resources: {requests: {cpu: "2"}}}
      - {name: side, restartPolicy: Always, resources: {requests: {cpu: 100m, memory: 1Gi}}}
      containers:
      - {name: x, resources: {requests: {cpu: 500m, memory: 1Gi}}}
      - {name: y}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: d, namespace: shop}
spec: {template: {spec: {containers: [{name: x, resources: {requests: {cpu: 50m}}}]}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: c, namespace: shop}
spec: {}
)"}});
        QVERIFY2(objects, objects ? "" : objects.error().text().c_str());
        const auto wanted = wantedOf(*objects);
        QCOMPARE(wanted.size(), std::size_t(2));
        QCOMPARE(wanted[0].cpuMilli, 2000); // the init container is more than all others together
        QCOMPARE(wanted[0].memoryBytes, 2 * gib);
        QCOMPARE(wanted[0].count, 3);
        QVERIFY(wanted[1].everyNode);
    }

    void whatIsFreeInAllIsNotEnoughIfNoNodeHasIt()
    {
        const Fit fit = fitOf({{"a", 1000, 4 * gib, 10}, {"b", 1000, 4 * gib, 10}}, {{"big", 1500, gib, 1}});
        QCOMPARE(fit.freeCpu, 2000);
        QCOMPARE(fit.placed, 0);
        QVERIFY(fit.tooLarge == std::vector<std::string>{"big"});
    }

    void largePodsAreTriedFirst()
    {
        const Fit fit = fitOf({{"a", 1000, 4 * gib, 10}, {"b", 1000, 4 * gib, 10}}, {{"small", 100, gib / 8, 8}, {"large", 600, gib, 2}});
        QCOMPARE(fit.placed, 10);
        QVERIFY(fit.unplaced.empty() && fit.tooLarge.empty());
    }

    void aNodeTakesOnlySoManyPods()
    {
        const Fit fit = fitOf({{"a", 8000, 32 * gib, 2}}, {{"tiny", 10, 1, 3}});
        QCOMPARE(fit.placed, 2);
        QVERIFY(fit.unplaced == std::vector<std::string>{"tiny"});
    }

    void aDaemonSetTakesOnePlaceOnEachNode()
    {
        const Fit fit = fitOf({{"a", 1000, gib, 5}, {"b", 50, gib, 5}}, {{"agent", 100, 1, 1, true}});
        QCOMPARE(fit.pods, 2);
        QCOMPARE(fit.placed, 1);
    }
};

QTEST_GUILESS_MAIN(TestRoom)
#include "tst_room.moc"
