// Logs of several containers at once, for a view: read on threads of their own, taken by the view's thread a piece at a
// time. What is not taken waits where it is: at the server (back-pressure), never in this program's memory.
#pragma once

#include "base/error.h"
#include "base/worker.h"
#include "kube/log_buffer.h"
#include "kube/logs.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace timonier {

// So many logs are read at the same time; the others wait until one of these has ended.
constexpr std::size_t mostLogsAtOnce = 40;

// What happened to one of the logs.
struct LogNews {
    std::uint32_t source = 0;          // index into what was asked for
    enum class Type {
        Begun,                         // it is asked for now; before this it waited for its turn
        Interrupted,                   // the connection was lost; it is asked for again, without losing a line
        Ended,                         // the container has ended, or the server has ended the answer
        Failed,                        // it could not be read, or not any further
    } type = Type::Ended;
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
    virtual LogPiece take() = 0;       // what came since the last take: at most about half a megabyte, or one line
    // More logs: they are numbered on from those there are.
    virtual void add(std::vector<LogOptions> which) = 0;
};

// `closing`: joins the threads of a feed that has gone, where nobody waits for them; it must go before the network does.
// `wake` is called on any thread when what there is to take turns from nothing to something; it must only wake.
std::unique_ptr<LogFeed> followLogs(std::shared_ptr<Transport> transport, std::shared_ptr<Executor> closing,
                                    std::vector<LogOptions> which, std::function<void()> wake);

} // namespace timonier
