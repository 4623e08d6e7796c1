// A command run in a container, with its streams: exec over WebSocket (KEP-4006, v5.channel.k8s.io; v4 of older servers).
// Blocking: the calling thread hands out what the command prints, one more reads what it is given.
#pragma once

#include "kube/websocket.h"

#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace timonier {

struct ExecOptions {
    std::string ns;
    std::string pod;
    std::string container{};            // empty: the pod's only or default one
    std::vector<std::string> command;   // a program and its arguments: no shell, so nothing to quote
    // The command reads its input to the end. Servers before 1.29 cannot tell it that there is an end: refused then.
    bool needsEndOfInput = true;
    StreamTimes times{};
};

struct ExecStreams {
    // Fills the buffer with what comes next and says how much; 0: the end. Called on a thread of its own, may block, must
    // heed the stop token. Empty function: the command has no input. Its error ends the exec.
    std::function<Result<std::size_t>(std::span<char>, std::stop_token)> input{};
    // What the command prints. While they run nothing more is taken from the server. An error ends the exec.
    std::function<Result<>(std::string_view)> out{};
    std::function<Result<>(std::string_view)> err{};
};

// The command's exit code. Errors: those of WebSocket (Forbidden: with the right that is missing), NotFound (pod or
// container), Server (the container runtime failed, for example: no such program), Unsupported, Cancelled, those of the
// streams; Unreachable when the connection ended before the command: it may still run then.
Result<int> execute(const StreamAccess &access, const ExecOptions &options, const ExecStreams &streams, std::stop_token stop);

std::string execPath(const ExecOptions &options, bool input);
// What the error channel's Status says: the exit code, or why there is none (staging/…/remotecommand, v4.go).
Result<int> exitCode(std::string_view status);

} // namespace timonier
