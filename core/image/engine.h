// docker or podman, asked to do one thing, what it prints handed on while it goes, and its failures in words. Blocking: steps only.
#pragma once

#include "base/process.h"
#include "plan/step_context.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace timonier::image {

struct Engine {
    std::string program = "docker";         // or "podman"
    std::shared_ptr<ProcessRunner> runner{};

    // Errors: Process with the engine's own reason; Unreachable (its daemon does not answer), NotFound (the program is not there, an
    // image or a file is not there), Unauthorized and Forbidden (the registry), Tls, Io (the disk is full).
    Result<std::string> run(std::vector<std::string> arguments, plan::StepContext &context, const std::function<void(std::string_view line)> &line = {}) const;
    // The same where "no" is an answer: what it printed, or nothing where it exits with another code than 0.
    Result<std::optional<std::string>> ask(std::vector<std::string> arguments, std::stop_token stop) const;
};

// Any child process as one step's: heard live, a failure with its last words. `name`: what it is called in the error.
Result<std::string> runTool(ProcessRunner &runner, Command command, const std::string &name, plan::StepContext &context, const std::function<void(std::string_view line)> &line = {});

} // namespace timonier::image
