// A whole cluster session over threads as they are in the program: answers come on a network thread, batches are taken on
// this one. Meant for the thread sanitizer as much as for its assertions.
#include "kube/cluster.h"

#include <QTest>

#include <condition_variable>

#include <fmt/format.h>

using namespace timonier;
using namespace std::chrono_literals;

namespace {

// Serves a list of pods, and a watch that sends a change each millisecond, from a thread of its own.
class ThreadedTransport final : public Transport
{
public:
    std::atomic<int> open{0};
    std::atomic<int> lists{0};
    std::atomic<bool> distrusted{false};

    void distrust() override { distrusted = true; }

    std::unique_ptr<Call> start(Request request, std::shared_ptr<Receiver> receiver) override
    {
        auto state = std::make_shared<std::atomic<bool>>(false);
        ++open;
        if (request.path.find("watch=1") == std::string::npos)
            ++lists;
        m_threads.emplace_back([this, request, receiver, state](std::stop_token stop) { serve(request, *receiver, *state, stop); });
        struct Handle final : Call {
            std::shared_ptr<std::atomic<bool>> cancelled;
            ~Handle() override { *cancelled = true; }
            void resume() override {}
            void cancel() override { *cancelled = true; }
        };
        auto handle = std::make_unique<Handle>();
        handle->cancelled = state;
        return handle;
    }

private:
    void serve(const Request &request, Receiver &receiver, std::atomic<bool> &cancelled, std::stop_token stop)
    {
        const auto pod = [](int i, int revision) {
            return fmt::format("{{\"metadata\":{{\"name\":\"p{0}\",\"namespace\":\"web\",\"uid\":\"u{0}\",\"resourceVersion\":\"{1}\","
                               "\"labels\":{{\"app\":\"web\"}}}},\"spec\":{{\"nodeName\":\"n1\"}},\"status\":{{\"phase\":\"Running\"}}}}",
                               i, revision);
        };
        const auto event = [](int i) {
            return fmt::format("{{\"metadata\":{{\"name\":\"p49{0}.e\",\"namespace\":\"web\",\"uid\":\"e{0}\"}}}}", i);
        };
        receiver.head({.status = 200});
        if (request.path.find("/events") != std::string::npos) {
            if (request.path.find("watch=1") == std::string::npos)
                receiver.data("{\"kind\":\"EventList\",\"metadata\":{\"resourceVersion\":\"1000\"},\"items\":[" + event(0) + "," + event(1) + "]}");
            while (request.path.find("watch=1") != std::string::npos && !stop.stop_requested() && !cancelled)
                std::this_thread::sleep_for(1ms);
        } else if (request.path.find("/metrics.k8s.io/") != std::string::npos) {
            receiver.data("{\"kind\":\"PodMetricsList\",\"items\":[{\"metadata\":{\"name\":\"p1\",\"namespace\":\"web\"},\"containers\":"
                          "[{\"usage\":{\"cpu\":\"5m\",\"memory\":\"1Mi\"}},{\"usage\":{\"cpu\":\"1500000n\",\"memory\":\"1Mi\"}}]}]}");
        } else if (request.path.find("watch=1") == std::string::npos) {
            std::string items;
            for (int i = 0; i < 500; ++i)
                items += (i ? "," : "") + pod(i, i + 1);
            receiver.data("{\"kind\":\"PodList\",\"metadata\":{\"resourceVersion\":\"1000\"},\"items\":[" + items + "]}");
        } else {
            for (int revision = 1001; !stop.stop_requested() && !cancelled; ++revision) {
                receiver.data("{\"type\":\"MODIFIED\",\"object\":" + pod(revision % 500, revision) + "}\n");
                std::this_thread::sleep_for(1ms);
            }
        }
        receiver.finished({});
        --open;
    }
    std::vector<std::jthread> m_threads;
};

bool waitFor(const std::function<bool()> &condition)
{
    return QTest::qWaitFor(condition, 10'000);
}

} // namespace

class TestCluster : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void twoLooksShareOneListAndBothSeeEveryRow()
    {
        const auto transport = std::make_shared<ThreadedTransport>();
        Cluster cluster(transport, std::make_shared<SystemClock>());
        std::atomic<int> wakes{0};
        auto first = cluster.subscribe(*typedKind("pods"), {}, false, [&] { ++wakes; });
        auto second = cluster.subscribe(*typedKind("pods"), {}, false, [] {});
        std::unordered_map<Uid, RowPtr> one, two;
        std::uint64_t newest = 0;
        QVERIFY(waitFor([&] {
            for (auto &[uid, row] : first->take().changes) {
                newest = std::max(newest, row->revision);
                one[uid] = row;
            }
            for (auto &[uid, row] : second->take().changes)
                two[uid] = row;
            return one.size() == 500 && two.size() == 500 && newest > 1100;
        }));
        QVERIFY(wakes > 0);
        QCOMPARE(transport->lists.load(), 1);
    }

    void whoComesBackSoonFindsTheTableAsItIs()
    {
        const auto transport = std::make_shared<ThreadedTransport>();
        Cluster cluster(transport, std::make_shared<SystemClock>());
        auto look = cluster.subscribe(*typedKind("pods"), {}, false, [] {});
        QVERIFY(waitFor([&] { return look->take().changes.size() > 100; }));
        look.reset();
        QTest::qWait(50);
        look = cluster.subscribe(*typedKind("pods"), {}, false, [] {});
        Batch batch;
        QVERIFY(waitFor([&] { return (batch = look->take()).status.has_value(); }));
        QCOMPARE(batch.changes.size(), std::size_t(500));
        QVERIFY(batch.status->complete);
        QCOMPARE(transport->lists.load(), 1);
    }

    void whatWasAskedForOneObjectsSakeDoesNotStay()
    {
        const auto transport = std::make_shared<ThreadedTransport>();
        Cluster cluster(transport, std::make_shared<SystemClock>());
        auto look = cluster.subscribe(*typedKind("pods"), {.fieldSelector = "spec.nodeName=n1"}, false, [] {});
        QVERIFY(waitFor([&] { return look->take().changes.size() > 100; }));
        look.reset();
        QVERIFY(waitFor([&] { return transport->open == 0; }));
    }

    void namesAreFoundInWhatIsWatched()
    {
        const auto transport = std::make_shared<ThreadedTransport>();
        Cluster cluster(transport, std::make_shared<SystemClock>());
        std::vector<std::unique_ptr<Subscription>> looks;
        for (const char *kind : {"pods", "events"}) {
            looks.push_back(cluster.subscribe(*typedKind(kind), {}, false, [] {}));
            QVERIFY(waitFor([&] {
                const Batch batch = looks.back()->take();
                return batch.status && batch.status->complete;
            }));
        }
        std::mutex mutex;
        std::vector<std::string> names;
        // Not the events that are called after them, of which there may be a dozen for each.
        cluster.search("P49", 4, [&](std::vector<Cluster::Found> found) {
            const std::scoped_lock lock(mutex);
            for (const Cluster::Found &one : found)
                names.push_back(one.kind.resource.name + "/" + std::string(one.row->name));
        });
        QVERIFY(waitFor([&] {
            const std::scoped_lock lock(mutex);
            return names == std::vector<std::string>{"pods/p49", "pods/p490", "pods/p491", "pods/p492"};
        }));
    }

    void whenTheLastLookEndsTheServerIsLeftAlone()
    {
        const auto transport = std::make_shared<ThreadedTransport>();
        Cluster cluster(transport, std::make_shared<SystemClock>(), {.linger = 0ms});
        auto look = cluster.subscribe(*typedKind("pods"), {}, true, [] {});
        QVERIFY(waitFor([&] { return look->take().changes.size() > 100; }));
        look.reset();
        QVERIFY(waitFor([&] { return transport->open == 0; }));
    }

    void usageIsTheSumOfAPodsContainers()
    {
        const auto transport = std::make_shared<ThreadedTransport>();
        Cluster cluster(transport, std::make_shared<SystemClock>());
        auto look = cluster.subscribe(*typedKind("pods"), {}, true, [] {});
        MetricsPtr metrics;
        QVERIFY(waitFor([&] { return (metrics = look->metrics()) != nullptr; }));
        QVERIFY(!metrics->unavailable);
        QCOMPARE(metrics->usage.at("web/p1").cpu, std::int64_t(7)); // 5m + 1.5m, rounded up
        QCOMPARE(metrics->usage.at("web/p1").memory, std::int64_t(2) << 20);
    }

    void relationsAreFollowedOnTheWorker()
    {
        const auto transport = std::make_shared<ThreadedTransport>();
        Cluster cluster(transport, std::make_shared<SystemClock>());
        auto look = cluster.subscribe(*typedKind("pods"), {}, false, [] {});
        QVERIFY(waitFor([&] {
            const Batch batch = look->take();
            return batch.status && batch.status->complete;
        }));
        std::atomic<std::size_t> onNode{0}, selected{0}, none{1};
        cluster.linked(*typedKind("pods"), Relation::Node, "n1", "", [&](std::vector<RowPtr> rows) { onNode = rows.size(); });
        cluster.selected(*typedKind("pods"), "web", "app=web", [&](std::vector<RowPtr> rows) { selected = rows.size(); });
        cluster.selected(*typedKind("pods"), "other", "app=web", [&](std::vector<RowPtr> rows) { none = rows.size(); });
        QVERIFY(waitFor([&] { return onNode == 500 && selected == 500 && none == 0; }));
    }

    void afterTheMachineSleptEverythingIsReadAgain()
    {
        struct SleepyClock final : Clock {
            std::atomic<int> minutes{0};
            std::chrono::milliseconds elapsed() const override { return SystemClock().elapsed() + std::chrono::minutes(minutes); }
            std::chrono::system_clock::time_point wall() const override { return std::chrono::system_clock::now(); }
        };
        const auto clock = std::make_shared<SleepyClock>();
        const auto transport = std::make_shared<ThreadedTransport>();
        Cluster cluster(transport, clock, {.clockLook = 20ms});
        auto look = cluster.subscribe(*typedKind("pods"), {}, false, [] {});
        QVERIFY(waitFor([&] { return transport->lists == 1; }));
        QTest::qWait(100);
        QCOMPARE(transport->lists.load(), 1);
        clock->minutes = 60;
        QVERIFY(waitFor([&] { return transport->lists == 2; }));
        QVERIFY(transport->distrusted); // and not down the connection that was there before
    }

    void aClusterMayGoAtAnyMoment()
    {
        for (int i = 0; i < 20; ++i) {
            const auto transport = std::make_shared<ThreadedTransport>();
            auto cluster = std::make_unique<Cluster>(transport, std::make_shared<SystemClock>());
            auto look = cluster->subscribe(*typedKind("pods"), {}, true, [] {});
            std::this_thread::sleep_for(std::chrono::microseconds(i * 300));
            if (i % 2)
                look.reset();
            cluster.reset();
        }
    }
};

QTEST_GUILESS_MAIN(TestCluster)
#include "tst_cluster.moc"
