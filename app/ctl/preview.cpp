// timonierctl preview: what a roll-out will do, before it is done.
#include "ctl/commands.h"
#include "ctl/preview_printer.h"

#include "base/say.h"
#include "kube/kind.h"
#include "strategy/live.h"
#include "strategy/report.h"
#include "strategy/svg.h"

#include <QCoreApplication>
#include <QFile>

namespace timonier::ctl {

namespace {

using strategy::Application;

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

Result<Application> liveDeployment(Invocation &invocation, const std::string &name, const std::string &image)
{
    const QCommandLineParser &options = invocation.options;
    const OpenContext connection = TRY(invocation.session.connect(options.value(QStringLiteral("context")).toStdString()));
    const std::string ns = options.isSet(QStringLiteral("namespace")) ? options.value(QStringLiteral("namespace")).toStdString() : connection.ns;
    Application application = TRY(strategy::readLive(*connection.transport, ns, name, image, invocation.stop));
    if (application.nodes == 0)
        fmt::print(stderr, "timonierctl: {}\n", say("Ctl", "the nodes cannot be seen: it is assumed that there is room"));
    return application;
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
    declareOutput(parser, QStringLiteral("text, json, csv, svg, md"));
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
    if (!QStringList{{}, QStringLiteral("text"), QStringLiteral("json"), QStringLiteral("csv"), QStringLiteral("svg"), QStringLiteral("md")}.contains(format))
        return misused(QCoreApplication::translate("Ctl", "a preview cannot be printed as “%1”").arg(format));
    const bool fromFile = options.isSet(QStringLiteral("filename"));
    if (fromFile == !invocation.arguments.isEmpty() || invocation.arguments.size() > 1)
        return misused(QCoreApplication::translate("Ctl", "name a Deployment, as deployment/NAME, or a file with -f"));
    const QString to = options.value(QStringLiteral("to"));
    if (!to.isEmpty() && (!to.startsWith(QLatin1String("image=")) || to.size() == 6))
        return misused(QCoreApplication::translate("Ctl", "--to takes image=NAME"));
    const std::string image = to.mid(6).toStdString();

    Application application;
    if (fromFile) {
        const QString path = options.value(QStringLiteral("filename"));
        const std::string text = TRY_OUTCOME(readFile(path));
        application = TRY_OUTCOME(strategy::readApplicationFile(text, path.toStdString(), image));
    } else {
        QString name = invocation.arguments.front();
        if (const qsizetype slash = name.indexOf(QLatin1Char('/')); slash >= 0) {
            const KindSpec *kind = typedKind(name.left(slash).toStdString());
            if (!kind || kind->resource.name != "deployments")
                return misused(QCoreApplication::translate("Ctl", "only a Deployment can be rolled out: “%1” is none").arg(name.left(slash)));
            name = name.mid(slash + 1);
        }
        application = TRY_OUTCOME(liveDeployment(invocation, name.toStdString(), image));
    }
    strategy::Parameters parameters = application.parameters;
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
        fmt::print("{}", strategy::csvReport(outcomes));
    else if (format == QLatin1String("svg"))
        fmt::print("{}", strategy::svgReport(application, parameters, outcomes));
    else if (format == QLatin1String("md"))
        fmt::print("{}", strategy::markdownReport(application, parameters, outcomes));
    else
        printText(stdout, application, parameters, outcomes);
    return Success;
}

} // namespace timonier::ctl
