// Something outside this program that a plan makes: a cluster, a machine, an entry of a file. Plain data.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace timonier::plan {

enum class ResourceState {
    Intended, // it is about to be asked for, or was when we were killed: it may be there
    Made,     // it is there
    Gone,     // it was undone
};

std::string_view name(ResourceState state);
ResourceState resourceState(std::string_view name); // Intended for a word that is none: then it is looked for

struct Resource {
    std::string kind{};      // "kind-cluster", "vpc"
    std::string name{};
    std::string step{};      // who made it
    std::string token{};     // ours, the same until it is gone: for client tokens and tags
    std::string outsideId{}; // the other side's name for it, once known
    ResourceState state = ResourceState::Intended;
    std::int64_t run = 0;    // that recorded it first
    bool operator==(const Resource &) const = default;
};

} // namespace timonier::plan
