// The variables a child process gets, and where programs are found. A window started from a desktop knows less than
// the person's shell does (PATH, proxies, cloud profiles), so the login shell is asked once. Any thread.
#pragma once

#include "base/result.h"
#include "base/single_flight.h"

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace timonier {

struct ProcessRunner;

using Environment = std::map<std::string, std::string>;

// The variables of this process.
Environment processEnvironment();
// The value, or "" when it is not set.
std::string_view variable(const Environment &environment, const std::string &name);

// The executable of that name in `searchPath` (as PATH is written). A name with a slash is not searched for: it is
// itself. Empty entries of the path, which would mean the current folder, are left out.
std::optional<std::filesystem::path> findProgram(std::string_view name, std::string_view searchPath);

// What `$SHELL -l -i` sets up, whatever its rc files print. Blocks, at most `limit`.
// Errors: those of ProcessRunner; Protocol (the shell printed no environment); Unsupported (no login shells: Windows).
Result<Environment> loginEnvironment(ProcessRunner &runner, const Environment &process, std::stop_token stop,
                                     std::chrono::milliseconds limit = std::chrono::seconds(10));

// `process` with what only `login` knows; the folders of both PATHs, those of `process` first.
Environment joined(const Environment &process, const Environment &login);

// This process's variables, and those joined with the login shell's, which is asked when first needed.
class ShellEnvironment
{
public:
    explicit ShellEnvironment(std::shared_ptr<ProcessRunner> runner, Environment process = processEnvironment(),
                              std::chrono::milliseconds limit = std::chrono::seconds(10));
    // Never blocks: `full` if that is known already, else the process's own.
    Environment now() const;
    // Blocks the first time. A shell that cannot be asked is logged and not asked again. Cancelled is the only error.
    Result<Environment> full(std::stop_token stop);

private:
    const std::shared_ptr<ProcessRunner> m_runner;
    const Environment m_process;
    const std::chrono::milliseconds m_limit;
    SingleFlight<Environment> m_flight;
    mutable std::mutex m_mutex;
    std::optional<Environment> m_full;
};

} // namespace timonier
