// The tools that clusters of this computer are made with, as commands. Any thread.
#pragma once

#include "base/process.h"

#include <functional>
#include <memory>

namespace timonier::local {

// The one place that knows where a tool is ("kind", "minikube", "docker"): by its name on PATH.
Command toolCommand(const std::string &tool, std::vector<std::string> arguments);

// A NO_PROXY that also excepts this computer and where clusters on it are (minikube.sigs.k8s.io/docs/handbook/vpn_and_proxy); toolCommand() sets it where a
// proxy is set.
std::string withoutProxy(const std::string &noProxy);

// Runs it to its end and hears it meanwhile. Errors: as ProcessRunner; an exit code is none.
Result<ProcessOutput> runTool(ProcessRunner &runner, Command command, const std::function<void(ProcessStream, std::string_view)> &heard, std::stop_token stop);

// Of what is to be loaded: a file of images ("./front.tar", "/tmp/front.tar.gz") and not an image's name.
bool isArchive(std::string_view image);

// The last words of a tool that failed, as evidence: those that begin with ERROR before others.
std::string lastWords(std::string_view text);

// What an engine's failure means, "docker", "podman": not running, no right to its socket, a port that is taken, no room, no name resolution. None:
// nothing of these.
std::optional<Error> engineProblem(const std::string &engine, std::string_view words);

} // namespace timonier::local
