// Which object is meant, by name: what one object's JSON says of another, and what a person jumps to. Plain data.
#pragma once

#include <string>

namespace timonier {

struct ObjectRef {
    std::string group;          // "" for the core group, "apps" …
    std::string kind;           // "Deployment"
    std::string ns{};           // empty for cluster-scoped objects
    std::string name{};
    bool operator==(const ObjectRef &) const = default;
};

} // namespace timonier
