// A whole set of objects applied: in the order of their needs, independent ones side by side on one connection, each awaited as far
// as others hang on it, retried only where waiting may help. Blocking: worker threads only.
#pragma once

#include "base/result.h"
#include "kube/transport.h"
#include "manifest/apply_plan.h"

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace timonier {

enum class ApplyState {
    Waiting,    // for what it needs
    Retrying,   // refused for a reason that may pass
    Settling,   // kept by the server; others, or the person, wait until it is of use
    Created, Changed, Unchanged,
    Failed,
    Skipped,    // something that it needs failed
};

bool isOver(ApplyState state);

struct ApplyNews {
    std::size_t object = 0;             // index in the plan
    ApplyState state = ApplyState::Waiting;
    std::string reason{};               // of Retrying, Settling, Failed, Skipped
};

struct ApplyOptions {
    bool force = false;
    bool untilReady = false;            // wait for roll-outs and jobs too, not only for what others hang on
    std::chrono::milliseconds patience{300'000}; // with one object: for what may heal, and until it is of use
    std::string setLabel{};
    // Objects of the plan that may be deleted and made anew, where a field of theirs cannot be changed in place (lostWith() says
    // what goes with them).
    std::vector<std::size_t> replace{};
    int parallel = 12;                  // requests at a time
    // Why no pod answers behind a Service that others wait for: asked after half a minute, and seldom. An error: it will not, unless a person does
    // something; the wait ends with it. May be empty. On the run's threads.
    std::function<Result<std::string>(const ManifestObject &service, std::stop_token stop)> behind{};
};

struct AppliedResult {
    ApplyState state = ApplyState::Waiting;
    std::optional<Error> error{};       // of Failed; Timeout when patience ran out
    std::string reason{};
    std::vector<std::string> warnings{}; // the server's: deprecations
};

// One for each object of the plan. `news` is called on several threads at a time, without a lock held. A stop leaves what is not
// over as it is then. Never fails as a whole: each object says what became of it.
std::vector<AppliedResult> applyPlan(Transport &transport, const ApplyPlan &plan, const ApplyOptions &options,
                                     const std::function<void(const ApplyNews &)> &news, std::stop_token stop);

// The first failure of a run, of those that nothing else caused; with how many there were.
std::optional<Error> failureOf(const ApplyPlan &plan, const std::vector<AppliedResult> &results);

// All of the above for a few objects that are wanted whole: planned, permission asked, applied. Errors: of each of these.
Result<> applyObjects(Transport &transport, std::vector<ManifestObject> objects, std::stop_token stop);

} // namespace timonier
