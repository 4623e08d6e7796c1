#include "options.h"

#include <QCommandLineParser>
#include <QRegularExpression>

namespace timonier {

namespace {

struct Command {
    Q_DECLARE_TR_FUNCTIONS(Command)
};

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
    option("theme", Command::tr("light, dark, or system."), "THEME");
    option("lang", Command::tr("Speak this language: en, fr."), "LANGUAGE");
    option("size", Command::tr("Size of the window, e.g. 1280x800."), "WxH");
    option("screenshot", Command::tr("Write a picture of the window when it is complete, and quit."), "FILE");
    option("stats", Command::tr("At the end, print one line of JSON on stderr: times, rows, memory, frames."));
    option("exit-when-complete", Command::tr("Quit when the table is complete."));
    Options options;
    if (!parser.parse(arguments)) {
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
    options.language = value("lang");
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
    if (!parser.positionalArguments().isEmpty())
        options.error = Command::tr("Unknown argument: %1").arg(parser.positionalArguments().constFirst());
    return options;
}

} // namespace timonier
