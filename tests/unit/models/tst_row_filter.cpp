#include "fake_rows.h"
#include "ui/models/row_filter.h"
#include "ui/models/search_keys.h"

#include <QTest>

using namespace timonier;

class tst_row_filter : public QObject
{
    Q_OBJECT
private slots:
    void finds_data();
    void finds();
    void a_wrong_expression_says_so_and_finds_nothing();
    void one_more_letter_narrows_and_a_negated_one_does_not();
    void keys_survive_compaction();
};

void tst_row_filter::finds_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("found");
    const auto row = [](const char *text, bool found) { QTest::newRow(text) << QString::fromUtf8(text) << found; };
    row("", true);
    row("   ", true);
    row("web", true);
    row("WEB", true);
    row("prod", true);
    row("running", true);
    row("web prod", true);
    row("web staging", false);
    row("-staging", true);
    row("-web", false);
    row("-", true);
    row("label=app", true);
    row("label=app=shop", true);
    row("label=app=sho", true);
    row("label=pp=shop", false);
    row("label=tier=back", false);
    row("-label=tier=back", true);
    row("label=", true);
    row("/^web-/", true);
    row("/^prod$/", true);
    row("/^eb/", false);
    row("/W.B-[0-9]+/", true);
    row("/web-[0-9]", true);
    row("-/web/", false);
    row("/", true);
    row("/a b/", false);
    row("/web/ prod", true);
    row("/web/ staging", false);
    row("ünï", true);
    row("ÜNÏ", true);
}

void tst_row_filter::finds()
{
    QFETCH(QString, text);
    const RowPtr pod = makeRow({1, 1}, {.name = "Web-42-ÜNÏ", .ns = "prod", .labels = "app=shop,tier=front"});
    SearchKeys keys;
    keys.set(0, *pod, podColumns());
    QTEST(RowFilter::parse(text).accepts(*pod, keys.of(0)), "found");
}

void tst_row_filter::a_wrong_expression_says_so_and_finds_nothing()
{
    const RowFilter filter = RowFilter::parse(QStringLiteral("/web(/"));
    QVERIFY(!filter.problem().isEmpty());
    const RowPtr pod = makeRow({1, 1}, {.name = "web"});
    QVERIFY(!filter.accepts(*pod, "web\n"));
}

void tst_row_filter::one_more_letter_narrows_and_a_negated_one_does_not()
{
    const auto parse = [](const char *text) { return RowFilter::parse(QString::fromLatin1(text)); };
    QVERIFY(parse("web").narrows(parse("we")));
    QVERIFY(parse("web x").narrows(parse("web")));
    QVERIFY(parse("web").narrows(parse("")));
    QVERIFY(!parse("we").narrows(parse("web")));
    QVERIFY(!parse("-web").narrows(parse("-we")));
    QVERIFY(!parse("/web").narrows(parse("/we")));
    QVERIFY(!parse("").narrows(parse("w")));
}

void tst_row_filter::keys_survive_compaction()
{
    SearchKeys keys;
    for (int round = 0; round < 40; ++round) {
        for (std::size_t slot = 0; slot < 500; ++slot)
            keys.set(slot, *makeRow({1, 1}, {.name = fmt::format("pod-{}-{}", slot, round)}), podColumns());
    }
    for (std::size_t slot = 0; slot < 500; ++slot)
        QVERIFY(keys.of(slot).starts_with(fmt::format("pod-{}-39\ndefault\n", slot)));
}

QTEST_GUILESS_MAIN(tst_row_filter)
#include "tst_row_filter.moc"
