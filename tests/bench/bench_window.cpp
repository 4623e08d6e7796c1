// The whole road, as the program goes it: a server's bytes over TLS, decoder, store, batches, model, view. The window and
// what is behind it are the program's own (app/timonier); the screen is QT_QPA_PLATFORM's. One line of JSON.
//
//   bench_window table KUBECONFIG             typing into the filter and sorting, on as many rows as there are; memory
//   bench_window stream KUBECONFIG SECONDS    the table is sorted by the restarts, which every event changes: frames, CPU
//   bench_window latency KUBECONFIG SECONDS   from the socket of stream_double to the model
//   bench_window views KUBECONFIG             the pods with the details of one, the overview, and back: memory
//   bench_window switch KUBECONFIG KIND       to a kind that was never shown, and to one that was: until all of it is painted
//   bench_window fleet KUBECONFIG SECONDS     every context of the file open, and nobody touches anything: CPU, memory
#include "app/timonier/wiring.h"
#include "made_pods.h"
#include "stopwatch.h"
#include "ui/theme/colours.h"
#include "ui/views/main_window.h"
#include "ui/views/table_page.h"
#include "ui/views/table_view.h"
#include "ui/views/timed_application.h"

#include <fmt/ranges.h>

#include <QEventLoop>
#include <QLineEdit>
#include <QTimer>

#include <algorithm>
#include <charconv>
#include <unordered_map>

using namespace timonier;

namespace {

void runFor(int ms)
{
    QEventLoop loop;
    QTimer::singleShot(ms, &loop, &QEventLoop::quit);
    loop.exec();
}

struct Stage {
    explicit Stage(const QString &kubeconfig)
        : session(std::make_shared<Session>(kubeconfig.toStdString(), false, false)), opener(session),
          window(opener, windowKinds(), {.context = {}, .ns = {}, .kind = QStringLiteral("pods"), .select = {}}), reader(session)
    {
        window.resize(1280, 1000);
        window.show();
        QObject::connect(&reader, &ContextReader::read, &window, &MainWindow::setContexts);
        reader.start();
        const auto begin = std::chrono::steady_clock::now();
        while (!window.isGood() && milliseconds(std::chrono::steady_clock::now() - begin) < 120'000)
            runFor(20);
    }
    const TableModel &model() const { return window.tablePage()->model(); }
    TableView &view() { return *window.findChild<TableView *>(); }
    int column(QLatin1String id) const
    {
        const auto &columns = model().columns();
        for (std::size_t i = 0; i < columns.size(); ++i)
            if (columns[i].id == id)
                return static_cast<int>(i);
        return -1;
    }
    // Events are numbered in their resourceVersions.
    std::uint64_t newest() const
    {
        std::uint64_t revision = 0;
        for (int row = 0; row < model().rowCount(); ++row)
            revision = std::max(revision, model().rowAt(row)->revision);
        return revision;
    }

    std::shared_ptr<Session> session;
    SessionOpener opener;
    MainWindow window;
    ContextReader reader;
};

void table(Stage &stage)
{
    runFor(500);
    stage.window.tablePage()->focusFilter();
    auto *filter = stage.window.findChild<QLineEdit *>(QStringLiteral("filter"));
    const auto timed = [&](auto act) {
        const auto begin = std::chrono::steady_clock::now();
        act();
        stage.view().viewport()->repaint();
        const double ms = milliseconds(std::chrono::steady_clock::now() - begin);
        runFor(20);
        return ms;
    };
    std::vector<double> keys;
    for (const char *word : {"s", "se", "ser", "serv", "service-1", "service-1 -run", "", "0", "07", ""})
        keys.push_back(timed([&] { filter->setText(QString::fromLatin1(word)); }));
    const double key = *std::ranges::max_element(keys);
    const double text = timed([&] { stage.view().sortByColumn(stage.column(QLatin1String("ip")), Qt::DescendingOrder); });
    const double number = timed([&] { stage.view().sortByColumn(stage.column(QLatin1String("restarts")), Qt::DescendingOrder); });
    fmt::print("{{\"rows\":{},\"keystroke_ms\":{:.1f},\"keystrokes_ms\":[{:.1f}],\"sort_text_ms\":{:.1f},\"sort_number_ms\":{:.1f},\"rss_kb\":{},\"peak_rss_kb\":{}}}\n",
               stage.model().total(), key, fmt::join(keys, ","), text, number, memoryKb("VmRSS"), memoryKb("VmHWM"));
}

void stream(Stage &stage, TimedApplication &application, int seconds)
{
    stage.view().sortByColumn(stage.column(QLatin1String("restarts")), Qt::DescendingOrder);
    stage.view().selectRow(5);
    runFor(2000);
    const std::uint64_t before = stage.newest();
    application.resetFrames();
    const double cpu = cpuMilliseconds(CLOCK_PROCESS_CPUTIME_ID), gui = cpuMilliseconds(CLOCK_THREAD_CPUTIME_ID);
    const auto begin = std::chrono::steady_clock::now();
    runFor(seconds * 1000);
    const double wall = milliseconds(std::chrono::steady_clock::now() - begin);
    const double used = cpuMilliseconds(CLOCK_PROCESS_CPUTIME_ID) - cpu, guiUsed = cpuMilliseconds(CLOCK_THREAD_CPUTIME_ID) - gui;
    const double slowest = application.slowestFrameMs();
    const int frames = application.frames();
    fmt::print("{{\"rows\":{},\"events_per_s\":{:.0f},\"slowest_frame_ms\":{:.1f},\"frames\":{},\"cpu_share\":{:.3f},"
               "\"gui_cpu_share\":{:.3f},\"peak_rss_kb\":{}}}\n",
               stage.model().total(), static_cast<double>(stage.newest() - before) / wall * 1000, slowest, frames, used / wall,
               guiUsed / wall, memoryKb("VmHWM"));
}

// An event that is overtaken by a newer one of the same pod within a frame never reaches the model, and is not counted.
class Latencies
{
public:
    void look(const TableModel &model, int first, int last)
    {
        const std::int64_t now = std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
        for (int row = first; row <= last; ++row) {
            const Row &pod = *model.rowAt(row);
            const std::size_t at = pod.labels.find(sentLabel);
            if (at == std::string_view::npos)
                continue;
            std::int64_t sent = 0;
            const std::string_view value = pod.labels.substr(at + sentLabel.size() + 1);
            std::from_chars(value.data(), value.data() + value.size(), sent);
            if (std::exchange(m_last[pod.uid], sent) != sent)
                ms.push_back(static_cast<double>(now - sent) / 1e6);
        }
    }
    double at(double share)
    {
        std::ranges::sort(ms);
        return ms.empty() ? -1 : ms[static_cast<std::size_t>(share * static_cast<double>(ms.size() - 1))];
    }
    std::vector<double> ms;

private:
    std::unordered_map<Uid, std::int64_t> m_last;
};

void latency(Stage &stage, int seconds)
{
    Latencies latencies;
    const TableModel &model = stage.model();
    QObject::connect(&model, &TableModel::dataChanged, &stage.window,
                     [&](const QModelIndex &first, const QModelIndex &last) { latencies.look(model, first.row(), last.row()); });
    QObject::connect(&model, &TableModel::rowsInserted, &stage.window,
                     [&](const QModelIndex &, int first, int last) { latencies.look(model, first, last); });
    runFor(2000);
    latencies.ms.clear();
    const std::uint64_t before = stage.newest();
    const auto begin = std::chrono::steady_clock::now();
    runFor(seconds * 1000);
    const double wall = milliseconds(std::chrono::steady_clock::now() - begin);
    fmt::print("{{\"rows\":{},\"events_per_s\":{:.0f},\"seen\":{},\"p50_ms\":{:.1f},\"p99_ms\":{:.1f},\"worst_ms\":{:.1f}}}\n", model.total(),
               static_cast<double>(stage.newest() - before) / wall * 1000, latencies.ms.size(), latencies.at(0.5), latencies.at(0.99),
               latencies.at(1));
}

void views(Stage &stage)
{
    const double alone = memoryKb("VmHWM");
    stage.view().selectRow(3);
    runFor(5000); // the details, and what watches the cluster
    const double details = memoryKb("VmHWM");
    stage.window.showOverview();
    runFor(4000);
    stage.window.back();
    runFor(3000);
    fmt::print("{{\"rows\":{},\"table_peak_kb\":{},\"details_peak_kb\":{},\"rss_kb\":{},\"peak_rss_kb\":{}}}\n", stage.model().total(), alone, details,
               memoryKb("VmRSS"), memoryKb("VmHWM"));
}

// Until the table is complete, sorted and painted.
double shown(Stage &stage, const KindSpec &kind)
{
    const auto begin = std::chrono::steady_clock::now();
    stage.window.showKind(kind);
    while (!(stage.window.isGood() && stage.model().total() > 0) && milliseconds(std::chrono::steady_clock::now() - begin) < 30'000)
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 5);
    stage.view().viewport()->repaint();
    return milliseconds(std::chrono::steady_clock::now() - begin);
}

void switching(Stage &stage, const QString &name)
{
    runFor(6000); // discovery, counts
    const QString context = stage.window.fleet().contexts().current;
    const KindSpec *kind = stage.window.fleet().kindNamed(context, name), *pods = stage.window.fleet().kindNamed(context, QStringLiteral("pods"));
    if (!kind)
        return;
    const KindSpec other = *kind, first = *pods;
    const double cold = shown(stage, other);
    const auto rows = stage.model().total();
    double warm = 0, pod = 0;
    for (int i = 0; i < 5; ++i) {
        runFor(300);
        pod = std::max(pod, shown(stage, first));
        runFor(300);
        warm = std::max(warm, shown(stage, other));
    }
    fmt::print("{{\"rows\":{},\"cold_ms\":{:.1f},\"warm_ms\":{:.1f},\"warm_pods_ms\":{:.1f}}}\n", rows, cold, warm, pod);
}

void fleet(Stage &stage, int seconds)
{
    const auto &contexts = stage.window.fleet().contexts();
    for (const ContextChoice &context : contexts.contexts)
        stage.window.openContext(context.name);
    stage.window.openContext(contexts.current);
    const auto live = [&] {
        const auto entries = stage.window.fleet().entries();
        return entries.size() == contexts.contexts.size() && std::ranges::all_of(entries, [](const FleetEntry *entry) {
                   return entry->watch && entry->watch->totals().status(ClusterTotals::Table::Pods).complete;
               });
    };
    for (int i = 0; i < 600 && !live(); ++i)
        runFor(100);
    runFor(10'000); // what is asked for once has been answered
    const double cpu = cpuMilliseconds(CLOCK_PROCESS_CPUTIME_ID);
    const auto begin = std::chrono::steady_clock::now();
    runFor(seconds * 1000);
    const double wall = milliseconds(std::chrono::steady_clock::now() - begin);
    int pods = 0;
    for (const FleetEntry *entry : stage.window.fleet().entries())
        pods += entry->watch->totals().ready(ClusterTotals::Table::Pods).all;
    fmt::print("{{\"clusters\":{},\"pods\":{},\"cpu_share\":{:.4f},\"rss_kb\":{},\"peak_rss_kb\":{}}}\n", contexts.contexts.size(), pods,
               (cpuMilliseconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) / wall, memoryKb("VmRSS"), memoryKb("VmHWM"));
}

} // namespace

int main(int argc, char **argv)
{
    // BENCH_CLOCK=cpu: frames in CPU time of the GUI thread, for what they take where others take the cores away.
    TimedApplication application(argc, argv, qgetenv("BENCH_CLOCK") == "cpu" ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC);
    const QStringList words = QCoreApplication::arguments();
    if (words.size() < 3) {
        fmt::print(stderr, "bench_window table|stream|latency|views|switch|fleet KUBECONFIG [SECONDS|KIND]\n");
        return 2;
    }
    applyTheme(ThemeChoice::Light);
    Stage stage(words[2]);
    if (!stage.window.isGood()) {
        fmt::print(stderr, "the table did not come\n");
        return 1;
    }
    const int seconds = words.size() > 3 ? words[3].toInt() : 10;
    if (words[1] == QLatin1String("table"))
        table(stage);
    else if (words[1] == QLatin1String("views"))
        views(stage);
    else if (words[1] == QLatin1String("switch"))
        switching(stage, words.value(3, QStringLiteral("configmaps")));
    else if (words[1] == QLatin1String("fleet"))
        fleet(stage, seconds);
    else if (words[1] == QLatin1String("stream"))
        stream(stage, application, seconds);
    else
        latency(stage, seconds);
    std::fflush(stdout);
    return 0;
}
