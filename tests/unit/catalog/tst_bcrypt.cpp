#include "catalog/bcrypt.h"
#include "catalog/secrets.h"

#include <QTest>

#include <set>

using namespace timonier;
using namespace timonier::catalog;

class TestBcrypt : public QObject
{
    Q_OBJECT
private slots:
    // From the test vectors of crypt_blowfish (Openwall), with the marker of today.
    void itIsTheHashThatOthersMake_data()
    {
        QTest::addColumn<std::string>("password");
        QTest::addColumn<std::string>("hash");
        QTest::newRow("short") << std::string("U*U") << std::string("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW");
        QTest::newRow("longer") << std::string("U*U*") << std::string("$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK");
        QTest::newRow("another salt") << std::string("U*U*U") << std::string("$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a");
        QTest::newRow("nothing") << std::string() << std::string("$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy");
    }
    void itIsTheHashThatOthersMake()
    {
        QFETCH(std::string, password);
        QFETCH(std::string, hash);
        QVERIFY(bcryptMatches(Secret(password), hash));
        QVERIFY(!bcryptMatches(Secret(password + "x"), hash));
    }

    void eachHashHasASaltOfItsOwn()
    {
        const auto one = bcrypt(Secret("correct horse"), 4), two = bcrypt(Secret("correct horse"), 4);
        QVERIFY(one && two && *one != *two);
        QCOMPARE(one->size(), std::size_t(60));
        QVERIFY(one->starts_with("$2b$04$"));
        QVERIFY(bcryptMatches(Secret("correct horse"), *one) && bcryptMatches(Secret("correct horse"), *two) && !bcryptMatches(Secret("correct horsf"), *one));
    }

    void nothingIsCutOffInSilence()
    {
        QVERIFY(bcrypt(Secret(std::string(72, 'x')), 4));
        QVERIFY(!bcrypt(Secret(std::string(73, 'x')), 4));
        QVERIFY(!bcrypt(Secret(std::string("a\0b", 3)), 4));
    }

    void whatIsNoHashMatchesNothing()
    {
        for (const char *text : {"", "12341234", "$2b$12$short", "$2b$99$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy", "$2b$05$CCCC!CCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy"})
            QVERIFY(!bcryptMatches(Secret(""), text));
    }

    void whatIsMadeUpIsLettersAndDigits()
    {
        std::set<char> letters;
        for (int i = 0; i < 50; ++i) {
            const auto made = generated(40);
            QVERIFY(made);
            QCOMPARE(made->reveal().size(), std::size_t(40));
            for (const char c : made->reveal()) {
                QVERIFY((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'));
                letters.insert(c);
            }
        }
        QCOMPARE(letters.size(), std::size_t(62));
    }
};

QTEST_GUILESS_MAIN(TestBcrypt)
#include "tst_bcrypt.moc"
