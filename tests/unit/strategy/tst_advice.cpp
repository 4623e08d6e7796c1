// Which strategy is advised and why, the decision table, where figures come from, and what is written of them.
#include "strategy/advice.h"
#include "strategy/columns.h"
#include "strategy/figures_text.h"
#include "strategy/planned.h"
#include "strategy/report.h"
#include "strategy/svg.h"

#include <QTest>
#include <QXmlStreamReader>

#include <algorithm>

using namespace timonier;
using namespace timonier::strategy;
using namespace std::chrono_literals;

namespace {

// The report's frontend: three pods, a readiness probe.
Application frontend(int replicas = 3)
{
    std::string json = "{'kind':'Deployment','metadata':{'name':'frontend','namespace':'recognition'},'spec':{'replicas':" + std::to_string(replicas) +
                       ",'template':{'spec':{'containers':[{'name':'front','image':'po001int/front:1.4','readinessProbe':{'initialDelaySeconds':5,'periodSeconds':5}}]}}}}";
    std::ranges::replace(json, '\'', '"');
    return *readApplication(json, "po001int/front:1.5");
}

std::vector<Outcome> all(const Parameters &parameters)
{
    std::vector<Outcome> outcomes;
    for (const Strategy strategy : allStrategies)
        outcomes.push_back(foretell(parameters, strategy));
    return outcomes;
}

Advice adviceFor(const Parameters &parameters)
{
    return advise(frontend(), parameters, all(parameters));
}

bool contains(const std::string &text, std::string_view part) { return text.find(part) != std::string::npos; }

const KeyFigure &figure(const std::vector<KeyFigure> &figures, std::string_view key)
{
    return *std::ranges::find(figures, key, &KeyFigure::key);
}

} // namespace

class TestAdvice : public QObject
{
    Q_OBJECT
private slots:
    void the_reports_frontend_is_rolled()
    {
        const Advice advice = adviceFor(frontend().parameters);
        QCOMPARE(advice.best, Strategy::Rolling);
        QVERIFY(!advice.none);
        QVERIFY2(contains(advice.sentence, "Ramped, because all 3 pods answer all the time"), advice.sentence.c_str());
        QCOMPARE(advice.instead.size(), std::size_t(5)); // each of the others has its reason
        QVERIFY2(contains(advice.instead.front().why, "nobody answers for"), advice.instead.front().why.c_str());
        QVERIFY2(contains(advice.tip, "preStop"), advice.tip.c_str());
    }

    void a_pause_before_the_end_needs_no_tip()
    {
        Parameters p = frontend().parameters;
        QVERIFY(set(p, "preStop", "2s").has_value());
        QVERIFY(adviceFor(p).tip.empty());
    }

    void an_outage_is_never_advised_data()
    {
        QTest::addColumn<int>("replicas");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        for (const int replicas : {1, 2, 3, 30})
            for (const auto &[key, value] : {std::pair("rps", "100"), {"neverReady", "true"}, {"room", "0"}, {"maxSurge", "0"}, {"weighted", "true"}})
                QTest::addRow("%d, %s=%s", replicas, key, value) << replicas << QString::fromLatin1(key) << QString::fromLatin1(value);
    }
    void an_outage_is_never_advised()
    {
        QFETCH(int, replicas);
        QFETCH(QString, key);
        QFETCH(QString, value);
        Parameters p = frontend(replicas).parameters;
        QVERIFY(set(p, key.toStdString(), value.toStdString()).has_value());
        const std::vector<Outcome> outcomes = all(p);
        const Advice advice = advise(frontend(replicas), p, outcomes);
        const bool avoidable = std::ranges::any_of(outcomes, [](const Outcome &o) { return o.figures.withoutService == Time(0); });
        if (avoidable)
            QCOMPARE(outcomes[std::size_t(advice.best)].figures.withoutService, Time(0));
    }

    void a_broken_version_is_met_by_as_few_as_can_be()
    {
        Parameters p = frontend().parameters;
        QVERIFY(set(p, "neverReady", "true").has_value());
        const std::vector<Outcome> outcomes = all(p);
        const Advice advice = advise(frontend(), p, outcomes);
        QVERIFY(advice.none);
        const Outcome &best = outcomes[std::size_t(advice.best)];
        QVERIFY(best.run.aborted != never); // it goes back by itself
        QVERIFY(!best.figures.newSeen);
        QVERIFY2(contains(advice.sentence, "none goes well"), advice.sentence.c_str());
    }

    void one_that_crashes_after_a_while_is_tried_on_few()
    {
        Parameters p = frontend().parameters;
        QVERIFY(set(p, "crashAfter", "60s").has_value());
        const Advice advice = adviceFor(p);
        QVERIFY(advice.none);
        QVERIFY2(advice.best != Strategy::Recreate && advice.best != Strategy::Rolling, advice.sentence.c_str());
        QVERIFY2(contains(advice.sentence, "it crashes after"), advice.sentence.c_str());
        const auto rolling = std::ranges::find(advice.instead, Strategy::Rolling, &Advice::Instead::strategy);
        QVERIFY2(contains(rolling->why, "all users have the new version before it crashes"), rolling->why.c_str());
    }

    void where_there_is_no_room_one_is_advised_that_makes_do()
    {
        Parameters p = frontend().parameters;
        QVERIFY(set(p, "room", "0").has_value());
        QVERIFY(set(p, "maxUnavailable", "1").has_value());
        QVERIFY(set(p, "maxSurge", "0").has_value());
        const std::vector<Outcome> outcomes = all(p);
        const Advice advice = advise(frontend(), p, outcomes);
        QCOMPARE(advice.best, Strategy::Rolling); // in the room of the pods that leave
        QVERIFY(outcomes[std::size_t(advice.best)].run.finished != never);
        QVERIFY(!advice.none);
    }

    void the_table_has_what_is_generally_said_beside_what_was_computed()
    {
        const Parameters p = frontend().parameters;
        const std::vector<Outcome> outcomes = all(p);
        const std::vector<TableRow> table = decisionTable(p, outcomes);
        QCOMPARE(table.size(), std::size_t(6));
        for (const TableRow &row : table) {
            QCOMPARE(row.cells.size(), tableHeads().size());
            for (const Cell &cell : row.cells)
                QVERIFY(!cell.computed.empty());
        }
        QCOMPARE(table[0].cells[0].level, Level::Bad); // recreate: an outage
        QCOMPARE(table[0].cells[0].general, std::string("no"));
        QCOMPARE(table[4].cells[2].general, std::string("yes")); // A/B: targeted users
        QCOMPARE(table[2].cells[3].stars, 3);                    // blue/green costs
        QCOMPARE(traitsOf(Strategy::Recreate).rollback, 3);
    }

    void each_figure_says_where_it_comes_from()
    {
        Application application = frontend();
        application.measuredPods = 5;
        const Parameters p = application.parameters;
        for (const Strategy strategy : allStrategies) {
            const Outcome outcome = foretell(p, strategy);
            const auto figures = keyFigures(application, p, outcome, courseOf(outcome));
            QCOMPARE(figures.size(), std::size_t(6));
            for (const KeyFigure &one : figures)
                QVERIFY2(!one.name.empty() && !one.value.empty() && !one.why.empty(), one.key.c_str());
            QVERIFY2(contains(figure(figures, "duration").why, "measured from 5 pods"), figure(figures, "duration").why.c_str());
        }
        const Outcome outcome = foretell(p, Strategy::Recreate);
        const auto figures = keyFigures(application, p, outcome, courseOf(outcome));
        QCOMPARE(figure(figures, "capacity").value, std::string("0 of 3"));
        QCOMPARE(figure(figures, "risk").level, Level::Bad);
    }

    void the_reason_changes_with_the_question()
    {
        const Application application = frontend();
        Parameters p = application.parameters;
        const auto why = [&] {
            const Outcome outcome = foretell(p, Strategy::Rolling);
            return figure(keyFigures(application, p, outcome, courseOf(outcome)), "duration").why;
        };
        const std::string before = why();
        QVERIFY(set(p, "maxSurge", "3").has_value());
        QVERIFY(why() != before);
        QVERIFY2(contains(why(), "at most 3 more"), why().c_str());
    }

    void a_course_adds_up()
    {
        const Parameters p = frontend(10).parameters;
        for (const Strategy strategy : allStrategies) {
            const Outcome outcome = foretell(p, strategy);
            const Course course = courseOf(outcome);
            QCOMPARE(course.moments.front().at, Time(0));
            QCOMPARE(course.moments.back().newReady, 10);
            QCOMPARE(course.moments.back().oldReady, 0);
            QCOMPARE(course.moments.back().newShare, 1.0);
            QVERIFY(course.most >= outcome.figures.peakPods);
            for (const Moment &moment : course.moments)
                QVERIFY(moment.oldReady >= 0 && moment.newReady >= 0 && moment.starting >= 0 && moment.terminating >= 0);
            QVERIFY(!course.stages.empty());
            QVERIFY(course.end >= outcome.figures.duration);
        }
        QVERIFY(courseOf(foretell(frontend(100).parameters, Strategy::Rolling)).lanes.empty());
        QCOMPARE(courseOf(foretell(frontend(3).parameters, Strategy::Recreate)).lanes.size(), std::size_t(6));
    }

    void long_pauses_are_folded_and_short_roll_outs_are_not()
    {
        Parameters p = frontend().parameters;
        const Course hour = courseOf(foretell(p, Strategy::AB));
        const TimeScale folded = TimeScale::folded(hour);
        QCOMPARE(folded.folds().size(), std::size_t(1));
        QVERIFY(folded.place(folded.folds()[0].to) - folded.place(folded.folds()[0].from) < 0.2);
        QVERIFY(TimeScale::folded(courseOf(foretell(p, Strategy::Rolling))).folds().empty());
        const Course quick = courseOf(foretell(p, Strategy::Recreate));
        const std::vector both{hour, quick};
        const TimeScale shared = TimeScale::shared(both);
        QVERIFY(shared.isLogarithmic());
        QVERIFY(shared.place(quick.end) > 0.1); // both can be read
        for (const TimeScale *scale : {&folded, &shared}) {
            double last = -1;
            for (Time at(0); at <= scale->end(); at += scale->end() / 200) {
                const double place = scale->place(at);
                QVERIFY(place >= last && place >= 0 && place <= 1);
                QVERIFY(std::abs((scale->at(place) - at).count()) <= 2 + scale->end().count() / 100'000);
                last = place;
            }
            for (const Tick &tick : scale->ticks(8))
                QVERIFY(!tick.words.empty());
            QVERIFY(scale->ticks(8).size() <= 11);
        }
    }

    void no_column_loses_the_worst_moment()
    {
        const Outcome outcome = foretell(frontend(1000).parameters, Strategy::Recreate);
        const Course course = courseOf(outcome);
        const auto columns = columnsOf(course, TimeScale::straight(course.end), 50);
        QCOMPARE(columns.size(), std::size_t(50));
        QCOMPARE(std::ranges::min_element(columns, {}, &Column::leastServing)->leastServing, outcome.figures.leastServing);
        QCOMPARE(columns.back().last.newReady, 1000);
    }

    void drawings_are_well_formed_whatever_a_name_holds()
    {
        Application application = frontend();
        application.parameters.name = "a<b>&\"c\x01";
        application.parameters.next.name = "</svg>";
        const std::vector<Outcome> outcomes = all(application.parameters);
        for (const auto &some : {std::span(outcomes), std::span(outcomes).first(1), std::span(outcomes).subspan(3, 1)}) {
            QXmlStreamReader xml(QByteArray::fromStdString(svgReport(application, application.parameters, some)));
            int texts = 0;
            while (!xml.atEnd())
                texts += xml.readNext() == QXmlStreamReader::StartElement && xml.name() == QStringLiteral("text");
            QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
            QVERIFY(texts > 10);
        }
    }

    void a_markdown_table_keeps_its_columns()
    {
        Application application = frontend();
        application.parameters.name = "a|b\nc";
        const std::vector<Outcome> outcomes = all(application.parameters);
        const QStringList lines = QString::fromStdString(markdownReport(application, application.parameters, outcomes)).split('\n');
        int columns = 0;
        for (QString line : lines) {
            line.remove("\\|");
            if (!line.startsWith('|')) {
                columns = 0;
                continue;
            }
            columns = columns ? columns : int(line.count('|'));
            QCOMPARE(int(line.count('|')), columns);
        }
    }

    void only_what_was_changed_is_applied()
    {
        const Application application = frontend();
        Parameters p = application.parameters;
        QCOMPARE(patchFor(application, p, Strategy::Rolling, ""), std::string("{}"));
        QCOMPARE(patchFor(application, p, Strategy::Rolling, "po001int/front:1.4"), std::string("{}"));
        QCOMPARE(patchFor(application, p, Strategy::Canary, "po001int/front:1.5"),
                 std::string("{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"front\",\"image\":\"po001int/front:1.5\"}]}}}}"));
        QVERIFY(set(p, "maxSurge", "2").has_value());
        QCOMPARE(patchFor(application, p, Strategy::Rolling, ""),
                 std::string("{\"spec\":{\"strategy\":{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxSurge\":2,\"maxUnavailable\":\"25%\"}}}}"));
        QCOMPARE(patchFor(application, p, Strategy::Recreate, ""), std::string("{\"spec\":{\"strategy\":{\"type\":\"Recreate\",\"rollingUpdate\":null}}}"));
    }

    void sources_are_told_apart()
    {
        Application application = frontend();
        QCOMPARE(sourceOf(application, "replicas"), std::string("from the Deployment"));
        QCOMPARE(sourceOf(application, "maxSurge"), std::string("not said: Kubernetes' default"));
        QCOMPARE(sourceOf(application, "rps"), std::string("assumed"));
        QCOMPARE(sourceOf(application, "startUp"), std::string("worked out from its probes"));
        application.measuredPods = 5;
        QCOMPARE(sourceOf(application, "startUp"), std::string("measured from 5 pods"));
    }
};

QTEST_GUILESS_MAIN(TestAdvice)
#include "tst_advice.moc"
