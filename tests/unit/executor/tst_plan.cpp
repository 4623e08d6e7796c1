// The plan of a roll-out: read from a file with errors that say where, and kept in the cluster without losing anything.
#include "strategy/executor/plan.h"

#include <QTest>

using namespace timonier;
using namespace timonier::rollout;
using namespace std::chrono_literals;

class TestPlan : public QObject
{
    Q_OBJECT
private slots:
    void everyFieldComesBackFromTheRecord()
    {
        const auto read = readPlan("deployment: web\n"
                                   "namespace: shop\n"
                                   "image: example.com/web:2\n"
                                   "images: {sidecar: example.com/proxy:9}\n"
                                   "template: {metadata: {annotations: {a: \"b: {c}\"}}}\n"
                                   "strategy: ab\n"
                                   "maxSurge: 2\n"
                                   "maxUnavailable: 10%\n"
                                   "minReady: 7s\n"
                                   "steps: [5, 50]\n"
                                   "pause: manual\n"
                                   "check: 90s\n"
                                   "keep: manual\n"
                                   "share: 30\n"
                                   "duration: 2h\n"
                                   "rule: {cookie: beta, value: always}\n"
                                   "router: nginx\n"
                                   "checks:\n"
                                   "  restarts: 2\n"
                                   "  failures: 4\n"
                                   "  every: 10s\n"
                                   "  http: {path: /healthz, port: 8080}\n"
                                   "  prometheus: {address: monitoring/prometheus:9090, query: 'sum(rate(errors[1m])) or vector(0)', most: 0.01}\n",
                                   "plan.yaml");
        QVERIFY2(read.has_value(), read ? "" : read.error().text().c_str());
        QCOMPARE(read->images.at(""), "example.com/web:2");
        QCOMPARE(read->images.at("sidecar"), "example.com/proxy:9");
        QVERIFY(!read->pause && read->check == Time(90'000) && !read->keep && read->duration == Time(7'200'000));
        QVERIFY(read->rule.by == Rule::By::Cookie && read->rule.name == "beta");
        QCOMPARE(read->checks.prometheus->most, 0.01);
        const auto again = readPlan(planText(*read), "record");
        QVERIFY2(again.has_value(), again ? "" : again.error().text().c_str());
        QVERIFY(*again == *read);
    }

    void aMistakeIsToldWithItsPlace_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("words");
        const auto row = [](const char *name, const char *text, const char *field, const char *line, const char *words) {
            QTest::newRow(name) << QString::fromLatin1(text) << QString::fromLatin1(field) << QString::fromLatin1(line) << QString::fromLatin1(words);
        };
        row("no deployment", "image: a:2\n", "deployment", "", "it is missing");
        row("no image", "deployment: web\n", "image", "", "it is missing");
        row("strategy", "deployment: web\nimage: a:2\nstrategy: canray\n", "strategy", "3", "canray");
        row("unknown", "deployment: web\nimage: a:2\n\nimgae: b\n", "imgae", "4", "no such field");
        row("unknown below", "deployment: web\nimage: a:2\nchecks: {htp: {}}\n", "checks.htp", "3", "no such field");
        row("steps down", "deployment: web\nimage: a:2\nsteps: [20, 10]\n", "steps", "3", "more than the one before");
        row("steps 100", "deployment: web\nimage: a:2\nsteps: [100]\n", "steps", "3", "from 1 to 99");
        row("no steps", "deployment: web\nimage: a:2\nsteps: []\n", "steps", "3", "no step");
        row("time", "deployment: web\nimage: a:2\npause: soon\n", "pause", "3", "soon");
        row("share", "deployment: web\nimage: a:2\nshare: 0\n", "share", "3", "from 1 to 100");
        row("two rules", "deployment: web\nimage: a:2\nrule: {cookie: a, device: mobile}\n", "rule.header", "", "one of");
        row("device", "deployment: web\nimage: a:2\nrule: {device: fridge}\n", "rule.device", "3", "fridge");
        row("header", "deployment: web\nimage: a:2\nrule: {header: 'a b', value: x}\n", "rule.header", "3", "no name of a header");
        row("path", "deployment: web\nimage: a:2\nchecks: {http: {path: healthz}}\n", "checks.http.path", "3", "does not begin with /");
        row("prometheus", "deployment: web\nimage: a:2\nchecks: {prometheus: {address: 'http://x', query: y}}\n", "checks.prometheus.address", "3", "NAMESPACE/SERVICE:PORT");
        row("surge", "deployment: web\nimage: a:2\nmaxSurge: many\n", "maxSurge", "3", "many");
        row("a list", "- deployment: web\n", "", "", "no plan");
    }
    void aMistakeIsToldWithItsPlace()
    {
        QFETCH(QString, text);
        QFETCH(QString, field);
        QFETCH(QString, line);
        QFETCH(QString, words);
        const auto read = readPlan(text.toStdString(), "plan.yaml");
        QVERIFY(!read);
        QCOMPARE(read.error().kind, ErrorKind::Invalid);
        QVERIFY2(read.error().message.find(words.toStdString()) != std::string::npos, read.error().message.c_str());
        QVERIFY2(read.error().message.find(field.toStdString()) != std::string::npos, read.error().message.c_str());
        for (const auto &[key, value] : read.error().context) {
            if (key == "line" && !line.isEmpty())
                QCOMPARE(value, line.toStdString());
        }
    }

    void whatThePreviewAssumedIsOrdered()
    {
        strategy::Parameters parameters;
        parameters.name = "web";
        parameters.spec.maxSurge = {1, false};
        parameters.canarySteps = {20, 40};
        parameters.canaryPause = 12s;
        parameters.abShare = 35;
        parameters.shadowShare = 60;
        const Plan canary = planOf(parameters, Strategy::Canary, "shop", "web:2");
        QVERIFY(canary.steps == std::vector({20, 40}) && canary.pause == Time(12'000) && canary.router == Router::Service);
        QVERIFY((canary.maxSurge == Amount{1, false}));
        QCOMPARE(planOf(parameters, Strategy::AB, "shop", "web:2").share, 35);
        QCOMPARE(planOf(parameters, Strategy::Shadow, "shop", "web:2").share, 60);
    }
};

QTEST_APPLESS_MAIN(TestPlan)
#include "tst_plan.moc"
