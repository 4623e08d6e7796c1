#include "kube/log_feed.h"

namespace timonier {

std::unique_ptr<LogFeed> followLogs(std::shared_ptr<Transport>, std::vector<LogOptions>, std::function<void()>)
{
    struct Silent final : LogFeed {
        LogPiece take() override { return {}; }
    };
    return std::make_unique<Silent>();
}

} // namespace timonier
