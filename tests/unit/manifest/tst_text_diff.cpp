// Differences as diff -u writes them, and what a patch makes of an object on paper.
#include "../kube/fake_transport.h"
#include "manifest/object_change.h"
#include "manifest/text_diff.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace timonier;

namespace {

std::string lines(std::mt19937 &random, int count)
{
    std::string text;
    for (int i = 0; i < count; ++i)
        text += std::string(1, char('a' + random() % 4)) + "\n";
    return text;
}

// Applies a unified diff; the test of the whole: after it the one text is the other.
QStringList patched(const QStringList &before, const QString &diff)
{
    QStringList after;
    qsizetype at = 0;
    for (const QString &line : diff.split('\n', Qt::SkipEmptyParts)) {
        if (line.startsWith("---") || line.startsWith("+++"))
            continue;
        if (line.startsWith("@@")) {
            const QStringList numbers = line.section(' ', 1, 1).mid(1).split(',');
            const qsizetype from = numbers[1].toInt() ? numbers[0].toInt() - 1 : numbers[0].toInt();
            while (at < from)
                after << before[at++];
        } else if (line.startsWith(' ')) {
            after << before[at++];
        } else if (line.startsWith('-')) {
            ++at;
        } else {
            after << line.mid(1);
        }
    }
    while (at < before.size())
        after << before[at++];
    return after;
}

} // namespace

class TestTextDiff : public QObject
{
    Q_OBJECT
private slots:
    void the_same_has_no_difference()
    {
        QVERIFY(unifiedDiff("a\nb\n", "a\nb\n", "x", "y").empty());
        QVERIFY(unifiedDiff("a\nb\n", "a\nb", "x", "y").empty());
        QVERIFY(unifiedDiff("", "", "x", "y").empty());
    }
    void a_changed_line_stands_in_its_context()
    {
        QCOMPARE(unifiedDiff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n", "now", "after"),
                 std::string("--- now\n+++ after\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"));
    }
    void far_changes_have_hunks_of_their_own()
    {
        std::string before, after;
        for (int i = 0; i < 40; ++i) {
            before += std::to_string(i) + "\n";
            after += (i == 3 || i == 30 ? "x" : std::to_string(i)) + "\n";
        }
        QCOMPARE(QString::fromStdString(unifiedDiff(before, after, "a", "b")).count("@@ -"), 2);
    }
    void whatever_it_says_leads_from_one_to_the_other()
    {
        std::mt19937 random(5);
        for (int i = 0; i < 400; ++i) {
            const std::string before = lines(random, int(random() % 12)), after = lines(random, int(random() % 12));
            const QString diff = QString::fromStdString(unifiedDiff(before, after, "a", "b", int(random() % 4)));
            QCOMPARE(patched(QString::fromStdString(before).split('\n', Qt::SkipEmptyParts), diff), QString::fromStdString(after).split('\n', Qt::SkipEmptyParts));
        }
    }
    void a_patch_on_paper_merges_containers_by_name()
    {
        const auto change = mergedOnPaper("{\"kind\":\"Deployment\",\"metadata\":{\"name\":\"w\",\"generation\":3},\"spec\":{\"a\":1,\"containers\":[{\"name\":\"x\",\"image\":\"x:1\",\"p\":2},"
                                          "{\"name\":\"y\",\"image\":\"y:1\"}]},\"status\":{\"replicas\":1}}",
                                          "{\"spec\":{\"a\":null,\"containers\":[{\"name\":\"x\",\"image\":\"x:2\"}]}}");
        QVERIFY(change.has_value());
        const std::string diff = unifiedDiff(change->before, change->after, "a", "b");
        QVERIFY2(diff.find("-  a: 1") != std::string::npos, diff.c_str());
        QVERIFY2(diff.find("+  - image: x:2") != std::string::npos || diff.find("+    image: x:2") != std::string::npos, diff.c_str());
        QVERIFY(change->after.find("p: 2") != std::string::npos);
        QVERIFY(change->after.find("y:1") != std::string::npos);
        QVERIFY(change->before.find("status") == std::string::npos);
        QVERIFY(change->before.find("generation") == std::string::npos);
    }
    void the_server_says_what_it_would_make_of_it()
    {
        test::FakeTransport transport;
        transport.answer = [](const Request &request) {
            const bool dry = request.path.find("dryRun=All") != std::string::npos;
            return test::reply(200, std::string("{\"metadata\":{\"name\":\"w\",\"generation\":") + (dry ? "2" : "1") + "},\"spec\":{\"replicas\":" + (dry ? "3" : "1") + "}}");
        };
        const auto change = dryRun(transport, "/x", "{\"spec\":{\"replicas\":3}}", {});
        QVERIFY(change.has_value());
        QCOMPARE(transport.requests.size(), std::size_t(2));
        QCOMPARE(transport.requests[1].method, std::string("PATCH"));
        QCOMPARE(transport.requests[1].contentType, std::string("application/strategic-merge-patch+json"));
        const std::string diff = unifiedDiff(change->before, change->after, "a", "b");
        QVERIFY2(diff.find("-  replicas: 1\n+  replicas: 3\n") != std::string::npos, diff.c_str());
        QVERIFY(diff.find("generation") == std::string::npos);
        transport.answer = [](const Request &request) { return request.method == "PATCH" ? test::reply(403, "{}") : test::reply(200, "{\"metadata\":{}}"); };
        const auto refused = dryRun(transport, "/x", "{}", {});
        QVERIFY(!refused && refused.error().kind == ErrorKind::Forbidden);
    }
    void what_is_no_patch_is_refused()
    {
        QVERIFY(!mergedOnPaper("{}", "[]").has_value());
        QVERIFY(!mergedOnPaper("nothing", "{}").has_value());
    }
};

QTEST_GUILESS_MAIN(TestTextDiff)
#include "tst_text_diff.moc"
