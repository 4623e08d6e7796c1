// The small values everything is made of: Error, Result, Secret.
#include "base/result.h"
#include "base/secret.h"

#include <QTest>

using namespace timonier;

namespace {

Result<int> half(int n)
{
    if (n % 2)
        return fail(ErrorKind::Invalid, "odd", "take an even one");
    return n / 2;
}

Result<int> quarter(int n)
{
    const int once = TRY(half(n));
    return TRY(half(once));
}

} // namespace

class TestValues : public QObject
{
    Q_OBJECT
private slots:
    void everyKindHasItsOwnName()
    {
        std::vector<std::string_view> names;
        for (int kind = 0; kind <= static_cast<int>(ErrorKind::Internal); ++kind) {
            const auto word = name(static_cast<ErrorKind>(kind));
            QVERIFY(!word.empty());
            QVERIFY(std::ranges::find(names, word) == names.end());
            names.push_back(word);
        }
        QCOMPARE(names.size(), 18u);
    }

    void aWrappedErrorKeepsItsKindItsHintAndItsCause()
    {
        const Error outer = Error{.kind = ErrorKind::Io, .message = "disk\nfull", .hint = "free some"}.because("not saved");
        QCOMPARE(outer.kind, ErrorKind::Io);
        QCOMPARE(outer.hint, std::string("free some"));
        QCOMPARE(outer.text(), std::string("not saved: disk full"));
        const Error hinted = Error{.kind = ErrorKind::Io, .message = "m", .hint = "old"}.because("n", "new");
        QCOMPARE(hinted.hint, std::string("new"));
    }

    void aPlaceIsToldWhereTheWordsDoNot()
    {
        QCOMPARE((Error{.message = "wrong"}.with("file", "a.yaml").with("line", "3").with("column", "7").place()), std::string("a.yaml:3:7: "));
        QCOMPARE((Error{.message = "wrong"}.with("line", "3").place()), std::string());
        QCOMPARE((Error{.message = "a.yaml is wrong"}.with("file", "a.yaml").with("line", "3").place()), std::string());
    }

    void contextIsAddedInOrder()
    {
        const Error error = Error{.message = "m"}.with("file", "a").with("line", "3");
        QCOMPARE(error.context, (std::vector<std::pair<std::string, std::string>>{{"file", "a"}, {"line", "3"}}));
    }

    void tryGivesTheValueOrReturnsTheError()
    {
        QCOMPARE(quarter(8).value_or(-1), 2);
        QCOMPARE(quarter(6).error().message, std::string("odd"));
        QCOMPARE(quarter(3).error().hint, std::string("take an even one"));
    }

    void aSecretMovesAndLeavesNothing()
    {
        Secret from("hunter2"); // short: it lies in the string itself
        const char *where = from.reveal().data();
        const Secret to(std::move(from));
        QCOMPARE(to.reveal(), std::string("hunter2"));
        QVERIFY(from.empty());
        for (int i = 0; i < 7; ++i)
            QCOMPARE(where[i], '\0');
    }

    void secretsAreCopiedAssignedAndCompared()
    {
        const Secret one("a");
        Secret two(one);
        QVERIFY(one == two);
        two = Secret("b");
        QVERIFY(!(one == two));
        two = one;
        const Secret &self = two;
        two = self;
        QCOMPARE(two.reveal(), std::string("a"));
        QVERIFY(Secret().empty());
    }
};

QTEST_GUILESS_MAIN(TestValues)
#include "tst_values.moc"
