// timonierctl: everything the window can do, from a file or a line. Its contract (architecture.md): exit 0 on success,
// 1 on a failure (one line on stderr, then a hint), 2 on wrong usage, 3 when a wait ran out, 130 when interrupted.
#include "ctl/command.h"
#include "ctl/interrupt.h"

#include "base/redact.h"
#include "base/say.h"
#include "session/language.h"

#include <QCoreApplication>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <system_error>

#ifndef _WIN32
#include <unistd.h>
#endif

namespace timonier::ctl {

namespace {

void print(std::FILE *to, const std::string &text) { std::fwrite(text.data(), 1, text.size(), to); }
void print(std::FILE *to, const QString &text) { print(to, text.toStdString()); }

QString overview()
{
    QString text = QCoreApplication::translate("Ctl", "timonierctl: see and change a cluster from the command line") +
                   QStringLiteral("\n\n") + QCoreApplication::translate("Ctl", "Commands:") + QStringLiteral("\n");
    for (const Command &command : commands())
        text += QStringLiteral("  %1 %2\n")
                    .arg(QString::fromUtf8(command.synopsis.data(), qsizetype(command.synopsis.size())), -26)
                    .arg(QCoreApplication::translate("Ctl", command.summary));
    text += QStringLiteral("\n") +
            QCoreApplication::translate("Ctl", "Options of every command: --context NAME, --kubeconfig FILE, --help. "
                                               "`timonierctl COMMAND --help` tells the rest.") +
            QStringLiteral("\n");
    return text;
}

void declareCommon(QCommandLineParser &parser)
{
    parser.addOption({QStringLiteral("context"), QCoreApplication::translate("Ctl", "The context of the kubeconfig to use."),
                      QStringLiteral("NAME")});
    parser.addOption({QStringLiteral("kubeconfig"),
                      QCoreApplication::translate("Ctl", "The kubeconfig file to read, instead of $KUBECONFIG."),
                      QStringLiteral("FILE")});
    parser.addOption({{QStringLiteral("h"), QStringLiteral("help")}, QCoreApplication::translate("Ctl", "Show this help.")});
}

int report(const Error &error)
{
    if (error.kind == ErrorKind::Cancelled)
        return Interrupted;
    print(stderr, redact("timonierctl: " + error.place() + error.text()) + "\n");
    if (!error.hint.empty())
        print(stderr, redact("  " + error.hint) + "\n");
    return Failure;
}

int reportUsage(const QString &text, QLatin1String command)
{
    print(stderr, QStringLiteral("timonierctl: %1\n").arg(text));
    const QString help = command.isEmpty() ? QStringLiteral("timonierctl --help")
                                           : QStringLiteral("timonierctl %1 --help").arg(command);
    print(stderr, QCoreApplication::translate("Ctl", "  See `%1`.").arg(help) + QStringLiteral("\n"));
    return Usage;
}

int run(const QStringList &arguments, std::stop_token stop)
{
    if (arguments.size() < 2 || arguments[1] == QLatin1String("--help") || arguments[1] == QLatin1String("-h") ||
        arguments[1] == QLatin1String("help")) {
        print(arguments.size() < 2 ? stderr : stdout, overview());
        return arguments.size() < 2 ? Usage : Success;
    }
    if (arguments[1] == QLatin1String("--version") || arguments[1] == QLatin1String("version")) {
        print(stdout, std::string("timonierctl " TIMONIER_VERSION "\n"));
        return Success;
    }
    const Command *command = findCommand(arguments[1]);
    if (!command)
        return reportUsage(QCoreApplication::translate("Ctl", "there is no command “%1”").arg(arguments[1]), {});
    const QLatin1String name(command->name.data(), qsizetype(command->name.size()));

    QCommandLineParser parser;
    parser.setApplicationDescription(QCoreApplication::translate("Ctl", command->summary));
    declareCommon(parser);
    command->declare(parser);
    QStringList rest = arguments;
    rest.removeAt(1);
    if (!parser.parse(rest))
        return reportUsage(parser.errorText(), name);
    if (parser.isSet(QStringLiteral("help"))) {
        // Qt's first line knows the program only, not the command and what it takes.
        const QString help = parser.helpText();
        const QString synopsis = QString::fromUtf8(command->synopsis.data(), qsizetype(command->synopsis.size()));
        print(stdout, QCoreApplication::translate("Ctl", "Usage: timonierctl %1 [options]").arg(synopsis) +
                          help.mid(help.indexOf(QLatin1Char('\n'))));
        return Success;
    }

#ifdef _WIN32
    const bool terminal = false;
#else
    const bool terminal = isatty(STDIN_FILENO) == 1;
#endif
    Session session(parser.value(QStringLiteral("kubeconfig")).toStdString(), terminal, false);
    Invocation invocation{parser, parser.positionalArguments(), session, stop};
    const Outcome outcome = command->run(invocation);
    if (std::fflush(stdout) != 0 && outcome && errno != EPIPE)
        return report({.kind = ErrorKind::Io, .message = say("Ctl", "what was asked for cannot be written: {}", std::system_category().message(errno))});
    if (outcome)
        return *outcome;
    if (const auto *misuse = std::get_if<UsageError>(&outcome.error()))
        return reportUsage(misuse->text, name);
    return report(std::get<Error>(outcome.error()));
}

// `… | head`: whoever read is gone, and fmt::print throws on whichever thread it was. That is an end, not a crash; a plan under way is resumed
// like any that was killed.
[[noreturn]] void ended()
{
    try {
        if (const auto thrown = std::current_exception())
            std::rethrow_exception(thrown);
    } catch (const std::system_error &e) {
        if (e.code() == std::errc::broken_pipe)
            std::_Exit(Failure);
        print(stderr, std::string("timonierctl: ") + e.what() + "\n");
        std::_Exit(Failure);
    } catch (...) {
    }
    std::abort();
}

} // namespace

} // namespace timonier::ctl

int main(int argc, char **argv)
{
    timonier::ctl::Interrupt interrupt; // first: every thread started later inherits its signal mask
    std::set_terminate(timonier::ctl::ended);
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("timonierctl"));
    timonier::installLanguage({});
    return timonier::ctl::run(QCoreApplication::arguments(), interrupt.token());
}
