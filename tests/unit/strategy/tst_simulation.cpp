// The simulated controllers as a whole: what a roll-out does in time, in trouble, and in the middle of other changes.
#include "strategy/simulation.h"

#include <QTest>

using namespace timonier::strategy;
using namespace std::chrono_literals;

namespace {

Cluster quick()
{
    Cluster cluster;
    cluster.delays.qps = 0; // no limit
    return cluster;
}

Version version(const char *name, Time startUp = 5s)
{
    Version made;
    made.name = name;
    made.startUp = startUp;
    return made;
}

DeploymentSpec spec(int replicas, Amount surge = {}, Amount unavailable = {})
{
    DeploymentSpec made;
    made.replicas = replicas;
    made.maxSurge = surge;
    made.maxUnavailable = unavailable;
    return made;
}

// "new 0>3 old 10>8 …"
QByteArray steps(const Simulation &simulation)
{
    QByteArray text;
    for (const ScaleStep &step : simulation.timeline().steps)
        text += (text.isEmpty() ? "" : " ") + QByteArray(step.set == 0 ? "old " : "new ") + QByteArray::number(step.from) + ">" + QByteArray::number(step.to);
    return text;
}

// Pods that are neither gone nor ending, ready ones, at each change: `visit(active, ready, terminating)`.
template <class Visit>
void replay(const Timeline &timeline, int initial, Visit visit)
{
    int active = initial, ready = initial, terminating = 0;
    std::vector<bool> isReady(timeline.pods.size());
    for (std::size_t i = 0; i < timeline.pods.size(); ++i)
        isReady[i] = timeline.pods[i].ready < Time(0);
    for (const PodChange &change : timeline.changes) {
        auto mine = isReady[std::size_t(change.pod)];
        active += (change.event == PodEvent::Created) - (change.event == PodEvent::Terminating);
        terminating += (change.event == PodEvent::Terminating) - (change.event == PodEvent::Gone);
        if (change.event == PodEvent::Ready && !mine) {
            ++ready;
            mine = true;
        } else if ((change.event == PodEvent::NotReady || change.event == PodEvent::Terminating) && mine) {
            --ready;
            mine = false;
        }
        visit(active, ready, terminating);
    }
}

} // namespace

class TestSimulation : public QObject
{
    Q_OBJECT
private slots:
    void a_rolling_update_takes_the_steps_that_the_controller_takes_data()
    {
        QTest::addColumn<int>("replicas");
        QTest::addColumn<int>("surge"); // absolute
        QTest::addColumn<int>("unavailable");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("one by one above") << 2 << 1 << 0 << QByteArray("new 0>1 old 2>1 new 1>2 old 1>0");
        QTest::newRow("one by one below") << 2 << 0 << 1 << QByteArray("new 0>0 old 2>1 new 0>1 old 1>0 new 1>2");
        QTest::newRow("all at once") << 3 << 3 << 0 << QByteArray("new 0>3 old 3>0");
        QTest::newRow("all may be missing") << 3 << 0 << 3 << QByteArray("new 0>0 old 3>0 new 0>3");
        QTest::newRow("one replica") << 1 << 1 << 0 << QByteArray("new 0>1 old 1>0");
        QTest::newRow("none") << 0 << 1 << 0 << QByteArray("new 0>0");
        QTest::newRow("ten of the issue") << 10 << 3 << 2
                                          << QByteArray("new 0>3 old 10>8 new 3>5 old 8>5 new 5>8 old 5>3 new 8>10 old 3>0");
    }
    void a_rolling_update_takes_the_steps_that_the_controller_takes()
    {
        QFETCH(int, replicas);
        QFETCH(int, surge);
        QFETCH(int, unavailable);
        QFETCH(QByteArray, expected);
        Simulation simulation(quick());
        const int d = simulation.addSettled(spec(replicas, {surge, false}, {unavailable, false}), version("old"));
        simulation.setVersion(d, version("new"));
        QVERIFY(simulation.runUntilComplete(d, 1h) != never);
        QCOMPARE(steps(simulation), expected);
    }

    void nothing_happens_without_a_reason()
    {
        Simulation simulation(quick());
        const int d = simulation.addSettled(spec(5), version("old"));
        simulation.setReplicas(d, 5);
        simulation.runUntil(1h);
        QVERIFY(simulation.timeline().steps.empty());
        QVERIFY(simulation.timeline().changes.empty());
    }

    void the_promises_of_surge_and_unavailable_are_kept_data()
    {
        QTest::addColumn<int>("replicas");
        QTest::addColumn<Amount>("surge");
        QTest::addColumn<Amount>("unavailable");
        for (const int replicas : {1, 2, 3, 7, 10, 33, 100})
            for (const Amount surge : {Amount{0, false}, Amount{25, true}, Amount{3, false}, Amount{100, true}})
                for (const Amount unavailable : {Amount{0, false}, Amount{25, true}, Amount{2, false}, Amount{100, true}})
                    if (surge.value || unavailable.value)
                        QTest::addRow("%d, surge %d, unavailable %d", replicas, surge.value, unavailable.value) << replicas << surge << unavailable;
    }
    void the_promises_of_surge_and_unavailable_are_kept()
    {
        QFETCH(int, replicas);
        QFETCH(Amount, surge);
        QFETCH(Amount, unavailable);
        Cluster cluster = quick();
        cluster.seed = 42;
        Simulation simulation(cluster);
        const DeploymentSpec wanted = spec(replicas, surge, unavailable);
        const int d = simulation.addSettled(wanted, version("old"));
        Version next = version("new");
        next.jitter = 4s;
        simulation.setVersion(d, next);
        QVERIFY(simulation.runUntilComplete(d, 1h) != never);
        replay(simulation.timeline(), replicas, [&](int active, int ready, int) {
            QVERIFY2(active <= replicas + maxSurge(wanted), qPrintable(QString::number(active)));
            QVERIFY2(ready >= replicas - maxUnavailable(wanted), qPrintable(QString::number(ready)));
        });
        simulation.runUntilIdle(2h);
        QCOMPARE(simulation.deployment(d).sets[1].available, replicas);
        QCOMPARE(simulation.deployment(d).sets[0].replicas, 0);
    }

    void the_same_input_gives_the_same_timeline_and_another_seed_another()
    {
        const auto end = [](std::uint64_t seed) {
            Cluster cluster = quick();
            cluster.seed = seed;
            Simulation simulation(cluster);
            const int d = simulation.addSettled(spec(20), version("old"));
            Version next = version("new");
            next.jitter = 3s;
            simulation.setVersion(d, next);
            return simulation.runUntilComplete(d, 1h);
        };
        QCOMPARE(end(1), end(1));
        QVERIFY(end(1) != end(2));
    }

    void recreate_waits_until_the_last_old_pod_is_gone()
    {
        Simulation simulation(quick());
        DeploymentSpec wanted = spec(3);
        wanted.recreate = true;
        Version old = version("old");
        old.shutdown = 20s;
        const int d = simulation.addSettled(wanted, old);
        simulation.setVersion(d, version("new"));
        QVERIFY(simulation.runUntilComplete(d, 1h) != never);
        QCOMPARE(steps(simulation), QByteArray("old 3>0 new 0>3"));
        QVERIFY(simulation.timeline().steps[1].at >= 20s);
        replay(simulation.timeline(), 3, [](int active, int, int terminating) { QVERIFY(active == 0 || terminating == 0 || active + terminating == 3); });
    }

    void the_grace_period_ends_what_does_not_end_by_itself()
    {
        Version slow = version("old");
        slow.shutdown = 10min;
        QCOMPARE(untilGone(slow), Time(30s));
        slow.preStop = 40s; // uses up the grace; SIGTERM still gets 2 s
        QCOMPARE(untilGone(slow), Time(32s));
        slow.shutdown = 1s;
        slow.preStop = 5s;
        QCOMPARE(untilGone(slow), Time(6s));
    }

    void readiness_comes_on_the_beat_of_the_probe_data()
    {
        QTest::addColumn<int>("warmUp");
        QTest::addColumn<int>("initial");
        QTest::addColumn<int>("period");
        QTest::addColumn<int>("successes");
        QTest::addColumn<int>("ready");
        QTest::newRow("at once") << 0 << 0 << 10 << 1 << 0;
        QTest::newRow("the next beat") << 1 << 0 << 10 << 1 << 10;
        QTest::newRow("on the beat") << 10 << 0 << 10 << 1 << 10;
        QTest::newRow("just after it") << 11 << 0 << 10 << 1 << 20;
        QTest::newRow("not before the delay") << 0 << 15 << 10 << 1 << 20;
        QTest::newRow("three in a row") << 0 << 0 << 10 << 3 << 20;
    }
    void readiness_comes_on_the_beat_of_the_probe()
    {
        QFETCH(int, warmUp);
        QFETCH(int, initial);
        QFETCH(int, period);
        QFETCH(int, successes);
        QFETCH(int, ready);
        Version v;
        v.warmUp = std::chrono::seconds(warmUp);
        v.readiness = Probe{std::chrono::seconds(initial), std::chrono::seconds(period), successes, 3};
        QCOMPARE(untilReady(v), Time(std::chrono::seconds(ready)));
    }

    void a_start_up_probe_holds_readiness_back()
    {
        Version v;
        v.warmUp = 12s;
        v.startup = Probe{0s, 10s, 1, 30};
        QCOMPARE(untilReady(v), Time(20s));
        v.readiness = Probe{0s, 3s, 1, 3};
        QCOMPARE(untilReady(v), Time(20s)); // set off by the start-up probe's success
    }

    void the_back_off_doubles_and_is_forgotten()
    {
        Time backOff(0);
        QList<int> waits;
        for (int i = 0; i < 8; ++i)
            waits << int(restartDelay(backOff, 1s).count() / 1000);
        QCOMPARE(waits, (QList<int>{0, 10, 20, 40, 80, 160, 300, 300}));
        QCOMPARE(restartDelay(backOff, 11min), Time(0));
        QCOMPARE(restartDelay(backOff, 1s), Time(10s));
    }

    void a_version_that_never_is_ready_stops_the_roll_out_and_exceeds_the_deadline()
    {
        Simulation simulation(quick());
        const int d = simulation.addSettled(spec(10), version("old"));
        Version next = version("new");
        next.neverReady = true;
        simulation.setVersion(d, next);
        QCOMPARE(simulation.runUntilComplete(d, 1h), never);
        QCOMPARE(steps(simulation), QByteArray("new 0>3 old 10>8 new 3>5"));
        const Time at = simulation.timeline().deadlineExceeded;
        QVERIFY(at > 600s && at < 620s);
        QCOMPARE(simulation.deployment(d).progress, Progress::TimedOut);
    }

    void a_version_that_crashes_later_takes_no_more_than_may_be_missing()
    {
        Simulation simulation(quick());
        const int d = simulation.addSettled(spec(10, {2, false}, {0, false}), version("old", 1s));
        Version next = version("new", 1s);
        next.crashAfter = 20s;
        DeploymentSpec careful = simulation.deployment(d).spec;
        careful.minReady = 30s; // longer than it lives: none is ever available
        simulation.setSpec(d, careful);
        simulation.setVersion(d, next);
        QCOMPARE(simulation.runUntilComplete(d, 30min), never);
        QCOMPARE(steps(simulation), QByteArray("new 0>2"));
        QVERIFY(simulation.timeline().pods.back().restarts > 4);
    }

    void unhealthy_old_pods_go_first_and_make_room()
    {
        Simulation simulation(quick());
        const int d = simulation.addSettled(spec(10, {0, false}, {2, false}), version("old"), 5);
        simulation.setVersion(d, version("new"));
        QVERIFY(simulation.runUntilComplete(d, 1h) != never);
        // Two may be missing, five are: only sick ones are taken, two at once.
        QVERIFY(steps(simulation).startsWith("new 0>0 old 10>8 new 0>2"));
        for (std::size_t pod = 0; pod < 10; ++pod) {
            const PodRecord &record = simulation.timeline().pods[pod];
            if (record.ready == never)
                QVERIFY(record.terminating <= simulation.timeline().pods[0].terminating);
        }
    }

    void min_ready_seconds_hold_each_wave_back()
    {
        const auto end = [](Time minReady) {
            Simulation simulation(quick());
            DeploymentSpec wanted = spec(4, {1, false}, {0, false});
            wanted.minReady = minReady;
            const int d = simulation.addSettled(wanted, version("old"));
            simulation.setVersion(d, version("new"));
            return simulation.runUntilComplete(d, 1h);
        };
        const Time more = end(30s) - end(0s);
        QVERIFY2(more > 116s && more <= 120s, qPrintable(QString::number(more.count())));
    }

    void a_paused_roll_out_stands_still_and_goes_on()
    {
        Simulation simulation(quick());
        const int d = simulation.addSettled(spec(10, {1, false}, {0, false}), version("old"));
        simulation.setVersion(d, version("new"));
        simulation.runUntil(12s);
        simulation.setPaused(d, true);
        simulation.runUntil(13s);
        const std::size_t before = simulation.timeline().steps.size();
        simulation.runUntil(20min);
        QCOMPARE(simulation.timeline().steps.size(), before);
        QCOMPARE(simulation.timeline().deadlineExceeded, never); // a pause does not count
        simulation.setPaused(d, false);
        QVERIFY(simulation.runUntilComplete(d, 1h) != never);
    }

    void rescaling_in_the_middle_is_proportional()
    {
        Simulation simulation(quick());
        const int d = simulation.addSettled(spec(10, {3, false}, {2, false}), version("old"));
        simulation.setVersion(d, version("new"));
        simulation.runUntil(2s); // old 8, new 5
        simulation.setReplicas(d, 20);
        simulation.runUntil(2s + 40ms);
        const auto &sets = simulation.deployment(d).sets;
        QCOMPARE(sets[0].spec + sets[1].spec, 23);
        QCOMPARE(sets[0].spec, 14);
        QVERIFY(simulation.runUntilComplete(d, 1h) != never);
    }

    void going_back_in_the_middle_takes_the_old_set_again()
    {
        Simulation simulation(quick());
        const int d = simulation.addSettled(spec(10), version("old"));
        simulation.setVersion(d, version("new"));
        simulation.runUntil(6s);
        simulation.setVersion(d, version("old"));
        QVERIFY(simulation.runUntilComplete(d, 1h) != never);
        QCOMPARE(simulation.deployment(d).sets.size(), 2u);
        QCOMPARE(simulation.deployment(d).sets[0].spec, 10);
        QCOMPARE(simulation.deployment(d).sets[1].spec, 0);
    }

    void without_room_pods_wait_and_take_what_is_freed()
    {
        Cluster cluster = quick();
        cluster.nodes = {{"a", 1000, 1 << 30, 100, 2}, {"b", 0, 1 << 30, 100, 2}};
        Version old = version("old"), next = version("new");
        old.cpuMilli = next.cpuMilli = 600;
        Simulation simulation(cluster);
        const int d = simulation.addSettled(spec(4, {2, false}, {1, false}), old);
        simulation.setVersion(d, next);
        QVERIFY(simulation.runUntilComplete(d, 1h) != never);
        QVERIFY(simulation.timeline().unschedulable > 0);
        for (std::size_t pod = 4; pod < simulation.timeline().pods.size(); ++pod)
            QVERIFY(simulation.timeline().pods[pod].node >= 0);
    }

    void a_pod_too_large_for_every_node_stops_the_roll_out()
    {
        Cluster cluster = quick();
        cluster.nodes = {{"a", 1000, 1 << 30, 100, 1}};
        Version next = version("new");
        next.memoryBytes = 1ll << 40;
        Simulation simulation(cluster);
        const int d = simulation.addSettled(spec(1), version("old"));
        simulation.setVersion(d, next);
        QCOMPARE(simulation.runUntilComplete(d, 1h), never);
        QCOMPARE(simulation.timeline().pods.back().node, -1);
        QCOMPARE(simulation.deployment(d).sets[0].available, 1);
    }

    void pods_are_given_up_in_the_order_of_kubernetes()
    {
        // Each row goes before the next one: ActivePodsWithRanks.Less.
        const std::vector<RankedPod> order = {
            {.id = 1},
            {.id = 2, .assigned = true, .colocated = 1},
            {.id = 3, .assigned = true, .running = true, .colocated = 1, .restarts = 2},
            {.id = 4, .assigned = true, .running = true, .colocated = 1},
            {.id = 5, .assigned = true, .running = true, .ready = true, .colocated = 3, .readySince = 1s},
            {.id = 6, .assigned = true, .running = true, .ready = true, .colocated = 1, .readySince = 9s},
            {.id = 7, .assigned = true, .running = true, .ready = true, .colocated = 1, .readySince = 5s, .restarts = 1},
            {.id = 8, .assigned = true, .running = true, .ready = true, .colocated = 1, .readySince = 5s, .created = 2s},
            {.id = 9, .assigned = true, .running = true, .ready = true, .colocated = 1, .readySince = 5s, .created = 1s},
        };
        std::vector<RankedPod> mixed(order.rbegin(), order.rend());
        std::swap(mixed[1], mixed[5]);
        std::vector<int> expected;
        for (const RankedPod &pod : order)
            expected.push_back(pod.id);
        QCOMPARE(podsToDelete(mixed, mixed.size()), expected);
        QCOMPARE(podsToDelete(mixed, 2), (std::vector<int>{1, 2}));
    }

    void the_client_of_the_controllers_sets_the_pace()
    {
        Simulation slow; // 20 calls a second after the first 30
        const int d = slow.addSettled(spec(1000, {100, true}, {0, false}), version("old", 1s));
        slow.setVersion(d, version("new", 1s));
        slow.runUntilComplete(d, 1h);
        int created = 0;
        for (const PodRecord &pod : slow.timeline().pods)
            created += pod.created >= 0s && pod.created < 10s;
        QVERIFY2(created > 180 && created < 240, qPrintable(QString::number(created)));
    }
};

QTEST_GUILESS_MAIN(TestSimulation)
#include "tst_simulation.moc"
