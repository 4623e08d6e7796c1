#include "manifest/kustomize.h"

#include "base/lines.h"
#include "base/paths.h"
#include "base/redact.h"
#include "base/say.h"
#include "net/download.h"

#include <QFileInfo>

#include <algorithm>

namespace timonier {

namespace {

constexpr std::size_t most = 256u << 20;

// What stands between `before` and `after`; "" where there is none.
std::string between(std::string_view text, std::string_view before, std::string_view after)
{
    const std::size_t begin = text.find(before);
    if (begin == std::string_view::npos)
        return {};
    const std::size_t from = begin + before.size();
    const std::size_t end = text.find(after, from);
    return end == std::string_view::npos ? std::string() : std::string(text.substr(from, end - from));
}

struct Program {
    Tool tool{};
    std::vector<std::string> arguments{};
};

Result<Program> programFor(const Toolbox &toolbox, const ToolOptions &options, const ToolProgress &progress, std::stop_token stop)
{
    for (const char *name : {"kustomize", "kubectl"})
        if (auto found = TRY(toolbox.find(name, options, stop)); found.tool)
            return Program{std::move(*found.tool), {std::string_view(name) == "kubectl" ? "kustomize" : "build"}};
    return Program{TRY(toolbox.provide("kustomize", options, progress, stop)), {"build"}}; // a tenth of kubectl's size
}

Result<> mayBeAsked(const std::string &target)
{
    if (isUrl(target)) {
        if (shownUrl(target) != target.substr(0, target.find_first_of("?#")))
            return fail(ErrorKind::Invalid, say("Core", "the address of a kustomization may have no user and password in it"), say("Core", "Let git know them (a credential helper), or clone it and apply the folder."));
        return {};
    }
    // Anything else that kustomize would clone (git@host:…, host/org/repo) is left to it.
    const QFileInfo info(QString::fromStdString(target));
    if (info.isDir() && kustomizationIn(target).empty())
        return fail(ErrorKind::NotFound, say("Core", "{} has no kustomization.yaml", target), say("Core", "Name the folder that has it, or apply these manifests with -f."));
    if (info.isFile())
        return fail(ErrorKind::Invalid, say("Core", "{} is a file", target), say("Core", "Name the folder with the kustomization.yaml."));
    if (!info.exists() && target.find("//") == std::string::npos && target.find(':') == std::string::npos && target.find("?ref=") == std::string::npos)
        return fail(ErrorKind::NotFound, say("Core", "{} does not exist", target));
    return {};
}

} // namespace

std::string kustomizationIn(const std::string &folder)
{
    for (const char *name : {"kustomization.yaml", "kustomization.yml", "Kustomization"})
        if (QFileInfo(QString::fromStdString(folder) + QLatin1Char('/') + QLatin1String(name)).isFile())
            return folder + "/" + name;
    return {};
}

Error kustomizeError(const std::string &target, const std::string &printed)
{
    // From "error: " on, which may stand on several lines (a patch is quoted before what is wrong with it); deprecations come before.
    std::string words;
    for (const std::string &line : linesOf(redact(printed))) {
        if (line.starts_with("Error: ") || line.starts_with("error: "))
            words = line.substr(7);
        else
            words += (words.empty() ? "" : " ") + line;
    }
    if (constexpr std::size_t half = 300; words.size() > 2 * half) { // what is wrong stands at the end
        const auto isMiddle = [&](std::size_t i) { return (static_cast<unsigned char>(words[i]) & 0xC0) == 0x80; };
        std::size_t begin = half, end = words.size() - half;
        while (isMiddle(begin))
            --begin;
        while (isMiddle(end))
            ++end;
        words = words.substr(0, begin) + " … " + words.substr(end);
    }
    const auto has = [&](std::string_view part) { return words.find(part) != std::string::npos; };
    const auto error = [&](ErrorKind kind, std::string message, std::string hint = {}) {
        return Error{.kind = kind, .message = std::move(message), .hint = std::move(hint), .context = {{"kustomization", target}},
                     .cause = std::make_shared<const Error>(Error{.kind = kind, .message = words})};
    };
    if (has("no 'git' program on path"))
        return error(ErrorKind::Process, say("Core", "{} must be cloned, and there is no git on this computer", target), say("Core", "Install git, or clone it elsewhere and apply the folder."));
    if (has("failed to run '") || has("git fetch") || has("timeout running") || has("Could not resolve host") || has(": dial tcp ") || has("Get \"http"))
        return error(ErrorKind::Unreachable, say("Core", "a part of {} cannot be fetched", target), say("Core", "Check the address and the network; the version after ?ref= must exist."));
    if (has("unable to find one of 'kustomization.yaml'"))
        return error(ErrorKind::NotFound, say("Core", "{} has no kustomization.yaml", between(words, "in directory '", "'")));
    if (has("is not in or below"))
        return error(ErrorKind::Invalid, say("Core", "{} uses {}, which lies outside of it", target, between(words, "file '", "'")), say("Core", "Kustomize takes files from the kustomization's own folder only; make that a base with a kustomization.yaml of its own."));
    if (const std::string missing = between(words, "accumulating resources from '", "'"); !missing.empty() && has("no such file or directory"))
        return error(ErrorKind::NotFound, say("Core", "{} names {}, which is not there", target, missing));
    if (has("failed to find unique target for patch"))
        return error(ErrorKind::Invalid, say("Core", "{} has a patch for {}, and makes nothing of that name", target, words.substr(words.rfind(' ') + 1)), say("Core", "Compare kind, name and namespace of the patch with the object; a name prefix comes later."));
    if (has("already registered id"))
        return error(ErrorKind::Invalid, say("Core", "{} has two objects of the same name: {}", target, between(words + "\n", "already registered id: ", "\n")), say("Core", "One base may be included twice."));
    if (has("MalformedYAML") || has("yaml: line") || has("invalid Kustomization") || has("json: unknown field") || has("unknown field"))
        return error(ErrorKind::Invalid, say("Core", "{} cannot be read by kustomize", target));
    return error(ErrorKind::Process, say("Core", "{} cannot be built", target));
}

Result<Kustomized> kustomized(const std::string &target, const Toolbox &toolbox, ProcessRunner &runner, const ToolOptions &options, const ToolProgress &progress, std::stop_token stop)
{
    TRY(mayBeAsked(target));
    Program program = TRY(programFor(toolbox, options, progress, stop));
    program.arguments.push_back(target);
    Command command{.program = toUtf8(program.tool.path), .arguments = std::move(program.arguments), .environment = options.environment, .outLimit = most, .timeout = std::chrono::minutes(10)};
    command.set["GIT_TERMINAL_PROMPT"] = "0"; // nobody is there to answer
    ProcessOutput output = TRY(runner.run(command, stop));
    if (output.exitCode != 0)
        return std::unexpected(kustomizeError(shownUrl(target), output.err));
    if (output.outDropped)
        return fail(ErrorKind::TooLarge, say("Core", "{} makes more than 256 MB of manifests", target));
    Kustomized made{.text = {"kustomize " + shownUrl(target), std::move(output.out)}};
    for (std::string &line : linesOf(output.err))
        made.warnings.push_back(line.starts_with("# Warning: ") ? line.substr(11) : std::move(line));
    return made;
}

} // namespace timonier
