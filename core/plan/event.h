// What a run tells while it goes: one stream, that the window, the command line and tests read. Plain data. The sink is called on the
// thread that called the runner, one event after another.
#pragma once

#include "base/error.h"
#include "plan/plan.h"
#include "plan/state.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace timonier::plan {

struct Event {
    enum class Kind {
        Begun,    // the run; `steps`
        Step,     // a step's new state
        Part,     // `part` of a step: its `partState`, `title`, `text` (a reason, or nothing)
        Line,     // a line that a step printed: `text`
        Progress, // `fraction` and `left` of the whole run
        Resource, // the ledger changed: `resource`
        Notice,   // `text`: for a person to know
        Ended,    // the run: `end`, `changed`, `error`, `text` (what was found afterwards, or nothing)
    };
    struct Outline {
        std::string id{}, title{};
        Span estimate{0};
    };

    Kind kind = Kind::Begun;
    RunId run = 0;
    std::int64_t at = 0;             // milliseconds since 1970
    std::string step{};              // its id
    std::string title{};             // of the step, the part or the run
    std::string part{};              // its id
    PartState partState = PartState::Waiting;
    StepState state = StepState::Waiting;
    int attempt = 0;
    std::string text{};
    std::optional<Error> error{};
    double fraction = 0;             // 0 to 1, never less than it was
    Span left{0};
    Resource resource{};
    Direction direction = Direction::Forward;
    std::vector<Outline> steps{};
    RunState end = RunState::Running;
    int changed = 0;                 // steps that changed something
};

using Sink = std::function<void(const Event &)>;

// One line of JSON, of a stable shape; times in seconds.
std::string eventJson(const Event &event);

} // namespace timonier::plan
