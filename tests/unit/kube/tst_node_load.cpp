// What the pods of a node ask for, and whether it stays true change by change.
#include "kube/decode.h"
#include "kube/node_load.h"
#include "kube/string_pool.h"

#include <QTest>

#include <fmt/format.h>

#include <random>

using namespace timonier;

namespace {

RowPtr pod(const std::string &name, const std::string &node, int cpu, int memory, const char *phase = "Running")
{
    RowPtr row;
    ListDecoder decoder(*typedKind("pods"), std::make_shared<StringPool>(), [&](RowPtr made) { row = std::move(made); });
    const std::string list = fmt::format(
        "{{\"items\":[{{\"metadata\":{{\"name\":\"{0}\",\"namespace\":\"n\",\"uid\":\"{0}\"}},\"spec\":{{\"nodeName\":\"{1}\","
        "\"containers\":[{{\"resources\":{{\"requests\":{{\"cpu\":\"{2}m\",\"memory\":\"{3}Mi\"}}}}}}]}},"
        "\"status\":{{\"phase\":\"{4}\"}}}}]}}",
        name, node, cpu, memory, phase);
    return decoder.feed(list) && decoder.finish() ? row : nullptr;
}

constexpr std::int64_t mi = 1 << 20;

} // namespace

class TestNodeLoad : public QObject
{
    Q_OBJECT

private slots:
    void podsThatHaveNotEndedAreCounted()
    {
        NodeLoads loads(typedKind("pods")->columns);
        for (const RowPtr &row : {pod("a", "n1", 250, 64), pod("b", "n1", 100, 32), pod("c", "n2", 1, 1), pod("d", "", 7, 7),
                                  pod("e", "n1", 500, 9, "Succeeded"), pod("f", "n1", 500, 9, "Failed")})
            loads.change(row->uid, row);
        QVERIFY(loads.of("n1") == (NodeLoad{2, 350, 96 * mi}));
        QVERIFY(loads.of("n2") == (NodeLoad{1, 1, mi}));
        QVERIFY(loads.of("n3") == NodeLoad{});
        QVERIFY(loads.of("<none>") == NodeLoad{});
    }
    void aPodThatEndsOrGoesGivesItsShareBack()
    {
        NodeLoads loads(typedKind("pods")->columns);
        const RowPtr a = pod("a", "n1", 250, 64), b = pod("b", "n1", 100, 32);
        loads.change(a->uid, a);
        loads.change(b->uid, b);
        loads.change(a->uid, pod("a", "n1", 250, 64, "Succeeded"));
        QVERIFY(loads.of("n1") == (NodeLoad{1, 100, 32 * mi}));
        loads.change(b->uid, nullptr);
        loads.change(b->uid, nullptr);
        QVERIFY(loads.of("n1") == NodeLoad{});
    }
    void randomChangesEqualCountingAnew()
    {
        std::mt19937 random(3);
        NodeLoads loads(typedKind("pods")->columns);
        std::map<std::string, RowPtr> pods;
        for (int i = 0; i < 400; ++i) {
            const std::string name = fmt::format("p{}", random() % 40);
            RowPtr row;
            if (random() % 4)
                row = pod(name, fmt::format("n{}", random() % 3), int(random() % 900), int(random() % 90), random() % 5 ? "Running" : "Failed");
            loads.change(row ? row->uid : Uid::of(name), row);
            pods[name] = row;
        }
        NodeLoads anew(typedKind("pods")->columns);
        for (const auto &[name, row] : pods) {
            if (row)
                anew.change(row->uid, row);
        }
        for (const char *node : {"n0", "n1", "n2"})
            QVERIFY(loads.of(node) == anew.of(node));
    }
};

QTEST_GUILESS_MAIN(TestNodeLoad)
#include "tst_node_load.moc"
