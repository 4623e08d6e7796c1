// The live table against a naive one that sorts and filters everything anew, over random streams of changes.
#include "fake_rows.h"
#include "ui/models/table_model.h"

#include <QAbstractItemModelTester>
#include <QItemSelectionModel>
#include <QSignalSpy>
#include <QTest>

#include <map>
#include <random>

using namespace timonier;
using namespace Qt::StringLiterals;

namespace {

constexpr int restartsColumn = 4; // name, namespace, ready, status, restarts …

Uid uidOf(int number)
{
    return Uid{1, static_cast<std::uint64_t>(number) + 1};
}

FakePod randomPod(std::mt19937 &random, int number)
{
    static const char *states[] = {"Running", "Pending", "Completed", "CrashLoopBackOff"};
    return {.name = fmt::format("web-{:03}-x{}", number % 97, number),
            .ns = fmt::format("team-{}", number % 7),
            .status = states[random() % 4],
            .node = fmt::format("worker-{}", random() % 5),
            .labels = fmt::format("app=a{},tier=front", number % 3),
            .restarts = static_cast<std::int64_t>(random() % 20)};
}

Batch batchOf(std::initializer_list<std::pair<int, FakePod>> pods)
{
    Batch batch;
    for (const auto &[number, pod] : pods)
        batch.changes[uidOf(number)] = makeRow(uidOf(number), pod);
    return batch;
}

QStringList names(const TableModel &model)
{
    QStringList list;
    for (int row = 0; row < model.rowCount(); ++row)
        list << model.index(row, 0).data().toString();
    return list;
}

// Sort all, filter all.
QStringList naive(const std::map<int, FakePod> &pods, const QString &word, bool byRestarts, bool descending)
{
    std::vector<FakePod> all;
    for (const auto &[number, pod] : pods) {
        const std::string text = pod.name + "\n" + pod.ns + "\n" + pod.status + "\n" + pod.node;
        if (QString::fromStdString(text).contains(word, Qt::CaseInsensitive))
            all.push_back(pod);
    }
    std::ranges::sort(all, [&](const FakePod &a, const FakePod &b) {
        if (byRestarts && a.restarts != b.restarts)
            return descending ? a.restarts > b.restarts : a.restarts < b.restarts;
        if (!byRestarts && a.name != b.name)
            return descending ? a.name > b.name : a.name < b.name;
        return std::tie(a.ns, a.name) < std::tie(b.ns, b.name);
    });
    QStringList list;
    for (const FakePod &pod : all)
        list << QString::fromStdString(pod.name);
    return list;
}

} // namespace

class tst_table_model : public QObject
{
    Q_OBJECT
private slots:
    void random_streams_equal_a_naive_table_data();
    void random_streams_equal_a_naive_table();
    void rows_stay_right_with_all_that_stands_beside_them();
    void what_stands_beside_a_row_is_sorted_and_painted();
    void a_curve_is_made_of_the_samples();
    void a_changed_key_waits_for_settling_and_new_rows_still_find_their_place();
    void selection_follows_the_object();
    void a_relist_keeps_rows_that_are_still_there();
    void changes_are_told_in_contiguous_runs();
    void metrics_without_a_server_say_so_and_why();
    void sorting_by_memory_puts_the_largest_first();
    void a_row_with_too_few_cells_is_left_out();
};

void tst_table_model::random_streams_equal_a_naive_table_data()
{
    QTest::addColumn<unsigned>("seed");
    QTest::addColumn<QString>("word");
    QTest::addColumn<int>("largest");
    for (unsigned seed = 1; seed <= 3; ++seed) {
        QTest::addRow("seed %u, all, small batches", seed) << seed << QString() << 10;
        QTest::addRow("seed %u, filtered, small batches", seed) << seed << u"crash"_s << 10;
        QTest::addRow("seed %u, all, large batches", seed) << seed << QString() << 200;
        QTest::addRow("seed %u, filtered, large batches", seed) << seed << u"team-3"_s << 200;
    }
}

void tst_table_model::random_streams_equal_a_naive_table()
{
    QFETCH(unsigned, seed);
    QFETCH(QString, word);
    QFETCH(int, largest);
    std::mt19937 random(seed);
    TableModel model(coreCellRules());
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.begin(podColumns(), {.namespaced = true});
    model.setFilter(word);
    std::map<int, FakePod> pods;
    bool byRestarts = false, descending = false;
    for (int step = 0; step < 60; ++step) {
        Batch batch;
        if (step == 40) { // a relist that has lost some rows
            batch.reset = true;
            std::erase_if(pods, [&random](const auto &) { return random() % 3 == 0; });
            for (const auto &[number, pod] : pods)
                batch.changes[uidOf(number)] = makeRow(uidOf(number), pod);
        }
        for (int count = 1 + static_cast<int>(random() % static_cast<unsigned>(largest)); count > 0; --count) {
            const int number = static_cast<int>(random() % 300);
            if (random() % 4 == 0) {
                pods.erase(number);
                batch.changes[uidOf(number)] = nullptr;
            } else {
                pods[number] = randomPod(random, number);
                batch.changes[uidOf(number)] = makeRow(uidOf(number), pods[number]);
            }
        }
        model.apply(std::move(batch));
        if (random() % 5 == 0) {
            byRestarts = random() % 2;
            descending = random() % 2;
            model.sort(byRestarts ? restartsColumn : 0, descending ? Qt::DescendingOrder : Qt::AscendingOrder);
        }
        // Before settling, what is shown is right even if not where it belongs.
        const QStringList now = names(model);
        QCOMPARE(QSet<QString>(now.begin(), now.end()).size(), model.rowCount());
        if (random() % 2 == 0)
            continue;
        model.settle();
        QCOMPARE(names(model), naive(pods, word, byRestarts, descending));
        QCOMPARE(model.total(), static_cast<qsizetype>(pods.size()));
    }
}

// Metrics, a supplement, filters, sorting by all of them and changes of rows, in any order.
void tst_table_model::rows_stay_right_with_all_that_stands_beside_them()
{
    for (unsigned seed = 1; seed <= 6; ++seed) {
        std::mt19937 random(seed);
        TableModel model(coreCellRules());
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QItemSelectionModel selection(&model);
        model.begin(podColumns(), {.namespaced = true, .metrics = true, .extra = {{u"load"_s, u"Load"_s}, {u"word"_s, u"Word"_s}}});
        std::map<int, FakePod> pods;
        std::map<int, std::int64_t> cpu, load;
        int column = 0;
        bool descending = false;
        QString word;
        for (int step = 0; step < 150; ++step) {
            switch (random() % 7) {
            case 0: {
                auto metrics = std::make_shared<MetricsSnapshot>();
                cpu.clear();
                for (const auto &[number, pod] : pods) {
                    if (random() % 3)
                        metrics->usage[pod.ns + "/" + pod.name] = {.cpu = cpu[number] = random() % 50};
                }
                model.setMetrics(std::vector<MetricsPtr>{std::make_shared<MetricsSnapshot>(), metrics});
                break;
            }
            case 1: {
                auto extra = std::make_shared<Supplement>();
                load.clear();
                for (const auto &[number, pod] : pods) {
                    if (random() % 3)
                        extra->rows[uidOf(number)] = {{.text = u"x"_s, .order = load[number] = random() % 50}, {.text = u"y"_s}};
                }
                model.setSupplement(extra);
                break;
            }
            case 2: {
                static const char *const ids[] = {"name", "load", "cpu", "restarts"};
                const QString id = QString::fromLatin1(ids[random() % 4]);
                descending = random() % 2;
                column = static_cast<int>(std::ranges::find(model.columns(), id, &ViewColumn::id) - model.columns().begin());
                model.sort(column, descending ? Qt::DescendingOrder : Qt::AscendingOrder);
                break;
            }
            case 3:
                word = random() % 2 ? u"run"_s : QString();
                model.setFilter(word);
                break;
            default: {
                Batch batch;
                for (unsigned count = 1 + random() % 30; count > 0; --count) {
                    const int number = static_cast<int>(random() % 120);
                    cpu.erase(number); // a pod that is new is not in a snapshot that is old, unless it was
                    if (random() % 4 == 0) {
                        pods.erase(number);
                        load.erase(number);
                        batch.changes[uidOf(number)] = nullptr;
                    } else {
                        FakePod pod = randomPod(random, number);
                        pods[number] = pod;
                        batch.changes[uidOf(number)] = makeRow(uidOf(number), pod);
                    }
                }
                model.apply(std::move(batch));
                if (model.rowCount() > 0)
                    selection.select(model.index(static_cast<int>(random() % static_cast<unsigned>(model.rowCount())), 0),
                                     QItemSelectionModel::Toggle | QItemSelectionModel::Rows);
            }
            }
            model.settle();
            qsizetype wanted = 0;
            for (const auto &[number, pod] : pods)
                wanted += word.isEmpty() || pod.status == "Running";
            QCOMPARE(model.shown(), wanted);
            // The order is that of the numbers that are shown: what is not known stands below zero.
            const ViewColumn &by = model.columns()[static_cast<std::size_t>(model.sortColumn())];
            std::optional<std::int64_t> before;
            for (int row = 0; row < model.rowCount() && by.source == SortKey::By::Extra; ++row) {
                const int number = static_cast<int>(model.rowAt(row)->uid.low) - 1;
                const bool known = model.cell(row, model.sortColumn()).text != u"…"_s;
                const std::int64_t figure = known && load.contains(number) ? load[number] : known ? -2 : -1;
                if (figure == -2)
                    continue; // put anew after the supplement was made: it keeps what is said of its uid
                if (before)
                    QVERIFY(descending ? *before >= figure : *before <= figure);
                before = figure;
            }
        }
    }
}

void tst_table_model::what_stands_beside_a_row_is_sorted_and_painted()
{
    TableModel model(coreCellRules());
    model.begin(podColumns(), {.namespaced = true, .extra = {{.id = u"load"_s, .title = u"Load"_s, .bar = true}}});
    model.apply(batchOf({{1, {.name = "a"}}, {2, {.name = "b"}}, {3, {.name = "c"}}}));
    const auto column = std::ranges::find(model.columns(), u"load"_s, &ViewColumn::id) - model.columns().begin();
    QSignalSpy arrived(&model, &TableModel::besideArrived);
    QCOMPARE(model.cell(0, static_cast<int>(column)).text, u"…"_s);
    auto extra = std::make_shared<Supplement>();
    extra->rows[uidOf(1)] = {{.text = u"1 of 4"_s, .order = 250, .share = 0.25f, .tip = u"a quarter"_s}};
    extra->rows[uidOf(3)] = {{.text = u"3 of 4"_s, .order = 750, .share = 0.75f}};
    model.setSupplement(extra);
    QCOMPARE(arrived.size(), 1);
    QCOMPARE(model.cell(0, static_cast<int>(column)).share, 0.25f);
    QCOMPARE(model.index(0, static_cast<int>(column)).data(Qt::ToolTipRole).toString(), u"a quarter"_s);
    model.sort(static_cast<int>(column), Qt::DescendingOrder);
    QCOMPARE(names(model), (QStringList{u"c"_s, u"a"_s, u"b"_s}));
    auto other = std::make_shared<Supplement>();
    other->rows[uidOf(2)] = {{.text = u"all"_s, .order = 1000}};
    model.setSupplement(other);
    QCOMPARE(names(model), (QStringList{u"c"_s, u"a"_s, u"b"_s})); // rows wait for the moment in which they may move
    QVERIFY(model.needsSettling());
    model.settle();
    QCOMPARE(names(model), (QStringList{u"b"_s, u"a"_s, u"c"_s}));
    QCOMPARE(arrived.size(), 1);
}

void tst_table_model::a_curve_is_made_of_the_samples()
{
    TableModel model(coreCellRules());
    model.begin(podColumns(), {.namespaced = true, .metrics = true});
    model.apply(batchOf({{1, {.name = "a"}}, {2, {.name = "b"}}}));
    auto metrics = std::make_shared<MetricsSnapshot>();
    metrics->usage = {{"default/a", {.cpu = 100, .memory = 8 << 20, .place = 1}}};
    metrics->samples = {std::make_shared<UsageSample>(UsageSample{{5, 5}}), // it was not there yet
                        std::make_shared<UsageSample>(UsageSample{{5, 5}, {200, 4096}}),
                        std::make_shared<UsageSample>(UsageSample{{5, 5}, {}}),
                        std::make_shared<UsageSample>(UsageSample{{5, 5}, {100, 8192}})};
    model.setMetrics(metrics);
    model.settle();
    const Curve cpu = model.curve(0, 6), memory = model.curve(0, 7);
    QCOMPARE(cpu.count, std::size_t(4));
    QVERIFY(cpu.points[0] < 0 && cpu.points[2] < 0);
    QCOMPARE(cpu.points[1], 0.75f);
    QCOMPARE(cpu.points[3], 0.25f);
    QCOMPARE(memory.points[1], 0.25f);
    QCOMPARE(model.index(0, 6).data(Qt::ToolTipRole).toString(), u"Now 100m; least 100m, most 200m of the last samples, 30 s apart"_s);
    QCOMPARE(model.curve(1, 6).count, std::size_t(0));
    QCOMPARE(model.curve(0, 0).count, std::size_t(0));
}

void tst_table_model::a_changed_key_waits_for_settling_and_new_rows_still_find_their_place()
{
    TableModel model(coreCellRules());
    model.begin(podColumns(), {.namespaced = true});
    model.sort(restartsColumn, Qt::AscendingOrder);
    model.apply(batchOf({{1, {.name = "a", .restarts = 1}}, {2, {.name = "b", .restarts = 2}}, {3, {.name = "c", .restarts = 3}}}));
    model.apply(batchOf({{1, {.name = "a", .restarts = 9}}}));
    QCOMPARE(names(model), (QStringList{u"a"_s, u"b"_s, u"c"_s}));
    QCOMPARE(model.index(0, restartsColumn).data().toString(), u"9"_s);
    QVERIFY(model.needsSettling());
    model.apply(batchOf({{4, {.name = "d", .restarts = 2}}}));
    QCOMPARE(names(model), (QStringList{u"a"_s, u"b"_s, u"d"_s, u"c"_s}));
    model.settle();
    QCOMPARE(names(model), (QStringList{u"b"_s, u"d"_s, u"c"_s, u"a"_s}));
    QVERIFY(!model.needsSettling());
}

void tst_table_model::selection_follows_the_object()
{
    TableModel model(coreCellRules());
    QItemSelectionModel selection(&model);
    model.begin(podColumns(), {.namespaced = true});
    model.sort(restartsColumn, Qt::AscendingOrder);
    model.apply(batchOf({{1, {.name = "a", .restarts = 1}}, {2, {.name = "b", .restarts = 2}}, {3, {.name = "c", .restarts = 3}}}));
    selection.setCurrentIndex(model.index(0, 0), QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    model.apply(batchOf({{1, {.name = "a", .restarts = 9}}}));
    model.settle();
    QCOMPARE(selection.currentIndex().row(), 2);
    QCOMPARE(selection.selectedRows().size(), 1);
    QCOMPARE(selection.selectedRows().first().data().toString(), u"a"_s);
    model.sort(restartsColumn, Qt::DescendingOrder);
    QCOMPARE(selection.selectedRows().first().row(), 0);
    QCOMPARE(model.rowOf(uidOf(1)), 0);
}

void tst_table_model::a_relist_keeps_rows_that_are_still_there()
{
    TableModel model(coreCellRules());
    model.begin(podColumns(), {.namespaced = true});
    model.apply(batchOf({{1, {.name = "a"}}, {2, {.name = "b"}}, {3, {.name = "c"}}}));
    const QPersistentModelIndex c = model.index(2, 0);
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    Batch batch = batchOf({{3, {.name = "c"}}, {4, {.name = "bb"}}});
    batch.reset = true;
    model.apply(std::move(batch));
    QCOMPARE(names(model), (QStringList{u"bb"_s, u"c"_s}));
    QCOMPARE(c.row(), 1);
    QCOMPARE(resets.count(), 0);
}

void tst_table_model::changes_are_told_in_contiguous_runs()
{
    TableModel model(coreCellRules());
    model.begin(podColumns(), {.namespaced = true});
    Batch all;
    for (int i = 0; i < 10; ++i)
        all.changes[uidOf(i)] = makeRow(uidOf(i), {.name = fmt::format("p{}", i)});
    model.apply(std::move(all));
    QSignalSpy spy(&model, &QAbstractItemModel::dataChanged);
    Batch batch;
    for (const int i : {2, 3, 4, 8})
        batch.changes[uidOf(i)] = makeRow(uidOf(i), {.name = fmt::format("p{}", i), .status = "Failed"});
    model.apply(std::move(batch));
    QCOMPARE(spy.count(), 2);
    QCOMPARE(spy[0][0].toModelIndex().row(), 2);
    QCOMPARE(spy[0][1].toModelIndex().row(), 4);
    QCOMPARE(spy[1][0].toModelIndex().row(), 8);
}

void tst_table_model::metrics_without_a_server_say_so_and_why()
{
    TableModel model(coreCellRules());
    model.begin(podColumns(), {.namespaced = true, .metrics = true});
    model.apply(batchOf({{1, {.name = "a"}}}));
    auto metrics = std::make_shared<MetricsSnapshot>();
    metrics->unavailable = Error{ErrorKind::NotFound, "This cluster has no metrics server"};
    model.setMetrics(metrics);
    model.settle();
    const QModelIndex cpu = model.index(0, 6);
    QCOMPARE(model.headerData(6, Qt::Horizontal, Qt::DisplayRole).toString(), u"CPU"_s);
    QCOMPARE(cpu.data().toString(), u"no metrics-server"_s);
    QCOMPARE(cpu.data(Qt::ToolTipRole).toString(), u"This cluster has no metrics server"_s);
}

void tst_table_model::sorting_by_memory_puts_the_largest_first()
{
    TableModel model(coreCellRules());
    model.begin(podColumns(), {.namespaced = true, .metrics = true});
    model.apply(batchOf({{1, {.name = "a"}}, {2, {.name = "b"}}, {3, {.name = "c"}}}));
    auto metrics = std::make_shared<MetricsSnapshot>();
    metrics->usage = {{"default/a", {10, 5 << 20}}, {"default/c", {20, 9 << 20}}};
    model.setMetrics(metrics);
    model.settle();
    model.sort(7, Qt::DescendingOrder);
    QCOMPARE(names(model), (QStringList{u"c"_s, u"a"_s, u"b"_s}));
    QCOMPARE(model.index(0, 7).data().toString(), u"9 Mi"_s);
}

void tst_table_model::a_row_with_too_few_cells_is_left_out()
{
    TableModel model(coreCellRules());
    model.begin(podColumns(), {.namespaced = true});
    Batch batch;
    batch.changes[uidOf(1)] = std::make_shared<Row>();
    model.apply(std::move(batch));
    QCOMPARE(model.rowCount(), 0);
}

QTEST_GUILESS_MAIN(tst_table_model)
#include "tst_table_model.moc"
