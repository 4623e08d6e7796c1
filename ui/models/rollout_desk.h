// What the window asks of an open cluster about roll-outs; app/ implements it on core/strategy/executor, tests with a double. GUI thread:
// everything returns at once; a `done` is called once there, or never when the cluster goes first.
#pragma once

#include "strategy/executor/driver.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace timonier {

// A roll-out that this program drives. Dropped: it is left where it stands, for whoever resumes it.
struct DrivenRollout {
    virtual ~DrivenRollout() = default;
    virtual std::vector<rollout::Progress> take() = 0;               // since the last take
    virtual std::optional<Result<rollout::End>> ended() = 0;         // how, once it has
};

struct RolloutDesk {
    template <class T>
    using Done = std::function<void(T)>;

    virtual ~RolloutDesk() = default;
    virtual void prepare(rollout::Plan plan, Done<Result<rollout::Prepared>> done) = 0;
    // `wake` is called on another thread when there is something to take; it must only wake.
    virtual std::unique_ptr<DrivenRollout> start(rollout::Prepared prepared, std::function<void()> wake) = 0;
    virtual std::unique_ptr<DrivenRollout> resume(const std::string &ns, const std::string &deployment, std::function<void()> wake) = 0;
    // As rollout::give(): false, nobody drives it.
    virtual void give(const std::string &ns, const std::string &deployment, rollout::Order order, Done<Result<bool>> done) = 0;
    virtual void status(const std::string &ns, const std::string &deployment, Done<Result<rollout::Progress>> done) = 0;
    virtual void underWay(Done<Result<std::vector<std::pair<std::string, std::string>>>> done) = 0;
};

} // namespace timonier
