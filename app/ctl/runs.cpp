// timonierctl runs: the journal of plans.
#include "ctl/cluster_left.h"
#include "ctl/commands.h"
#include "ctl/host_questions.h"
#include "ctl/plan_commands.h"
#include "ctl/plan_printer.h"

#include "base/say.h"
#include "plan/ledger.h"
#include "session/hosts.h"
#include "session/plans.h"

#include <QCoreApplication>
#include <QDateTime>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace timonier::ctl {

namespace {

using namespace plan;
using Json = nlohmann::ordered_json;

std::string timeText(std::int64_t ms) { return ms ? QDateTime::fromMSecsSinceEpoch(ms).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss")).toStdString() : ""; }

Json json(const RunRecord &run)
{
    return {{"id", run.id}, {"provider", run.provider}, {"target", run.target}, {"title", run.title}, {"direction", name(run.direction)},
            {"state", name(run.state)}, {"begun", double(run.begun) / 1000}, {"ended", double(run.ended) / 1000}, {"error", run.error}, {"hint", run.hint}};
}

void print(const Json &document) { fmt::print("{}\n", document.dump(-1, ' ', false, Json::error_handler_t::replace)); }

Outcome list(Invocation &invocation, Journal &journal)
{
    const auto runs = TRY_OUTCOME(journal.runs(100));
    if (wantsJson(invocation)) {
        Json document = Json::array();
        for (const RunRecord &run : runs)
            document.push_back(json(run));
        print(document);
        return Success;
    }
    if (runs.empty())
        fmt::print(stderr, "{}\n", say("Ctl", "no plan has been run yet"));
    for (const RunRecord &run : runs)
        fmt::print("{:>4}  {}  {:<20}  {}{}\n", run.id, timeText(run.begun), run.target, run.direction == Direction::Back ? say("Ctl", "taking back: ") : "",
                   stateText(run.state));
    return Success;
}

Outcome show(Invocation &invocation, Journal &journal, RunId id)
{
    const RunRecord run = TRY_OUTCOME(journal.run(id));
    const auto steps = TRY_OUTCOME(journal.steps(id));
    const auto parts = TRY_OUTCOME(journal.parts(id));
    const auto output = TRY_OUTCOME(journal.output(id));
    const auto resources = TRY_OUTCOME(ledger::ofRun(journal, id));
    if (wantsJson(invocation)) {
        Json document = json(run);
        document["spec"] = run.spec;
        document["steps"] = document["resources"] = document["output"] = Json::array();
        for (const StepRecord &step : steps) {
            document["steps"].push_back({{"id", step.id}, {"title", step.title}, {"state", name(step.state)}, {"attempt", step.attempt},
                                         {"begun", double(step.begun) / 1000}, {"ended", double(step.ended) / 1000}, {"error", step.error}, {"hint", step.hint}});
            for (const PartRecord &part : parts)
                if (part.step == step.id)
                    document["steps"].back()["parts"].push_back({{"id", part.id}, {"title", part.title}, {"state", name(part.state)}, {"reason", part.reason},
                                                                 {"begun", double(part.begun) / 1000}, {"ended", double(part.ended) / 1000}});
        }
        for (const Resource &one : resources)
            document["resources"].push_back({{"kind", one.kind}, {"name", one.name}, {"step", one.step}, {"id", one.outsideId}, {"state", name(one.state)}});
        for (const OutputLine &line : output)
            document["output"].push_back({{"step", line.step}, {"text", line.text}});
        print(document);
        return Success;
    }
    fmt::print("{}\n{}\n", say("Ctl", "Run {}: {}", run.id, run.title), say("Ctl", "{}, begun {}", stateText(run.state), timeText(run.begun)));
    for (const StepRecord &step : steps) {
        fmt::print("  {}  {}{}{}\n", step.title, stateText(step.state), step.ended ? "  " + spanWords(Span(std::max<std::int64_t>(0, step.ended - step.begun))) : "",
                   step.error.empty() ? "" : ": " + step.error);
        for (const PartRecord &part : parts)
            if (part.step == step.id)
                fmt::print("      {}  {}{}\n", part.title, stateText(part.state), part.reason.empty() ? "" : ": " + part.reason);
        for (const OutputLine &line : output)
            if (line.step == step.id)
                fmt::print("      {}\n", line.text);
    }
    for (const Resource &one : resources)
        fmt::print("  {} {}  {}\n", one.kind, one.name,
                   one.state == ResourceState::Made       ? say("Ctl", "is there")
                   : one.state == ResourceState::Intended ? say("Ctl", "may be there: it was being made")
                                                          : say("Ctl", "was taken back"));
    if (!run.error.empty())
        fmt::print("{}\n{}{}", run.error, run.hint, run.hint.empty() ? "" : "\n");
    if (run.state == RunState::Interrupted || run.state == RunState::Failed || run.state == RunState::Cancelled)
        fmt::print("{}\n", say("Ctl", "Go on with `timonierctl runs resume {}`.", run.id));
    return Success;
}

Outcome resume(Invocation &invocation, Journal &journal, RunId id)
{
    const RunRecord run = TRY_OUTCOME(journal.run(id));
    const Plan plan = TRY_OUTCOME(planOfRun(invocation.session, run.provider, run.spec, say("Ctl", "the spec of run {}", id), hostAccess(hostQuestions(invocation))));
    // A cluster's in a cloud that is taken away: what is left of it is looked for at the end.
    if (run.direction == Direction::Back && isOfCloud(run.provider)) {
        const LocalCluster cluster = TRY_OUTCOME(localClusterOfSpec(run.spec, say("Ctl", "the spec of run {}", id), std::make_shared<SystemProcessRunner>()));
        return resumeAndLook(invocation, run, plan, cluster, journal);
    }
    return runPlan(invocation, [&](Runner &runner, const Sink &sink) { return runner.resume(run, plan, sink, invocation.stop); }, journal);
}

} // namespace

void declareRuns(QCommandLineParser &parser)
{
    declareOutput(parser, QStringLiteral("text, json"));
    declareHostKeys(parser);
}

Outcome runRuns(Invocation &invocation)
{
    const QString verb = invocation.arguments.value(0);
    bool isNumber = false;
    const RunId id = invocation.arguments.value(1).toLongLong(&isNumber);
    const bool named = verb == QLatin1String("show") || verb == QLatin1String("resume");
    if (!(verb.isEmpty() || (named && isNumber && invocation.arguments.size() == 2)))
        return misused(QCoreApplication::translate("Ctl", "say nothing to list the runs, or show ID, or resume ID"));
    if (const QString format = invocation.options.value(QStringLiteral("output")); !format.isEmpty() && format != QLatin1String("text") && format != QLatin1String("json"))
        return misused(QCoreApplication::translate("Ctl", "-o takes text or json"));
    const auto journal = TRY_OUTCOME(openJournal());
    if (!journal->notice().empty())
        fmt::print(stderr, "{}\n", journal->notice());
    return verb.isEmpty() ? list(invocation, *journal) : verb == QLatin1String("show") ? show(invocation, *journal, id) : resume(invocation, *journal, id);
}

} // namespace timonier::ctl
