#include "ctl/command.h"

#include "ctl/commands.h"

#include <QCoreApplication>

namespace timonier::ctl {

namespace {

constexpr Command all[] = {
    {"contexts", "contexts", QT_TRANSLATE_NOOP("Ctl", "The clusters of your kubeconfig, and whether each can be used"),
     declareContexts, runContexts},
    {"get", "get KIND [NAME]", QT_TRANSLATE_NOOP("Ctl", "The objects of a kind, as they are now"), declareGet, runGet},
    {"watch", "watch KIND", QT_TRANSLATE_NOOP("Ctl", "Each change of a kind's objects, as it happens"), declareWatch,
     runWatch},
    {"logs", "logs POD…", QT_TRANSLATE_NOOP("Ctl", "What containers have printed"), declareLogs, runLogs},
    {"apply", "apply -f FILE|FOLDER|URL", QT_TRANSLATE_NOOP("Ctl", "Manifests into the cluster, in the order of what needs what"), declareApply, runApply},
    {"port-forward", "port-forward KIND/NAME PORT…", QT_TRANSLATE_NOOP("Ctl", "A port of this computer that leads to a pod, also when the pod is replaced"),
     declarePortForward, runPortForward},
    {"exec", "exec POD -- COMMAND", QT_TRANSLATE_NOOP("Ctl", "A command run in a container, with its exit code"), declareExec, runExec},
    {"cp", "cp FILE|FOLDER POD:PATH", QT_TRANSLATE_NOOP("Ctl", "A file or folder put into a container, whole or not at all"), declareCp, runCp},
    {"sets", "sets [NAME]", QT_TRANSLATE_NOOP("Ctl", "What was applied together, and whether it is there"), declareSets, runSets},
    {"remove", "remove SET", QT_TRANSLATE_NOOP("Ctl", "All of a set removed, and nothing else"), declareRemove, runRemove},
    {"helm", "helm VERB [RELEASE] [CHART]", QT_TRANSLATE_NOOP("Ctl", "Charts and their releases, which stay Helm's own"), declareHelm, runHelm},
    {"preview", "preview -f FILE|NAME", QT_TRANSLATE_NOOP("Ctl", "What a roll-out will do, before it is done"), declarePreview, runPreview},
    {"rollout", "rollout VERB NAME", QT_TRANSLATE_NOOP("Ctl", "A roll-out run, seen, steered and taken back"), declareRollout, runRollout},
    {"cluster", "cluster VERB -f SPEC.yaml", QT_TRANSLATE_NOOP("Ctl", "A cluster planned, created, looked at, used and deleted"), declareCluster, runCluster},
    {"eks-token", "eks-token CLUSTER", QT_TRANSLATE_NOOP("Ctl", "A token for an EKS cluster, as kubeconfigs ask for it"), declareEksToken, runEksToken},
    {"azure", "azure VERB", QT_TRANSLATE_NOOP("Ctl", "Signing in to Azure; its subscriptions, regions, versions and sizes of machines"), declareAzure, runAzure},
    {"image", "image VERB", QT_TRANSLATE_NOOP("Ctl", "An image of one's own: built, tried, pushed, loaded; a registry's password"), declareImage, runImage},
    {"app", "app VERB [APP]", QT_TRANSLATE_NOOP("Ctl", "An application of the catalogue planned, deployed, looked at and removed"), declareApp, runApp},
    {"runs", "runs [show|resume ID]", QT_TRANSLATE_NOOP("Ctl", "What plans did on this computer, and the way on"), declareRuns, runRuns},
    {"completion", "completion SHELL", QT_TRANSLATE_NOOP("Ctl", "A script that completes commands in bash, zsh or fish"),
     declareCompletion, runCompletion},
};

} // namespace

std::span<const Command> commands() { return all; }

const Command *findCommand(QStringView name)
{
    for (const Command &command : all)
        if (name == QLatin1String(command.name.data(), qsizetype(command.name.size())))
            return &command;
    return nullptr;
}

void declareScope(QCommandLineParser &parser)
{
    parser.addOption({{QStringLiteral("n"), QStringLiteral("namespace")},
                      QCoreApplication::translate("Ctl", "The namespace to look in, instead of the context's."),
                      QStringLiteral("NS")});
    parser.addOption({{QStringLiteral("A"), QStringLiteral("all-namespaces")},
                      QCoreApplication::translate("Ctl", "Look in every namespace.")});
    parser.addOption({{QStringLiteral("l"), QStringLiteral("selector")},
                      QCoreApplication::translate("Ctl", "Only objects with these labels, such as app=web,tier!=db."),
                      QStringLiteral("SEL")});
}

void declareOutput(QCommandLineParser &parser, const QString &formats)
{
    parser.addOption({{QStringLiteral("o"), QStringLiteral("output")},
                      QCoreApplication::translate("Ctl", "How to print: %1.").arg(formats), QStringLiteral("FORMAT")});
}

void declareStats(QCommandLineParser &parser)
{
    parser.addOption({QStringLiteral("stats"),
                      QCoreApplication::translate("Ctl", "Print what it took, as one JSON line on stderr.")});
}

Outcome failed(Error error) { return std::unexpected(std::variant<Error, UsageError>(std::move(error))); }

Outcome misused(const QString &text) { return std::unexpected(std::variant<Error, UsageError>(UsageError{text})); }

std::optional<std::chrono::milliseconds> parseDuration(QStringView text)
{
    using namespace std::chrono;
    if (text.isEmpty())
        return {};
    bool plain = false;
    if (const double seconds = text.toDouble(&plain); plain)
        return seconds >= 0 ? std::optional(milliseconds(qint64(seconds * 1000))) : std::nullopt;
    double total = 0;
    while (!text.isEmpty()) {
        qsizetype digits = 0;
        while (digits < text.size() && (text[digits].isDigit() || text[digits] == QLatin1Char('.')))
            ++digits;
        bool number = false;
        const double value = text.left(digits).toDouble(&number);
        text = text.mid(digits);
        qsizetype letters = 0;
        while (letters < text.size() && text[letters].isLetter())
            ++letters;
        const QStringView unit = text.left(letters);
        text = text.mid(letters);
        const double scale = unit == QLatin1String("ms")  ? 1
                             : unit == QLatin1String("s") ? 1e3
                             : unit == QLatin1String("m") ? 6e4
                             : unit == QLatin1String("h") ? 3.6e6
                             : unit == QLatin1String("d") ? 8.64e7
                                                          : 0;
        if (!number || scale == 0)
            return {};
        total += value * scale;
    }
    return milliseconds(qint64(total));
}

} // namespace timonier::ctl
