#include "base/environment.h"

#include "base/log.h"
#include "base/paths.h"
#include "base/process.h"

#include <QDir>
#include <QFileInfo>
#include <QProcessEnvironment>
#include <QStandardPaths>

#include <algorithm>
#include <vector>

namespace timonier {

namespace {

std::vector<std::string> split(std::string_view searchPath)
{
    const char separator = QDir::listSeparator().toLatin1();
    std::vector<std::string> folders;
    for (std::size_t begin = 0; begin <= searchPath.size();) {
        const std::size_t end = std::min(searchPath.find(separator, begin), searchPath.size());
        if (end > begin)
            folders.emplace_back(searchPath.substr(begin, end - begin));
        begin = end + 1;
    }
    return folders;
}

#ifndef _WIN32
// Written in two pieces, so that a shell which echoes its command line does not print the marker by it.
constexpr std::string_view marker = "TIMONIER-ENVIRONMENT";
constexpr const char *script = "echo TIMONIER-\"\"ENVIRONMENT; env -0; echo TIMONIER-\"\"ENVIRONMENT";

std::optional<Environment> readEnvironment(std::string_view printed)
{
    const std::size_t first = printed.find(marker);
    if (first == printed.npos)
        return {};
    printed.remove_prefix(first + marker.size());
    const std::size_t newline = printed.find('\n');
    const std::size_t last = printed.rfind(marker);
    if (newline == printed.npos || last == printed.npos || last < newline)
        return {};
    printed = printed.substr(newline + 1, last - newline - 1);

    Environment environment;
    while (!printed.empty()) {
        const std::size_t end = std::min(printed.find('\0'), printed.size());
        const std::string_view entry = printed.substr(0, end);
        if (const std::size_t equals = entry.find('='); equals != entry.npos && equals > 0)
            environment.insert_or_assign(std::string(entry.substr(0, equals)), std::string(entry.substr(equals + 1)));
        printed.remove_prefix(std::min(end + 1, printed.size()));
    }
    return environment.empty() ? std::nullopt : std::optional(std::move(environment));
}
#endif

} // namespace

Environment processEnvironment()
{
    Environment environment;
    const QProcessEnvironment system = QProcessEnvironment::systemEnvironment();
    for (const QString &key : system.keys())
        environment.emplace(key.toStdString(), system.value(key).toStdString());
    return environment;
}

std::string_view variable(const Environment &environment, const std::string &name)
{
    const auto it = environment.find(name);
    return it == environment.end() ? std::string_view() : std::string_view(it->second);
}

std::optional<std::filesystem::path> findProgram(std::string_view name, std::string_view searchPath)
{
    if (name.empty())
        return {};
    const QString wanted = QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
    QString found;
    if (name.find('/') != name.npos || toPath(name).is_absolute()) {
        const QFileInfo file(wanted);
        found = QStandardPaths::findExecutable(file.fileName(), {file.absolutePath()});
    } else {
        QStringList folders;
        for (const std::string &folder : split(searchPath))
            folders << QString::fromStdString(folder);
        if (!folders.isEmpty()) // an empty list would mean Qt's own idea of PATH
            found = QStandardPaths::findExecutable(wanted, folders);
    }
    return found.isEmpty() ? std::nullopt : std::optional(toPath(found.toStdString()));
}

#ifdef _WIN32
Result<Environment> loginEnvironment(ProcessRunner &, const Environment &, std::stop_token, std::chrono::milliseconds)
{
    return fail(ErrorKind::Unsupported, say("Core", "this system has no login shells"));
}
#else
Result<Environment> loginEnvironment(ProcessRunner &runner, const Environment &process, std::stop_token stop,
                                     std::chrono::milliseconds limit)
{
    const std::string_view shell = variable(process, "SHELL");
    Command command{.program = shell.empty() ? "/bin/sh" : std::string(shell), .arguments = {"-l", "-i", "-c", script}};
    command.environment = process;
    command.ownLocale = true; // what the shell says of the language is wanted here
    command.timeout = limit;
    const ProcessOutput output = TRY(runner.run(command, std::move(stop)));
    if (std::optional<Environment> environment = readEnvironment(output.out))
        return std::move(*environment);
    return fail(ErrorKind::Protocol, say("Core", "the login shell {} did not tell its environment", command.program),
                say("Core", "Look at what its start-up files do when they are run without a terminal"));
}
#endif

Environment joined(const Environment &process, const Environment &login)
{
    Environment all = process;
    for (const auto &[name, value] : login)
        if (name != "_" && name != "SHLVL" && name != "PWD" && name != "OLDPWD")
            all.emplace(name, value);

    const char separator = QDir::listSeparator().toLatin1();
    std::vector<std::string> folders;
    std::string path;
    for (const Environment *from : {&process, &login})
        for (std::string &folder : split(variable(*from, "PATH")))
            if (std::ranges::find(folders, folder) == folders.end()) {
                path += (path.empty() ? "" : std::string(1, separator)) + folder;
                folders.push_back(std::move(folder));
            }
    if (!path.empty())
        all["PATH"] = path;
    return all;
}

ShellEnvironment::ShellEnvironment(std::shared_ptr<ProcessRunner> runner, Environment process,
                                   std::chrono::milliseconds limit)
    : m_runner(std::move(runner)), m_process(std::move(process)), m_limit(limit)
{
}

Environment ShellEnvironment::now() const
{
    const std::scoped_lock lock(m_mutex);
    return m_full ? *m_full : m_process;
}

Result<Environment> ShellEnvironment::full(std::stop_token stop)
{
    return m_flight.run(std::move(stop), [this](std::stop_token inner) -> Result<Environment> {
        {
            const std::scoped_lock lock(m_mutex);
            if (m_full)
                return *m_full;
        }
        const Result<Environment> login = loginEnvironment(*m_runner, m_process, inner, m_limit);
        if (!login && login.error().kind == ErrorKind::Cancelled)
            return std::unexpected(login.error());
        if (!login && login.error().kind != ErrorKind::Unsupported)
            log(LogLevel::Warning, say("Core", "the login shell could not be asked: {}", login.error().text()));
        Environment all = login ? joined(m_process, *login) : m_process;
        const std::scoped_lock lock(m_mutex);
        m_full = all;
        return all;
    });
}

} // namespace timonier
