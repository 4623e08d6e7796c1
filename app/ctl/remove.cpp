// timonierctl remove, sets: what was applied together, and its end.
#include "ctl/apply_printer.h"
#include "ctl/commands.h"

#include "base/say.h"
#include "kube/fetch.h"
#include "manifest/parallel.h"

#include <QCoreApplication>

#include <nlohmann/json.hpp>

namespace timonier::ctl {

namespace {

struct Where {
    OpenContext connection;
    SetName name{};
    bool json = false;
};

std::expected<Where, std::variant<Error, UsageError>> whereOf(Invocation &invocation)
{
    const QCommandLineParser &options = invocation.options;
    const QString format = options.value(QStringLiteral("output"));
    if (!QStringList{{}, QStringLiteral("text"), QStringLiteral("json")}.contains(format))
        return std::unexpected(misused(QCoreApplication::translate("Ctl", "objects cannot be printed as “%1”").arg(format)).error());
    auto connection = invocation.session.connect(options.value(QStringLiteral("context")).toStdString());
    if (!connection)
        return std::unexpected(std::variant<Error, UsageError>(std::move(connection).error()));
    Where where{.connection = std::move(*connection), .json = format == QLatin1String("json")};
    where.name.ns = options.isSet(QStringLiteral("namespace")) ? options.value(QStringLiteral("namespace")).toStdString() : where.connection.ns;
    if (where.name.ns.empty())
        where.name.ns = "default";
    where.name.name = invocation.arguments.value(0).toStdString();
    return where;
}

Result<AppliedSet> existing(Transport &transport, const SetName &name, std::stop_token stop)
{
    auto set = TRY(readSet(transport, name, stop));
    if (!set)
        return fail(ErrorKind::NotFound, say("Ctl", "there is no set “{}” in {}", name.name, name.ns), say("Ctl", "`timonierctl sets -A` lists them."));
    return std::move(*set);
}

// Each object of a set, and whether it is there.
Outcome showSet(Invocation &invocation, const Where &where)
{
    Transport &transport = *where.connection.transport;
    const AppliedSet set = TRY_OUTCOME(existing(transport, where.name, invocation.stop));
    std::vector<Result<bool>> there(set.entries.size(), false);
    inParallel(set.entries.size(), 12, [&](std::size_t i) {
        const auto found = fetch(transport, {.path = set.entries[i].path, .accept = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"}, invocation.stop);
        if (found || found.error().kind == ErrorKind::NotFound)
            there[i] = found.has_value();
        else
            there[i] = std::unexpected(found.error());
    });
    std::size_t missing = 0;
    auto objects = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < there.size(); ++i) {
        const bool exists = TRY_OUTCOME(std::move(there[i]));
        missing += !exists;
        const ObjectRef &ref = set.entries[i].ref;
        if (where.json)
            objects.push_back({{"group", ref.group}, {"kind", ref.kind}, {"namespace", ref.ns}, {"name", ref.name}, {"exists", exists}});
        else
            fmt::print("{}: {}\n", ref.ns.empty() ? kubectlName(ref) : say("Ctl", "{} in {}", kubectlName(ref), ref.ns), exists ? say("Ctl", "is there") : say("Ctl", "is missing"));
    }
    if (where.json)
        fmt::print("{}\n", nlohmann::ordered_json{{"set", set.name.name}, {"namespace", set.name.ns}, {"objects", std::move(objects)}}.dump());
    else
        fmt::print(stderr, "{}\n", say("Ctl", "{} of {} objects are there", there.size() - missing, there.size()));
    return Success;
}

} // namespace

void declareSets(QCommandLineParser &parser)
{
    parser.addOption({{QStringLiteral("n"), QStringLiteral("namespace")}, QCoreApplication::translate("Ctl", "The namespace where the set's list lies."), QStringLiteral("NS")});
    parser.addOption({{QStringLiteral("A"), QStringLiteral("all-namespaces")}, QCoreApplication::translate("Ctl", "Look in every namespace.")});
    declareOutput(parser, QStringLiteral("text, json"));
}

Outcome runSets(Invocation &invocation)
{
    const auto where = whereOf(invocation);
    if (!where)
        return std::unexpected(where.error());
    if (invocation.arguments.size() > 1)
        return misused(QCoreApplication::translate("Ctl", "name one set, or none to list all"));
    if (!where->name.name.empty())
        return showSet(invocation, *where);
    const auto sets = TRY_OUTCOME(listSets(*where->connection.transport, invocation.options.isSet(QStringLiteral("all-namespaces")) ? std::string() : where->name.ns, invocation.stop));
    auto all = nlohmann::ordered_json::array();
    for (const AppliedSet &set : sets) {
        if (where->json)
            all.push_back({{"set", set.name.name}, {"namespace", set.name.ns}, {"objects", set.entries.size()}});
        else
            fmt::print("{}\n", say("Ctl", "{} in {}: {} objects", set.name.name, set.name.ns, set.entries.size()));
    }
    if (where->json)
        fmt::print("{}\n", all.dump());
    else if (sets.empty())
        fmt::print(stderr, "{}\n", say("Ctl", "there is no set"));
    return Success;
}

void declareRemove(QCommandLineParser &parser)
{
    parser.addOption({{QStringLiteral("n"), QStringLiteral("namespace")}, QCoreApplication::translate("Ctl", "The namespace where the set's list lies."), QStringLiteral("NS")});
    parser.addOption({QStringLiteral("dry-run"), QCoreApplication::translate("Ctl", "Say what would be removed; remove nothing.")});
    parser.addOption({QStringLiteral("with-others"), QCoreApplication::translate("Ctl", "Remove namespaces and definitions even with other people's objects in them.")});
    parser.addOption({QStringLiteral("wait"), QCoreApplication::translate("Ctl", "How long to wait for what is deleted to be gone, such as 5m (2m if not given)."), QStringLiteral("TIME")});
    declareOutput(parser, QStringLiteral("text, json"));
}

Outcome runRemove(Invocation &invocation)
{
    const QCommandLineParser &options = invocation.options;
    if (invocation.arguments.size() != 1)
        return misused(QCoreApplication::translate("Ctl", "which set? `timonierctl sets -A` lists them"));
    RemoveOptions how{.withOthers = options.isSet(QStringLiteral("with-others"))};
    if (options.isSet(QStringLiteral("wait"))) {
        const auto wait = parseDuration(options.value(QStringLiteral("wait")));
        if (!wait)
            return misused(QCoreApplication::translate("Ctl", "--wait takes a time such as 90s or 5m"));
        how.patience = *wait;
    }
    const auto where = whereOf(invocation);
    if (!where)
        return std::unexpected(where.error());
    Transport &transport = *where->connection.transport;
    AppliedSet set = TRY_OUTCOME(existing(transport, where->name, invocation.stop));
    how.setLabel = setLabel(set.name);
    ApplyPrinter printer(where->json);
    if (options.isSet(QStringLiteral("dry-run"))) {
        for (const SetEntry &entry : set.entries)
            printer.wouldPrune(entry);
        printer.finish();
        return Success;
    }
    const auto removals = removeEntries(transport, set.entries, how, [&](const SetEntry &entry, const Removal &removal) { printer.removed(entry, removal); }, invocation.stop);
    printer.finish();
    std::vector<SetEntry> left;
    bool held = false, other = false;
    for (std::size_t i = 0; i < removals.size(); ++i) {
        const auto what = removals[i].what;
        if (what != Removal::Held && what != Removal::Kept && what != Removal::Failed)
            continue;
        left.push_back(set.entries[i]);
        (what == Removal::Held ? held : other) = true;
    }
    if (left.empty()) {
        TRY_OUTCOME(forgetSet(transport, set.name, invocation.stop));
        return Success;
    }
    if (invocation.stop.stop_requested())
        return failed({.kind = ErrorKind::Cancelled, .message = say("Ctl", "interrupted")});
    set.entries = std::move(left);
    TRY_OUTCOME(writeSet(transport, set, invocation.stop));
    Error error{.kind = ErrorKind::Conflict, .message = say("Ctl", "not all of the set could be removed"), .hint = say("Ctl", "The lines above say why; the set goes on listing what is left.")};
    if (!held || other)
        return failed(std::move(error));
    fmt::print(stderr, "timonierctl: {}\n  {}\n", error.message, error.hint);
    return WaitRanOut;
}

} // namespace timonier::ctl
