// What a table says of itself: true, with the reason, and with what comes next.
#include "ui/models/status_words.h"

#include <QTest>

using namespace timonier;
using namespace std::chrono_literals;

namespace {

using Time = std::chrono::system_clock::time_point;

TableStatus statusOf(ReflectorState state, bool complete, std::optional<Error> error = {})
{
    const Time now = std::chrono::system_clock::now();
    return {state, std::move(error), now, now, {}, complete};
}

QString textOf(const TableStatus &status, qsizetype rows = 0, Time now = std::chrono::system_clock::now())
{
    return wordsFor(status, QStringLiteral("pods"), true, {}, rows, now).text;
}

} // namespace

class tst_status_words : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QLocale::setDefault(QLocale(QStringLiteral("en"))); }
    void each_state_has_words_and_a_tone_data();
    void each_state_has_words_and_a_tone();
    void loading_counts_its_rows();
    void a_server_or_a_plugin_that_says_nothing_is_noticed();
    void stale_says_since_when_why_and_when_it_tries_again();
    void what_was_never_complete_is_not_stale();
    void yesterday_is_said_with_its_date();
    void a_refusal_names_the_kind_and_the_place();
};

void tst_status_words::each_state_has_words_and_a_tone_data()
{
    QTest::addColumn<int>("state");
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("tone");
    QTest::addColumn<bool>("retry");
    const auto row = [](ReflectorState state, const char *text, Tone tone, bool retry) {
        QTest::newRow(text) << static_cast<int>(state) << QString::fromUtf8(text) << static_cast<int>(tone) << retry;
    };
    row(ReflectorState::Stopped, "Connecting …", Tone::Busy, false);
    row(ReflectorState::Listing, "Loading …", Tone::Busy, false);
    row(ReflectorState::Watching, "Live", Tone::Good, false);
    row(ReflectorState::Relisting, "Reading the list again …", Tone::Busy, false);
    row(ReflectorState::Forbidden, "You may not list pods in all namespaces", Tone::Bad, true);
}

void tst_status_words::each_state_has_words_and_a_tone()
{
    QFETCH(int, state);
    QFETCH(QString, text);
    QFETCH(int, tone);
    QFETCH(bool, retry);
    const auto status = statusOf(static_cast<ReflectorState>(state), true);
    const StatusWords words = wordsFor(status, QStringLiteral("pods"), true, {}, 0, std::chrono::system_clock::now());
    QCOMPARE(words.text, text);
    QCOMPARE(static_cast<int>(words.tone), tone);
    QCOMPARE(words.canRetry, retry);
}

void tst_status_words::loading_counts_its_rows()
{
    QCOMPARE(textOf(statusOf(ReflectorState::Listing, false), 1234), QStringLiteral("Loading … 1,234 rows"));
}

void tst_status_words::a_server_or_a_plugin_that_says_nothing_is_noticed()
{
    const TableStatus status = statusOf(ReflectorState::Listing, false);
    QCOMPARE(textOf(status, 0, status.since + 3s), QStringLiteral("Loading …"));
    QVERIFY(textOf(status, 0, status.since + 40s).startsWith(QStringLiteral("Waiting for 40 s: for the server, or for the program")));
    QVERIFY(textOf(status, 7, status.since + 40s).startsWith(QStringLiteral("Loading")));
}

void tst_status_words::stale_says_since_when_why_and_when_it_tries_again()
{
    TableStatus status = statusOf(ReflectorState::Stale, true, Error{ErrorKind::Unreachable, "nobody answers"});
    status.retryIn = 8s;
    const QString text = textOf(status, 5, status.since + 3s);
    QVERIFY2(text.startsWith(QStringLiteral("Stale since ")), qPrintable(text));
    QVERIFY2(text.endsWith(QStringLiteral(": nobody answers. Retrying in 5 s")), qPrintable(text));
    QVERIFY(textOf(status, 5, status.since + 9s).endsWith(QStringLiteral("Retrying …")));
}

void tst_status_words::what_was_never_complete_is_not_stale()
{
    const TableStatus status = statusOf(ReflectorState::Stale, false, Error{ErrorKind::Unreachable, "nobody answers"});
    QCOMPARE(textOf(status), QStringLiteral("Not connected: nobody answers"));
    QCOMPARE(wordsFor(status, {}, true, {}, 0, status.since).tone, Tone::Bad);
}

void tst_status_words::yesterday_is_said_with_its_date()
{
    TableStatus status = statusOf(ReflectorState::Stale, true);
    const QString today = textOf(status);
    status.verified -= 48h;
    QVERIFY(textOf(status).size() > today.size());
}

void tst_status_words::a_refusal_names_the_kind_and_the_place()
{
    const TableStatus forbidden = statusOf(ReflectorState::Forbidden, false, Error{ErrorKind::Forbidden, "no"});
    const TableStatus unknown = statusOf(ReflectorState::Forbidden, false, Error{ErrorKind::Unauthorized, "who?"});
    const QString pods = QStringLiteral("pods");
    QCOMPARE(refusalOf(forbidden, QStringLiteral("nodes"), false, {}), QStringLiteral("You may not list nodes"));
    QCOMPARE(refusalOf(forbidden, pods, true, QStringLiteral("team-a")),
             QStringLiteral("You may not list pods in the namespace team-a"));
    const TableStatus missing = statusOf(ReflectorState::Forbidden, false, Error{ErrorKind::NotFound, "no such file"});
    QCOMPARE(refusalOf(missing, pods, true, {}), QStringLiteral("Your credentials cannot be used"));
    QCOMPARE(refusalOf(unknown, pods, true, {}), QStringLiteral("The server does not accept your credentials"));
}

QTEST_GUILESS_MAIN(tst_status_words)
#include "tst_status_words.moc"
