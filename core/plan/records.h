// What the journal knows, as it is read back. Plain data; times in milliseconds since 1970, 0 for none.
#pragma once

#include "plan/plan.h"
#include "plan/state.h"

namespace timonier::plan {

struct RunRecord {
    RunId id = 0;
    std::string provider{}, target{}, title{}, spec{};
    Direction direction = Direction::Forward;
    RunState state = RunState::Running;
    std::int64_t begun = 0, ended = 0;
    std::string error{}, hint{};
};

struct StepRecord {
    std::string id{}, title{};
    StepState state = StepState::Waiting;
    int attempt = 0;
    std::int64_t begun = 0, ended = 0;
    std::string error{}, hint{};
};

struct PartRecord {
    std::string step{}, id{}, title{};
    PartState state = PartState::Waiting;
    std::string reason{};
    std::int64_t begun = 0, ended = 0;
};

struct OutputLine {
    std::string step{};
    std::string text{};
};

} // namespace timonier::plan
