// How far a run is, and how long it will still take.
#include "plan/forecast.h"

#include <QTest>

using namespace timonier;
using namespace timonier::plan;
using namespace std::chrono_literals;

namespace {

// a and b side by side, then c.
Plan twoThenOne()
{
    return {.steps = {{.id = "a"}, {.id = "b"}, {.id = "c", .needs = {"a", "b"}}}};
}

} // namespace

class TestForecast : public QObject
{
    Q_OBJECT
private slots:
    void stepsWeighByTheirTime()
    {
        const auto now = forecast(twoThenOne(), Direction::Forward, {{10s, StepState::Done}, {30s, StepState::Waiting}, {60s, StepState::Waiting}});
        QCOMPARE(now.fraction, 0.1);
        QCOMPARE(now.left, Span(90s));
    }
    void whatRunsSideBySideIsCountedOnce()
    {
        QCOMPARE(forecast(twoThenOne(), Direction::Forward, {{40s}, {30s}, {60s}}).left, Span(100s));
        QCOMPARE(forecast(twoThenOne(), Direction::Back, {{40s}, {30s}, {60s}}).left, Span(100s));
        QCOMPARE(forecast(twoThenOne(), Direction::Back, {{40s}, {30s}, {60s, StepState::Undone}}).left, Span(40s));
    }
    void aStepThatTakesLongerNeverSeemsToBeOver()
    {
        double last = 0;
        for (const Span spent : {Span(5s), Span(9s), Span(10s), Span(30s), Span(1h)}) {
            const double now = forecast(twoThenOne(), Direction::Forward, {{10s, StepState::Applying, spent}, {1ms, StepState::Done}, {1ms, StepState::Done}}).fraction;
            QVERIFY(now > last && now < 1);
            last = now;
        }
    }
    void whatAStepSaysOfItselfIsBelievedBefore()
    {
        const auto now = forecast(twoThenOne(), Direction::Forward, {{10s, StepState::Applying, 60s, 0.25}, {10s, StepState::Done}, {10s, StepState::Done}});
        QCOMPARE(now.left, Span(180s)); // a minute for a quarter
        QCOMPARE(now.fraction, (0.25 * 10 + 20) / 30);
    }
    void aPlanWithoutStepsIsDone() { QCOMPARE(forecast({}, Direction::Forward, {}).fraction, 1.0); }
};

QTEST_APPLESS_MAIN(TestForecast)
#include "tst_forecast.moc"
