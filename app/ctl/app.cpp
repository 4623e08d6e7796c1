// timonierctl app: applications of the catalogue, from what there is to what became of them.
#include "ctl/app_printer.h"
#include "ctl/app_values.h"
#include "ctl/commands.h"
#include "ctl/plan_commands.h"

#include "base/paths.h"
#include "base/say.h"
#include "kube/fetch.h"
#include "kube/scope.h"
#include "session/applications.h"

#include <QCoreApplication>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace timonier::ctl {

namespace {

using namespace catalog;

struct Order {
    Ground ground{};
    AppRequest request{};
};

bool isSet(const Invocation &invocation, const char *option) { return invocation.options.isSet(QLatin1String(option)); }
std::string valueOf(const Invocation &invocation, const char *option) { return invocation.options.value(QLatin1String(option)).toStdString(); }

std::expected<Order, std::variant<Error, UsageError>> orderOf(Invocation &invocation)
{
    const auto failedWith = [](Error error) { return std::unexpected(std::variant<Error, UsageError>(std::move(error))); };
    std::string kubeconfig = valueOf(invocation, "kubeconfig");
    if (!kubeconfig.empty()) {
        std::error_code error;
        kubeconfig = toUtf8(std::filesystem::absolute(toPath(kubeconfig), error));
    }
    auto ground = groundOf(invocation.session, valueOf(invocation, "context"), kubeconfig);
    if (!ground)
        return failedWith(std::move(ground).error());
    Order order{.ground = std::move(*ground), .request = {.entry = invocation.arguments.value(1).toStdString(), .set = {valueOf(invocation, "namespace"), valueOf(invocation, "name")}}};
    order.request.fresh = isSet(invocation, "fresh");
    order.request.force = isSet(invocation, "force-conflicts");
    order.request.regardless = isSet(invocation, "despite-checks");
    if (isSet(invocation, "wait")) {
        const auto wait = parseDuration(invocation.options.value(QStringLiteral("wait")));
        if (!wait)
            return std::unexpected(std::variant<Error, UsageError>(UsageError{QCoreApplication::translate("Ctl", "--wait takes a time such as 90s or 5m")}));
        order.request.patience = *wait;
    }
    if (const Entry *entry = order.ground.catalog->find(order.request.entry); entry) {
        auto values = valuesOf(*entry, invocation.options);
        if (!values)
            return failedWith(std::move(values).error());
        order.request.values = std::move(*values);
        order.request = completed(*entry, std::move(order.request));
    }
    return order;
}

Outcome plan(Invocation &invocation, const Order &order)
{
    const Prepared prepared = TRY_OUTCOME(prepare(order.ground.transport, order.ground.streams, *order.ground.catalog, order.ground.supplier, order.ground.tools, order.request, invocation.stop));
    std::vector<PlannedChange> changes;
    if (!prepared.plan.objects.empty())
        changes = TRY_OUTCOME(previewPlan(*order.ground.transport, prepared.plan, setLabel(order.request.set), order.request.force, invocation.stop));
    printPrepared(prepared, changes, wantsJson(invocation));
    if (const form::Check *obstacle = prepared.obstacle())
        return failed({.kind = ErrorKind::Invalid, .message = obstacle->title + ": " + obstacle->words, .hint = obstacle->why});
    const auto refused = std::ranges::find(changes, PlannedChange::Refused, &PlannedChange::what);
    return refused == changes.end() ? Outcome(Success) : failed(*refused->error);
}

Outcome status(Invocation &invocation, const Order &order)
{
    Transport &transport = *order.ground.transport;
    const bool all = isSet(invocation, "all-namespaces") || (order.request.set.ns.empty() && order.request.entry.empty());
    std::vector<Record> records;
    if (order.request.entry.empty() || all) {
        records = TRY_OUTCOME(listRecords(transport, all ? std::string() : order.request.set.ns, order.request.entry, invocation.stop));
    } else if (auto record = TRY_OUTCOME(readRecord(transport, order.request.set, invocation.stop)); record) {
        records.push_back(std::move(*record));
    } else if (TRY_OUTCOME(readSet(transport, order.request.set, invocation.stop))) { // cut off before its record was sent
        records.push_back({.entry = order.request.entry, .set = order.request.set, .values = {}});
    } else {
        return failed({.kind = ErrorKind::NotFound, .message = say("Ctl", "{} is not deployed in {}", order.request.set.name, order.request.set.ns), .hint = say("Ctl", "`timonierctl app status` lists what is")});
    }
    std::vector<ShownState> shown;
    for (const Record &record : records) {
        const auto set = TRY_OUTCOME(readSet(transport, record.set, invocation.stop));
        const Entry *entry = order.ground.catalog->find(record.entry);
        std::vector<KnownFailure> failures = entry ? entry->failures : std::vector<KnownFailure>();
        failures.insert(failures.end(), order.ground.catalog->failures.begin(), order.ground.catalog->failures.end());
        ShownState one{.record = record, .title = entry ? entry->title : record.entry};
        if (set)
            one.objects = statesOf(transport, set->entries, failures, invocation.stop);
        if (entry) {
            const Filling filling{.name = record.set.name, .ns = record.set.ns, .values = merged(*entry, record.values, {})};
            one.works = workStates(order.ground, *entry, filling, invocation.stop);
            one.ways = TRY_OUTCOME(waysIn(transport, *entry, filling, invocation.stop));
        }
        shown.push_back(std::move(one));
    }
    printStates(shown, wantsJson(invocation));
    if (shown.empty() && !wantsJson(invocation))
        fmt::print(stderr, "{}\n", say("Ctl", "no application has been deployed"));
    return Success;
}

// The one output that is a secret: asked for by name, on stdout alone, so that it can be piped. TokenRequest (KEP-1205), good for an hour.
Outcome token(Invocation &invocation, const Order &order)
{
    const Entry *entry = order.ground.catalog->find(order.request.entry);
    if (!entry || entry->token.empty())
        return failed({.kind = ErrorKind::NotFound, .message = say("Ctl", "{} has no account to sign in with", order.request.entry)});
    const std::string path = "/api/v1/namespaces/" + percentEncoded(order.request.set.ns) + "/serviceaccounts/" + percentEncoded(entry->token) + "/token";
    const nlohmann::json wanted = {{"apiVersion", "authentication.k8s.io/v1"}, {"kind", "TokenRequest"}, {"spec", {{"expirationSeconds", 3600}}}};
    const Response answer = TRY_OUTCOME(fetch(*order.ground.transport, {.method = "POST", .path = path, .contentType = "application/json", .body = wanted.dump()}, invocation.stop));
    const auto made = nlohmann::json::parse(answer.body, nullptr, false);
    const nlohmann::json::json_pointer where("/status/token");
    if (!made.contains(where) || !made[where].is_string())
        return failed({.kind = ErrorKind::Protocol, .message = say("Ctl", "the server gave no token")});
    fmt::print("{}\n", made[where].get<std::string>());
    return Success;
}

Outcome change(Invocation &invocation, const Order &order, bool removes)
{
    if (removes) {
        const auto set = TRY_OUTCOME(readSet(*order.ground.transport, order.request.set, invocation.stop));
        if (!set)
            return failed({.kind = ErrorKind::NotFound, .message = say("Ctl", "{} is not deployed in {}", order.request.set.name, order.request.set.ns), .hint = say("Ctl", "`timonierctl app status` lists what is")});
    }
    const plan::Plan made = TRY_OUTCOME(removes ? removePlan(order.ground, order.request, isSet(invocation, "with-others")) : deployPlan(order.ground, order.request));
    const auto journal = TRY_OUTCOME(openJournal());
    const Outcome outcome = runPlan(invocation, [&](plan::Runner &runner, const plan::Sink &sink) { return runner.run(made, sink, invocation.stop); }, *journal);
    if (outcome)
        return outcome;
    const Error *error = std::get_if<Error>(&outcome.error());
    if (!error || error->kind != ErrorKind::Timeout)
        return outcome;
    fmt::print(stderr, "timonierctl: {}\n  {}\n", error->text(), error->hint);
    return WaitRanOut; // it may still become ready by itself
}

} // namespace

void declareApp(QCommandLineParser &parser)
{
    const auto tr = [](const char *text) { return QCoreApplication::translate("Ctl", text); };
    parser.addOption({QStringLiteral("set"), tr(QT_TRANSLATE_NOOP("Ctl", "A parameter of the application, such as replicas=3; `app show APP` lists them. May be given again.")), QStringLiteral("ID=VALUE")});
    parser.addOption({QStringLiteral("set-file"), tr(QT_TRANSLATE_NOOP("Ctl", "A parameter read from a file: for secrets and long texts; - is standard input.")), QStringLiteral("ID=FILE")});
    parser.addOption({{QStringLiteral("f"), QStringLiteral("filename")}, tr(QT_TRANSLATE_NOOP("Ctl", "A file of parameters, `replicas: 3` on each line; --set goes before it.")), QStringLiteral("VALUES")});
    parser.addOption({{QStringLiteral("n"), QStringLiteral("namespace")}, tr(QT_TRANSLATE_NOOP("Ctl", "Where it lives; it is made where it is missing.")), QStringLiteral("NS")});
    parser.addOption({QStringLiteral("name"), tr(QT_TRANSLATE_NOOP("Ctl", "What this one is called; the application's own name if not given.")), QStringLiteral("NAME")});
    parser.addOption({{QStringLiteral("A"), QStringLiteral("all-namespaces")}, tr(QT_TRANSLATE_NOOP("Ctl", "Look in every namespace."))});
    parser.addOption({QStringLiteral("fresh"), tr(QT_TRANSLATE_NOOP("Ctl", "Forget the parameters of last time; otherwise they hold where none is given."))});
    parser.addOption({QStringLiteral("despite-checks"), tr(QT_TRANSLATE_NOOP("Ctl", "Go on although the checks found something that will not work."))});
    parser.addOption({QStringLiteral("force-conflicts"), tr(QT_TRANSLATE_NOOP("Ctl", "Take over fields that others look after."))});
    parser.addOption({QStringLiteral("with-others"), tr(QT_TRANSLATE_NOOP("Ctl", "Remove namespaces and definitions even with other people's objects in them."))});
    parser.addOption({QStringLiteral("wait"), tr(QT_TRANSLATE_NOOP("Ctl", "How long to wait until all is ready, such as 5m (10m if not given).")), QStringLiteral("TIME")});
    declareOutput(parser, QStringLiteral("text, json"));
}

Outcome runApp(Invocation &invocation)
{
    const QString verb = invocation.arguments.value(0);
    const auto is = [&](const char *name) { return verb == QLatin1String(name); };
    const qsizetype count = invocation.arguments.size();
    const bool named = is("show") || is("plan") || is("deploy") || is("remove") || is("token");
    if (!((is("list") && count == 1) || (named && count == 2) || (is("status") && (count == 1 || count == 2))))
        return misused(QCoreApplication::translate("Ctl", "say list, status, or show, plan, deploy, status, remove or token with an application"));
    if (const QString format = invocation.options.value(QStringLiteral("output")); !format.isEmpty() && format != QLatin1String("text") && format != QLatin1String("json"))
        return misused(QCoreApplication::translate("Ctl", "-o takes text or json"));
    if (is("list") || is("show")) {
        const Catalog catalog = loadCatalog(ownCatalog());
        if (is("list"))
            printEntries(catalog, wantsJson(invocation));
        else
            printEntry(*TRY_OUTCOME(entryOf(catalog, invocation.arguments[1].toStdString())), wantsJson(invocation));
        return Success;
    }
    const auto order = orderOf(invocation);
    if (!order)
        return std::unexpected(order.error());
    if (is("status"))
        return status(invocation, *order);
    if (is("token"))
        return token(invocation, *order);
    return is("plan") ? plan(invocation, *order) : change(invocation, *order, is("remove"));
}

} // namespace timonier::ctl
