// The window under load, with a made-up cluster: a stream of changes on a table sorted by the column that changes, typing
// into the filter of 100,000 rows, and the memory of those. One line of JSON each. QT_QPA_PLATFORM chooses the screen.
#include "stopwatch.h"
#include "tests/unit/ui/fake_cluster.h"
#include "ui/theme/colours.h"
#include "ui/views/main_window.h"
#include "ui/views/table_page.h"
#include "ui/views/table_view.h"
#include "ui/views/timed_application.h"

#include <QEventLoop>
#include <QLineEdit>
#include <QThread>
#include <QTimer>

#include <atomic>
#include <thread>

using namespace timonier;

namespace {

// BENCH_CLOCK=cpu measures the GUI thread's CPU time: what it takes where others do not take the cores away.
clockid_t clockInUse()
{
    return qgetenv("BENCH_CLOCK") == "cpu" ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC;
}

double now()
{
    return cpuMilliseconds(clockInUse());
}

void runFor(int ms)
{
    QEventLoop loop;
    QTimer::singleShot(ms, &loop, &QEventLoop::quit);
    loop.exec();
}

struct Stage {
    explicit Stage(int rows) : window(opener, fakeKinds(), {})
    {
        window.resize(1280, 1000);
        window.show();
        ContextList list;
        list.contexts = {{.name = QStringLiteral("bench")}};
        list.current = QStringLiteral("bench");
        window.setContexts(list);
        opener.answer();
        for (int i = 0; i < rows; i += 500) {
            Batch batch;
            for (int k = i; k < std::min(i + 500, rows); ++k)
                batch.changes[fakeUid(k)] = makeRow(fakeUid(k), fakePod(k, random));
            pods().put(std::move(batch));
        }
        pods().state(ReflectorState::Watching, true);
        while (window.tablePage()->model().total() < rows)
            runFor(10);
    }
    FakeTable &pods() { return opener.tables["pods/"]; }
    std::mt19937 random{42};
    FakeOpener opener;
    MainWindow window;
};

// `perSecond` changes of the restarts of random rows; the table is sorted by restarts.
void stream(TimedApplication &application, int rows, int perSecond, int seconds)
{
    Stage stage(rows);
    auto *view = stage.window.findChild<TableView *>();
    view->sortByColumn(4, Qt::DescendingOrder);
    view->selectRow(5);
    runFor(1500);
    std::atomic<bool> stop = false;
    std::atomic<long> sent = 0;
    application.resetFrames();
    const double cpuBefore = cpuMilliseconds(CLOCK_THREAD_CPUTIME_ID);
    const auto begin = std::chrono::steady_clock::now();
    std::thread producer([&] { // stands for the cluster's worker
        std::mt19937 random(1);
        while (!stop) {
            const double due = milliseconds(std::chrono::steady_clock::now() - begin) * perSecond / 1000;
            Batch batch;
            for (; static_cast<double>(sent) < due; ++sent) {
                const int number = static_cast<int>(random() % static_cast<unsigned>(rows));
                FakePod pod = fakePod(number, random);
                pod.restarts = static_cast<std::int64_t>(random() % 1000);
                batch.changes[fakeUid(number)] = makeRow(fakeUid(number), pod);
            }
            stage.pods().put(std::move(batch));
            QThread::msleep(1);
        }
    });
    runFor(seconds * 1000);
    const double wall = milliseconds(std::chrono::steady_clock::now() - begin);
    const double cpu = cpuMilliseconds(CLOCK_THREAD_CPUTIME_ID) - cpuBefore;
    stop = true;
    producer.join();
    fmt::print("{{\"bench\":\"stream\",\"rows\":{},\"changes_per_s\":{:.0f},\"slowest_frame_ms\":{:.1f},\"frames\":{},"
               "\"gui_cpu_share\":{:.3f}}}\n",
               rows, static_cast<double>(sent.load()) / wall * 1000, application.slowestFrameMs(), application.frames(), cpu / wall);
}

void typeAndWeigh(int rows)
{
    const long before = memoryKb("VmRSS");
    Stage stage(rows);
    runFor(300);
    fmt::print("{{\"bench\":\"memory\",\"rows\":{},\"rss_kb\":{},\"peak_rss_kb\":{},\"empty_rss_kb\":{}}}\n", rows,
               memoryKb("VmRSS"), memoryKb("VmHWM"), before);
    stage.window.tablePage()->focusFilter();
    runFor(500);
    auto *filter = stage.window.findChild<QLineEdit *>(QStringLiteral("filter"));
    const char *words[] = {"b", "ba", "bac", "back", "backend", "backend -run", "", "0", "07", "label=app=mini", "/end-.*7$/", ""};
    double slowest = 0, regex = 0;
    for (const char *word : words) {
        const double begin = now();
        filter->setText(QString::fromLatin1(word));
        stage.window.findChild<TableView *>()->viewport()->repaint();
        const double ms = now() - begin;
        (word[0] == '/' ? regex : slowest) = std::max(word[0] == '/' ? regex : slowest, ms);
        if (qEnvironmentVariableIsSet("BENCH_VERBOSE"))
            fmt::print(stderr, "'{}' {:.1f} ms, {} rows\n", word, ms, stage.window.tablePage()->model().shown());
    }
    fmt::print("{{\"bench\":\"filter\",\"rows\":{},\"slowest_keystroke_ms\":{:.1f},\"regex_ms\":{:.1f}}}\n", rows, slowest, regex);
    double begin = now();
    stage.window.findChild<TableView *>()->sortByColumn(5, Qt::DescendingOrder);
    fmt::print("{{\"bench\":\"sort\",\"rows\":{},\"by_text_ms\":{:.1f},", rows, now() - begin);
    begin = now();
    stage.window.findChild<TableView *>()->sortByColumn(4, Qt::DescendingOrder);
    fmt::print("\"by_number_ms\":{:.1f}}}\n", now() - begin);
}

void paint()
{
    Stage stage(10'000);
    auto *view = stage.window.findChild<TableView *>();
    runFor(100);
    double total = 0, slowest = 0;
    for (int i = 0; i < 50; ++i) {
        view->scrollTo(view->model()->index(i * 97, 0), QAbstractItemView::PositionAtTop);
        const double begin = now();
        view->viewport()->repaint();
        const double ms = now() - begin;
        total += ms;
        slowest = std::max(slowest, ms);
    }
    fmt::print("{{\"bench\":\"repaint\",\"mean_ms\":{:.2f},\"slowest_ms\":{:.2f}}}\n", total / 50, slowest);
}

} // namespace

int main(int argc, char **argv)
{
    TimedApplication application(argc, argv, clockInUse());
    fmt::print("{{\"bench\":\"clock\",\"clock\":\"{}\"}}\n", clockInUse() == CLOCK_MONOTONIC ? "wall" : "cpu");
    applyTheme(ThemeChoice::Light);
    typeAndWeigh(100'000);
    paint();
    stream(application, 10'000, 5000, 10);
    return 0;
}
