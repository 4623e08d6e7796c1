// timonierctl apply: manifests into a cluster, in the order of their needs; or what that would change.
#include "ctl/apply_printer.h"
#include "ctl/commands.h"
#include "ctl/fetch_printer.h"

#include "base/redact.h"
#include "base/say.h"
#include "manifest/kustomize.h"
#include "manifest/manifest_files.h"
#include "session/stats.h"

#include <QCoreApplication>

#include <nlohmann/json.hpp>

namespace timonier::ctl {

namespace {

struct Order {
    OpenContext connection;
    std::string ns{};
    std::optional<SetName> set{};
    std::vector<std::size_t> replace{};  // of the plan
    bool prunes = false, json = false, force = false;
};

std::size_t countOf(const std::vector<AppliedResult> &results, ApplyState state)
{
    return static_cast<std::size_t>(std::ranges::count(results, state, &AppliedResult::state));
}

// Exit 3 for a wait that ran out; 1 for what was refused; what was only skipped because of it is told above.
Outcome ended(const ApplyPlan &plan, const std::vector<AppliedResult> &results, std::stop_token stop)
{
    if (stop.stop_requested())
        return failed({.kind = ErrorKind::Cancelled, .message = say("Ctl", "interrupted")});
    auto failure = failureOf(plan, results);
    if (!failure)
        return Success;
    if (failure->kind != ErrorKind::Timeout)
        return failed(std::move(*failure));
    fmt::print(stderr, "timonierctl: {}\n  {}\n", failure->text(), say("Ctl", "Look at its events and its pods; the same command goes on from here."));
    return WaitRanOut;
}

Outcome preview(Invocation &invocation, const Order &order, const ApplyPlan &plan, const std::optional<AppliedSet> &before)
{
    ApplyPrinter printer(order.json);
    const auto changes = TRY_OUTCOME(previewPlan(*order.connection.transport, plan, order.set ? setLabel(*order.set) : std::string(), order.force, invocation.stop));
    std::optional<Error> refused;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        printer.change(plan.objects[i], changes[i], invocation.options.isSet(QStringLiteral("diff")));
        if (changes[i].error && !refused)
            refused = changes[i].error;
    }
    if (order.prunes && before)
        for (const SetEntry &entry : entriesGone(before->entries, entriesOf(plan)))
            printer.wouldPrune(entry);
    printer.finish();
    return refused ? failed(std::move(*refused)) : Outcome(Success);
}

// What the set had before and the manifests no longer have: it goes, or stays on the set's list.
Result<std::vector<SetEntry>> pruned(Invocation &invocation, const Order &order, std::vector<SetEntry> gone, ApplyPrinter &printer)
{
    if (!order.prunes)
        return gone;
    const auto removals = removeEntries(*order.connection.transport, gone, {.setLabel = setLabel(*order.set), .withOthers = invocation.options.isSet(QStringLiteral("with-others"))},
                                        [&](const SetEntry &entry, const Removal &removal) { printer.removed(entry, removal); }, invocation.stop);
    std::vector<SetEntry> left;
    for (std::size_t i = 0; i < gone.size(); ++i)
        if (removals[i].what == Removal::Kept || removals[i].what == Removal::Held || removals[i].what == Removal::Failed)
            left.push_back(std::move(gone[i]));
    return left;
}

// What stands behind -f and -k.
Result<std::vector<ManifestText>> given(Invocation &invocation)
{
    std::vector<std::string> paths;
    for (const QString &file : invocation.options.values(QStringLiteral("filename")))
        paths.push_back(file.toStdString());
    std::vector<ManifestText> texts = TRY(manifestTexts(paths, invocation.stop));
    const QStringList kustomizations = invocation.options.values(QStringLiteral("kustomize"));
    if (kustomizations.isEmpty())
        return texts;
    const Toolbox toolbox = TRY(invocation.session.toolbox());
    const ToolOptions tools = TRY(invocation.session.toolOptions(invocation.stop));
    for (const QString &target : kustomizations) {
        Kustomized made = TRY(kustomized(target.toStdString(), toolbox, *invocation.session.processes(), tools, fetchPrinter(), invocation.stop));
        for (const std::string &warning : made.warnings)
            fmt::print(stderr, "timonierctl: {}\n", say("Ctl", "kustomize warns: {}", redact(warning)));
        texts.push_back(std::move(made.text));
    }
    return texts;
}

// The objects of the plan that --replace names, as kubectl names them, with "NAMESPACE/" before where two have that name.
Result<std::vector<std::size_t>> toReplace(const ApplyPlan &plan, const QStringList &names)
{
    std::vector<std::size_t> all;
    for (const QString &given : names) {
        const std::string name = given.toStdString();
        std::vector<std::size_t> found;
        for (std::size_t i = 0; i < plan.objects.size(); ++i) {
            const ObjectRef &ref = plan.objects[i].ref;
            if (const std::string theirs = kubectlName(ref); name == theirs || name == ref.ns + "/" + theirs)
                found.push_back(i);
        }
        if (found.empty())
            return fail(ErrorKind::NotFound, say("Ctl", "there is no {} in these manifests", name), say("Ctl", "--replace takes a name such as deployment.apps/web, as the lines above print it."));
        if (found.size() > 1)
            return fail(ErrorKind::Invalid, say("Ctl", "{} is in more than one namespace", name), say("Ctl", "Put the namespace before it: {}/{}", plan.objects[found.front()].ref.ns, name));
        all.push_back(found.front());
    }
    return all;
}

void printStats(const Order &order, const std::vector<AppliedResult> &results, std::chrono::milliseconds planned)
{
    const TransportStats stats = order.connection.transport->stats();
    const nlohmann::json line = {{"objects", results.size()}, {"created", countOf(results, ApplyState::Created)}, {"changed", countOf(results, ApplyState::Changed)},
                                 {"unchanged", countOf(results, ApplyState::Unchanged)}, {"failed", countOf(results, ApplyState::Failed)},
                                 {"planned_ms", planned.count()}, {"complete_ms", sinceStart().count()}, {"requests", stats.requests}, {"connections", stats.connections},
                                 {"cpu_ms", cpuTime().count()}, {"peak_rss_kib", peakResidentKib()}};
    fmt::print(stderr, "{}\n", line.dump());
}

Outcome run(Invocation &invocation, const Order &order, const ApplyPlan &plan, std::chrono::milliseconds patience)
{
    Transport &transport = *order.connection.transport;
    const auto planned = sinceStart();
    std::vector<SetEntry> gone;
    if (order.set) {
        const auto before = TRY_OUTCOME(readSet(transport, *order.set, invocation.stop));
        AppliedSet now{*order.set, entriesOf(plan)};
        if (before)
            gone = entriesGone(before->entries, now.entries);
        now.entries.insert(now.entries.end(), gone.begin(), gone.end());
        TRY_OUTCOME(writeSet(transport, now, invocation.stop));
    }
    ApplyPrinter printer(order.json);
    const auto results = applyPlan(transport, plan,
                                   {.force = order.force, .untilReady = invocation.options.isSet(QStringLiteral("wait")), .patience = patience,
                                    .setLabel = order.set ? setLabel(*order.set) : std::string(), .replace = order.replace},
                                   [&](const ApplyNews &news) { printer.news(plan, news); }, invocation.stop);
    const bool whole = !failureOf(plan, results) && !invocation.stop.stop_requested();
    bool keptSome = false;
    if (order.set && whole && !gone.empty()) { // never prune after a failure: what replaces it may be missing
        AppliedSet after{*order.set, entriesOf(plan)};
        const auto left = TRY_OUTCOME(pruned(invocation, order, std::move(gone), printer));
        keptSome = order.prunes && !left.empty();
        after.entries.insert(after.entries.end(), left.begin(), left.end());
        TRY_OUTCOME(writeSet(transport, after, invocation.stop));
    }
    printer.warnings(plan, results);
    printer.finish();
    if (invocation.options.isSet(QStringLiteral("stats")))
        printStats(order, results, planned);
    if (keptSome)
        return failed({.kind = ErrorKind::Conflict, .message = say("Ctl", "not all that left the set could be removed"), .hint = say("Ctl", "The lines above say why; the set goes on listing it.")});
    return ended(plan, results, invocation.stop);
}

} // namespace

void declareApply(QCommandLineParser &parser)
{
    const auto tr = [](const char *text) { return QCoreApplication::translate("Ctl", text); };
    parser.addOption({{QStringLiteral("f"), QStringLiteral("filename")},
                      tr(QT_TRANSLATE_NOOP("Ctl", "A file, a folder, an archive or an https address with manifests, YAML or JSON; - for the standard input. May be given again.")), QStringLiteral("FILE")});
    parser.addOption({{QStringLiteral("k"), QStringLiteral("kustomize")}, tr(QT_TRANSLATE_NOOP("Ctl", "What a kustomization makes: its folder, or the address of a remote one. May be given again.")), QStringLiteral("FOLDER")});
    parser.addOption({{QStringLiteral("n"), QStringLiteral("namespace")}, tr(QT_TRANSLATE_NOOP("Ctl", "The namespace of what names none, and of the set's list.")), QStringLiteral("NS")});
    parser.addOption({QStringLiteral("dry-run"), tr(QT_TRANSLATE_NOOP("Ctl", "Ask the server what would change; change nothing."))});
    parser.addOption({QStringLiteral("diff"), tr(QT_TRANSLATE_NOOP("Ctl", "The same, with each change line by line; Secrets masked."))});
    parser.addOption({QStringLiteral("force-conflicts"), tr(QT_TRANSLATE_NOOP("Ctl", "Take over fields that others look after."))});
    parser.addOption({QStringLiteral("replace"), tr(QT_TRANSLATE_NOOP("Ctl", "Delete this object and make it anew, if a field of it cannot be changed. May be given again.")), QStringLiteral("KIND/NAME")});
    parser.addOption({QStringLiteral("set"), tr(QT_TRANSLATE_NOOP("Ctl", "Remember all of it as the set NAME, to be removed or pruned later.")), QStringLiteral("NAME")});
    parser.addOption({QStringLiteral("prune"), tr(QT_TRANSLATE_NOOP("Ctl", "The same, and remove what the set had before and the manifests no longer have.")), QStringLiteral("NAME")});
    parser.addOption({QStringLiteral("with-others"), tr(QT_TRANSLATE_NOOP("Ctl", "Remove namespaces and definitions even with other people's objects in them."))});
    parser.addOption({QStringLiteral("wait"), tr(QT_TRANSLATE_NOOP("Ctl", "Wait until all is ready, for one object at most so long, such as 5m.")), QStringLiteral("TIME")});
    declareOutput(parser, QStringLiteral("text, json"));
    declareStats(parser);
}

Outcome runApply(Invocation &invocation)
{
    const QCommandLineParser &options = invocation.options;
    const QString format = options.value(QStringLiteral("output"));
    if (!QStringList{{}, QStringLiteral("text"), QStringLiteral("json")}.contains(format))
        return misused(QCoreApplication::translate("Ctl", "objects cannot be printed as “%1”").arg(format));
    const QStringList files = options.values(QStringLiteral("filename"));
    if ((files.isEmpty() && !options.isSet(QStringLiteral("kustomize"))) || !invocation.arguments.isEmpty())
        return misused(QCoreApplication::translate("Ctl", "name manifests with -f, or a kustomization with -k"));
    if (options.isSet(QStringLiteral("set")) && options.isSet(QStringLiteral("prune")))
        return misused(QCoreApplication::translate("Ctl", "say --set or --prune, not both"));
    std::chrono::milliseconds patience = ApplyOptions().patience;
    if (options.isSet(QStringLiteral("wait"))) {
        const auto wait = parseDuration(options.value(QStringLiteral("wait")));
        if (!wait)
            return misused(QCoreApplication::translate("Ctl", "--wait takes a time such as 90s or 5m"));
        patience = *wait;
    }
    const auto texts = TRY_OUTCOME(given(invocation));
    auto objects = TRY_OUTCOME(readManifests(texts));
    if (objects.empty())
        return failed({.kind = ErrorKind::Invalid, .message = say("Ctl", "there is no object in {}", texts.front().name)});

    Order order{.connection = TRY_OUTCOME(invocation.session.connect(options.value(QStringLiteral("context")).toStdString())), .json = format == QLatin1String("json"),
                .force = options.isSet(QStringLiteral("force-conflicts"))};
    order.ns = options.isSet(QStringLiteral("namespace")) ? options.value(QStringLiteral("namespace")).toStdString() : order.connection.ns;
    if (order.ns.empty())
        order.ns = "default";
    order.prunes = options.isSet(QStringLiteral("prune"));
    const QString set = options.value(order.prunes ? QStringLiteral("prune") : QStringLiteral("set"));
    if (!set.isEmpty())
        order.set = SetName{order.ns, set.toStdString()};
    Transport &transport = *order.connection.transport;
    const ApplyPlan plan = TRY_OUTCOME(planApply(transport, std::move(objects), order.ns, invocation.stop));
    order.replace = TRY_OUTCOME(toReplace(plan, options.values(QStringLiteral("replace"))));
    TRY_OUTCOME(mayApply(transport, plan, invocation.stop, order.replace));
    if (options.isSet(QStringLiteral("dry-run")) || options.isSet(QStringLiteral("diff"))) {
        std::optional<AppliedSet> before;
        if (order.set)
            before = TRY_OUTCOME(readSet(transport, *order.set, invocation.stop));
        return preview(invocation, order, plan, before);
    }
    return run(invocation, order, plan, patience);
}

} // namespace timonier::ctl
