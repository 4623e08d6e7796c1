// One tool manager for all that starts helm, kubectl, kind …: what is on PATH and new enough is taken; else what was fetched before; else it
// is taken from a folder of downloads, or fetched: its SHA-256 checked before a bit of it may run.
//
// Blocks; any thread, several at once. Two processes that fetch the same do no harm: each into a folder of its own, the first
// to finish gives it the name.
#pragma once

#include "base/environment.h"
#include "base/process.h"
#include "base/result.h"
#include "tools/tool_spec.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace timonier {

struct Tool {
    enum Source { Path, Fetched, Offline };  // Offline: from the folder of downloads, just now
    std::string name{};
    std::string version{};
    std::filesystem::path path{};            // of the program, absolute
    Source source = Path;
};

struct ToolOptions {
    std::filesystem::path offlineFolder{};   // files as the maker names them (the last part of the URL); empty: none
    bool mayFetch = true;                    // false: nothing is asked of the internet
    Environment environment = processEnvironment(); // PATH, proxies; see download.h
    std::filesystem::path store{};           // empty: dataDir()/tools
    std::string os{}, arch{};                // of another computer ("linux", "arm64"): nothing of PATH is taken, nothing is run. Empty: this one's
};

// Of a download under way: bytes, and of how many where that is known. On the caller's thread.
using ToolProgress = std::function<void(const std::string &tool, std::uint64_t received, std::optional<std::uint64_t> total)>;

// What is here, without fetching anything.
struct ToolFinding {
    std::optional<Tool> tool{};              // to be used: new enough
    std::optional<Tool> tooOld{};            // on PATH, but older than `least`
    std::string unusable{};                  // one on PATH that did not say its version: why
    std::string least{}, pinned{};           // versions
};

class Toolbox
{
public:
    // `specs`: of toolSpecs(). The runner asks programs for their versions.
    Toolbox(std::shared_ptr<ProcessRunner> runner, std::vector<ToolSpec> specs);
    const std::vector<ToolSpec> &specs() const { return m_specs; }

    // Errors: NotFound (a tool that is not in the list), Cancelled.
    Result<ToolFinding> find(const std::string &name, const ToolOptions &options, std::stop_token stop) const;

    // Errors: NotFound (not here and may not be fetched, or there is no build for this system; the hint says what to do), Protocol
    // (a sum that does not match: both are in the words, and nothing is kept), Io, Cancelled, and those of download() and readArchive().
    Result<Tool> provide(const std::string &name, const ToolOptions &options, const ToolProgress &progress, std::stop_token stop) const;

private:
    Result<const ToolSpec *> specOf(const std::string &name) const;
    Result<std::string> versionOf(const ToolSpec &spec, const std::filesystem::path &program, const ToolOptions &options, std::stop_token stop) const;

    const std::shared_ptr<ProcessRunner> m_runner;
    const std::vector<ToolSpec> m_specs;
};

} // namespace timonier
