// timonierctl helm: charts and their releases, which stay Helm's own.
#include "ctl/commands.h"
#include "ctl/fetch_printer.h"

#include "base/redact.h"
#include "base/say.h"
#include "helm/helm_diff.h"
#include "manifest/manifest_files.h"

#include <QCoreApplication>

#include <nlohmann/json.hpp>

namespace timonier::ctl {

namespace {

using namespace helm;

struct Order {
    Helm helm;
    OpenContext connection;
    ReleaseName release{};
    Chart chart{};
    InstallOptions options{};
    bool json = false;
};

const QString &argument(const Invocation &invocation, qsizetype i)
{
    static const QString none;
    return i < invocation.arguments.size() ? invocation.arguments[i] : none;
}

Result<Order> orderOf(Invocation &invocation)
{
    const QCommandLineParser &options = invocation.options;
    const ToolOptions tools = TRY(invocation.session.toolOptions(invocation.stop));
    const Toolbox toolbox = TRY(invocation.session.toolbox());
    Tool tool = TRY(toolbox.provide("helm", tools, fetchPrinter(), invocation.stop));
    OpenContext connection = TRY(invocation.session.connect(options.value(QStringLiteral("context")).toStdString()));
    Order order{.helm = Helm(std::move(tool), invocation.session.processes(), {.kubeconfigs = invocation.session.kubeconfigPaths(), .context = connection.context}, tools.environment),
                .connection = std::move(connection), .json = options.value(QStringLiteral("output")) == QLatin1String("json")};
    order.release.ns = options.isSet(QStringLiteral("namespace")) ? options.value(QStringLiteral("namespace")).toStdString() : order.connection.ns;
    if (order.release.ns.empty())
        order.release.ns = "default";
    order.release.name = argument(invocation, 1).toStdString();
    order.chart = {.reference = argument(invocation, 2).toStdString(), .repository = options.value(QStringLiteral("repo")).toStdString(), .version = options.value(QStringLiteral("version")).toStdString()};
    if (options.isSet(QStringLiteral("filename"))) {
        const auto texts = TRY(manifestTexts({options.value(QStringLiteral("filename")).toStdString()}, invocation.stop));
        if (texts.size() != 1)
            return fail(ErrorKind::Invalid, say("Ctl", "values are one file"));
        order.chart.values = texts.front().text;
    }
    order.options.wait = options.isSet(QStringLiteral("wait"));
    order.options.rollbackOnFailure = options.isSet(QStringLiteral("rollback-on-failure"));
    return order;
}

nlohmann::ordered_json jsonOf(const Release &release)
{
    nlohmann::ordered_json one = {{"namespace", release.name.ns}, {"name", release.name.name}, {"revision", release.revision}, {"status", release.status},
                                  {"chart", release.chart}, {"version", release.chartVersion}, {"appVersion", release.appVersion}, {"updated", release.updated}};
    if (!release.description.empty())
        one["description"] = redact(release.description);
    return one;
}

void print(const std::vector<Release> &releases, bool asHistory, bool json)
{
    if (json) {
        auto all = nlohmann::ordered_json::array();
        for (const Release &one : releases)
            all.push_back(jsonOf(one));
        fmt::print("{}\n", nlohmann::ordered_json{{asHistory ? "revisions" : "releases", std::move(all)}}.dump());
        return;
    }
    for (const Release &one : releases)
        if (asHistory)
            fmt::print("{}\t{}\t{} {}\t{}\t{}\n", one.revision, one.status, one.chart, one.chartVersion, one.updated, redact(one.description));
        else
            fmt::print("{}\t{}\t{}\t{}\t{} {}\t{}\n", one.name.ns, one.name.name, one.revision, one.status, one.chart, one.chartVersion, one.updated);
}

Outcome list(Invocation &invocation, Order &order)
{
    const std::string ns = invocation.options.isSet(QStringLiteral("all-namespaces")) ? std::string() : order.release.ns;
    print(TRY_OUTCOME(order.helm.releases(ns, invocation.stop)), false, order.json);
    return Success;
}

Outcome history(Invocation &invocation, Order &order)
{
    print(TRY_OUTCOME(order.helm.history(order.release, invocation.stop)), true, order.json);
    return Success;
}

Outcome values(Invocation &invocation, Order &order)
{
    fmt::print("{}", TRY_OUTCOME(order.helm.values(order.release, invocation.options.value(QStringLiteral("revision")).toInt(), invocation.stop)));
    return Success;
}

Outcome render(Invocation &invocation, Order &order)
{
    const auto cluster = TRY_OUTCOME(capabilitiesOf(*order.connection.transport, invocation.stop));
    fmt::print("{}", TRY_OUTCOME(order.helm.templated(order.release, order.chart, cluster, false, invocation.stop)).text);
    return Success;
}

const char *wordOf(ObjectDiff::What what)
{
    return what == ObjectDiff::Added ? "create" : what == ObjectDiff::Changed ? "change" : what == ObjectDiff::Removed ? "remove" : "leave";
}

Outcome diff(Invocation &invocation, Order &order)
{
    const auto cluster = TRY_OUTCOME(capabilitiesOf(*order.connection.transport, invocation.stop));
    const ManifestText after = TRY_OUTCOME(order.helm.templated(order.release, order.chart, cluster, true, invocation.stop));
    ManifestText before{"-", {}};
    std::string values;
    if (auto manifest = order.helm.manifest(order.release, 0, invocation.stop)) {
        before = std::move(*manifest);
        values = TRY_OUTCOME(order.helm.values(order.release, 0, invocation.stop));
    } else if (manifest.error().kind != ErrorKind::NotFound) { // a first install changes all
        return failed(std::move(manifest).error());
    }
    const std::string changedValues = TRY_OUTCOME(valuesDiff(values, order.chart.values));
    const auto objects = TRY_OUTCOME(manifestDiff(before, after));
    if (order.json) {
        auto all = nlohmann::ordered_json::array();
        for (const ObjectDiff &one : objects)
            all.push_back({{"group", one.ref.group}, {"kind", one.ref.kind}, {"namespace", one.ref.ns}, {"name", one.ref.name}, {"state", wordOf(one.what)}, {"diff", one.diff}});
        fmt::print("{}\n", nlohmann::ordered_json{{"values", changedValues}, {"objects", std::move(all)}}.dump());
        return Success;
    }
    fmt::print("{}", changedValues);
    for (const ObjectDiff &one : objects)
        fmt::print("{}", one.diff);
    return Success;
}

Outcome install(Invocation &invocation, Order &order)
{
    const Release made = TRY_OUTCOME(order.helm.install(order.release, order.chart, order.options, invocation.stop));
    if (order.json)
        fmt::print("{}\n", jsonOf(made).dump());
    else
        fmt::print("{}\n", say("Ctl", "{} in {}: revision {} of {} {} is {}", made.name.name, made.name.ns, made.revision, made.chart, made.chartVersion, made.status));
    if (!made.notes.empty() && !order.json)
        fmt::print(stderr, "{}\n", made.notes);
    return Success;
}

Outcome rollback(Invocation &invocation, Order &order)
{
    bool number = false;
    const int revision = argument(invocation, 2).toInt(&number);
    if (!number || revision < 1)
        return misused(QCoreApplication::translate("Ctl", "to which revision? `timonierctl helm history RELEASE` lists them"));
    TRY_OUTCOME(order.helm.rollback(order.release, revision, order.options, invocation.stop));
    fmt::print("{}\n", say("Ctl", "{} in {}: as it was in revision {}", order.release.name, order.release.ns, revision));
    return Success;
}

Outcome uninstall(Invocation &invocation, Order &order)
{
    const auto kept = TRY_OUTCOME(order.helm.uninstall(order.release, order.options, invocation.stop));
    fmt::print("{}\n", say("Ctl", "{} in {}: removed", order.release.name, order.release.ns));
    for (const std::string &one : kept)
        fmt::print(stderr, "  {}\n", say("Ctl", "kept, as the chart wants it: {}", one));
    return Success;
}

struct Verb {
    const char *name;
    qsizetype arguments; // behind it
    Outcome (*run)(Invocation &, Order &);
};
constexpr Verb verbs[] = {{"list", 0, list}, {"history", 1, history}, {"values", 1, values}, {"template", 2, render}, {"diff", 2, diff}, {"install", 2, install}, {"rollback", 2, rollback}, {"uninstall", 1, uninstall}};

} // namespace

void declareHelm(QCommandLineParser &parser)
{
    const auto tr = [](const char *text) { return QCoreApplication::translate("Ctl", text); };
    parser.addOption({{QStringLiteral("n"), QStringLiteral("namespace")}, tr(QT_TRANSLATE_NOOP("Ctl", "The namespace of the release.")), QStringLiteral("NS")});
    parser.addOption({{QStringLiteral("A"), QStringLiteral("all-namespaces")}, tr(QT_TRANSLATE_NOOP("Ctl", "Look in every namespace."))});
    parser.addOption({{QStringLiteral("f"), QStringLiteral("filename")}, tr(QT_TRANSLATE_NOOP("Ctl", "The file with the values; - for the standard input.")), QStringLiteral("VALUES")});
    parser.addOption({QStringLiteral("repo"), tr(QT_TRANSLATE_NOOP("Ctl", "The https address of the repository that has the chart.")), QStringLiteral("URL")});
    parser.addOption({QStringLiteral("version"), tr(QT_TRANSLATE_NOOP("Ctl", "The version of the chart; the newest if not given.")), QStringLiteral("VERSION")});
    parser.addOption({QStringLiteral("revision"), tr(QT_TRANSLATE_NOOP("Ctl", "The revision of the release whose values are shown.")), QStringLiteral("N")});
    parser.addOption({QStringLiteral("wait"), tr(QT_TRANSLATE_NOOP("Ctl", "Wait until all is ready, or gone, at most so long, such as 5m.")), QStringLiteral("TIME")});
    parser.addOption({QStringLiteral("rollback-on-failure"), tr(QT_TRANSLATE_NOOP("Ctl", "Take back what failed."))});
    declareOutput(parser, QStringLiteral("text, json"));
}

Outcome runHelm(Invocation &invocation)
{
    const QCommandLineParser &options = invocation.options;
    const QString name = argument(invocation, 0);
    const auto verb = std::ranges::find_if(verbs, [&](const Verb &one) { return name == QLatin1String(one.name); });
    if (verb == std::end(verbs))
        return misused(QCoreApplication::translate("Ctl", "say one of: list, history, values, template, diff, install, rollback, uninstall"));
    if (invocation.arguments.size() != verb->arguments + 1)
        return misused(QCoreApplication::translate("Ctl", "helm %1 takes a release, and template, diff and install a chart after it").arg(name));
    auto order = orderOf(invocation);
    if (!order)
        return failed(std::move(order).error());
    if (options.isSet(QStringLiteral("wait"))) {
        const auto wait = parseDuration(options.value(QStringLiteral("wait")));
        if (!wait)
            return misused(QCoreApplication::translate("Ctl", "--wait takes a time such as 90s or 5m"));
        order->options.timeout = std::max(std::chrono::seconds(1), std::chrono::duration_cast<std::chrono::seconds>(*wait));
    }
    const Outcome outcome = verb->run(invocation, *order);
    // A wait that ran out has a code of its own.
    if (!outcome)
        if (const Error *error = std::get_if<Error>(&outcome.error()); error && error->kind == ErrorKind::Timeout) {
            fmt::print(stderr, "timonierctl: {}\n  {}\n", error->text(), error->hint);
            return WaitRanOut;
        }
    return outcome;
}

} // namespace timonier::ctl
