#include "ctl/plan_commands.h"

#include "base/paths.h"
#include "base/say.h"
#include "ctl/plan_printer.h"

#include <fmt/format.h>

namespace timonier::ctl {

using namespace plan;

std::filesystem::path journalFolder() { return dataDir() / "plans"; }

Result<std::unique_ptr<Journal>> openJournal() { return Journal::open(journalFolder(), std::make_shared<SystemClock>()); }

bool wantsJson(const Invocation &invocation) { return invocation.options.value(QStringLiteral("output")) == QLatin1String("json"); }

Outcome runPlan(Invocation &invocation, const std::function<Result<Summary>(Runner &, const Sink &)> &work, Journal &journal)
{
    PlanPrinter printer(wantsJson(invocation));
    const SystemClock clock;
    Runner runner(journal, clock);
    const Summary summary = TRY_OUTCOME(work(runner, [&](const Event &event) { printer.tell(event); }));
    const std::string wayOn = say("Ctl", "Go on with `timonierctl runs resume {}`.", summary.run);
    if (summary.end == RunState::Finished)
        return Success;
    if (summary.end == RunState::Cancelled) {
        fmt::print(stderr, "timonierctl: {}\n  {}\n", say("Ctl", "the run was cancelled; what was made is kept and known"), wayOn);
        return Interrupted;
    }
    Error error = summary.error.value_or(Error{});
    const bool open = !error.hint.empty() && error.hint.back() != '.' && error.hint.back() != '?';
    error.hint += (error.hint.empty() ? "" : open ? ". " : " ") + wayOn;
    return failed(std::move(error));
}

} // namespace timonier::ctl
