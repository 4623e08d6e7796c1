#include "tools/toolbox.h"

#include "base/paths.h"
#include "base/redact.h"
#include "base/say.h"
#include "net/download.h"
#include "tools/tool_store.h"

namespace timonier {

namespace {

namespace fs = std::filesystem;

bool isThere(const fs::path &path)
{
    std::error_code ignored;
    return fs::is_regular_file(path, ignored);
}

Error nowhere(const ToolSpec &spec, const ToolFile &file, const ToolFinding &found, const ToolOptions &options)
{
    std::string message = found.tooOld ? say("Core", "{} {} on this computer is older than {}", spec.name, found.tooOld->version, spec.least)
        : !found.unusable.empty()      ? say("Core", "{} on this computer cannot be used: {}", spec.name, found.unusable)
                                       : say("Core", "{} is not on this computer", spec.name);
    std::string hint = options.offlineFolder.empty()
        ? say("Core", "Install {} {} or newer, or allow it to be fetched from {}.", spec.name, spec.least, file.url)
        : say("Core", "Download {} into {}.", file.url, toUtf8(options.offlineFolder));
    return {.kind = ErrorKind::NotFound, .message = std::move(message), .hint = std::move(hint)};
}

} // namespace

Toolbox::Toolbox(std::shared_ptr<ProcessRunner> runner, std::vector<ToolSpec> specs) : m_runner(std::move(runner)), m_specs(std::move(specs)) {}

Result<const ToolSpec *> Toolbox::specOf(const std::string &name) const
{
    const auto found = std::ranges::find(m_specs, name, &ToolSpec::name);
    if (found == m_specs.end())
        return fail(ErrorKind::NotFound, say("Core", "Timonier knows no tool {}", name));
    return &*found;
}

Result<std::string> Toolbox::versionOf(const ToolSpec &spec, const fs::path &program, const ToolOptions &options, std::stop_token stop) const
{
    const ProcessOutput output = TRY(m_runner->run({.program = toUtf8(program), .arguments = spec.ask, .environment = options.environment, .outLimit = 64u << 10,
                                                    .timeout = std::chrono::seconds(20)}, stop));
    if (output.exitCode == 0)
        if (auto version = versionIn(output.out))
            return *version;
    const std::string words = output.err.empty() ? output.out : output.err;
    return fail(ErrorKind::Process, say("Core", "it does not say its version: {}", redact(words.substr(0, std::min<std::size_t>(words.find('\n'), 200)))));
}

Result<ToolFinding> Toolbox::find(const std::string &name, const ToolOptions &options, std::stop_token stop) const
{
    const ToolSpec *const spec = TRY(specOf(name));
    ToolFinding found{.least = spec->least, .pinned = spec->version};
    if (const auto program = options.arch.empty() ? findProgram(name, variable(options.environment, "PATH")) : std::nullopt) {
        const auto version = versionOf(*spec, *program, options, stop);
        if (!version && version.error().kind == ErrorKind::Cancelled)
            return std::unexpected(version.error());
        if (!version)
            found.unusable = version.error().message;
        else if (Tool tool{name, *version, fs::absolute(*program), Tool::Path}; isAtLeast(*version, spec->least))
            found.tool = std::move(tool);
        else
            found.tooOld = std::move(tool);
    }
    if (const fs::path kept = programIn(storeOf(options), *spec); !found.tool && isThere(kept))
        found.tool = Tool{name, spec->version, fs::absolute(kept), Tool::Fetched};
    return found;
}

Result<Tool> Toolbox::provide(const std::string &name, const ToolOptions &options, const ToolProgress &progress, std::stop_token stop) const
{
    ToolFinding found = TRY(find(name, options, stop));
    if (found.tool)
        return std::move(*found.tool);
    const ToolSpec &spec = *TRY(specOf(name));
    const std::string os = options.os.empty() ? thisOs() : options.os, arch = options.arch.empty() ? thisArch() : options.arch;
    const ToolFile *const file = spec.fileFor(os, arch);
    if (!file)
        return fail(ErrorKind::NotFound, say("Core", "there is no {} {} for this computer ({}, {})", name, spec.version, os, arch),
                    say("Core", "Install {} {} or newer yourself, so that it is found in PATH.", name, spec.least));
    const bool offline = !options.offlineFolder.empty() && isThere(options.offlineFolder / toPath(fileNameOf(file->url)));
    if (!offline && !options.mayFetch)
        return std::unexpected(nowhere(spec, *file, found, options));
    if (auto installed = installTool(spec, *file, options, offline, progress, stop); !installed) {
        Error error = std::move(installed).error();
        if (error.kind == ErrorKind::Cancelled)
            return std::unexpected(std::move(error));
        return std::unexpected(std::move(error).because(say("Core", "{} {} cannot be had", name, spec.version)));
    }
    return Tool{name, spec.version, fs::absolute(programIn(storeOf(options), spec)), offline ? Tool::Offline : Tool::Fetched};
}

} // namespace timonier
