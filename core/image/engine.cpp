#include "image/engine.h"

#include "base/lines.h"
#include "base/say.h"
#include "image/build_lines.h"

#include <algorithm>

namespace timonier::image {

namespace {

using namespace std::chrono_literals;

// What docker (cli/command, moby/api), podman and registries (distribution/spec error codes) say, and what it means.
Error problem(const std::string &name, int exitCode, const std::string &errors)
{
    const std::string reason = reasonIn(errors);
    const auto says = [&](std::initializer_list<std::string_view> any) {
        return std::ranges::any_of(any, [&](std::string_view words) { return errors.find(words) != errors.npos; });
    };
    const auto error = [&](ErrorKind kind, std::string hint) { return Error{.kind = kind, .message = reason.empty() ? say("Core", "{} ended with {}", name, exitCode) : reason, .hint = std::move(hint)}; };
    if (says({"Cannot connect to the Docker daemon", "failed to connect to the docker API", "Cannot connect to Podman"}))
        return error(ErrorKind::Unreachable, say("Core", "Start {}, then resume the run", name));
    if (says({"permission denied while trying to connect"}))
        return error(ErrorKind::Forbidden, say("Core", "Your user may not use {}: join its group, and log in anew", name));
    if (says({"no space left on device"}))
        return error(ErrorKind::Io, say("Core", "Make room: `{} system prune` removes what nothing uses", name));
    if (says({"unauthorized", "authentication required", "no basic auth credentials", "incorrect username or password"}))
        return error(ErrorKind::Unauthorized, say("Core", "Sign in: `timonierctl image login REGISTRY --user NAME`, and name that user in the spec"));
    if (says({"denied: ", "requested access to the resource is denied"}))
        return error(ErrorKind::Forbidden, say("Core", "The registry does not let this user push there; is the name of the image right?"));
    if (says({"server gave HTTP response to HTTPS client"}))
        return error(ErrorKind::Tls, say("Core", "The registry speaks no TLS. {} must be told so (insecure-registries), and so must every node", name));
    if (says({"x509: ", "certificate signed by unknown authority"}))
        return error(ErrorKind::Tls, say("Core", "Its certificate is not trusted here: give {} its authority (certs.d)", name));
    if (says({"no such host", "connection refused", "i/o timeout", "TLS handshake timeout"}))
        return error(ErrorKind::Unreachable, say("Core", "Is the registry's name right, and can this computer reach it?"));
    if (says({"toomanyrequests", "429 Too Many Requests"}))
        return error(ErrorKind::Throttled, say("Core", "The registry allows only so many pulls; sign in, or wait"));
    if (says({"unable to start container process"}))
        return error(ErrorKind::Process, say("Core", "The program that CMD or ENTRYPOINT names is not in the image, or cannot be run there"));
    return error(ErrorKind::Process, {});
}

} // namespace

Result<std::string> runTool(ProcessRunner &runner, Command command, const std::string &name, plan::StepContext &context, const std::function<void(std::string_view)> &line)
{
    LineCutter lines([&](std::string_view one, bool) {
        if (line)
            line(one);
    });
    command.heard = [&](ProcessStream, std::string_view piece) {
        context.print(piece);
        lines.add(piece);
    };
    auto output = runner.run(command, context.stop());
    lines.end();
    if (!output)
        return std::unexpected(std::move(output).error());
    if (output->exitCode != 0)
        return std::unexpected(problem(name, output->exitCode, output->err.find_first_not_of(" \r\n") == output->err.npos ? output->out : output->err));
    return std::move(output->out);
}

Result<std::string> Engine::run(std::vector<std::string> arguments, plan::StepContext &context, const std::function<void(std::string_view)> &line) const
{
    // Plain lines, not a picture that is drawn over itself.
    return runTool(*runner, {.program = program, .arguments = std::move(arguments), .set = {{"BUILDKIT_PROGRESS", "plain"}, {"DOCKER_CLI_HINTS", "false"}}, .stall = 30min}, program, context, line);
}

Result<std::optional<std::string>> Engine::ask(std::vector<std::string> arguments, std::stop_token stop) const
{
    auto output = runner->run({.program = program, .arguments = std::move(arguments), .timeout = 60s}, stop);
    if (!output)
        return std::unexpected(std::move(output).error());
    if (output->exitCode == 0)
        return std::optional(std::move(output->out));
    Error error = problem(program, output->exitCode, output->err);
    if (error.kind == ErrorKind::Unreachable || error.kind == ErrorKind::Forbidden)
        return std::unexpected(std::move(error));
    return std::nullopt;
}

} // namespace timonier::image
