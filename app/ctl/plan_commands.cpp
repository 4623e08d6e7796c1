#include "ctl/plan_commands.h"

#include "base/paths.h"
#include "base/say.h"
#include "ctl/plan_printer.h"

#include <QFile>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace timonier::ctl {

using namespace plan;

namespace {

using Json = nlohmann::ordered_json;
using Verdict = Foreseen::Verdict;

std::string verdictText(const Foreseen &step)
{
    switch (step.verdict) {
    case Verdict::Already: return say("Ctl", "nothing to do");
    case Verdict::Will: return say("Ctl", "will be done, in about {}", spanWords(step.estimate));
    case Verdict::Later: return say("Ctl", "will be looked at when what it needs is there, about {}", spanWords(step.estimate));
    case Verdict::Unknown: return say("Ctl", "cannot be told: {}", step.error ? step.error->text() : std::string());
    }
    return {};
}

std::string_view verdictName(Verdict verdict)
{
    return verdict == Verdict::Already ? "already" : verdict == Verdict::Will ? "will" : verdict == Verdict::Later ? "later" : "unknown";
}

} // namespace

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

Result<SpecFile> readSpecFile(const QString &name)
{
    QFile file(name);
    if (!(name == QLatin1String("-") ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly)))
        return fail(ErrorKind::Io, say("Ctl", "{} cannot be read: {}", name.toStdString(), file.errorString().toStdString()));
    return SpecFile{name.toStdString(), file.read(1 << 20).toStdString()};
}

Result<std::unique_ptr<Journal>> journalIfAny()
{
    std::error_code error;
    if (!std::filesystem::exists(journalFolder() / "journal.db", error))
        return nullptr;
    return openJournal();
}

void printSteps(const Plan &plan, const std::vector<Foreseen> &steps)
{
    for (const Foreseen &step : steps) {
        fmt::print("  {}: {}\n", plan.steps[step.step].title, verdictText(step));
        for (const Creates &creates : step.creates)
            fmt::print("    + {} {}\n", creates.kind, creates.name);
        if (step.error && !step.error->hint.empty())
            fmt::print("    {}\n", step.error->hint);
    }
}

std::string stepsJson(const Plan &plan, const std::vector<Foreseen> &steps)
{
    Json all = Json::array();
    for (const Foreseen &step : steps) {
        Json one = {{"id", plan.steps[step.step].id}, {"title", plan.steps[step.step].title}, {"verdict", verdictName(step.verdict)},
                    {"estimate", double(step.estimate.count()) / 1000}, {"creates", Json::array()}};
        for (const Creates &creates : step.creates)
            one["creates"].push_back({{"kind", creates.kind}, {"name", creates.name}});
        if (step.error)
            one["error"] = step.error->text();
        all.push_back(std::move(one));
    }
    return all.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace timonier::ctl
