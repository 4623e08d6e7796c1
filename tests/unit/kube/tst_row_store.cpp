#include "kube/row_store.h"

#include <QTest>

#include <algorithm>
#include <deque>
#include <random>

using namespace timonier;

namespace {

// Rows whose text lives as long as the test.
struct Rows {
    std::deque<std::string> texts;
    std::string_view keep(std::string text) { return texts.emplace_back(std::move(text)); }
    RowPtr make(std::string name, std::string labels, std::vector<std::pair<Relation, std::string>> links,
                std::uint64_t revision = 1, std::string ns = "web")
    {
        auto row = std::make_shared<Row>();
        row->uid = Uid::of(ns + "/" + name);
        row->name = keep(std::move(name));
        row->ns = keep(std::move(ns));
        row->labels = keep(std::move(labels));
        row->revision = revision;
        for (auto &[relation, value] : links)
            row->links.push_back({relation, keep(std::move(value))});
        return row;
    }
};

QStringList names(const std::vector<RowPtr> &rows)
{
    QStringList list;
    for (const RowPtr &row : rows)
        list << QString::fromUtf8(row->name.data(), qsizetype(row->name.size()));
    list.sort();
    return list;
}

} // namespace

class TestRowStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void podsAreFoundByNodeOwnerLabelAndName()
    {
        Rows rows;
        RowStore store(true);
        store.put(rows.make("a", "app=web,tier=front", {{Relation::Node, "n1"}, {Relation::Owner, "rs-1"}}), false);
        store.put(rows.make("b", "app=web,tier=back", {{Relation::Node, "n2"}, {Relation::Owner, "rs-1"}}), false);
        store.put(rows.make("c", "app=web", {{Relation::Node, "n1"}}, 1, "other"), false);
        QCOMPARE(names(store.linked(Relation::Node, "n1")), QStringList({"a", "c"}));
        QCOMPARE(names(store.linked(Relation::Node, "n1", "web")), QStringList({"a"}));
        QCOMPARE(names(store.linked(Relation::Owner, "rs-1")), QStringList({"a", "b"}));
        QCOMPARE(names(store.selected("web", "app=web")), QStringList({"a", "b"}));
        QCOMPARE(names(store.selected("web", "tier=front,app=web")), QStringList({"a"}));
        QCOMPARE(names(store.selected("web", "app=web,tier=none")), QStringList());
        QCOMPARE(names(store.selected("web", "")), QStringList()); // as of a Service without a selector
        QVERIFY(store.find("other", "c"));
        QVERIFY(!store.find("web", "c"));
    }

    void labelsMatchWholePairsOnly()
    {
        QVERIFY(labelsMatch("app=web,b=1", "app=web"));
        QVERIFY(!labelsMatch("app=webby", "app=web"));
        QVERIFY(!labelsMatch("my-app=web", "app=web"));
        QVERIFY(!labelsMatch("", "app=web"));
    }

    void aPodThatMovesIsFoundOnlyWhereItIs()
    {
        Rows rows;
        RowStore store(true);
        store.put(rows.make("a", "v=1", {}), false);
        store.put(rows.make("a", "v=2", {{Relation::Node, "n1"}}, 2), false);
        QCOMPARE(store.size(), std::size_t(1));
        QCOMPARE(names(store.selected("web", "v=1")), QStringList());
        QCOMPARE(names(store.selected("web", "v=2")), QStringList({"a"}));
        QCOMPARE(names(store.linked(Relation::Node, "n1")), QStringList({"a"}));
    }

    void whatAListDoesNotConfirmIsTakenAway()
    {
        Rows rows;
        RowStore store;
        for (const char *name : {"a", "b", "c"})
            store.put(rows.make(name, "", {}), false);
        store.beginList();
        store.put(rows.make("b", "", {}, 5), true);
        store.put(rows.make("d", "", {}, 6), true);
        QCOMPARE(names(store.endList()), QStringList({"a", "c"}));
        QCOMPARE(names(store.all()), QStringList({"b", "d"}));
    }

    void anOlderRevisionIsRefusedButAListMayGoBack()
    {
        Rows rows;
        RowStore store;
        const RowPtr newer = rows.make("a", "", {}, 9);
        store.put(newer, false);
        QVERIFY(!store.put(rows.make("a", "", {}, 3), false));
        QVERIFY(store.find(newer->uid) == newer);
        QVERIFY(store.put(rows.make("a", "", {}, 3), true)); // an etcd restored from a backup
    }

    void theIndexesAgreeWithAScanAfterAnyStreamOfChanges()
    {
        Rows rows;
        RowStore store(true);
        std::minstd_rand random(7); // the seed makes a failure repeatable
        std::map<std::string, RowPtr> model;
        for (int i = 0; i < 20'000; ++i) {
            const std::string name = "p" + std::to_string(random() % 200);
            if (i % 900 == 100) // the first question makes the index; later ones find it changed, or worn and made anew
                QCOMPARE(store.linked(Relation::Node, "n1").size(),
                         std::size_t(std::ranges::count_if(model, [](const auto &one) { return one.second->links.front().value == "n1"; })));
            if (random() % 4 == 0) {
                store.remove(Uid::of("web/" + name));
                model.erase(name);
                continue;
            }
            const RowPtr row = rows.make(name, "app=a" + std::to_string(random() % 5) + ",t=" + std::to_string(random() % 3),
                                         {{Relation::Node, "n" + std::to_string(random() % 4)}}, std::uint64_t(i + 1));
            store.put(row, false);
            model[name] = row;
        }
        QCOMPARE(store.size(), model.size());
        for (int app = 0; app < 5; ++app) {
            const std::string selector = "app=a" + std::to_string(app) + ",t=1";
            std::vector<RowPtr> scanned;
            for (const auto &[name, row] : model)
                if (labelsMatch(row->labels, selector))
                    scanned.push_back(row);
            QCOMPARE(names(store.selected("web", selector)), names(scanned));
        }
        std::size_t onNodes = 0;
        for (int node = 0; node < 4; ++node)
            onNodes += store.linked(Relation::Node, "n" + std::to_string(node)).size();
        QCOMPARE(onNodes, model.size());
    }
};

QTEST_GUILESS_MAIN(TestRowStore)
#include "tst_row_store.moc"
