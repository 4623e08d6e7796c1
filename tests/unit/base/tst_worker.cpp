#include "base/single_flight.h"
#include "base/worker.h"

#include <QTest>

#include <atomic>
#include <latch>

using namespace timonier;
using namespace std::chrono_literals;

class TestWorker : public QObject
{
    Q_OBJECT
private slots:
    void tasksRunInTheOrderTheyWerePosted()
    {
        std::vector<int> order;
        std::latch done(1);
        {
            Worker worker("test");
            for (int i = 0; i < 100; ++i)
                worker.post([&order, i] { order.push_back(i); });
            worker.post([&done] { done.count_down(); });
            done.wait();
        }
        QCOMPARE(order.size(), 100u);
        QVERIFY(std::ranges::is_sorted(order));
    }

    void timersRunInTheOrderOfTheirTimesAndCancelledOnesDoNot()
    {
        std::vector<int> order;
        std::latch done(1);
        Worker worker("a name of more than fifteen letters");
        worker.after(60ms, [&] {
            order.push_back(3);
            done.count_down();
        });
        const TimerId cancelled = worker.after(40ms, [&order] { order.push_back(2); });
        worker.after(20ms, [&order] { order.push_back(1); });
        worker.cancel(cancelled);
        worker.cancel(cancelled);
        worker.cancel(12345);
        done.wait();
        QCOMPARE(order, (std::vector{1, 3}));
    }

    void aStoppedWorkerDropsWhatComes()
    {
        std::atomic<int> runs = 0;
        Worker worker("test");
        worker.after(1h, [&runs] { ++runs; });
        worker.stop();
        worker.post([&runs] { ++runs; });
        QCOMPARE(worker.after(0ms, [&runs] { ++runs; }), TimerId{0});
        worker.stop();
        QCOMPARE(runs.load(), 0);
    }

    void aTimerMayBeCancelledAfterTheWorkerStopped()
    {
        Worker worker("test");
        const TimerId timer = worker.after(1h, [] {});
        worker.stop();
        worker.cancel(timer); // what is closed at the end of the program does so
    }

    void aDroppedTaskMayPostWhileItGoes()
    {
        struct PostsWhenItGoes {
            Worker *worker;
            ~PostsWhenItGoes() { worker->post([] {}); }
        };
        Worker worker("test");
        worker.after(1h, [held = std::make_unique<PostsWhenItGoes>(&worker)] {});
        // stop() must not hold its lock while what it drops is destroyed: that would hang here for ever.
        std::atomic<bool> stopped = false;
        std::thread watcher([&] {
            for (int i = 0; i < 500 && !stopped; ++i)
                std::this_thread::sleep_for(10ms);
            if (!stopped)
                qFatal("Worker::stop() hangs");
        });
        worker.stop();
        stopped = true;
        watcher.join();
    }

    void timePassesWhenTheTestSaysSo()
    {
        ManualExecutor executor;
        std::vector<int> order;
        executor.after(20ms, [&] { order.push_back(2); });
        executor.after(10ms, [&] {
            order.push_back(1);
            executor.post([&] { order.push_back(10); });
            executor.after(5ms, [&] { order.push_back(15); });
        });
        const TimerId cancelled = executor.after(12ms, [&] { order.push_back(99); });
        executor.cancel(cancelled);
        QCOMPARE(executor.untilNextTimer(), 10ms);
        executor.advance(9ms);
        QVERIFY(order.empty());
        executor.advance(11ms);
        QCOMPARE(order, (std::vector{1, 10, 15, 2}));
        QCOMPARE(executor.elapsed(), 20ms);
        QCOMPARE(executor.untilNextTimer(), -1ms);
    }

    void workWantedByManyIsDoneOnce()
    {
        SingleFlight<int> flight;
        std::atomic<int> runs = 0;
        std::atomic<int> sum = 0;
        std::latch landed(1);
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i)
            threads.emplace_back([&] {
                sum += flight.run({}, [&](std::stop_token) -> Result<int> {
                    landed.wait();
                    return ++runs;
                }).value_or(100);
            });
        std::this_thread::sleep_for(100ms);
        landed.count_down();
        threads.clear();
        QCOMPARE(runs.load(), 1);
        QCOMPARE(sum.load(), 8);
    }

    void whoWaitsTakesOverFromOneWhoStopped()
    {
        SingleFlight<int> flight;
        std::stop_source first;
        std::latch begun(1);
        std::jthread leader([&] {
            const auto result = flight.run(first.get_token(), [&](std::stop_token stop) -> Result<int> {
                begun.count_down();
                while (!stop.stop_requested())
                    std::this_thread::sleep_for(1ms);
                return fail(ErrorKind::Cancelled, "stopped");
            });
            QCOMPARE(result.error().kind, ErrorKind::Cancelled);
        });
        begun.wait();
        std::stop_source impatient;
        std::jthread second([&] {
            const auto result = flight.run(impatient.get_token(), [](std::stop_token) -> Result<int> { return 1; });
            QCOMPARE(result.error().kind, ErrorKind::Cancelled);
        });
        impatient.request_stop();
        second.join();
        std::jthread third([&] {
            const auto result = flight.run({}, [](std::stop_token) -> Result<int> { return 7; });
            QCOMPARE(result.value_or(0), 7);
        });
        std::this_thread::sleep_for(20ms);
        first.request_stop();
    }
};

QTEST_GUILESS_MAIN(TestWorker)
#include "tst_worker.moc"
