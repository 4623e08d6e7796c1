// A plan: a graph of steps. A provider writes one from a spec and facts; the runner (runner.h) knows only this. Plain data.
#pragma once

#include "base/result.h"
#include "plan/state.h"
#include "plan/step_context.h"

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace timonier::plan {

using Span = std::chrono::milliseconds;

struct Creates {
    std::string kind{};
    std::string name{};
};

// Another attempt, where the failure is of a kind that passes by itself. Before each attempt the step is checked again.
struct Retry {
    int attempts = 1;
    Span pause{1'000}; // before the second; doubled each time, a minute at most
    std::vector<ErrorKind> heals{ErrorKind::Unreachable, ErrorKind::Throttled, ErrorKind::Timeout, ErrorKind::Server};
};

// Straight-line blocking code, each function on a worker thread. All three may be called again after a crash at any of their lines.
struct Step {
    std::string id{};                  // unique in the plan, the same in each run: the journal knows it by this
    std::string title{};               // for people: "Create the cluster"
    std::vector<std::string> needs{};  // ids
    // One thing, that is there only if this step made it: what may be there before is checked for by a step of its own, or undo
    // would take away what is not ours.
    std::vector<Creates> creates{};
    std::string group{};               // steps of one group share its limit
    std::string host{};                // as do those on one host
    std::string provider{};            // and those that ask one provider
    Span estimate{1'000};              // the first time; later what it took
    std::string measure{};             // steps that take the same time share this name; empty: the id
    Span quiet{0};                     // without a sign of life: it is stopped, Timeout. Zero: never
    Retry retry{};
    std::function<Result<bool>(StepContext &)> check{};  // is it so already? Changes nothing
    std::function<Result<>(StepContext &)> apply{};
    std::function<Result<>(StepContext &)> undo{};       // there if it creates something; succeeds if it is gone already
};

struct Limits {
    int all = 8;
    int perHost = 1;                          // package managers lock
    std::map<std::string, int> groups{};      // one that is not named: no limit of its own
    std::map<std::string, int> providers{};
};

struct Plan {
    std::string provider{};  // who can make this plan again from its spec
    std::string target{};    // what it changes, "kind/dev": one run at a time, one ledger
    std::string title{};
    std::string spec{};      // never a secret: it is kept
    std::vector<Step> steps{};
    Limits limits{};
};

// Invalid: ids twice or missing, needs of steps that are not there or in a circle, a step that cannot be checked, applied or undone.
Result<> validate(const Plan &plan);

// For each step of a valid plan, by its place, those that must have ended well before it. Back: all that need it.
std::vector<std::vector<std::size_t>> before(const Plan &plan, Direction direction);

} // namespace timonier::plan
