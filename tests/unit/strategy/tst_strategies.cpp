// The six strategies and what is said of them: promises to users, ways back, figures that add up.
#include "strategy/outcome.h"

#include <QTest>

#include <cmath>

using namespace timonier::strategy;
using namespace std::chrono_literals;

namespace {

Parameters parameters(int replicas = 10)
{
    Parameters p;
    p.name = "web";
    p.spec.replicas = replicas;
    p.current.name = "web:1";
    p.next.name = "web:2";
    p.current.startUp = p.next.startUp = 5s;
    p.cluster.delays.qps = 0;
    p.requestsPerSecond = 100;
    p.nodeHour = 1;
    return p;
}

int notGone(const Timeline &timeline)
{
    int count = 0;
    for (const PodRecord &pod : timeline.pods)
        count += pod.gone == never;
    return count;
}

} // namespace

class TestStrategies : public QObject
{
    Q_OBJECT
private slots:
    void what_goes_on_for_longer_than_the_deadline_has_not_failed()
    {
        Parameters p = parameters(3'000);
        p.cluster.delays.qps = 5; // twenty minutes for the second colour alone
        QVERIFY(p.spec.progressDeadline == Time(600s));
        const Outcome outcome = foretell(p, Strategy::BlueGreen);
        QVERIFY(outcome.figures.duration != never && outcome.figures.duration > Time(20min));
        QCOMPARE(outcome.run.aborted, never);
        p.next.neverReady = true;
        p.cluster.delays.qps = 0;
        const Run stuck = run(p, Strategy::BlueGreen);
        QVERIFY(stuck.aborted >= Time(600s) && stuck.aborted < Time(700s));
    }

    void each_ends_with_the_new_version_alone_data()
    {
        QTest::addColumn<int>("strategy");
        QTest::addColumn<int>("replicas");
        for (const Strategy strategy : allStrategies)
            for (const int replicas : {0, 1, 3, 10, 31})
                QTest::addRow("%s, %d", std::string(key(strategy)).c_str(), replicas) << int(strategy) << replicas;
    }
    void each_ends_with_the_new_version_alone()
    {
        QFETCH(int, strategy);
        QFETCH(int, replicas);
        const Parameters p = parameters(replicas);
        const Outcome outcome = foretell(p, Strategy(strategy));
        QVERIFY(outcome.figures.duration != never);
        QVERIFY(outcome.figures.rollback != never);
        QCOMPARE(notGone(outcome.run.timeline), replicas);
        for (const PodRecord &pod : outcome.run.timeline.pods)
            if (pod.gone == never) {
                const SetInfo &set = outcome.run.timeline.setInfo[std::size_t(pod.set)];
                QCOMPARE(set.deployment, 0); // the user's own
                QCOMPARE(outcome.run.versions[std::size_t(set.version)].name, std::string("web:2"));
            }
        if (replicas) {
            QCOMPARE(outcome.traffic.back().next, 1.0);
            QCOMPARE(outcome.traffic.back().serving, replicas);
        }
        for (const TrafficPoint &point : outcome.traffic) {
            QVERIFY(point.next >= 0 && point.next <= 1 + 1e-9);
            QVERIFY(point.failing >= -1e-9 && point.failing <= 1 + 1e-9);
            QVERIFY(point.serving >= 0 && point.servingNext <= point.serving);
        }
    }

    void each_can_go_back_at_any_moment_and_leaves_nothing_data()
    {
        QTest::addColumn<int>("strategy");
        for (const Strategy strategy : allStrategies)
            QTest::newRow(std::string(key(strategy)).c_str()) << int(strategy);
    }
    void each_can_go_back_at_any_moment_and_leaves_nothing()
    {
        QFETCH(int, strategy);
        const Parameters p = parameters(7);
        const Run whole = run(p, Strategy(strategy));
        for (int part = 0; part < 25; ++part) { // the last ones when all is over
            const Run back = run(p, Strategy(strategy), whole.finished * part / 20);
            QVERIFY2(back.aborted != never, qPrintable(QString::number(part)));
            QVERIFY2(back.rolledBack != never, qPrintable(QString::number(part)));
            QCOMPARE(notGone(back.timeline), 7);
            for (const PodRecord &pod : back.timeline.pods)
                if (pod.gone == never)
                    QCOMPARE(back.timeline.setInfo[std::size_t(pod.set)].version, 0);
        }
    }

    void recreate_has_an_outage_and_says_so()
    {
        const Outcome outcome = foretell(parameters(), Strategy::Recreate);
        QVERIFY(outcome.figures.withoutService > 5s);
        QVERIFY(std::abs(outcome.figures.lost - 100 * double(outcome.figures.withoutService.count()) / 1000) < 110);
        QCOMPARE(outcome.verdict.level, Level::Bad);
        QCOMPARE(outcome.figures.extraPods, 0);
    }

    void clients_learn_of_a_pod_a_moment_after_it_is_ready()
    {
        Parameters p = parameters();
        p.cluster.delays.endpoints = 3s;
        const Outcome outcome = foretell(p, Strategy::Rolling);
        Time ready = never, first = never;
        for (const PodRecord &pod : outcome.run.timeline.pods)
            if (pod.ready >= 0s)
                ready = std::min(ready, pod.ready);
        for (const TrafficPoint &point : outcome.traffic)
            if (point.next > 0)
                first = std::min(first, point.at);
        QCOMPARE(first, ready + 3s);
    }

    void blue_green_switches_all_users_at_once_and_needs_twice_the_room()
    {
        const Outcome outcome = foretell(parameters(), Strategy::BlueGreen);
        QCOMPARE(outcome.figures.withoutService, Time(0));
        QVERIFY(outcome.figures.extraPods >= 10);
        QCOMPARE(outcome.figures.lost, 0.0);
        QCOMPARE(outcome.figures.onTrial, 0.0);
        bool between = false;
        for (const TrafficPoint &point : outcome.traffic)
            between |= point.next > 0 && point.next < 1 && point.at < outcome.run.promoted + 5s;
        QVERIFY(!between);
        QVERIFY(outcome.figures.rollback <= 2s); // the first colour is still there
    }

    void a_canary_shows_the_new_version_to_the_share_that_was_asked_for()
    {
        Parameters p = parameters();
        p.weighted = true;
        p.canarySteps = {5, 20};
        const Outcome outcome = foretell(p, Strategy::Canary);
        std::vector<double> shares;
        for (const TrafficPoint &point : outcome.traffic)
            if (point.next > 0 && point.at < 590s && (shares.empty() || std::abs(shares.back() - point.next) > 1e-9))
                shares.push_back(point.next);
        QCOMPARE(shares, (std::vector<double>{0.05, 0.2}));
        // 5 % and 20 % of 100 requests a second for 5 minutes each, and the roll-over.
        QVERIFY2(outcome.figures.onTrial > 7'300 && outcome.figures.onTrial < 9'500, qPrintable(QString::number(outcome.figures.onTrial)));
    }

    void a_canary_that_fails_gives_up_by_itself_and_few_have_seen_it()
    {
        Parameters p = parameters();
        p.next.neverReady = true;
        const Outcome canary = foretell(p, Strategy::Canary), rolling = foretell(p, Strategy::Rolling);
        QVERIFY(canary.run.aborted != never);
        QVERIFY(canary.figures.rollback != never);
        QCOMPARE(canary.figures.onTrial, 0.0);
        QCOMPARE(canary.verdict.users, std::string("Nothing"));
        QCOMPARE(rolling.figures.duration, never); // Kubernetes leaves it as it is
        QVERIFY(rolling.figures.deadlineExceeded != never);
        QCOMPARE(rolling.verdict.level, Level::Bad);
        QVERIFY(rolling.figures.belowCapacity > 590s); // until somebody notices
        QCOMPARE(rolling.figures.rollbackAt, rolling.figures.deadlineExceeded);
        QVERIFY(rolling.figures.rollback < 10s);
        QCOMPARE(notGone(canary.run.timeline), 10);
    }

    void shadow_shows_nobody_the_new_version_before_it_rolls()
    {
        const Outcome outcome = foretell(parameters(), Strategy::Shadow);
        for (const TrafficPoint &point : outcome.traffic)
            if (point.at < 600s)
                QCOMPARE(point.next, 0.0);
        QVERIFY(outcome.figures.extraPods >= 10);
    }

    void counts_of_a_canary_are_those_of_argo_data()
    {
        QTest::addColumn<int>("replicas");
        QTest::addColumn<int>("percent");
        QTest::addColumn<bool>("surge");
        QTest::addColumn<int>("canary");
        QTest::addColumn<int>("stable");
        QTest::newRow("10 %% of 10") << 10 << 10 << true << 1 << 9;
        QTest::newRow("25 %% of 10: 3 of 11 is nearer than 2 of 10") << 10 << 25 << true << 3 << 8;
        QTest::newRow("and without surge") << 10 << 25 << false << 3 << 7;
        QTest::newRow("half of one: one more") << 1 << 50 << true << 1 << 1;
        QTest::newRow("10 %% of 3: never none") << 3 << 10 << true << 1 << 3;
        QTest::newRow("10 %% of 3 without surge") << 3 << 10 << false << 1 << 2;
        QTest::newRow("none of none") << 0 << 10 << true << 0 << 0;
        QTest::newRow("one alone") << 1 << 10 << false << 0 << 1;
    }
    void counts_of_a_canary_are_those_of_argo()
    {
        QFETCH(int, replicas);
        QFETCH(int, percent);
        QFETCH(bool, surge);
        QFETCH(int, canary);
        QFETCH(int, stable);
        const CanaryCounts counts = canaryCounts(replicas, percent, surge);
        QCOMPARE(counts.canary, canary);
        QCOMPARE(counts.stable, stable);
    }

    void a_pause_before_the_end_saves_the_requests_of_leaving_pods()
    {
        Parameters p = parameters();
        QVERIFY(foretell(p, Strategy::Rolling).figures.lost > 0);
        p.current.preStop = p.next.preStop = 2s;
        QVERIFY(foretell(p, Strategy::Rolling).figures.lost < 1e-6);
    }

    void wrong_answers_are_counted_as_long_as_they_are_given()
    {
        Parameters p = parameters();
        p.next.errorShare = 0.5;
        const Outcome outcome = foretell(p, Strategy::AB);
        // 20 % of 100 a second for an hour, half of them wrong; then everybody.
        QVERIFY2(std::abs(outcome.figures.wrongAnswers - 36'000) < 2'000, qPrintable(QString::number(outcome.figures.wrongAnswers)));
    }

    void the_pods_beside_it_help_all_users_while_a_routed_deployment_is_rolled_over()
    {
        Parameters p = parameters();
        for (const Strategy strategy : {Strategy::AB, Strategy::Canary}) {
            p.weighted = true;
            const Outcome outcome = foretell(p, strategy);
            const Routing &last = outcome.run.routing[outcome.run.routing.size() - 2]; // before all is the Deployment's again
            QCOMPARE(last.routes.back().deployments, (std::vector{0, 1}));
            QVERIFY(last.at < outcome.figures.untilPromoted);
        }
    }

    void what_is_extra_costs_what_its_share_of_a_node_costs()
    {
        Parameters p = parameters();
        p.next.cpuMilli = 2'000; // half of the node that is assumed
        const Figures f = foretell(p, Strategy::BlueGreen).figures;
        QVERIFY(f.extraPodHours > 10 * 660.0 / 3600 && f.extraPodHours < 10 * 760.0 / 3600);
        QCOMPARE(f.cost, f.extraPodHours * 0.5);
    }

    void a_paused_deployment_does_not_roll_and_this_is_said()
    {
        Parameters p = parameters();
        p.spec.paused = true;
        const Outcome outcome = foretell(p, Strategy::Rolling);
        QCOMPARE(outcome.figures.duration, never);
        QVERIFY(outcome.verdict.reasons.front().find("paused") != std::string::npos);
        p.changes = {{.at = 60s, .paused = false}};
        QVERIFY(foretell(p, Strategy::Rolling).figures.duration > 60s);
    }

    void more_requests_than_the_pods_can_answer_are_counted()
    {
        Parameters p = parameters();
        p.podCapacity = 10; // just enough with all ten
        QCOMPARE(foretell(p, Strategy::BlueGreen).figures.overloaded, 0.0);
        QVERIFY(foretell(p, Strategy::Rolling).figures.overloaded > 0); // 2 may be missing
    }

    void strategies_are_known_by_their_names()
    {
        for (const Strategy strategy : allStrategies) {
            QCOMPARE(*strategyOf(key(strategy)), strategy);
            QVERIFY(!title(strategy).empty());
        }
        QVERIFY(!strategyOf("bluegreen").has_value());
        QVERIFY(!strategyOf("").has_value());
    }

    void spans_are_written_as_people_say_them()
    {
        QCOMPARE(spanText(1500ms), std::string("1.5 s"));
        QCOMPARE(spanText(59s), std::string("59 s"));
        QCOMPARE(spanText(80s), std::string("1 min 20 s"));
        QCOMPARE(spanText(2h), std::string("2 h"));
        QCOMPARE(spanText(never), std::string("never"));
    }
};

QTEST_GUILESS_MAIN(TestStrategies)
#include "tst_strategies.moc"
