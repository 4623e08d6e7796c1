// Completion: the script of each shell asks `timonierctl completion --candidates WORD…` what could stand in the last place.
#include "ctl/cluster_tools.h"
#include "ctl/commands.h"

#include "kube/kind.h"
#include "strategy/parameters.h"

#include <QCoreApplication>

#include <fmt/format.h>

namespace timonier::ctl {

namespace {

constexpr std::string_view bash = R"sh(_timonierctl() {
    local IFS=$'\n'
    COMPREPLY=($(compgen -W "$(timonierctl completion --candidates -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _timonierctl timonierctl
)sh";
constexpr std::string_view zsh = R"sh(#compdef timonierctl
_timonierctl() {
    local -a candidates
    candidates=("${(@f)$(timonierctl completion --candidates -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    compadd -a candidates
}
compdef _timonierctl timonierctl
)sh";
constexpr std::string_view fish = R"sh(complete -c timonierctl -f -a '(timonierctl completion --candidates -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
)sh";

QStringList optionsOf(const Command &command)
{
    QCommandLineParser parser;
    command.declare(parser);
    QStringList names;
    // QCommandLineParser lists its options only as help: "  -n, --namespace <NS>  …".
    for (const QString &line : parser.helpText().split(QLatin1Char('\n')))
        for (const QString &word : line.simplified().split(QLatin1Char(' ')))
            if (line.startsWith(QLatin1String("  -")) && word.startsWith(QLatin1String("--")))
                names << word.section(QLatin1Char(','), 0, 0);
    return names << QStringLiteral("--context") << QStringLiteral("--kubeconfig") << QStringLiteral("--help");
}

QStringList contextNames(Session &session)
{
    QStringList names;
    if (const auto kubeconfig = session.kubeconfig())
        for (const ContextInfo &context : kubeconfig->contexts())
            names << QString::fromStdString(context.name);
    return names;
}

// What may stand where the last of `words` is being typed.
QStringList candidates(const QStringList &words, Session &session)
{
    QStringList found;
    if (words.size() <= 1) {
        for (const Command &command : commands())
            found << QString::fromUtf8(command.name.data(), qsizetype(command.name.size()));
        return found;
    }
    const Command *command = findCommand(words.front());
    if (!command)
        return found;
    const QString &before = words[words.size() - 2];
    if (before == QLatin1String("--context"))
        return contextNames(session);
    const bool rolls = command->name == "rollout";
    if (command->name == "preview" || rolls) {
        if (before == QLatin1String("-o") || before == QLatin1String("--output"))
            return rolls ? QStringList{QStringLiteral("text"), QStringLiteral("json")}
                         : QStringList{QStringLiteral("text"), QStringLiteral("json"), QStringLiteral("csv"), QStringLiteral("svg"), QStringLiteral("md")};
        if (before == QLatin1String("--strategy")) {
            for (const strategy::Strategy strategy : strategy::allStrategies)
                found << QString::fromUtf8(strategy::key(strategy).data(), qsizetype(strategy::key(strategy).size()));
            return rolls ? found : found << QStringLiteral("all");
        }
        if (before == QLatin1String("--set") && !rolls) {
            for (const auto &setting : strategy::settings())
                found << QString::fromStdString(setting.first + "=");
            return found;
        }
        if (before == QLatin1String("--to"))
            return {QStringLiteral("image=")};
    }
    if ((command->name == "runs" || command->name == "cluster") && (before == QLatin1String("-o") || before == QLatin1String("--output")))
        return {QStringLiteral("text"), QStringLiteral("json")};
    if (command->name == "runs" && words.size() == 2 && !words.back().startsWith(QLatin1Char('-')))
        return {QStringLiteral("show"), QStringLiteral("resume")};
    if (command->name == "cluster" && words.size() == 2 && !words.back().startsWith(QLatin1Char('-')))
        return clusterVerbs();
    if (command->name == "cluster" && words.size() == 3 && words[1] == QLatin1String("addons") && !words.back().startsWith(QLatin1Char('-')))
        return {QStringLiteral("enable"), QStringLiteral("disable")};
    if ((command->name == "apply" || command->name == "remove" || command->name == "sets") && (before == QLatin1String("-o") || before == QLatin1String("--output")))
        return {QStringLiteral("text"), QStringLiteral("json")};
    if (rolls && words.size() == 2 && !words.back().startsWith(QLatin1Char('-')))
        return {QStringLiteral("start"), QStringLiteral("status"), QStringLiteral("promote"), QStringLiteral("pause"),
                QStringLiteral("resume"), QStringLiteral("abort"), QStringLiteral("undo")};
    if (before == QLatin1String("-o") || before == QLatin1String("--output"))
        return {QStringLiteral("table"), QStringLiteral("wide"), QStringLiteral("json"), QStringLiteral("yaml"), QStringLiteral("name")};
    if (words.back().startsWith(QLatin1Char('-')))
        return optionsOf(*command);
    if (command->name == "completion")
        return {QStringLiteral("bash"), QStringLiteral("zsh"), QStringLiteral("fish")};
    if (command->name == "get" || command->name == "watch")
        for (const KindSpec &kind : typedKinds())
            found << QString::fromStdString(kind.resource.name);
    return found;
}

} // namespace

void declareCompletion(QCommandLineParser &parser)
{
    QCommandLineOption option(QStringLiteral("candidates"));
    option.setFlags(QCommandLineOption::HiddenFromHelp);
    parser.addOption(option);
}

Outcome runCompletion(Invocation &invocation)
{
    if (invocation.options.isSet(QStringLiteral("candidates"))) {
        for (const QString &candidate : candidates(invocation.arguments, invocation.session))
            fmt::print("{}\n", candidate.toStdString());
        return Success;
    }
    const QString shell = invocation.arguments.value(0);
    if (shell == QLatin1String("bash"))
        fmt::print("{}", bash);
    else if (shell == QLatin1String("zsh"))
        fmt::print("{}", zsh);
    else if (shell == QLatin1String("fish"))
        fmt::print("{}", fish);
    else
        return misused(QCoreApplication::translate("Ctl", "for which shell? bash, zsh or fish"));
    return Success;
}

} // namespace timonier::ctl
