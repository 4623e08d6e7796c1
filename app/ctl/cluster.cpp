// timonierctl cluster: a cluster from a spec, planned, made, looked at, taken away.
#include "ctl/commands.h"
#include "ctl/plan_commands.h"
#include "ctl/plan_printer.h"

#include "base/say.h"
#include "plan/foresee.h"
#include "plan/ledger.h"
#include "session/plans.h"

#include <QCoreApplication>
#include <QFile>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace timonier::ctl {

namespace {

using namespace plan;
using Json = nlohmann::ordered_json;
using Verdict = Foreseen::Verdict;

Result<Plan> planOfFile(const QString &name)
{
    QFile file(name);
    if (!(name == QLatin1String("-") ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly)))
        return fail(ErrorKind::Io, say("Ctl", "{} cannot be read: {}", name.toStdString(), file.errorString().toStdString()));
    return planOfSpec(file.read(1 << 20).toStdString(), name.toStdString(), std::make_shared<SystemProcessRunner>());
}

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

// The journal, where there is one: a dry run makes none.
Result<std::unique_ptr<Journal>> journalIfAny()
{
    std::error_code error;
    if (!std::filesystem::exists(journalFolder() / "journal.db", error))
        return nullptr;
    return openJournal();
}

Outcome tell(Invocation &invocation, const Plan &plan, bool resourcesToo)
{
    const auto journal = TRY_OUTCOME(journalIfAny());
    const auto all = TRY_OUTCOME(foresee(plan, journal.get(), invocation.stop));
    std::vector<Resource> there;
    if (journal && resourcesToo)
        there = TRY_OUTCOME(ledger::there(*journal, plan.target));
    if (wantsJson(invocation)) {
        Json document = {{"title", plan.title}, {"target", plan.target}, {"steps", Json::array()}, {"resources", Json::array()}};
        for (const Foreseen &step : all) {
            Json one = {{"id", plan.steps[step.step].id}, {"title", plan.steps[step.step].title}, {"verdict", verdictName(step.verdict)},
                        {"estimate", double(step.estimate.count()) / 1000}, {"creates", Json::array()}};
            for (const Creates &creates : step.creates)
                one["creates"].push_back({{"kind", creates.kind}, {"name", creates.name}});
            if (step.error)
                one["error"] = step.error->text();
            document["steps"].push_back(std::move(one));
        }
        for (const Resource &resource : there)
            document["resources"].push_back({{"kind", resource.kind}, {"name", resource.name}, {"id", resource.outsideId}, {"state", name(resource.state)}});
        fmt::print("{}\n", document.dump(-1, ' ', false, Json::error_handler_t::replace));
        return Success;
    }
    fmt::print("{}\n", plan.title);
    for (const Foreseen &step : all) {
        fmt::print("  {}: {}\n", plan.steps[step.step].title, verdictText(step));
        for (const Creates &creates : step.creates)
            fmt::print("    + {} {}\n", creates.kind, creates.name);
        if (step.error && !step.error->hint.empty())
            fmt::print("    {}\n", step.error->hint);
    }
    for (const Resource &resource : there)
        fmt::print("  {}\n", say("Ctl", "made by Timonier: {} {}", resource.kind, resource.name));
    return Success;
}

} // namespace

void declareCluster(QCommandLineParser &parser)
{
    declareOutput(parser, QStringLiteral("text, json"));
    parser.addOption({{QStringLiteral("f"), QStringLiteral("filename")}, QCoreApplication::translate("Ctl", "The spec of the cluster; - is standard input."),
                      QStringLiteral("SPEC.yaml")});
}

Outcome runCluster(Invocation &invocation)
{
    const QString verb = invocation.arguments.value(0);
    const bool known = verb == QLatin1String("plan") || verb == QLatin1String("create") || verb == QLatin1String("status") || verb == QLatin1String("delete");
    if (!known || invocation.arguments.size() != 1 || !invocation.options.isSet(QStringLiteral("filename")))
        return misused(QCoreApplication::translate("Ctl", "say plan, create, status or delete, and -f SPEC.yaml"));
    if (const QString format = invocation.options.value(QStringLiteral("output")); !format.isEmpty() && format != QLatin1String("text") && format != QLatin1String("json"))
        return misused(QCoreApplication::translate("Ctl", "-o takes text or json"));
    const Plan plan = TRY_OUTCOME(planOfFile(invocation.options.value(QStringLiteral("filename"))));
    if (verb == QLatin1String("plan") || verb == QLatin1String("status"))
        return tell(invocation, plan, verb == QLatin1String("status"));
    const auto journal = TRY_OUTCOME(openJournal());
    const bool create = verb == QLatin1String("create");
    return runPlan(invocation, [&](Runner &runner, const Sink &sink) { return create ? runner.run(plan, sink, invocation.stop) : runner.undo(plan, sink, invocation.stop); },
                   *journal);
}

} // namespace timonier::ctl
