// timonierctl cluster: a cluster from a spec, planned, made, looked at, started, stopped, changed, taken away; and those that there are.
#include "ctl/cluster_hosts.h"
#include "ctl/cluster_left.h"
#include "ctl/cluster_tools.h"
#include "ctl/commands.h"
#include "ctl/host_questions.h"
#include "ctl/plan_commands.h"

#include "base/say.h"
#include "plan/ledger.h"
#include "session/hosts.h"
#include "session/local_clusters.h"
#include "session/plans.h"

#include <QCoreApplication>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace timonier::ctl {

namespace {

using namespace plan;
using Json = nlohmann::ordered_json;

std::string stateWord(form::CheckState state)
{
    switch (state) {
    case form::CheckState::Good: return say("Ctl", "good");
    case form::CheckState::Careful: return say("Ctl", "careful");
    case form::CheckState::Bad: return say("Ctl", "bad");
    case form::CheckState::Skipped:
    case form::CheckState::Waiting:
    case form::CheckState::Running: break;
    }
    return say("Ctl", "not looked at");
}

std::string_view stateName(form::CheckState state)
{
    return state == form::CheckState::Good ? "good" : state == form::CheckState::Careful ? "careful" : state == form::CheckState::Bad ? "bad" : "skipped";
}

void printCheck(const form::Check &check)
{
    fmt::print("  {}: {}{}{}\n", check.title, stateWord(check.state), check.words.empty() ? "" : ", ", check.words);
    if (check.state == form::CheckState::Good || check.state == form::CheckState::Skipped)
        return;
    if (!check.why.empty())
        fmt::print("    {}\n", check.why);
    if (!check.evidence.empty())
        fmt::print("    | {}\n", QString::fromStdString(check.evidence).trimmed().replace(QLatin1Char('\n'), QStringLiteral("\n    | ")).toStdString());
    for (const form::Fix &fix : check.fixes)
        fmt::print("    → {}{}{}\n", fix.title, fix.commands.empty() ? "" : ": ", fmt::join(fix.commands, "; "));
}

// Those of several hosts stand under their host.
void printChecks(const std::vector<form::Check> &checks, bool isCloud)
{
    const bool hosts = !checks.empty() && !checks.front().subject.empty();
    fmt::print("{}\n", isCloud ? say("Ctl", "The account") : hosts ? say("Ctl", "The hosts") : say("Ctl", "This computer"));
    std::string subject;
    for (const form::Check &check : checks) {
        if (check.subject != subject)
            fmt::print("  {}\n", subject = check.subject);
        printCheck(check);
    }
}

Json jsonOf(const form::Check &check)
{
    Json one = {{"id", check.id}, {"host", check.subject}, {"title", check.title}, {"state", stateName(check.state)}, {"words", check.words}, {"why", check.why}, {"evidence", check.evidence}, {"fixes", Json::array()}};
    for (const form::Fix &fix : check.fixes)
        one["fixes"].push_back({{"id", fix.id}, {"title", fix.title}, {"commands", fix.commands}});
    return one;
}

void printCosts(const form::Costs &costs)
{
    fmt::print("{}\n", say("Ctl", "Price while it runs (US dollars)"));
    for (const form::Cost &one : costs.each)
        if (one.hour)
            fmt::print("  {:>8.3f}{:>10.2f}  {}\n", *one.hour, *one.hour * form::hoursOfMonth, one.what);
        else
            fmt::print("  {:>8}{:>10}  {}\n", "?", "?", one.what);
    fmt::print("  {}\n", sumWords(costs));
    if (costs.stoppedHour > 0)
        fmt::print("  {}\n", say("Ctl", "of it goes on while it is stopped: {:.3f} an hour, {:.0f} a month", costs.stoppedHour, costs.stoppedHour * form::hoursOfMonth));
    fmt::print("  {}\n", costs.source);
}

Json jsonOf(const form::Costs &costs)
{
    Json json = {{"currency", "USD"}, {"hour", costs.hour}, {"month", costs.hour * form::hoursOfMonth}, {"stoppedHour", costs.stoppedHour}, {"complete", costs.complete}, {"from", costs.from}, {"asOf", costs.asOf}, {"source", costs.source}, {"each", Json::array()}};
    for (const form::Cost &one : costs.each)
        json["each"].push_back({{"what", one.what}, {"hour", one.hour ? Json(*one.hour) : Json()}, {"whileStopped", one.whileStopped}});
    return json;
}

std::string phaseWord(local::Phase phase)
{
    switch (phase) {
    case local::Phase::Absent: return say("Ctl", "not there");
    case local::Phase::Running: return say("Ctl", "running");
    case local::Phase::Stopped: return say("Ctl", "stopped");
    case local::Phase::Partly: return say("Ctl", "partly running");
    case local::Phase::Unknown: break;
    }
    return say("Ctl", "unknown");
}

Json jsonOf(const local::ClusterState &state)
{
    Json json = {{"phase", name(state.phase)}, {"words", state.words}, {"nodes", Json::array()}};
    for (const local::NodeState &node : state.nodes)
        json["nodes"].push_back({{"name", node.name}, {"role", node.role}, {"state", node.state}});
    return json;
}

Outcome list(Invocation &invocation)
{
    const auto journal = TRY_OUTCOME(journalIfAny());
    const FoundClusters found = TRY_OUTCOME(findLocalClusters(std::make_shared<SystemProcessRunner>(), journal.get(), invocation.stop));
    if (wantsJson(invocation)) {
        Json all = Json::array();
        for (const FoundCluster &one : found.clusters)
            all.push_back({{"provider", one.provider}, {"name", one.name}, {"context", one.context}, {"phase", name(one.phase)}, {"madeByTimonier", one.ours}, {"words", one.words}});
        fmt::print("{}\n", all.dump(-1, ' ', false, Json::error_handler_t::replace));
    } else {
        for (const FoundCluster &one : found.clusters)
            fmt::print("{:<16}{:<20}{:<16}{}{}{}\n", one.provider, one.name, phaseWord(one.phase), one.ours ? say("Ctl", "made by Timonier") : std::string(), one.ours && !one.words.empty() ? "; " : "", one.words);
        if (found.clusters.empty() && found.problems.empty())
            fmt::print("{}\n", say("Ctl", "No cluster of this computer was found."));
    }
    for (const Error &problem : found.problems)
        fmt::print(stderr, "timonierctl: {}\n", problem.text());
    return Success;
}

Outcome tell(Invocation &invocation, const Plan &plan, const LocalCluster &cluster, bool resourcesToo)
{
    const auto journal = TRY_OUTCOME(journalIfAny());
    const auto all = TRY_OUTCOME(foresee(plan, journal.get(), invocation.stop));
    std::vector<Resource> there;
    if (journal && resourcesToo)
        there = TRY_OUTCOME(ledger::there(*journal, plan.target));
    const auto state = resourcesToo ? cluster.state(invocation.stop) : Result<local::ClusterState>{};
    const auto checks = resourcesToo ? Result<std::vector<form::Check>>{} : cluster.checks(invocation.stop);
    if (!checks)
        return failed(checks.error());
    std::vector<std::string> traces;
    if (resourcesToo && cluster.traces && state) // who cannot be asked was said already
        for (const form::Trace &one : TRY_OUTCOME(cluster.traces(invocation.stop)))
            traces.push_back(one.text());
    if (wantsJson(invocation)) {
        Json document = {{"title", plan.title}, {"target", plan.target}, {"checks", Json::array()}, {"steps", Json::array()}, {"resources", Json::array()}};
        for (const form::Check &check : *checks)
            document["checks"].push_back(jsonOf(check));
        if (resourcesToo)
            document["state"] = state ? jsonOf(*state) : Json{{"error", state.error().text()}};
        if (cluster.costs)
            document["costs"] = jsonOf(cluster.costs(invocation.stop));
        document["steps"] = Json::parse(stepsJson(plan, all));
        for (const Resource &resource : there)
            document["resources"].push_back({{"kind", resource.kind}, {"name", resource.name}, {"id", resource.outsideId}, {"state", name(resource.state)}});
        if (resourcesToo && cluster.traces)
            document["inTheAccount"] = traces;
        fmt::print("{}\n", document.dump(-1, ' ', false, Json::error_handler_t::replace));
        return Success;
    }
    fmt::print("{}\n", plan.title);
    if (resourcesToo) {
        fmt::print("  {}\n", state ? phaseWord(state->phase) + (state->words.empty() ? std::string() : ": " + state->words) : say("Ctl", "cannot be told: {}", state.error().text()));
        for (const local::NodeState &node : state ? state->nodes : std::vector<local::NodeState>{})
            fmt::print("    {}  {}  {}\n", node.name, node.role, node.state);
    } else {
        printChecks(*checks, bool(cluster.costs));
        fmt::print("{}\n", say("Ctl", "Steps"));
    }
    printSteps(plan, all);
    if (cluster.costs)
        printCosts(cluster.costs(invocation.stop));
    for (const Resource &resource : there)
        fmt::print("  {}\n", say("Ctl", "made by Timonier: {} {}", resource.kind, resource.name));
    if (resourcesToo && cluster.traces)
        fmt::print("  {}\n", traces.empty() ? say("Ctl", "nothing of it is in the account") : say("Ctl", "in the account, by its tags: {}", fmt::join(traces, ", ")));
    return Success;
}

// Before the first thing is made in a cloud: whoever lacks a right or a quota for the last one would pay for the others. Later the plan itself meets what is
// wrong, for what it has made counts in the quotas.
Result<> mustBeFit(const Plan &plan, const LocalCluster &cluster, Journal &journal, std::stop_token stop)
{
    if (!cluster.costs || !TRY(ledger::there(journal, plan.target)).empty())
        return {};
    const auto checks = cluster.checks(stop);
    auto no = checks ? form::refusal(*checks, say("Core", "something stands against it")) : std::nullopt;
    if (!no)
        return {};
    if (const auto traces = cluster.traces ? cluster.traces(stop) : Result<std::vector<form::Trace>>{}; traces && !traces->empty())
        return {}; // made from another computer, or by a run whose journal is gone
    no->hint += (no->hint.empty() ? "" : " ") + say("Ctl", "Nothing was made. If you know better, --ignore-checks goes on.");
    return std::unexpected(std::move(*no));
}

} // namespace

void declareCluster(QCommandLineParser &parser)
{
    declareOutput(parser, QStringLiteral("text, json"));
    parser.addPositionalArgument(QStringLiteral("VERB"), clusterVerbs().join(QStringLiteral(", ")) + QStringLiteral(". ") + QCoreApplication::translate("Ctl", "left: what a cloud's account has of the cluster, asked of the cloud, with no need of this computer's journal."));
    parser.addOption({{QStringLiteral("f"), QStringLiteral("filename")}, QCoreApplication::translate("Ctl", "The spec of the cluster; - is standard input."),
                      QStringLiteral("SPEC.yaml")});
    parser.addOption({QStringLiteral("cluster"), QCoreApplication::translate("Ctl", "Instead of -f, one that is there: as `cluster list` names it: kind/NAME, eks/REGION/NAME …"), QStringLiteral("CLUSTER")});
    parser.addOption({{QStringLiteral("n"), QStringLiteral("namespace")}, QCoreApplication::translate("Ctl", "service-url: the namespace of the service."), QStringLiteral("NS"), QStringLiteral("default")});
    declareHostKeys(parser);
    parser.addOption({QStringLiteral("to"), QCoreApplication::translate("Ctl", "Where logs or the backup go."), QStringLiteral("PATH")});
    parser.addOption({QStringLiteral("ignore-checks"), QCoreApplication::translate("Ctl", "create in a cloud: also where something stands against it (cluster plan says what).")});
    declareClusterOnHosts(parser);
}

QStringList clusterVerbs()
{
    return {QStringLiteral("plan"), QStringLiteral("create"), QStringLiteral("status"), QStringLiteral("start"), QStringLiteral("stop"), QStringLiteral("delete"), QStringLiteral("left"), QStringLiteral("logs"), QStringLiteral("list"),
            QStringLiteral("addons"), QStringLiteral("service-url"), QStringLiteral("tunnel"), QStringLiteral("load-image"),
            QStringLiteral("add-host"), QStringLiteral("remove-host"), QStringLiteral("certs"), QStringLiteral("upgrade"), QStringLiteral("scale"), QStringLiteral("fix"), QStringLiteral("backup"), QStringLiteral("restore")};
}

Outcome runCluster(Invocation &invocation)
{
    const std::string verb = invocation.arguments.value(0).toStdString();
    const bool operates = isClusterOnHosts(verb) || verb == "scale";
    const bool isList = verb == "list", isTool = isClusterTool(verb);
    const int named = int(invocation.options.isSet(QStringLiteral("filename"))) + int(invocation.options.isSet(QStringLiteral("cluster")));
    const bool counts = operates ? invocation.arguments.size() <= 3 : isTool || invocation.arguments.size() == 1;
    if (!clusterVerbs().contains(invocation.arguments.value(0)) || !counts || named != (isList ? 0 : 1))
        return misused(QCoreApplication::translate("Ctl", "say plan, create, status, start, stop, logs, delete, addons, service-url, tunnel or load-image, and -f SPEC.yaml or --cluster; of a cluster on hosts also add-host HOST, remove-host HOST, certs, certs renew, upgrade, backup, restore --from FILE or fix HOST CHECK; of one in a cloud also scale, upgrade or left (what its account still has of it); or list"));
    if (const QString format = invocation.options.value(QStringLiteral("output")); !format.isEmpty() && format != QLatin1String("text") && format != QLatin1String("json"))
        return misused(QCoreApplication::translate("Ctl", "-o takes text or json"));
    if (isList)
        return list(invocation);
    const auto runner = std::make_shared<SystemProcessRunner>();
    SpecFile spec;
    if (invocation.options.isSet(QStringLiteral("filename"))) {
        spec = TRY_OUTCOME(readSpecFile(invocation.options.value(QStringLiteral("filename"))));
    } else {
        spec.name = invocation.options.value(QStringLiteral("cluster")).toStdString();
        const auto journal = TRY_OUTCOME(journalIfAny());
        spec.text = TRY_OUTCOME(specOfCluster(spec.name, journal.get()));
    }
    const kubeadm::Access hosts = hostAccess(hostQuestions(invocation));
    // What the spec says now, of a cloud's cluster that is there. AKS' own plan changes what it made.
    if (operates) {
        const std::string provider = TRY_OUTCOME(providerOfSpec(spec.text, spec.name));
        if (isOfCloud(provider) && (verb == "upgrade" || verb == "scale") && invocation.arguments.size() == 1) {
            const LocalCluster cluster = TRY_OUTCOME(localClusterOfSpec(spec.text, spec.name, runner, hosts));
            TRY_OUTCOME(mustRun(cluster, invocation.stop));
            const Plan plan = TRY_OUTCOME(planOfProvider(provider == "aks" ? provider : provider + " " + verb, spec.text, spec.name, runner, hosts));
            const auto journal = TRY_OUTCOME(openJournal());
            return runPlan(invocation, [&](Runner &run, const Sink &sink) { return run.run(plan, sink, invocation.stop); }, *journal);
        }
        if (provider != "kubeadm" || verb == "scale")
            return misused(QCoreApplication::translate("Ctl", "%1 is not for clusters of %2").arg(invocation.arguments.value(0), QString::fromStdString(provider)));
        return runClusterOnHosts(invocation, spec, hosts);
    }
    const Plan plan = TRY_OUTCOME(planOfSpec(spec.text, spec.name, runner, hosts));
    const LocalCluster cluster = TRY_OUTCOME(localClusterOfSpec(spec.text, spec.name, runner, hosts));
    if (isTool)
        return runClusterTool(invocation, cluster);
    if (verb == "plan" || verb == "status")
        return tell(invocation, plan, cluster, verb == "status");
    if (verb == "left")
        return listLeft(invocation, cluster, plan.title, invocation.options.isSet(QStringLiteral("cluster")) ? "--cluster " + spec.name : "-f " + spec.name);
    const auto printed = [&](std::string_view piece) {
        if (!wantsJson(invocation))
            fmt::print("{}", piece);
    };
    if (verb == "logs") {
        if (const auto why = cluster.cannot.find(ClusterAbility::Logs); why != cluster.cannot.end())
            return failed(why->second);
        if (!invocation.options.isSet(QStringLiteral("to")))
            return misused(QCoreApplication::translate("Ctl", "logs are exported of kind and minikube, and want --to FOLDER"));
        TRY_OUTCOME(cluster.exportLogs(invocation.options.value(QStringLiteral("to")).toStdString(), printed, invocation.stop));
        return Success;
    }
    if (verb == "stop")
        if (const auto why = cluster.cannot.find(ClusterAbility::Stop); why != cluster.cannot.end())
            return failed(why->second);
    if (verb == "stop" || verb == "start")
        if (const auto runs = mustRun(cluster, invocation.stop); !runs && runs.error().kind != ErrorKind::Conflict) // a stopped one may be started
            return failed(runs.error());
    if (verb == "stop") {
        TRY_OUTCOME(cluster.halt(printed, invocation.stop));
        if (const form::Costs costs = cluster.costs ? cluster.costs(invocation.stop) : form::Costs{}; costs.stoppedHour > 0 && !wantsJson(invocation))
            fmt::print("{}\n", say("Ctl", "While it is stopped it costs {:.3f} $ an hour, {:.0f} $ a month.", costs.stoppedHour, costs.stoppedHour * form::hoursOfMonth));
        return Success;
    }
    // To start is to have the plan's remaining steps done: its nodes run, and the kubeconfig knows the port that they have now.
    const auto journal = TRY_OUTCOME(openJournal());
    if (verb == "delete")
        return deleteAndLook(invocation, plan, cluster, *journal);
    if (verb == "create" && !invocation.options.isSet(QStringLiteral("ignore-checks")))
        TRY_OUTCOME(mustBeFit(plan, cluster, *journal, invocation.stop));
    return runPlan(invocation, [&](Runner &run, const Sink &sink) { return run.run(plan, sink, invocation.stop); }, *journal);
}

} // namespace timonier::ctl
