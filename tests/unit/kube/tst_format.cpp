#include "kube/format.h"
#include "kube/timestamp.h"

#include <QTest>

using namespace timonier;
using namespace std::chrono;

class TestFormat : public QObject
{
    Q_OBJECT

private slots:
    // duration_test.go of k8s.io/apimachinery v0.36: TestHumanDuration and TestHumanDurationBoundaries.
    void durationsReadAsKubectlWritesThem_data()
    {
        QTest::addColumn<qint64>("ms");
        QTest::addColumn<QString>("text");
        constexpr qint64 s = 1000, m = 60 * s, h = 60 * m, d = 24 * h, y = 365 * d;
        const std::pair<qint64, const char *> cases[] = {
            {s, "1s"}, {70 * s, "70s"}, {190 * s, "3m10s"}, {70 * m, "70m"}, {47 * h, "47h"}, {49 * h, "2d1h"},
            {8 * d + 2 * h, "8d"}, {367 * d, "367d"}, {2 * y + 25 * h, "2y1d"}, {8 * y + 2 * h, "8y"},
            {-2 * s, "<invalid>"}, {-2 * s + 1, "0s"}, {0, "0s"}, {s - 1, "0s"}, {2 * m - 1, "119s"}, {2 * m, "2m"},
            {2 * m + s, "2m1s"}, {10 * m - 1, "9m59s"}, {10 * m, "10m"}, {10 * m + s, "10m"}, {3 * h - 1, "179m"},
            {3 * h, "3h"}, {3 * h + m, "3h1m"}, {8 * h - 1, "7h59m"}, {8 * h, "8h"}, {8 * h + 59 * m, "8h"},
            {2 * d - 1, "47h"}, {2 * d, "2d"}, {2 * d + h, "2d1h"}, {8 * d - 1, "7d23h"}, {8 * d, "8d"},
            {8 * d + 23 * h, "8d"}, {2 * y - 1, "729d"}, {2 * y, "2y"}, {2 * y + 23 * h, "2y"},
            {2 * y + 23 * h + 59 * m, "2y"}, {2 * y + d - 1, "2y"}, {2 * y + d, "2y1d"}, {3 * y, "3y"}, {4 * y, "4y"},
            {5 * y, "5y"}, {6 * y, "6y"}, {7 * y, "7y"}, {8 * y - 1, "7y364d"}, {8 * y, "8y"}, {8 * y + 364 * d, "8y"},
            {9 * y, "9y"}};
        for (const auto &[ms, text] : cases)
            QTest::addRow("%lld ms", static_cast<long long>(ms)) << ms << QString::fromLatin1(text);
    }
    void durationsReadAsKubectlWritesThem()
    {
        QFETCH(qint64, ms);
        QFETCH(QString, text);
        QCOMPARE(QString::fromStdString(humanDuration(milliseconds(ms))), text);
    }

    void aCellReadsAsItsTypeSays_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<qint64>("number");
        QTest::addColumn<QByteArray>("shown");
        const auto row = [](const char *name, CellType type, const char *text, std::int64_t number, const char *shown) {
            QTest::newRow(name) << static_cast<int>(type) << QByteArray(text) << static_cast<qint64>(number) << QByteArray(shown);
        };
        row("text", CellType::Text, "x", 5, "x");
        row("number", CellType::Number, "", 5, "5");
        row("no number", CellType::Number, "", noNumber, "");
        row("text for a number", CellType::Number, "<unset>", noNumber, "<unset>");
        row("fraction", CellType::Fraction, "1/2", 0, "1/2");
        row("quantity", CellType::Quantity, "250m", 250, "250m");
        row("age", CellType::Time, "", 1'000'000 - 190, "3m10s");
        row("age of the future", CellType::Time, "", 1'000'100, "<invalid>");
        row("no time", CellType::Time, "", 0, "<unknown>");
        row("no time, with a word for it", CellType::Time, "<none>", 0, "<none>");
        row("no restarts", CellType::Restarts, "", restarts(0, 999'000), "0");
        row("restarts", CellType::Restarts, "", restarts(3, 0), "3");
        row("restarts with the last", CellType::Restarts, "", restarts(3, 1'000'000 - 300), "3 (5m ago)");
        row("took", CellType::Duration, "", 32, "32s");
        row("took nothing", CellType::Duration, "", 0, "0s");
        row("still lasts", CellType::Duration, "", -(1'000'000 - 70), "70s");
        row("not begun", CellType::Duration, "", noNumber, "");
    }
    void aCellReadsAsItsTypeSays()
    {
        QFETCH(int, type);
        QFETCH(QByteArray, text);
        QFETCH(qint64, number);
        QFETCH(QByteArray, shown);
        const Cell cell{{text.constData(), static_cast<std::size_t>(text.size())}, number};
        QCOMPARE(cellText(static_cast<CellType>(type), cell, system_clock::time_point(seconds(1'000'000))), shown.toStdString());
    }

    void timesAreReadAsTheServerWritesThem_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<qint64>("unixTime");
        QTest::newRow("plain") << QByteArray("2024-02-29T12:34:56Z") << qint64(1709210096);
        QTest::newRow("micro") << QByteArray("2024-02-29T12:34:56.123456Z") << qint64(1709210096);
        QTest::newRow("offset") << QByteArray("2024-02-29T14:34:56+02:00") << qint64(1709210096);
        QTest::newRow("west") << QByteArray("2024-02-29T07:04:56.5-05:30") << qint64(1709210096);
        QTest::newRow("before 1970") << QByteArray("1969-12-31T23:59:59Z") << qint64(-1);
        for (const char *bad : {"", "null", "2024-02-30T00:00:00Z", "2024-13-01T00:00:00Z", "2024-01-01", "2024-01-01T00:00:00",
                                "2024-01-01T00:00:00.", "2024-01-01T00:00:00+0200", "2024-01-01T00:00:00Zx", "x024-01-01T00:00:00Z",
                                "2024-01-01T0a:00:00Z"})
            QTest::newRow(bad) << QByteArray(bad) << qint64(0);
    }
    void timesAreReadAsTheServerWritesThem()
    {
        QFETCH(QByteArray, text);
        QFETCH(qint64, unixTime);
        QCOMPARE(static_cast<qint64>(unixSeconds(text.toStdString())), unixTime);
    }

    void aDurationInWordsIsReadBack()
    {
        QCOMPARE(humanSeconds("3m10s"), 190);
        QCOMPARE(humanSeconds("2y1d"), 2 * 31'536'000 + 86'400);
        for (const char *bad : {"", "5", "m", "<unknown>", "2024-01-01T00:00:00Z", "99999999999999999999d5"})
            QCOMPARE(humanSeconds(bad), 0);
    }

    void aTextOfSeveralLinesShowsItsFirst()
    {
        QCOMPARE(oneLine("a\nb"), "a...");
        QCOMPARE(oneLine("a\x1b[31mb"), "a^[[31mb");
        QCOMPARE(oneLine("plain"), "plain");
    }
};

QTEST_GUILESS_MAIN(TestFormat)
#include "tst_format.moc"
