// The past of CPU and memory: at most so many samples, places that are never mixed up, figures that fit.
#include "kube/metrics_history.h"
#include "kube/metrics_poller.h"

#include <QTest>

#include <random>

using namespace timonier;

class TestMetricsHistory : public QObject
{
    Q_OBJECT

private slots:
    void eachKeepsItsOwnPast()
    {
        MetricsHistory history;
        std::mt19937 random(5);
        std::map<std::string, std::deque<std::int64_t>> past; // -1: not there
        MetricsSnapshot snapshot;
        for (std::int64_t step = 0; step < 120; ++step) {
            snapshot = {};
            for (int i = 0; i < 30; ++i) {
                // A pod lives for some samples, and comes back after long enough to have been forgotten, or not.
                const std::string name = "n/p" + std::to_string(i);
                const bool there = (step / (3 + i)) % 2 == 0;
                if (there)
                    snapshot.usage[name] = {.cpu = step * 100 + i, .memory = (step * 7 + i) << 20};
                auto &figures = past[name];
                figures.push_back(there ? step * 100 + i : -1);
                if (figures.size() > MetricsSnapshot::mostSamples)
                    figures.pop_front();
            }
            history.add(snapshot);
            QCOMPARE(snapshot.samples.size(), std::min<std::size_t>(static_cast<std::size_t>(step) + 1, MetricsSnapshot::mostSamples));
            for (const auto &[name, usage] : snapshot.usage) {
                for (std::size_t sample = 0; sample < snapshot.samples.size(); ++sample) {
                    const UsagePoint point = snapshot.at(sample, usage.place);
                    const std::int64_t wanted = past[name][past[name].size() - snapshot.samples.size() + sample];
                    QCOMPARE(point.cpu == UsagePoint::none ? -1 : std::int64_t(point.cpu), wanted);
                }
            }
        }
        QVERIFY(snapshot.samples.back()->size() <= 30);
    }
    void tenThousandPodsTakeLittle()
    {
        MetricsHistory history;
        MetricsSnapshot snapshot;
        for (int step = 0; step < 40; ++step) {
            snapshot = {};
            for (int i = 0; i < 10'000; ++i)
                snapshot.usage["n/p" + std::to_string(i + step * 100)] = {.cpu = 1, .memory = 1 << 20};
            history.add(snapshot);
        }
        std::size_t bytes = 0;
        for (const auto &sample : snapshot.samples)
            bytes += sample->size() * sizeof(UsagePoint);
        QVERIFY2(bytes < 3'000'000, qPrintable(QString::number(bytes)));
    }
    void figuresThatDoNotFitAreTheLargest()
    {
        MetricsHistory history;
        MetricsSnapshot snapshot;
        snapshot.usage["a"] = {.cpu = INT64_MAX, .memory = INT64_MAX};
        snapshot.usage["b"] = {.cpu = -4, .memory = -4};
        history.add(snapshot);
        QCOMPARE(snapshot.at(0, snapshot.usage["a"].place).memory, UsagePoint::none - 1);
        QCOMPARE(snapshot.at(0, snapshot.usage["b"].place).cpu, 0u);
    }
    void aListIsReadInPieces()
    {
        const std::string list =
            "{\"kind\":\"PodMetricsList\",\"items\":[{\"metadata\":{\"name\":\"a\",\"namespace\":\"n\"},\"containers\":[{\"usage\":{\"cpu\":\"250m\","
            "\"memory\":\"1Mi\"}},{\"usage\":{\"cpu\":\"1\",\"memory\":\"1Mi\"}}]},{\"metadata\":{\"name\":\"node\"},\"usage\":{\"cpu\":\"7n\",\"memory\":\"5Ki\"}}]}";
        for (std::size_t piece = 1; piece < list.size(); piece += 7) {
            MetricsReader reader;
            for (std::size_t at = 0; at < list.size(); at += piece)
                QVERIFY(reader.feed(std::string_view(list).substr(at, piece)));
            const auto read = reader.finish();
            QVERIFY(read);
            QCOMPARE(read->usage.size(), std::size_t(2));
            QCOMPARE(read->usage.at("n/a").cpu, std::int64_t(1250));
            QCOMPARE(read->usage.at("n/a").memory, std::int64_t(2) << 20);
            QCOMPARE(read->usage.at("node").cpu, std::int64_t(1));
            QCOMPARE(read->usage.at("node").memory, std::int64_t(5) << 10);
        }
    }
    void whatIsNoListIsAnError_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("no JSON") << QByteArray("<html>");
        QTest::newRow("no list") << QByteArray("{\"kind\":\"x\"}");
        QTest::newRow("cut") << QByteArray("{\"items\":[{\"metadata\":{\"na");
    }
    void whatIsNoListIsAnError()
    {
        QFETCH(QByteArray, body);
        MetricsReader reader;
        const auto fed = reader.feed({body.constData(), static_cast<std::size_t>(body.size())});
        QVERIFY(!fed || !reader.finish());
    }
};

QTEST_GUILESS_MAIN(TestMetricsHistory)
#include "tst_metrics_history.moc"
