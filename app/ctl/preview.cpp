// timonierctl preview: what a roll-out will do, before it is done.
#include "ctl/commands.h"
#include "ctl/preview_printer.h"

#include "base/say.h"
#include "kube/fetch.h"
#include "kube/kind.h"
#include "kube/scope.h"
#include "strategy/manifest.h"

#include <QCoreApplication>
#include <QFile>

#include <nlohmann/json.hpp>

namespace timonier::ctl {

namespace {

using strategy::Parameters;

Result<std::string> readFile(const QString &path)
{
    QFile file(path);
    const bool opened = path == QLatin1String("-") ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly);
    constexpr qint64 most = 16 << 20;
    if (!opened)
        return fail(ErrorKind::Io, say("Ctl", "{} cannot be read: {}", path.toStdString(), file.errorString().toStdString()));
    const QByteArray bytes = file.read(most + 1);
    if (file.error() != QFileDevice::NoError)
        return fail(ErrorKind::Io, say("Ctl", "{} cannot be read: {}", path.toStdString(), file.errorString().toStdString()));
    if (bytes.size() > most)
        return fail(ErrorKind::TooLarge, say("Ctl", "{} is larger than 16 MB: that is no manifest", path.toStdString()));
    return bytes.toStdString();
}

// "a=b,c=d" of spec.selector.matchLabels.
std::string selectorOf(const nlohmann::json &deployment)
{
    std::string text;
    const nlohmann::json labels = deployment.value(nlohmann::json::json_pointer("/spec/selector/matchLabels"), nlohmann::json::object());
    for (const auto &[key, value] : labels.items())
        if (value.is_string())
            text += (text.empty() ? "" : ",") + key + "=" + value.get<std::string>();
    return text;
}

Result<Parameters> liveDeployment(Invocation &invocation, const std::string &name, const std::string &image)
{
    const QCommandLineParser &options = invocation.options;
    const OpenContext connection = TRY(invocation.session.connect(options.value(QStringLiteral("context")).toStdString()));
    const std::string ns = options.isSet(QStringLiteral("namespace")) ? options.value(QStringLiteral("namespace")).toStdString() : connection.ns;
    const std::string base = "/namespaces/" + percentEncoded(ns);
    const Response found = TRY(fetch(*connection.transport, {.path = "/apis/apps/v1" + base + "/deployments/" + percentEncoded(name)}, invocation.stop));
    Parameters parameters = TRY(strategy::readDeployment(found.body, image));
    const std::string selector = selectorOf(nlohmann::json::parse(found.body, nullptr, false));
    if (!selector.empty()) {
        const Response pods = TRY(fetch(*connection.transport, {.path = "/api/v1" + base + "/pods?labelSelector=" + percentEncoded(selector)}, invocation.stop));
        TRY(strategy::measureStartUp(parameters, pods.body));
        std::vector<std::string> own;
        const nlohmann::json list = nlohmann::json::parse(pods.body, nullptr, false);
        for (const nlohmann::json &pod : list.value("items", nlohmann::json::array()))
            own.push_back(pod.value(nlohmann::json::json_pointer("/metadata/uid"), std::string()));
        // Not everybody may see the nodes, and a very large cluster is more than this reads: then there is room.
        const auto nodes = fetch(*connection.transport, {.path = "/api/v1/nodes"}, invocation.stop);
        const auto everything = fetch(*connection.transport, {.path = "/api/v1/pods?fieldSelector=" + percentEncoded("status.phase!=Succeeded,status.phase!=Failed")}, invocation.stop);
        if (nodes && everything)
            TRY(strategy::measureRoom(parameters, nodes->body, everything->body, own));
        else
            fmt::print(stderr, "timonierctl: {}\n", say("Ctl", "the nodes cannot be seen: it is assumed that there is room"));
    }
    return parameters;
}

} // namespace

void declarePreview(QCommandLineParser &parser)
{
    const auto tr = [](const char *text) { return QCoreApplication::translate("Ctl", text); };
    parser.addOption({{QStringLiteral("f"), QStringLiteral("filename")},
                      tr(QT_TRANSLATE_NOOP("Ctl", "A file with the Deployment, YAML or JSON; - for the standard input.")), QStringLiteral("FILE")});
    parser.addOption({{QStringLiteral("n"), QStringLiteral("namespace")},
                      tr(QT_TRANSLATE_NOOP("Ctl", "The namespace to look in, instead of the context's.")), QStringLiteral("NS")});
    parser.addOption({QStringLiteral("strategy"),
                      tr(QT_TRANSLATE_NOOP("Ctl", "recreate, rolling, blue-green, canary, ab, shadow or all; without it, what the Deployment says.")),
                      QStringLiteral("NAME")});
    parser.addOption({QStringLiteral("set"),
                      tr(QT_TRANSLATE_NOOP("Ctl", "What is assumed, such as rps=200 or neverReady=true; --set help lists all. May be given again.")),
                      QStringLiteral("KEY=VALUE")});
    parser.addOption({QStringLiteral("to"), tr(QT_TRANSLATE_NOOP("Ctl", "The new version: image=NAME.")), QStringLiteral("CHANGE")});
    declareOutput(parser, QStringLiteral("text, json, csv"));
}

Outcome runPreview(Invocation &invocation)
{
    const QCommandLineParser &options = invocation.options;
    const QStringList sets = options.values(QStringLiteral("set"));
    if (sets.contains(QStringLiteral("help"))) {
        for (const auto &[key, meaning] : strategy::settings())
            fmt::print("{:<17} {}\n", key, meaning);
        return Success;
    }
    const QString format = options.value(QStringLiteral("output"));
    if (!QStringList{{}, QStringLiteral("text"), QStringLiteral("json"), QStringLiteral("csv")}.contains(format))
        return misused(QCoreApplication::translate("Ctl", "a preview cannot be printed as “%1”").arg(format));
    const bool fromFile = options.isSet(QStringLiteral("filename"));
    if (fromFile == !invocation.arguments.isEmpty() || invocation.arguments.size() > 1)
        return misused(QCoreApplication::translate("Ctl", "name a Deployment, as deployment/NAME, or a file with -f"));
    const QString to = options.value(QStringLiteral("to"));
    if (!to.isEmpty() && (!to.startsWith(QLatin1String("image=")) || to.size() == 6))
        return misused(QCoreApplication::translate("Ctl", "--to takes image=NAME"));
    const std::string image = to.mid(6).toStdString();

    Parameters parameters;
    if (fromFile) {
        const QString path = options.value(QStringLiteral("filename"));
        const std::string text = TRY_OUTCOME(readFile(path));
        auto read = strategy::readDeploymentFile(text, path.toStdString(), image);
        if (!read) { // which file, and where in it: the words alone name only the field
            Error &error = read.error();
            std::string place = path.toStdString();
            for (const auto &[key, value] : error.context)
                place += key == "line" ? ":" + value : "";
            if (error.message.find(path.toStdString()) == std::string::npos)
                error.message = place + ": " + error.message;
            return failed(std::move(error));
        }
        parameters = std::move(*read);
    } else {
        QString name = invocation.arguments.front();
        if (const qsizetype slash = name.indexOf(QLatin1Char('/')); slash >= 0) {
            const KindSpec *kind = typedKind(name.left(slash).toStdString());
            if (!kind || kind->resource.name != "deployments")
                return misused(QCoreApplication::translate("Ctl", "only a Deployment can be rolled out: “%1” is none").arg(name.left(slash)));
            name = name.mid(slash + 1);
        }
        parameters = TRY_OUTCOME(liveDeployment(invocation, name.toStdString(), image));
    }
    for (const QString &setting : sets) {
        const qsizetype equals = setting.indexOf(QLatin1Char('='));
        if (equals < 1)
            return misused(QCoreApplication::translate("Ctl", "--set takes KEY=VALUE, and “%1” is none").arg(setting));
        if (auto applied = strategy::set(parameters, setting.left(equals).toStdString(), setting.mid(equals + 1).toStdString()); !applied)
            return failed(std::move(applied).error());
    }
    const std::string name = options.value(QStringLiteral("strategy")).toStdString();
    std::vector<strategy::Strategy> wanted;
    if (name == "all")
        wanted.assign(strategy::allStrategies.begin(), strategy::allStrategies.end());
    else if (name.empty())
        wanted = {parameters.spec.recreate ? strategy::Strategy::Recreate : strategy::Strategy::Rolling};
    else
        wanted = {TRY_OUTCOME(strategy::strategyOf(name))};
    std::vector<strategy::Outcome> outcomes;
    for (const strategy::Strategy one : wanted)
        outcomes.push_back(strategy::foretell(parameters, one));
    if (format == QLatin1String("json"))
        printJson(stdout, parameters, outcomes);
    else if (format == QLatin1String("csv"))
        printCsv(stdout, outcomes);
    else
        printText(stdout, parameters, outcomes);
    return Success;
}

} // namespace timonier::ctl
