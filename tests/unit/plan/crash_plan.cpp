// The process that the crash matrix kills: runs the plan of thirty steps in a folder.
//   crash_plan FOLDER run|resume|undo [kill|cancel STEP:PLACE | kill-after MILLISECONDS | full BYTES]
// Exit: 0 finished, 1 failed, 4 cancelled; prints how many steps changed something.
#include "plan/runner.h"
#include "thirty_steps.h"

#include <QCoreApplication>

#include <fmt/format.h>

#include <csignal>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

using namespace timonier;
using namespace timonier::plan;

namespace {

int report(const Error &error)
{
    fmt::print(stderr, "{}\n", error.text());
    return 1;
}

[[noreturn]] void die()
{
    ::kill(::getpid(), SIGKILL);
    for (;;)
        ::pause();
}

Result<Summary> runIt(const std::filesystem::path &folder, const std::string &verb, const test::Hook &hook, std::stop_token stop)
{
    const auto clock = std::make_shared<SystemClock>();
    const auto journal = TRY(Journal::open(folder / "data", clock));
    test::World world(folder / "world");
    const Plan plan = test::thirtySteps(world, hook);
    const Sink sink = [&](const Event &event) {
        if (event.kind == Event::Kind::Step && isOver(event.state))
            hook(event.step, "after");
    };
    Runner runner(*journal, *clock);
    if (verb == "run")
        return runner.run(plan, sink, stop);
    if (verb == "undo")
        return runner.undo(plan, sink, stop);
    const auto runs = TRY(journal->runs(1));
    if (runs.empty())
        return runner.run(plan, sink, stop); // it died before it had begun
    return runner.resume(runs.front(), plan, sink, stop);
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    if (argc < 3)
        return 2;
    const std::string deed = argc > 4 ? argv[3] : "", where = argc > 4 ? argv[4] : "";
    std::stop_source stop;
    if (deed == "kill-after")
        std::thread([after = std::chrono::milliseconds(std::stoi(where))] {
            std::this_thread::sleep_for(after);
            die();
        }).detach();
    if (deed == "full") { // no file may grow beyond that: what a full disk is to SQLite
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{std::stoul(where), std::stoul(where)};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    const auto summary = runIt(argv[1], argv[2], [&](const std::string &step, const std::string &place) {
        if (where != step + ":" + place)
            return;
        if (deed == "kill")
            die();
        stop.request_stop();
    }, stop.get_token());
    if (!summary)
        return report(summary.error());
    if (summary->error)
        report(*summary->error);
    fmt::print("{}\n", summary->changed);
    return summary->end == RunState::Finished ? 0 : summary->end == RunState::Cancelled ? 4 : 1;
}
