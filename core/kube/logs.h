// The log of one container, line by line, followed through lost connections. Blocking: a thread of its own each.
#pragma once

#include "base/result.h"
#include "kube/transport.h"

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace timonier {

struct LogOptions {
    std::string ns;
    std::string pod;
    std::string container{};                       // empty: the pod's only one
    bool follow = false;
    bool previous = false;                         // of the container's last life
    bool timestamps = false;                       // RFC 3339 before each line
    std::optional<std::chrono::seconds> since{};   // only lines younger than this
    std::optional<std::int64_t> tail{};            // only the last so many lines
};

std::string logPath(const LogOptions &options);

// Hands each line (without its end) to `line` as it comes, on the calling thread. A followed log whose connection is lost
// is asked for again from the last line on, without repeating any; `interrupted` tells of each loss. Returns when the
// container's log has ended, or was cut by `stop` (Cancelled).
// Errors: NotFound (pod or container), Invalid (several containers: the message names them), Forbidden, Transport's.
Result<> readLog(Transport &transport, const LogOptions &options, std::stop_token stop,
                 const std::function<void(std::string_view line)> &line,
                 const std::function<void(const Error &)> &interrupted = {});

} // namespace timonier
