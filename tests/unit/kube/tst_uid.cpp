#include "kube/uid.h"

#include <QTest>

#include <string>

using namespace timonier;

class TestUid : public QObject
{
    Q_OBJECT
private slots:
    void aUuidIsItsOwnBits()
    {
        const Uid uid = Uid::of("01234567-89ab-cdef-0123-456789abcdef");
        QCOMPARE(uid.high, 0x0123456789ABCDEFu);
        QCOMPARE(uid.low, 0x0123456789ABCDEFu);
    }

    void nothingIsNoUid()
    {
        QVERIFY(!Uid::of(""));
        QVERIFY(Uid::of("") == Uid());
    }

    void anyOtherTextIsHashedAndNeverZero_data()
    {
        QTest::addColumn<std::string>("text");
        for (const char *text :
             {"default/web", "x", "01234567-89ab-cdef-0123-456789abcdeg", "01234567-89AB-cdef-0123-456789abcdef",
              "0123456789abcdef0123456789abcdef", "00000000-0000-0000-0000-000000000000", "01234567-89ab-cdef-0123-4567-9abcdef",
              "------------------------------------"})
            QTest::addRow("%s", text) << std::string(text);
    }
    void anyOtherTextIsHashedAndNeverZero()
    {
        QFETCH(std::string, text);
        const Uid uid = Uid::of(text);
        QVERIFY(uid);
        QVERIFY(uid == Uid::of(text));
        QVERIFY(!(uid == Uid::of(text + " ")));
        QVERIFY(!(uid == Uid::of("01234567-89ab-cdef-0123-456789abcdef")));
    }
};

QTEST_GUILESS_MAIN(TestUid)
#include "tst_uid.moc"
