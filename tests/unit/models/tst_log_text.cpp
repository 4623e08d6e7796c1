// What a container writes must do nothing to a window.
#include "ui/models/log_text.h"

#include <QTest>

using namespace timonier;
using namespace Qt::StringLiterals;

class tst_log_text : public QObject
{
    Q_OBJECT
private slots:
    void a_stamp_is_told_from_the_text_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QByteArray>("stamp");
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("both") << QByteArray("2026-11-22T07:30:00.5Z a b") << QByteArray("2026-11-22T07:30:00.5Z") << QByteArray("a b");
        QTest::newRow("an empty line") << QByteArray("2026-11-22T07:30:00Z ") << QByteArray("2026-11-22T07:30:00Z") << QByteArray("");
        QTest::newRow("no stamp") << QByteArray("a b") << QByteArray("") << QByteArray("a b");
        QTest::newRow("one long word") << QByteArray(200, 'x') << QByteArray("") << QByteArray(200, 'x');
        QTest::newRow("nothing") << QByteArray("") << QByteArray("") << QByteArray("");
    }
    void a_stamp_is_told_from_the_text()
    {
        QFETCH(QByteArray, line);
        const StampedLine parts = splitStamp({line.constData(), static_cast<std::size_t>(line.size())});
        QTEST(QByteArray(parts.stamp.data(), static_cast<qsizetype>(parts.stamp.size())), "stamp");
        QTEST(QByteArray(parts.text.data(), static_cast<qsizetype>(parts.text.size())), "text");
    }

    void stamps_are_ordered_as_times()
    {
        QVERIFY(momentOf("2026-11-22T07:30:00.12Z") < momentOf("2026-11-22T07:30:00.123Z"));
        QVERIFY(momentOf("2026-11-22T07:30:00.9Z") < momentOf("2026-11-22T07:30:01Z"));
        QVERIFY(momentOf("2026-11-22T07:30:00.120Z") == momentOf("2026-11-22T07:30:00.12Z"));
        QVERIFY(momentOf("2026-11-22T08:30:00+01:00") == momentOf("2026-11-22T07:30:00Z"));
    }

    void text_does_nothing_to_a_window_data()
    {
        QTest::addColumn<QByteArray>("written");
        QTest::addColumn<QString>("shown");
        QTest::newRow("plain") << QByteArray("GET / 200") << u"GET / 200"_s;
        QTest::newRow("colours") << QByteArray("\x1b[1;31merror\x1b[0m: no") << u"error: no"_s;
        QTest::newRow("an unfinished sequence") << QByteArray("a\x1b[12;") << u"a"_s;
        QTest::newRow("a lone escape") << QByteArray("a\x1b") << u"a"_s;
        QTest::newRow("a window title") << QByteArray("a\x1b]0;evil\ab") << u"ab"_s;
        QTest::newRow("a link") << QByteArray("\x1b]8;;http://x\x1b\\text\x1b]8;;\x1b\\") << u"text"_s;
        QTest::newRow("bell and null") << QByteArray("a\x07\x00z", 4) << u"a\u2407\u2400z"_s;
        QTest::newRow("a tab stays") << QByteArray("a\tb") << u"a\tb"_s;
        QTest::newRow("CRLF") << QByteArray("a\r") << u"a"_s;
        QTest::newRow("a carriage return inside") << QByteArray("10%\r20%") << u"10%\u240d20%"_s;
        QTest::newRow("what turns the direction") << QByteArray("a\u202eb\u2066c") << u"a\u00b7b\u00b7c"_s;
        QTest::newRow("line separators") << QByteArray("a\u2028b") << u"a\u00b7b"_s;
        QTest::newRow("C1 controls") << QByteArray("a\u009bb") << u"a\u00b7b"_s;
        QTest::newRow("no UTF-8") << QByteArray("a\xff" "b") << u"a\ufffdb"_s;
        QTest::newRow("other scripts") << QByteArray("\u00e9\u4e2d\U0001F600") << u"\u00e9\u4e2d\U0001F600"_s;
        QTest::newRow("looks like HTML") << QByteArray("<b>no</b>") << u"<b>no</b>"_s;
    }
    void text_does_nothing_to_a_window()
    {
        QFETCH(QByteArray, written);
        QTEST(shownText({written.constData(), static_cast<std::size_t>(written.size())}), "shown");
    }

    void a_very_long_line_is_cut_and_says_so()
    {
        const QString shown = shownText(std::string(1'000'000, 'x'));
        QCOMPARE(shown.left(mostShown), QString(mostShown, u'x'));
        QCOMPARE(shown.mid(mostShown), u" \u2026 [996,000 more characters]"_s);
        QCOMPARE(shownText(std::string(static_cast<std::size_t>(mostShown), 'x')).size(), mostShown);
    }
};

QTEST_GUILESS_MAIN(tst_log_text)
#include "tst_log_text.moc"
