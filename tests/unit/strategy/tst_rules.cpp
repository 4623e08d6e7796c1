// The table tests of Kubernetes 1.36.3, replayed: rolling_test.go, sync_test.go (TestScale), util/deployment_util_test.go. Each row
// is one of theirs, in their order and with their names where they have some.
#include "strategy/rules.h"

#include <QTest>

using namespace timonier;
using namespace timonier::strategy;

namespace {

Amount absolute(int value) { return {value, false}; }

DeploymentSpec rolling(int replicas, Amount surge = absolute(0), Amount unavailable = absolute(0))
{
    DeploymentSpec spec;
    spec.replicas = replicas;
    spec.maxSurge = surge;
    spec.maxUnavailable = unavailable;
    return spec;
}

} // namespace

class TestRules : public QObject
{
    Q_OBJECT
private slots:
    void amounts_are_read_or_refused_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("value"); // -1: refused
        QTest::addColumn<bool>("percent");
        QTest::newRow("share") << QByteArray("25%") << 25 << true;
        QTest::newRow("number") << QByteArray("3") << 3 << false;
        QTest::newRow("nothing at all") << QByteArray("0") << 0 << false;
        for (const char *bad : {"", "%", "oops", "urg%", "-1", "3 %", "1.5", "99999999999", "3x", "+3"})
            QTest::newRow(bad) << QByteArray(bad) << -1 << false;
    }
    void amounts_are_read_or_refused()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, value);
        QFETCH(bool, percent);
        const auto amount = parseAmount(text.toStdString());
        QCOMPARE(amount.has_value(), value >= 0);
        if (amount)
            QCOMPARE(*amount, (Amount{value, percent}));
        else
            QCOMPARE(amount.error().kind, ErrorKind::Invalid);
    }

    void fenceposts_are_resolved_data() // TestResolveFenceposts
    {
        QTest::addColumn<QByteArray>("surge"); // empty: nil, which counts as 0
        QTest::addColumn<QByteArray>("unavailable");
        QTest::addColumn<int>("desired");
        QTest::addColumn<int>("expectSurge"); // -1: an error
        QTest::addColumn<int>("expectUnavailable");
        QTest::newRow("0") << QByteArray("0%") << QByteArray("0%") << 0 << 0 << 1;
        QTest::newRow("1") << QByteArray("39%") << QByteArray("39%") << 10 << 4 << 3;
        QTest::newRow("2") << QByteArray("oops") << QByteArray("39%") << 10 << -1 << -1;
        QTest::newRow("3") << QByteArray("55%") << QByteArray("urg") << 10 << -1 << -1;
        QTest::newRow("4") << QByteArray() << QByteArray("39%") << 10 << 0 << 3;
        QTest::newRow("5") << QByteArray("39%") << QByteArray() << 10 << 4 << 0;
        QTest::newRow("6") << QByteArray() << QByteArray() << 10 << 0 << 1;
        // The examples of the comment above ResolveFenceposts.
        QTest::newRow("2 desired, 1%, 0%") << QByteArray("0%") << QByteArray("1%") << 2 << 0 << 1;
        QTest::newRow("2 desired, 25%, 1%") << QByteArray("1%") << QByteArray("25%") << 2 << 1 << 0;
        QTest::newRow("1 desired, 0%, 1%") << QByteArray("1%") << QByteArray("0%") << 1 << 1 << 0;
    }
    void fenceposts_are_resolved()
    {
        QFETCH(QByteArray, surge);
        QFETCH(QByteArray, unavailable);
        QFETCH(int, desired);
        QFETCH(int, expectSurge);
        QFETCH(int, expectUnavailable);
        const auto read = [](const QByteArray &text) { return parseAmount(text.isEmpty() ? "0" : text.toStdString()); };
        const auto s = read(surge), u = read(unavailable);
        QCOMPARE(s && u, expectSurge >= 0);
        if (!s || !u)
            return;
        const Fenceposts posts = resolveFenceposts(*s, *u, desired);
        QCOMPARE(posts.surge, expectSurge);
        QCOMPARE(posts.unavailable, expectUnavailable);
    }

    void the_new_set_gets_its_share() // TestNewRSNewReplicas
    {
        QCOMPARE(newSetReplicas(rolling(1, absolute(1), absolute(1)), 5, 5), 5);  // can not scale up
        QCOMPARE(newSetReplicas(rolling(6, absolute(10), absolute(1)), 5, 2), 6); // scale up to depReplicas
        DeploymentSpec recreate = rolling(3, absolute(1), absolute(1));
        recreate.recreate = true;
        QCOMPARE(newSetReplicas(recreate, 5, 1), 3);
    }

    void new_sets_are_reconciled_data() // TestDeploymentController_reconcileNewReplicaSet
    {
        QTest::addColumn<int>("replicas");
        QTest::addColumn<int>("surge");
        QTest::addColumn<int>("old");
        QTest::addColumn<int>("now");
        QTest::addColumn<int>("expected"); // -1: not scaled
        QTest::newRow("0: should not scale up") << 10 << 0 << 10 << 0 << -1;
        QTest::newRow("1") << 10 << 2 << 10 << 0 << 2;
        QTest::newRow("2") << 10 << 2 << 5 << 0 << 7;
        QTest::newRow("3") << 10 << 2 << 10 << 2 << -1;
        QTest::newRow("4: should scale down") << 10 << 2 << 2 << 11 << 10;
    }
    void new_sets_are_reconciled()
    {
        QFETCH(int, replicas);
        QFETCH(int, surge);
        QFETCH(int, old);
        QFETCH(int, now);
        QFETCH(int, expected);
        ReplicaSetState newSet{.id = 1, .spec = now}, oldSet{.id = 0, .spec = old};
        Scalings done;
        const bool scaled = reconcileNewSet(rolling(replicas, absolute(surge)), {&newSet, &oldSet}, newSet, done);
        QCOMPARE(scaled, expected >= 0);
        QCOMPARE(newSet.spec, expected < 0 ? now : expected);
        QCOMPARE(done.size(), std::size_t(expected >= 0));
    }

    void old_sets_are_reconciled_data() // TestDeploymentController_reconcileOldReplicaSets
    {
        QTest::addColumn<int>("unavailable");
        QTest::addColumn<int>("old");
        QTest::addColumn<int>("now");
        QTest::addColumn<int>("readyOld");
        QTest::addColumn<bool>("scaled");
        QTest::addColumn<int>("expected"); // of the old set, where it follows from the rules (theirs does not compare it)
        QTest::newRow("0: both amounts 0 resolve to 1 unavailable") << 0 << 10 << 0 << 10 << true << 9;
        QTest::newRow("1") << 2 << 10 << 0 << 10 << true << 8;
        QTest::newRow("2: unhealthy replicas are cleaned up") << 2 << 10 << 0 << 8 << true << 8;
        QTest::newRow("3: one unhealthy, one ready") << 2 << 10 << 0 << 9 << true << 8;
        QTest::newRow("4: the new one's unavailable pods do not count") << 2 << 8 << 2 << 8 << false << 8;
    }
    void old_sets_are_reconciled()
    {
        QFETCH(int, unavailable);
        QFETCH(int, old);
        QFETCH(int, now);
        QFETCH(int, readyOld);
        QFETCH(bool, scaled);
        QFETCH(int, expected);
        ReplicaSetState newSet{.id = 1, .spec = now}, oldSet{.id = 0, .spec = old, .available = readyOld};
        Scalings done;
        const DeploymentSpec spec = rolling(10, absolute(0), absolute(unavailable));
        QCOMPARE(reconcileOldSets(spec, {&oldSet, &newSet}, {&oldSet}, newSet, done), scaled);
        QCOMPARE(oldSet.spec, expected);
    }

    void a_crashing_new_version_does_not_take_the_old_pods_down() // the comment in reconcileOldReplicaSets
    {
        // Case 1: 10 replicas, 2 may be missing, 3 more; the new one's 5 crash, and a node takes one of the 8 old ones.
        ReplicaSetState newSet{.id = 1, .spec = 5}, oldSet{.id = 0, .spec = 8, .available = 7};
        Scalings done;
        const DeploymentSpec spec = rolling(10, absolute(3), absolute(2));
        QVERIFY(!reconcileOldSets(spec, {&oldSet, &newSet}, {&oldSet}, newSet, done)); // 13 - 8 - 5 = 0
        QCOMPARE(oldSet.spec, 8);
        // Rolled back: 13 - 8 - 1 = 4 of the crashing ones go.
        QVERIFY(reconcileOldSets(spec, {&newSet, &oldSet}, {&newSet}, oldSet, done));
        QCOMPARE(newSet.spec, 1);
        // Case 2, rolled over: two old sets give up 13 - 8 - 0 = 5 for a third one that begins with nothing.
        newSet.spec = 5;
        ReplicaSetState third{.id = 2};
        QVERIFY(reconcileOldSets(spec, {&oldSet, &newSet, &third}, {&oldSet, &newSet}, third, done));
        QCOMPARE(oldSet.spec + newSet.spec, 8);
    }

    void a_status_that_lags_behind_stops_the_scaling_down()
    {
        // The real controller runs into "got invalid request to scale down" here, and does nothing.
        ReplicaSetState newSet{.id = 1, .spec = 5, .available = 5}, oldSet{.id = 0, .spec = 6, .available = 8};
        Scalings done;
        QVERIFY(!reconcileOldSets(rolling(10, absolute(2), absolute(2)), {&oldSet, &newSet}, {&oldSet}, newSet, done));
        QCOMPARE(oldSet.spec, 6);
    }

    void unhealthy_pods_are_cleaned_up_data() // TestDeploymentController_cleanupUnhealthyReplicas
    {
        QTest::addColumn<int>("ready");
        QTest::addColumn<int>("most");
        QTest::addColumn<int>("expected");
        QTest::newRow("0") << 8 << 1 << 1;
        QTest::newRow("1") << 8 << 3 << 2;
        QTest::newRow("2") << 8 << 0 << 0;
        QTest::newRow("3") << 10 << 3 << 0;
    }
    void unhealthy_pods_are_cleaned_up()
    {
        QFETCH(int, ready);
        QFETCH(int, most);
        QFETCH(int, expected);
        ReplicaSetState old{.spec = 10, .available = ready};
        Scalings done;
        QCOMPARE(cleanUpUnhealthy(rolling(10, absolute(2), absolute(2)), {&old}, most, done), std::optional(expected));
        QCOMPARE(old.spec, 10 - expected);
    }

    void old_sets_are_scaled_down_data() // TestDeploymentController_scaleDownOldReplicaSetsForRollingUpdate
    {
        QTest::addColumn<int>("unavailable");
        QTest::addColumn<int>("ready");
        QTest::addColumn<int>("old");
        QTest::addColumn<int>("expected");
        QTest::newRow("0") << 0 << 10 << 10 << 9;
        QTest::newRow("1") << 2 << 10 << 10 << 8;
        QTest::newRow("2") << 2 << 8 << 10 << 10;
        QTest::newRow("3") << 2 << 10 << 0 << 0;
        QTest::newRow("4") << 2 << 1 << 10 << 10;
    }
    void old_sets_are_scaled_down()
    {
        QFETCH(int, unavailable);
        QFETCH(int, ready);
        QFETCH(int, old);
        QFETCH(int, expected);
        ReplicaSetState set{.spec = old, .available = ready};
        Scalings done;
        QCOMPARE(scaleDownOldSets(rolling(10, absolute(0), absolute(unavailable)), {&set}, {&set}, done), old - expected);
        QCOMPARE(set.spec, expected);
    }

    void scaling_is_proportional_data() // TestScale
    {
        QTest::addColumn<int>("replicas");
        QTest::addColumn<int>("before");
        QTest::addColumn<int>("surge");
        QTest::addColumn<int>("surgeBefore");
        QTest::addColumn<QList<int>>("sizes"); // newest first; the first is the new one, -1 for none
        QTest::addColumn<QList<int>>("expected");
        using L = QList<int>;
        QTest::newRow("normal scaling event: 10 -> 12") << 12 << 10 << 0 << 0 << L{10} << L{12};
        QTest::newRow("normal scaling event: 10 -> 5") << 5 << 10 << 0 << 0 << L{10} << L{5};
        QTest::newRow("proportional scaling: 5 -> 10") << 10 << 5 << 0 << 0 << L{2, 3} << L{4, 6};
        QTest::newRow("proportional scaling: 5 -> 3") << 3 << 5 << 0 << 0 << L{2, 3} << L{1, 2};
        QTest::newRow("proportional scaling: 9 -> 4") << 4 << 9 << 0 << 0 << L{8, 1} << L{4, 0};
        QTest::newRow("proportional scaling: 7 -> 10") << 10 << 7 << 0 << 0 << L{2, 3, 2} << L{3, 4, 3};
        QTest::newRow("proportional scaling: 13 -> 8") << 8 << 13 << 0 << 0 << L{2, 8, 3} << L{1, 5, 2};
        QTest::newRow("leftover distribution: 3 -> 4") << 4 << 3 << 0 << 0 << L{1, 1, 1} << L{2, 1, 1};
        QTest::newRow("leftover distribution: 3 -> 2") << 2 << 3 << 0 << 0 << L{1, 1, 1} << L{1, 1, 0};
        QTest::newRow("proportional scaling (no new rs): 4 -> 5") << 5 << 4 << 0 << 0 << L{-1, 2, 2} << L{-1, 3, 2};
        QTest::newRow("proportional scaling: 6 -> 0") << 0 << 6 << 0 << 0 << L{3, 2, 1} << L{0, 0, 0};
        QTest::newRow("proportional scaling: 0 -> 6") << 6 << 6 << 0 << 0 << L{0, 0, 0} << L{6, 0, 0};
        QTest::newRow("deployment with surge pods") << 20 << 10 << 2 << 2 << L{6, 6} << L{11, 11};
        QTest::newRow("change both surge and size") << 50 << 10 << 6 << 3 << L{5, 8} << L{22, 34};
        QTest::newRow("change both size and template") << 14 << 10 << 0 << 0 << L{-1, 7, 3} << L{-1, 10, 4};
        QTest::newRow("saturated but broken new replica set does not affect old pods") << 2 << 2 << 1 << 1 << L{2, 1} << L{2, 1};
    }
    void scaling_is_proportional()
    {
        QFETCH(int, replicas);
        QFETCH(int, before);
        QFETCH(int, surge);
        QFETCH(int, surgeBefore);
        QFETCH(QList<int>, sizes);
        QFETCH(QList<int>, expected);
        const int unavailable = surge && replicas == 2 ? 1 : 0; // theirs, in the last row
        std::vector<ReplicaSetState> sets(std::size_t(sizes.size()));
        for (std::size_t i = 0; i < sets.size(); ++i)
            sets[i] = {.id = int(sets.size() - i), .spec = sizes[qsizetype(i)], .desired = before, .maxReplicas = before + surgeBefore};
        ReplicaSetState *newSet = sizes.front() < 0 ? nullptr : &sets.front();
        Sets old;
        for (std::size_t i = sets.size(); i-- > 1;)
            old.push_back(&sets[i]);
        Scalings done;
        scale(rolling(replicas, absolute(surge), absolute(unavailable)), newSet, old, done);
        for (qsizetype i = 0; i < sizes.size(); ++i)
            QCOMPARE(sets[std::size_t(i)].spec, expected[i]);
    }

    void a_failed_update_is_made_up_for() // TestScale, "failed rs update"
    {
        ReplicaSetState v1{.id = 1, .spec = 1, .desired = 5, .maxReplicas = 5}, v2{.id = 2, .spec = 1, .desired = 3, .maxReplicas = 3},
            v3{.id = 3, .spec = 2, .desired = 5, .maxReplicas = 5};
        Scalings done;
        scale(rolling(5), &v3, {&v1, &v2}, done);
        QCOMPARE(v2.spec, 2);
    }
};

QTEST_GUILESS_MAIN(TestRules)
#include "tst_rules.moc"
