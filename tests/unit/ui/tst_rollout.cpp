// A roll-out run from the window: what is said before it begins, how it is told and steered, and what is seen of one that others began.
#include "fake_cluster.h"

#include "ui/preview/run_bar.h"
#include "ui/preview/run_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>

using namespace timonier;

namespace {

// Answers at once what the test has put there, and remembers what was ordered.
struct FakeDesk final : RolloutDesk {
    struct Drive final : DrivenRollout {
        explicit Drive(FakeDesk &d) : desk(d) {}
        ~Drive() override { desk.driven = nullptr; }
        std::vector<rollout::Progress> take() override { return std::exchange(told, {}); }
        std::optional<Result<rollout::End>> ended() override { return end; }
        FakeDesk &desk;
        std::vector<rollout::Progress> told;
        std::optional<Result<rollout::End>> end;
        std::function<void()> wake;
    };
    void prepare(rollout::Plan plan, Done<Result<rollout::Prepared>> done) override
    {
        plans.push_back(plan);
        prepared.plan = plan;
        done(prepared);
    }
    std::unique_ptr<DrivenRollout> start(rollout::Prepared of, std::function<void()> wake) override
    {
        started.push_back(of);
        return drive(std::move(wake));
    }
    std::unique_ptr<DrivenRollout> resume(const std::string &, const std::string &deployment, std::function<void()> wake) override
    {
        resumed.push_back(deployment);
        return drive(std::move(wake));
    }
    std::unique_ptr<DrivenRollout> drive(std::function<void()> wake)
    {
        auto made = std::make_unique<Drive>(*this);
        made->wake = std::move(wake);
        driven = made.get();
        return made;
    }
    void give(const std::string &, const std::string &, rollout::Order order, Done<Result<bool>> done) override
    {
        orders.push_back(order);
        done(somebodyDrives);
    }
    void status(const std::string &, const std::string &, Done<Result<rollout::Progress>> done) override { done(standing); }
    void underWay(Done<Result<std::vector<std::pair<std::string, std::string>>>> done) override { done(found); }

    void tell(const rollout::Progress &progress)
    {
        driven->told.push_back(progress);
        driven->wake();
    }

    rollout::Prepared prepared;
    std::vector<rollout::Plan> plans;
    std::vector<rollout::Prepared> started;
    std::vector<std::string> resumed;
    std::vector<rollout::Order> orders;
    bool somebodyDrives = true;
    Result<rollout::Progress> standing = rollout::Progress{};
    std::vector<std::pair<std::string, std::string>> found;
    Drive *driven = nullptr;
};

rollout::Progress progress(const std::string &phase = "running", int step = 3)
{
    return {.deployment = "web", .ns = "shop", .strategy = strategy::Strategy::Canary, .phase = phase, .why = phase == "running" ? "" : "somebody paused it",
            .step = step, .steps = 9, .words = "25 % of the requests go to the new version", .waiting = "another 20 s", .promotable = phase == "running",
            .oldReady = 3, .newReady = 1, .wanted = 4, .newShare = 0.25, .holder = "ada@desk/1", .renewed = 1};
}

} // namespace

class TestRollout : public QObject
{
    Q_OBJECT

    std::map<std::string, FakeTable> tables;
    FakeAnswers answers;
    std::shared_ptr<FakeDesk> desk;
    std::shared_ptr<FakeOpen> cluster;

    template <class W>
    static W *part(QWidget &of, const char *name)
    {
        auto *found = of.findChild<W *>(QString::fromLatin1(name));
        if (!found)
            qFatal("there is no %s", name);
        return found;
    }

private slots:
    void init()
    {
        answers = {};
        desk = std::make_shared<FakeDesk>();
        answers.desk = desk;
        cluster = std::make_shared<FakeOpen>(tables, answers);
    }

    void whatStandsAgainstItIsSaidAndItCannotBeBegun()
    {
        desk->prepared.concerns = {{false, "an autoscaler decides", ""}, {true, "you may not patch deployments in shop", "Ask for a role"}};
        RunDialog dialog(cluster, {.ns = "shop", .deployment = "web"});
        dialog.show();
        QVERIFY(!part<QPushButton>(dialog, "runConfirm")->isEnabled());
        QVERIFY(part<QLabel>(dialog, "runConcern0")->text().contains(QStringLiteral("you may not patch")));
        QVERIFY(part<QLabel>(dialog, "runConcern0")->text().contains(QStringLiteral("Ask for a role")));
        QVERIFY(part<QLabel>(dialog, "runConcern1")->text().contains(QStringLiteral("autoscaler")));
        QVERIFY(part<QLabel>(dialog, "runState")->text().contains(QStringLiteral("nothing was changed")));
        QVERIFY(!part<QListWidget>(dialog, "runSteps")->isVisible());
    }

    void whatIsSetBeforeIsCheckedAndThenRun()
    {
        desk->prepared.steps = {"one", "two"};
        RunDialog dialog(cluster, {.ns = "shop", .deployment = "web", .strategy = strategy::Strategy::Canary});
        QSignalSpy confirmed(&dialog, &RunDialog::confirmed);
        dialog.show();
        QCOMPARE(part<QListWidget>(dialog, "runSteps")->count(), 2);
        QVERIFY(part<QPushButton>(dialog, "runConfirm")->isEnabled());
        QTest::keyClicks(part<QLineEdit>(dialog, "runPath"), QStringLiteral("healthz"));
        // What was checked is not what would be run: not before it has been checked again.
        QVERIFY(!part<QPushButton>(dialog, "runConfirm")->isEnabled());
        part<QSpinBox>(dialog, "runPort")->setValue(8080);
        part<QCheckBox>(dialog, "runByHand")->click();
        QTRY_VERIFY(part<QPushButton>(dialog, "runConfirm")->isEnabled());
        part<QPushButton>(dialog, "runConfirm")->click();
        QCOMPARE(confirmed.size(), 1);
        const rollout::Plan &plan = desk->plans.back();
        QVERIFY(plan.checks.http && plan.checks.http->path == "/healthz" && plan.checks.http->port == 8080);
        QVERIFY(!plan.pause);
    }

    void theUsersOfAnABTestAreChosenByWhatThePersonSays()
    {
        desk->prepared.steps = {"one"};
        RunDialog dialog(cluster, {.ns = "shop", .deployment = "web", .strategy = strategy::Strategy::AB});
        dialog.show();
        auto *by = part<QComboBox>(dialog, "runRuleBy");
        const auto ordered = [&] {
            const std::size_t before = desk->plans.size();
            return QTest::qWaitFor([&] { return desk->plans.size() > before; }) ? desk->plans.back().rule : rollout::Rule{};
        };
        by->setCurrentIndex(1);
        QCOMPARE(ordered().by, rollout::Rule::By::Cookie);
        by->setCurrentIndex(2);
        QCOMPARE(ordered().value, "FR");
        by->setCurrentIndex(3);
        QVERIFY(!part<QLineEdit>(dialog, "runRuleName")->isVisible());
        const rollout::Rule phones = ordered();
        QVERIFY(phones.by == rollout::Rule::By::Device && phones.value == "mobile");
    }

    void howItGoesIsToldAndItCanBeSteered()
    {
        RolloutWatch watch(cluster, "shop", "web");
        RunBar bar;
        bar.show(&watch);
        watch.start({});
        QVERIFY(bar.text().contains(QStringLiteral("Writing down")));
        desk->tell(progress());
        QTRY_VERIFY(bar.text().contains(QStringLiteral("Step 3 of 9: 25 % of the requests go to the new version")));
        for (const char *said : {"another 20 s", "3 old, 1 new", "25 %"})
            QVERIFY2(bar.text().contains(QLatin1String(said)), said);
        QVERIFY(part<QPushButton>(bar, "runPause")->isVisible() && part<QPushButton>(bar, "runPromote")->isVisible());
        QVERIFY(!part<QPushButton>(bar, "runResume")->isVisible() && !part<QPushButton>(bar, "runClose")->isVisible());
        part<QPushButton>(bar, "runPause")->click();
        desk->tell(progress("paused"));
        QTRY_VERIFY(bar.text().contains(QStringLiteral("Paused at step 3 of 9")) && bar.text().contains(QStringLiteral("somebody paused it")));
        part<QPushButton>(bar, "runResume")->click();
        part<QPushButton>(bar, "runBack")->click();
        QCOMPARE(desk->orders, (std::vector{rollout::Order::Pause, rollout::Order::Resume, rollout::Order::Abort}));
        rollout::Progress last = progress("went-back", 9);
        last.why = "3 checks failed one after the other";
        QSignalSpy over(&watch, &RolloutWatch::over);
        desk->driven->end = rollout::End::WentBack;
        desk->tell(last);
        QTRY_COMPARE(over.size(), 1);
        QVERIFY(bar.text().contains(QStringLiteral("The old version runs again")) && bar.text().contains(QStringLiteral("3 checks failed")));
        QVERIFY(part<QPushButton>(bar, "runClose")->isVisible() && !part<QPushButton>(bar, "runBack")->isVisible());
    }

    void oneThatAnotherDrivesIsSeenAndTakenUpWhenNobodyDoes()
    {
        desk->standing = progress();
        RolloutWatch watch(cluster, "shop", "web");
        RunBar bar;
        bar.show(&watch);
        watch.follow();
        QVERIFY(bar.text().contains(QStringLiteral("driven by ada@desk/1")));
        desk->standing->renewed = 2;
        QTest::qWait(3'000);
        QVERIFY(bar.text().contains(QStringLiteral("driven by ada@desk/1"))); // it says that it lives
        QTRY_VERIFY_WITH_TIMEOUT(bar.text().contains(QStringLiteral("nobody drives it")), 16'000); // and then no more
        QVERIFY(part<QPushButton>(bar, "runResume")->isVisible() && !part<QPushButton>(bar, "runPause")->isVisible());
        // Its program was ended: the order waits, and this one drives now.
        desk->somebodyDrives = false;
        part<QPushButton>(bar, "runBack")->click();
        QCOMPARE(desk->resumed, std::vector<std::string>{"web"});
        QVERIFY(watch.drives());
        // It cannot go on: said, and looked at from then on.
        desk->standing = progress("paused");
        desk->standing->holder.clear();
        desk->driven->end = std::unexpected(Error{.kind = ErrorKind::Forbidden, .message = "you may not patch services"});
        desk->driven->wake();
        QTRY_VERIFY(!watch.drives());
        QVERIFY(bar.text().contains(QStringLiteral("nobody drives it")));
        QVERIFY(part<QPushButton>(bar, "runResume")->isVisible());
        desk->standing = std::unexpected(Error{.kind = ErrorKind::NotFound, .message = "none"});
        QSignalSpy over(&watch, &RolloutWatch::over);
        QTRY_COMPARE_WITH_TIMEOUT(over.size(), 1, 6'000);
    }

    void everyPartHasANameAndAnAccessibleName()
    {
        desk->prepared.steps = {"one"};
        RunDialog dialog(cluster, {.ns = "shop", .deployment = "web", .strategy = strategy::Strategy::AB});
        RunBar bar;
        for (QWidget *top : std::initializer_list<QWidget *>{&dialog, &bar}) {
            QVERIFY(!top->objectName().isEmpty() && !top->accessibleName().isEmpty());
            for (const QWidget *inside : top->findChildren<QWidget *>()) {
                if (inside->focusPolicy() == Qt::NoFocus || inside->objectName().startsWith(QStringLiteral("qt_")))
                    continue;
                QVERIFY2(!inside->objectName().isEmpty() && !inside->accessibleName().isEmpty(), qPrintable(inside->objectName()));
            }
        }
    }
};

QTEST_MAIN(TestRollout)
#include "tst_rollout.moc"
