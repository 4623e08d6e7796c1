#include "kube/compare.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace timonier;

namespace {

Row rowOf(std::string_view text, std::int64_t number, std::string_view ns = "n", std::string_view name = "a", std::uint64_t uid = 1)
{
    Row row;
    row.uid = {uid, uid};
    row.ns = ns;
    row.name = name;
    row.cells = {{text, number}};
    return row;
}

} // namespace

class TestCompare : public QObject
{
    Q_OBJECT

private slots:
    void cellsOrderByWhatTheyMean_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<QByteArrayList>("texts");
        QTest::addColumn<QList<qint64>>("numbers"); // in ascending order
        const auto none = [](qsizetype n) { return QByteArrayList(n, QByteArray()); };
        QTest::newRow("text") << static_cast<int>(CellType::Text)
                              << QByteArrayList{"", "a", "aaaaaaaab", "aaaaaaaac", "aaaaaaaac1", "b", "\xc3\xa9"} << QList<qint64>(7, 0);
        QTest::newRow("number") << static_cast<int>(CellType::Number) << none(5) << QList<qint64>{noNumber, -5, 0, 3, 1'000'000};
        QTest::newRow("age, the youngest first") << static_cast<int>(CellType::Time) << none(4) << QList<qint64>{2000, 1000, -5, 0};
        QTest::newRow("restarts") << static_cast<int>(CellType::Restarts) << none(5)
                                  << QList<qint64>{restarts(0, 0), restarts(1, 0), restarts(1, 1700000000), restarts(2, 5), restarts(9'999'999, 0)};
        QTest::newRow("duration, what still lasts at the end") << static_cast<int>(CellType::Duration) << none(6)
                                  << QList<qint64>{noNumber, 0, 7, 1'000'000, -2000, -1000};
    }
    void cellsOrderByWhatTheyMean()
    {
        QFETCH(int, type);
        QFETCH(QByteArrayList, texts);
        QFETCH(QList<qint64>, numbers);
        const auto cellType = static_cast<CellType>(type);
        for (qsizetype i = 0; i < texts.size(); ++i) {
            for (qsizetype j = 0; j < texts.size(); ++j) {
                const std::string textA = texts[i].toStdString(), textB = texts[j].toStdString();
                const Row a = rowOf(textA, numbers[i]);
                const Row b = rowOf(textB, numbers[j]);
                const int order = compare(a, b, 0, cellType);
                QCOMPARE(order, i < j ? -1 : i > j ? 1 : 0);
                const auto keyA = sortKey(a, 0, cellType), keyB = sortKey(b, 0, cellType);
                QVERIFY(keyA == keyB || (keyA < keyB) == (order < 0));
            }
        }
    }

    void equalCellsOrderByNamespaceNameAndUid()
    {
        const Row rows[] = {rowOf("x", 0, "a", "z", 9), rowOf("x", 0, "b", "a", 5), rowOf("x", 0, "b", "b", 1), rowOf("x", 0, "b", "b", 2)};
        for (std::size_t i = 0; i < std::size(rows); ++i) {
            for (std::size_t j = 0; j < std::size(rows); ++j)
                QCOMPARE(compare(rows[i], rows[j], 0, CellType::Text), i < j ? -1 : i > j ? 1 : 0);
        }
    }

    void aRowWithoutTheCellComesFirst()
    {
        Row blank = rowOf("", 0);
        blank.cells.clear();
        QCOMPARE(compare(blank, rowOf("", noNumber), 0, CellType::Number), -1);
        QCOMPARE(compare(rowOf("", 0), blank, 0, CellType::Text), 1);
        QCOMPARE(compare(blank, blank, 0, CellType::Text), 0);
    }
};

QTEST_GUILESS_MAIN(TestCompare)
#include "tst_compare.moc"
