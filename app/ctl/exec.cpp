#include "ctl/commands.h"

#include "base/say.h"
#include "ctl/pods.h"
#include "kube/exec.h"

#include <QCoreApplication>

#include <cerrno>
#include <cstdio>

#ifndef _WIN32
#include <poll.h>
#include <unistd.h>
#endif

namespace timonier::ctl {

namespace {

Result<> print(std::FILE *to, std::string_view bytes)
{
    if (std::fwrite(bytes.data(), 1, bytes.size(), to) != bytes.size() || std::fflush(to) != 0)
        return fail(ErrorKind::Io, say("Ctl", "the output cannot be written"));
    return {};
}

Result<std::size_t> readInput(std::span<char> buffer, std::stop_token stop)
{
#ifdef _WIN32
    std::ignore = stop; // a console's read cannot be left; a pipe's ends with the pipe
    return std::fread(buffer.data(), 1, 1, stdin);
#else
    while (!stop.stop_requested()) {
        pollfd waits{STDIN_FILENO, POLLIN, 0};
        if (::poll(&waits, 1, 100) <= 0)
            continue;
        const ssize_t n = ::read(STDIN_FILENO, buffer.data(), buffer.size());
        if (n >= 0)
            return static_cast<std::size_t>(n);
        if (errno != EINTR && errno != EAGAIN)
            return fail(ErrorKind::Io, say("Ctl", "the input cannot be read"));
    }
    return 0;
#endif
}

} // namespace

void declareExec(QCommandLineParser &parser)
{
    declareNamespace(parser);
    declareContainer(parser);
    parser.addOption({{QStringLiteral("i"), QStringLiteral("stdin")},
                      QCoreApplication::translate("Ctl", "Pass what this command is given on its input.")});
}

Outcome runExec(Invocation &invocation)
{
    if (invocation.arguments.size() < 2)
        return misused(QCoreApplication::translate("Ctl", "name a pod and, behind --, a command"));
    const OpenContext connection =
        TRY_OUTCOME(invocation.session.connect(invocation.options.value(QStringLiteral("context")).toStdString()));
    ExecOptions options{.ns = namespaceOf(invocation, connection), .pod = podName(invocation.arguments.front()).toStdString(), .command = {}};
    options.container = TRY_OUTCOME(containerOf(invocation, connection, options.ns, options.pod));
    for (const QString &word : invocation.arguments.mid(1))
        options.command.push_back(word.toStdString());
    ExecStreams streams{.out = [](std::string_view bytes) { return print(stdout, bytes); },
                        .err = [](std::string_view bytes) { return print(stderr, bytes); }};
    if (invocation.options.isSet(QStringLiteral("stdin")))
        streams.input = readInput;
    const int code = TRY_OUTCOME(execute(connection.streams, options, streams, invocation.stop));
    return static_cast<ExitCode>(code & 0xFF);
}

} // namespace timonier::ctl
