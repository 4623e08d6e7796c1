// What a log that is written fast costs the window: a feed made up here, the tab as the program has it. One line of JSON.
//
//   bench_logs rate LINES SECONDS    so many lines a second, while somebody looks: CPU of the GUI thread, the slowest frame
//   bench_logs search LINES          a word looked for in so many lines: until all are found, the slowest frame meanwhile
#include "kube/decode.h"
#include "kube/string_pool.h"
#include "ui/theme/colours.h"
#include "ui/views/log_tab.h"
#include "ui/views/log_view.h"
#include "ui/views/timed_application.h"

#include <QEventLoop>
#include <QLineEdit>
#include <QTimer>

#include <fmt/format.h>

#include <atomic>
#include <cstring>
#include <mutex>
#include <thread>

using namespace timonier;

namespace {

// A second of these is what a chatty service writes.
std::string made(std::uint64_t number)
{
    return fmt::format("2026-11-22T07:{:02}:{:02}.{:09}Z {{\"level\":\"info\",\"msg\":\"request done\",\"path\":\"/api/v1/items/{}\",\"status\":200,"
                       "\"took_ms\":{}}}",
                       number / 300'000 % 60, number / 5000 % 60, number * 200'000 % 1'000'000'000, number * 7919 % 10'000, number % 97);
}

struct MadeFeed final : LogFeed {
    explicit MadeFeed(std::function<void()> ring) : wake(std::move(ring)) {}
    LogPiece take() override
    {
        const std::scoped_lock lock(mutex);
        return std::exchange(waiting, {});
    }
    void add(std::vector<LogOptions>) override {}
    void put(std::uint64_t from, std::uint64_t to)
    {
        bool wasEmpty = false;
        {
            const std::scoped_lock lock(mutex);
            wasEmpty = waiting.lines.empty();
            for (std::uint64_t i = from; i < to; ++i)
                waiting.lines.push_back({0, made(i)});
        }
        if (wasEmpty)
            wake();
    }
    std::mutex mutex;
    LogPiece waiting;
    std::function<void()> wake;
};

struct MadeCluster final : OpenCluster {
    std::unique_ptr<Subscription> subscribe(const KindSpec &, const Scope &, bool, std::function<void()>) override { return {}; }
    void discoverKinds(Done<Result<Discovery>>) override {}
    void describe(const KindSpec &, const std::string &, const std::string &, bool, Done<Result<std::shared_ptr<const Description>>>) override {}
    void count(const KindSpec &, const std::string &, Done<Result<std::int64_t>>) override {}
    void readHealth(Done<Health>) override {}
    void search(const std::string &, std::size_t, Done<std::vector<FoundObject>>) override {}
    void apply(std::vector<ManifestObject>, Done<Result<>>) override {}
    void containers(const std::string &, const std::string &, Done<Result<std::vector<ContainerBrief>>> done) override
    {
        done(std::vector{ContainerBrief{.state = ContainerBrief::State::Running, .name = "app"}});
    }
    void ingressRoutes(const std::string &, Done<Result<std::vector<IngressRoutes>>>) override {}
    void readApplication(const std::string &, const std::string &, Done<Result<strategy::Application>>) override {}
    void dryRunDeployment(const std::string &, const std::string &, const std::string &, Done<Result<ObjectChange>>) override {}
    RolloutDesk *rollouts() override { return nullptr; } // nobody asks
    void declaredPorts(const PortTarget &, Done<Result<std::vector<DeclaredPort>>>) override {}
    void forwardPort(const PortTarget &, const ForwardOptions &, std::function<void()>, Done<Result<std::shared_ptr<PortForward>>>) override {}
    std::unique_ptr<LogFeed> followLogs(std::vector<LogOptions>, std::function<void()> wake) override
    {
        auto made = std::make_unique<MadeFeed>(std::move(wake));
        feed = made.get();
        return made;
    }
    MadeFeed *feed = nullptr;
};

void runFor(int ms)
{
    QEventLoop loop;
    QTimer::singleShot(ms, &loop, &QEventLoop::quit);
    loop.exec();
}

double threadCpuMs()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

} // namespace

int main(int argc, char **argv)
{
    TimedApplication application(argc, argv);
    applyTheme(ThemeChoice::Light);
    const bool search = argc > 1 && std::strcmp(argv[1], "search") == 0;
    const auto number = static_cast<std::uint64_t>(argc > 2 ? std::atoll(argv[2]) : 5000);
    const int seconds = argc > 3 ? std::atoi(argv[3]) : 10;
    RowPtr pod;
    ListDecoder decoder(*typedKind("pods"), std::make_shared<StringPool>(), [&](RowPtr row) { pod = std::move(row); });
    std::ignore = decoder.feed("{\"items\":[{\"metadata\":{\"name\":\"web-1\",\"namespace\":\"web\"}}]}");
    std::ignore = decoder.finish();
    const auto cluster = std::make_shared<MadeCluster>();
    LogTab tab;
    tab.resize(380, 700);
    tab.show();
    tab.follow({cluster, *typedKind("pods"), pod});
    runFor(300);
    if (search) {
        for (std::uint64_t i = 0; i < number; i += 5000) {
            cluster->feed->put(i, std::min(number, i + 5000));
            runFor(40);
        }
        runFor(200);
        application.resetFrames();
        const auto begin = std::chrono::steady_clock::now();
        tab.findChild<QLineEdit *>(QStringLiteral("logSearch"))->setText(QStringLiteral("items/4242"));
        while (!tab.view()->currentMatch() && std::chrono::steady_clock::now() - begin < std::chrono::minutes(1))
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        const auto took = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin);
        fmt::print("{{\"bench\":\"logs_search\",\"lines\":{},\"all_found_ms\":{:.0f},\"slowest_frame_ms\":{:.1f}}}\n", number, took.count(),
                   application.slowestFrameMs());
        return 0;
    }
    application.resetFrames();
    std::atomic<bool> stop = false;
    std::thread writer([&] {
        const auto begin = std::chrono::steady_clock::now();
        for (std::uint64_t written = 0; !stop;) {
            const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
            const auto due = static_cast<std::uint64_t>(passed.count() * static_cast<double>(number));
            if (due > written)
                cluster->feed->put(written, due);
            written = std::max(written, due);
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
    });
    const double before = threadCpuMs();
    runFor(seconds * 1000);
    const double cpu = threadCpuMs() - before;
    stop = true;
    writer.join();
    fmt::print("{{\"bench\":\"logs_rate\",\"lines_per_s\":{},\"gui_cpu_percent\":{:.1f},\"frames\":{},\"slowest_frame_ms\":{:.1f},\"shown\":{}}}\n", number,
               cpu / seconds / 10, application.frames(), application.slowestFrameMs(), tab.reader()->lines().end());
    return 0;
}
