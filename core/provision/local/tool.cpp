#include "provision/local/tool.h"

#include "base/lines.h"
#include "base/redact.h"
#include "base/say.h"

#include <algorithm>

namespace timonier::local {

Command toolCommand(const std::string &tool, std::vector<std::string> arguments)
{
    using namespace std::chrono_literals;
    // Waiting for an image, kind and minikube may be silent for minutes; nothing here takes half an hour without a word.
    Command command{.program = tool, .arguments = std::move(arguments), .outLimit = 8u << 20, .stall = 30min, .grace = 10s};
    const Environment environment = processEnvironment();
    const auto first = [&](std::initializer_list<const char *> names) {
        for (const char *name : names)
            if (std::string value(variable(environment, name)); !value.empty())
                return value;
        return std::string();
    };
    if (!first({"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"}).empty())
        command.set["NO_PROXY"] = command.set["no_proxy"] = withoutProxy(first({"NO_PROXY", "no_proxy"}));
    return command;
}

std::string withoutProxy(const std::string &noProxy)
{
    std::string all = noProxy;
    std::vector<std::string> has = partsOf(noProxy, ",");
    for (const char *one : {"localhost", "127.0.0.1", "10.96.0.0/12", "192.168.49.0/24", "192.168.39.0/24", "192.168.59.0/24", ".svc", ".cluster.local"})
        if (std::ranges::find(has, one) == has.end())
            all += (all.empty() ? "" : ",") + std::string(one);
    return all;
}

Result<ProcessOutput> runTool(ProcessRunner &runner, Command command, const std::function<void(ProcessStream, std::string_view)> &heard, std::stop_token stop)
{
    command.heard = heard;
    return runner.run(command, std::move(stop));
}

bool isArchive(std::string_view image)
{
    return image.starts_with('/') || image.starts_with('.') || image.starts_with('~') || image.find('\\') != image.npos
        || std::ranges::any_of(std::initializer_list<std::string_view>{".tar", ".tar.gz", ".tgz"}, [&](std::string_view end) { return image.ends_with(end); });
}

std::string lastWords(std::string_view text)
{
    std::string last;
    LineCutter lines([&](std::string_view line, bool) {
        if (line.find_first_not_of(" \t") != line.npos && (!last.starts_with("ERROR") || line.starts_with("ERROR")))
            last = line;
    }, 2000);
    lines.add(text);
    lines.end();
    return redact(last);
}

std::optional<Error> engineProblem(const std::string &engine, std::string_view words)
{
    const auto says = [&](std::initializer_list<std::string_view> any) {
        return std::ranges::any_of(any, [&](std::string_view one) { return words.find(one) != words.npos; });
    };
    if (says({"permission denied while trying to connect", "Got permission denied", "dial unix /var/run/docker.sock: connect: permission denied"}))
        return Error{.kind = ErrorKind::Forbidden, .message = say("Core", "you have no right to use {}: {}", engine, lastWords(words)),
                     .hint = say("Core", "Add yourself to its group (sudo usermod -aG docker $USER) and sign in again")};
    if (says({"Cannot connect to the Docker daemon", "failed to connect to the docker API", "Cannot connect to Podman", "Is the docker daemon running", "docker daemon is not running"}))
        return Error{.kind = ErrorKind::Unreachable, .message = say("Core", "{} does not answer: {}", engine, lastWords(words)), .hint = say("Core", "Start {}, then resume the run", engine)};
    if (says({"port is already allocated", "address already in use", "ports are not available"}))
        return Error{.kind = ErrorKind::Conflict, .message = say("Core", "a port of the spec is taken on this computer: {}", lastWords(words)),
                     .hint = say("Core", "Choose another host port, or end the program that has it")};
    if (says({"no space left on device", "ENOSPC", "disk quota exceeded"}))
        return Error{.kind = ErrorKind::Io, .message = say("Core", "the disk is full: {}", lastWords(words)),
                     .hint = say("Core", "Make room ({} system prune takes away what is not used), then resume the run", engine)};
    if (says({"no such host", "Temporary failure in name resolution", "i/o timeout", "TLS handshake timeout", "network is unreachable", "proxyconnect"}))
        return Error{.kind = ErrorKind::Unreachable, .message = say("Core", "the network does not give the image: {}", lastWords(words)),
                     .hint = say("Core", "See whether a VPN, a proxy or no network is in the way; an image that is on this computer already is not fetched")};
    if (says({"manifest unknown", "not found: manifest", "pull access denied", "repository does not exist"}))
        return Error{.kind = ErrorKind::NotFound, .message = say("Core", "there is no such image: {}", lastWords(words)), .hint = say("Core", "Correct the image in the spec")};
    if (says({"could not find a log line that matches", "kubeadm init", "failed to init node", "cgroup"}) && says({"ERROR"}))
        return Error{.kind = ErrorKind::Process, .message = say("Core", "the node did not come up: {}", lastWords(words)),
                     .hint = say("Core", "Look at its logs; often memory, inotify watches (fs.inotify.max_user_instances) or cgroups are the reason")};
    return {};
}

} // namespace timonier::local
