// From the whole JSON of one object to what a person wants to know of it: facts, conditions in words, containers, what it
// belongs to and what belongs to it, and its YAML. Pure; any thread.
#pragma once

#include "base/result.h"
#include "kube/object_ref.h"

#include <chrono>
#include <string>
#include <string_view>

namespace timonier {

struct DescribeOptions {
    std::chrono::system_clock::time_point now;
    bool revealSecrets = false;     // the values of a Secret, which are masked otherwise
};

struct Description {
    ObjectRef object;
    std::string yaml;               // without managedFields; values of Secrets masked unless revealed
};

// Errors: Protocol (no JSON object).
Result<Description> describe(std::string_view json, const DescribeOptions &options);

} // namespace timonier
