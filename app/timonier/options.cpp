#include "options.h"

#include "strategy/parameters.h"

#include <QCommandLineParser>
#include <QRegularExpression>

namespace timonier {

using namespace Qt::StringLiterals;

namespace {

struct Command {
    Q_DECLARE_TR_FUNCTIONS(Command)
};

// What QApplication takes away by itself (QGuiApplication, QApplication: supported command line options).
QStringList withoutQts(const QStringList &arguments)
{
    static const QStringList withValue{u"platform"_s, u"platformpluginpath"_s, u"platformtheme"_s, u"plugin"_s, u"qwindowgeometry"_s,
                                       u"qwindowicon"_s, u"qwindowtitle"_s, u"session"_s, u"display"_s, u"geometry"_s,
                                       u"style"_s, u"stylesheet"_s, u"fontengine"_s};
    static const QStringList alone{u"reverse"_s, u"widgetcount"_s};
    QStringList ours;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        QString name = arguments[i];
        if (i > 0 && name.startsWith(u'-'))
            name.remove(0, name.startsWith(u"--") ? 2 : 1);
        else
            name.clear();
        if (withValue.contains(name))
            ++i;
        else if (!alone.contains(name) && !withValue.contains(name.section(u'=', 0, 0)))
            ours << arguments[i];
    }
    return ours;
}

} // namespace

Options readOptions(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(Command::tr("A window on Kubernetes clusters."));
    const auto option = [&parser](const char *name, const QString &text, const char *value = nullptr) {
        parser.addOption({QString::fromLatin1(name), text, value ? QString::fromLatin1(value) : QString()});
    };
    parser.addOption({{QStringLiteral("h"), QStringLiteral("help")}, Command::tr("Show this help.")});
    parser.addOption({{QStringLiteral("v"), QStringLiteral("version")}, Command::tr("Show the version.")});
    option("kubeconfig", Command::tr("Read this kubeconfig instead of KUBECONFIG and ~/.kube/config."), "FILE");
    option("context", Command::tr("Open this context."), "NAME");
    option("namespace", Command::tr("Show this namespace only."), "NAME");
    option("kind", Command::tr("Show this kind first: pods, nodes, deployments …"), "KIND");
    option("select", Command::tr("Choose the object of this name, of the kind of --kind."), "NAME");
    option("preview", Command::tr("Preview a roll-out of the Deployment that --select names, or of the one in FILE."));
    option("strategy", Command::tr("Its strategy: recreate, rolling, blue-green, canary, ab, shadow."), "NAME");
    option("wizard", Command::tr("Open the wizard for a new cluster; with PROVIDER (kind), that one's."));
    option("theme", Command::tr("light, dark, or system."), "THEME");
    option("lang", Command::tr("Speak this language: en, fr."), "LANGUAGE");
    option("size", Command::tr("Size of the window, e.g. 1280x800."), "WxH");
    option("screenshot", Command::tr("Write a picture of the window when it is complete, and quit."), "FILE");
    option("after", Command::tr("Wait this long before that picture."), "SECONDS");
    option("stats", Command::tr("At the end, print one line of JSON on stderr: times, rows, memory, frames."));
    option("exit-when-complete", Command::tr("Quit when the table is complete."));
    Options options;
    const bool understood = parser.parse(withoutQts(arguments));
    options.language = parser.value(QStringLiteral("lang"));
    if (!understood) {
        options.error = parser.errorText();
        return options;
    }
    const auto value = [&parser](const char *name) { return parser.value(QString::fromLatin1(name)); };
    const auto isSet = [&parser](const char *name) { return parser.isSet(QString::fromLatin1(name)); };
    if (isSet("help"))
        options.answer = parser.helpText();
    else if (isSet("version"))
        options.answer = QStringLiteral("timonier " TIMONIER_VERSION "\n");
    options.kubeconfig = value("kubeconfig");
    options.context = value("context");
    options.ns = value("namespace");
    options.kind = value("kind");
    options.select = value("select");
    if (!options.select.isEmpty() && options.kind.isEmpty())
        options.kind = QStringLiteral("pods");
    options.preview = isSet("preview");
    options.strategy = value("strategy");
    options.screenshot = value("screenshot");
    options.stats = isSet("stats");
    options.exitWhenComplete = isSet("exit-when-complete");
    const QString theme = value("theme");
    if (theme == u"light")
        options.theme = ThemeChoice::Light;
    else if (theme == u"dark")
        options.theme = ThemeChoice::Dark;
    else if (!theme.isEmpty() && theme != u"system")
        options.error = Command::tr("--theme is light, dark or system, not %1").arg(theme);
    if (isSet("size")) {
        static const QRegularExpression form(QStringLiteral("^(\\d{3,5})x(\\d{3,5})$"));
        const QRegularExpressionMatch match = form.match(value("size"));
        if (match.hasMatch())
            options.size = {match.captured(1).toInt(), match.captured(2).toInt()};
        else
            options.error = Command::tr("--size is WIDTHxHEIGHT, e.g. 1280x800, not %1").arg(value("size"));
    }
    if (isSet("after")) {
        bool isNumber = false;
        options.screenshotAfter = std::chrono::seconds(value("after").toUInt(&isNumber));
        if (!isNumber)
            options.error = Command::tr("--after is a number of seconds, not %1").arg(value("after"));
    }
    QStringList rest = parser.positionalArguments();
    options.wizard = isSet("wizard");
    if (options.wizard && !rest.isEmpty())
        options.provider = rest.takeFirst(); // --wizard PROVIDER
    if (options.preview && !rest.isEmpty())
        options.previewFile = rest.takeFirst(); // --preview FILE
    if (options.preview && options.previewFile.isEmpty() && (options.select.isEmpty() || options.kind != u"deployments"))
        options.error = Command::tr("--preview takes a file, or --kind deployments --select NAME");
    if (const auto known = strategy::strategyOf(options.strategy.toStdString()); !options.strategy.isEmpty() && !known)
        options.error = QString::fromStdString(known.error().message + ". " + known.error().hint);
    if (!rest.isEmpty())
        options.error = Command::tr("Unknown argument: %1").arg(rest.constFirst());
    return options;
}

} // namespace timonier
