#include "base/process.h"

#include "base/leash.h"
#include "base/paths.h"
#include "base/redact.h"
#include "base/say.h"

#include <QProcess>

#include <algorithm>
#include <cstdio>

#ifndef _WIN32
#include <csignal>
#include <unistd.h>
#endif

namespace timonier {

namespace {

using Clock = std::chrono::steady_clock;

// How soon a stop is noticed while the child is silent.
constexpr int sliceMs = 25;

void signalChild(QProcess &process, [[maybe_unused]] const Command &command, bool kill)
{
#ifndef _WIN32
    // The whole session: a shell that dies leaves what it started behind.
    if (const qint64 pid = process.processId(); pid > 0 && !command.interactive) {
        ::kill(static_cast<pid_t>(-pid), kill ? SIGKILL : SIGTERM);
        return;
    }
#endif
    kill ? process.kill() : process.terminate();
}

void end(QProcess &process, Leash &leash, const Command &command)
{
    [[maybe_unused]] const qint64 pid = process.processId();
    signalChild(process, command, false);
    process.waitForFinished(static_cast<int>(command.grace.count()));
    if (process.state() != QProcess::NotRunning) {
        signalChild(process, command, true);
        process.kill();
        process.waitForFinished(-1);
    }
    if (leash.endTree())
        return;
#ifndef _WIN32
    if (pid > 0 && !command.interactive)
        ::kill(static_cast<pid_t>(-pid), SIGKILL); // those of its children that did not listen
#endif
}

class Output
{
public:
    explicit Output(const Command &command) : m_command(command) {}

    // Whether anything came.
    bool read(QProcess &process)
    {
        const QByteArray out = process.readAllStandardOutput();
        const QByteArray err = process.readAllStandardError();
        if (m_command.heard && !out.isEmpty())
            m_command.heard(ProcessStream::Out, {out.constData(), static_cast<std::size_t>(out.size())});
        if (m_command.heard && !err.isEmpty())
            m_command.heard(ProcessStream::Err, {err.constData(), static_cast<std::size_t>(err.size())});
        const std::size_t room = m_command.outLimit - m_output.out.size();
        const std::size_t kept = std::min(room, static_cast<std::size_t>(out.size()));
        m_output.out.append(out.constData(), kept);
        m_output.outDropped += static_cast<std::size_t>(out.size()) - kept;
        if (m_command.interactive && !err.isEmpty())
            std::fwrite(err.constData(), 1, static_cast<std::size_t>(err.size()), stderr);
        m_output.err.append(err.constData(), static_cast<std::size_t>(err.size()));
        if (m_output.err.size() > 2 * m_command.errLimit) // not at every byte
            keepLastErrors();
        return !out.isEmpty() || !err.isEmpty();
    }

    ProcessOutput take(int exitCode)
    {
        keepLastErrors();
        m_output.exitCode = exitCode;
        return std::move(m_output);
    }

    std::string lastErrors()
    {
        keepLastErrors();
        const std::string shown = redact(m_output.err); // before it is cut: half a secret is not recognised
        return shown.substr(shown.size() - std::min<std::size_t>(shown.size(), 4096));
    }

private:
    void keepLastErrors()
    {
        if (m_output.err.size() <= m_command.errLimit)
            return;
        const std::size_t excess = m_output.err.size() - m_command.errLimit;
        m_output.err.erase(0, excess);
        m_output.errDropped += excess;
    }

    const Command &m_command;
    ProcessOutput m_output;
};

} // namespace

Environment childEnvironment(const Command &command)
{
    Environment environment = command.environment ? *command.environment : processEnvironment();
    if (!command.ownLocale) {
        environment["LC_ALL"] = "C.UTF-8";
        environment.erase("LANGUAGE");
    }
    for (const std::string &name : command.unset)
        environment.erase(name);
    for (const auto &[name, value] : command.set)
        environment[name] = value;
    return environment;
}

Result<ProcessOutput> SystemProcessRunner::run(const Command &command, std::stop_token stop)
{
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, say("Core", "{} was cancelled", command.program));
    const Environment environment = childEnvironment(command);
    const std::string searched(variable(environment, "PATH"));
    const auto program = findProgram(command.program, searched);
    if (!program)
        return std::unexpected(Error{.kind = ErrorKind::Process,
                                     .message = say("Core", "the program {} was not found", command.program),
                                     .hint = say("Core", "Install {}, or add its folder to PATH", command.program),
                                     .context = {{"program", command.program}, {"searched", searched}}});

    QProcess process;
    QProcessEnvironment variables;
    for (const auto &[name, value] : environment)
        variables.insert(QString::fromStdString(name), QString::fromStdString(value));
    process.setProcessEnvironment(variables);
    process.setWorkingDirectory(QString::fromStdString(command.folder));
    process.setProgram(QString::fromStdString(toUtf8(*program)));
    QStringList arguments;
    for (const std::string &argument : command.arguments)
        arguments << QString::fromStdString(argument);
    process.setArguments(arguments);
    if (command.interactive)
        process.setInputChannelMode(QProcess::ForwardedInputChannel);
    else if (command.input.empty())
        process.setStandardInputFile(QProcess::nullDevice());
    Leash leash;
    leash.tie(process, !command.interactive);

    const Clock::time_point started = Clock::now();
    process.start(command.interactive || command.input.empty() ? QIODevice::ReadOnly : QIODevice::ReadWrite);
    if (!process.waitForStarted(-1))
        return std::unexpected(
            Error{.kind = ErrorKind::Process,
                  .message = say("Core", "{} could not be started: {}", command.program,
                                 process.errorString().toStdString()),
                  .hint = say("Core", "See that it is made for this machine, and that its interpreter is installed"),
                  .context = {{"program", toUtf8(*program)}}});
    if (!command.interactive && !command.input.empty()) {
        process.write(command.input.data(), static_cast<qint64>(command.input.size()));
        process.closeWriteChannel();
    }

    Output output(command);
    Clock::time_point moved = started;
    while (process.state() != QProcess::NotRunning) {
        process.waitForReadyRead(sliceMs);
        const Clock::time_point now = Clock::now();
        if (output.read(process))
            moved = now;
        if (process.state() == QProcess::NotRunning)
            break;
        const bool stopped = stop.stop_requested();
        const bool late = command.timeout.count() > 0 && now - started >= command.timeout;
        const bool stalled = command.stall.count() > 0 && now - moved >= command.stall;
        if (!stopped && !late && !stalled)
            continue;
        end(process, leash, command);
        output.read(process);
        if (stopped)
            return fail(ErrorKind::Cancelled, say("Core", "{} was cancelled", command.program));
        const auto limit = std::chrono::duration<double>(late ? command.timeout : command.stall).count();
        return std::unexpected(
            Error{.kind = ErrorKind::Timeout,
                  .message = late ? say("Core", "{} did not end within {} s", command.program, limit)
                                  : say("Core", "{} was silent for {} s", command.program, limit),
                  .hint = say("Core", "Run it by hand in a terminal to see what it waits for"),
                  .context = {{"program", toUtf8(*program)}, {"stderr", output.lastErrors()}}});
    }
    output.read(process);
    if (process.exitStatus() == QProcess::CrashExit)
        return std::unexpected(Error{.kind = ErrorKind::Process,
                                     .message = say("Core", "{} crashed", command.program),
                                     .hint = say("Core", "Run it by hand in a terminal to see why"),
                                     .context = {{"program", toUtf8(*program)}, {"stderr", output.lastErrors()}}});
    return output.take(process.exitCode());
}

} // namespace timonier
