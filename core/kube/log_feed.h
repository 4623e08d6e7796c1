// Logs of several containers at once, for a view: read on threads of their own, taken by the view's thread a piece at a
// time.
#pragma once

#include "base/error.h"
#include "kube/log_buffer.h"
#include "kube/logs.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace timonier {

// What happened to one of the logs.
struct LogNews {
    std::uint32_t source = 0;          // index into what was asked for
    enum class Type { Interrupted, Ended, Failed } type = Type::Ended;
    std::optional<Error> error{};
};

struct LogPiece {
    std::vector<LogLine> lines;
    std::vector<LogNews> news;
};

class LogFeed
{
public:
    virtual ~LogFeed() = default;      // ends the reading, without waiting for it
    virtual LogPiece take() = 0;       // what came since the last take
};

// `wake` is called on any thread when there is something to take; it must only wake.
std::unique_ptr<LogFeed> followLogs(std::shared_ptr<Transport> transport, std::vector<LogOptions> which, std::function<void()> wake);

} // namespace timonier
