// The parts of one step between the thread that tells of them and the one that hands them on: of each, the last state. One thread at a time.
#pragma once

#include "plan/state.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace timonier::plan {

struct Part {
    std::string id{}, title{};
    PartState state = PartState::Waiting;
    std::string reason{};
};

class Parts
{
public:
    void set(std::string_view id, std::string_view title, PartState state, std::string_view reason);
    // The step is over: nothing runs any more.
    void stop();
    // What has changed since it was asked last, in the order in which the parts were named first; redacted.
    std::vector<Part> take();

private:
    struct Kept {
        Part part{};
        bool changed = false;
    };
    std::vector<Kept> m_all{};
    std::unordered_map<std::string, std::size_t> m_places{};
    std::vector<std::size_t> m_changed{};
};

} // namespace timonier::plan
