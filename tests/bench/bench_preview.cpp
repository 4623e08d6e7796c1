// A slider of the preview dragged: how long the GUI thread is busy at a stretch, painting included, and how long after a step the new
// roll-out is on the screen. One line of JSON each. The screen is QT_QPA_PLATFORM's.
#include "stopwatch.h"
#include "strategy/application.h"
#include "ui/preview/preview_page.h"
#include "ui/theme/colours.h"
#include "ui/views/timed_application.h"

#include <QEventLoop>
#include <QSlider>
#include <QTimer>

#include <algorithm>
#include <string>
#include <vector>

using namespace timonier;

namespace {

strategy::Application application(int replicas)
{
    return *strategy::readApplicationFile("kind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n  replicas: " + std::to_string(replicas) +
                                              "\n  template:\n    spec:\n      containers:\n        - name: web\n          image: web:1\n"
                                              "          readinessProbe: {initialDelaySeconds: 5, periodSeconds: 5}\n",
                                          "web.yaml");
}

void runFor(int ms)
{
    QEventLoop loop;
    QTimer::singleShot(ms, &loop, &QEventLoop::quit);
    loop.exec();
}

void drag(TimedApplication &timed, int replicas, std::optional<strategy::Strategy> strategy)
{
    PreviewPage page;
    page.resize(1280, 800);
    page.show();
    page.setStrategy(strategy);
    page.showApplication(application(replicas));
    while (!page.isSettled())
        runFor(10);
    runFor(300);
    auto *slider = page.findChild<QSlider *>(QStringLiteral("slider-startUp"));
    timed.resetFrames();
    std::vector<double> shown;
    std::chrono::steady_clock::time_point moved;
    QObject::connect(&page.foreteller(), &Foreteller::told, &page, [&] { // after the page itself: it is connected later
        if (const auto since = std::exchange(moved, {}); since != std::chrono::steady_clock::time_point{})
            shown.push_back(milliseconds(std::chrono::steady_clock::now() - since));
    });
    constexpr int steps = 150, frameMs = 16; // a mouse moves sixty times a second
    for (int i = 0; i < steps; ++i) {
        moved = std::chrono::steady_clock::now();
        // To and fro.
        const int range = slider->maximum() - slider->minimum();
        slider->setValue(slider->minimum() + std::abs((i % (2 * range)) - range));
        runFor(frameMs);
    }
    while (!page.isSettled())
        runFor(10);
    std::ranges::sort(shown);
    fmt::print("{{\"bench\":\"preview dragged\",\"replicas\":{},\"strategy\":\"{}\",\"steps\":{},\"slowest_frame_ms\":{:.1f},\"frames\":{},\"told_median_ms\":{:.1f},\"told_worst_ms\":{:.1f}}}\n",
               replicas, strategy ? strategy::key(*strategy) : "all", steps, timed.slowestFrameMs(), timed.frames(), shown.empty() ? -1 : shown[shown.size() / 2], shown.empty() ? -1 : shown.back());
}

} // namespace

int main(int argc, char **argv)
{
    // The CPU time of the thread with "cpu": a machine that does something else as well makes every stretch longer.
    TimedApplication timed(argc, argv, argc > 1 && std::string_view(argv[1]) == "cpu" ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC);
    applyTheme(ThemeChoice::Light);
    for (const int replicas : {3, 1'000, 10'000})
        for (const std::optional<strategy::Strategy> strategy : {std::optional(strategy::Strategy::Rolling), std::optional(strategy::Strategy::Canary), std::optional<strategy::Strategy>()})
            drag(timed, replicas, strategy);
}
