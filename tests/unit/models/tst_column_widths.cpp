// Who gets the room, and who gives way first.
#include "ui/models/column_widths.h"

#include <QTest>

#include <numeric>
#include <random>

using namespace timonier;

namespace {

// name, status, cpu with a curve, images that can be spared
std::vector<ColumnNeed> some()
{
    return {{.natural = 300, .least = 140, .elastic = true},
            {.natural = 100, .least = 60, .elastic = true},
            {.natural = 140, .least = 140, .picture = 68},
            {.natural = 400, .least = 80, .spare = true, .elastic = true}};
}

} // namespace

class tst_column_widths : public QObject
{
    Q_OBJECT
private slots:
    void room_is_shared_in_this_order_data()
    {
        QTest::addColumn<int>("room");
        QTest::addColumn<QList<int>>("widths");
        QTest::newRow("all there is") << 940 << QList<int>{300, 100, 140, 400};
        QTest::newRow("more: texts take it") << 1100 << QList<int>{360, 120, 140, 480};
        QTest::newRow("the spare one is cut first") << 700 << QList<int>{300, 100, 140, 160};
        QTest::newRow("and left out before another is cut") << 600 << QList<int>{345, 115, 140, 0};
        QTest::newRow("then long texts") << 500 << QList<int>{260, 100, 140, 0};
        QTest::newRow("then pictures") << 372 << QList<int>{200, 100, 72, 0};
        QTest::newRow("then short texts, and the rest of the name") << 290 << QList<int>{151, 67, 72, 0};
        QTest::newRow("nothing is less than its least") << 100 << QList<int>{140, 60, 72, 0};
    }
    void room_is_shared_in_this_order()
    {
        QFETCH(int, room);
        QFETCH(QList<int>, widths);
        const std::vector<int> got = shareWidth(some(), room);
        QCOMPARE(QList<int>(got.begin(), got.end()), widths);
    }
    void the_room_is_used_to_the_last_pixel()
    {
        std::mt19937 random(1);
        for (int round = 0; round < 2000; ++round) {
            std::vector<ColumnNeed> needs(1 + random() % 14);
            int fixed = 0;
            for (ColumnNeed &need : needs) {
                need.elastic = random() % 2 || &need == &needs.front();
                need.natural = 40 + static_cast<int>(random() % 300);
                need.least = need.elastic ? static_cast<int>(random() % static_cast<unsigned>(need.natural)) : need.natural;
                need.picture = need.elastic ? 0 : static_cast<int>(random() % 40);
                need.spare = &need != &needs.front() && random() % 3 == 0;
                fixed += need.spare ? 0 : need.least - need.picture;
            }
            const int room = static_cast<int>(random() % 2500);
            const std::vector<int> widths = shareWidth(needs, room);
            const int sum = std::reduce(widths.begin(), widths.end());
            if (fixed <= room)
                QCOMPARE(sum, room);
            for (const int width : widths)
                QVERIFY(width >= 0);
        }
    }
    void a_long_list_gives_way_before_an_address()
    {
        const std::vector<int> got = shareWidth({{.natural = 150, .least = 128, .elastic = true},
                                                 {.natural = 125, .least = 80, .elastic = true},
                                                 {.natural = 360, .least = 72, .elastic = true}},
                                                500);
        QCOMPARE(QList<int>(got.begin(), got.end()), (QList<int>{150, 125, 225}));
    }
    void nothing_needs_nothing() { QVERIFY(shareWidth({}, 100).empty()); }
};

QTEST_GUILESS_MAIN(tst_column_widths)
#include "tst_column_widths.moc"
