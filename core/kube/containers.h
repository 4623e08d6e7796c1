// The containers of one pod and how each is, as whoever chooses a log needs it. Pure; any thread.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace timonier {

struct ContainerBrief {
    enum class Type : std::uint8_t { Init, Normal, Ephemeral } type = Type::Normal;
    enum class State : std::uint8_t { Unknown, Waiting, Running, Ended } state = State::Unknown;
    std::string name;
    std::string reason{};           // "ImagePullBackOff", "OOMKilled" …; may be empty
    std::int64_t exitCode = 0;      // of one that has ended
    std::int64_t restarts = 0;
    bool isDefault = false;         // what kubectl shows when none is named
};

// The containers of a pod's JSON: init ones first, as they run. Errors: Protocol (no JSON object).
Result<std::vector<ContainerBrief>> readContainers(std::string_view podJson);

} // namespace timonier
