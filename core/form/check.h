// What was looked at before anything is touched, and what it means: one line of a preflight. Plain data.
#pragma once

#include "base/error.h"

#include <optional>
#include <string>
#include <vector>

namespace timonier::form {

enum class CheckState {
    Waiting,
    Running,
    Good,
    Careful, // it will work, but
    Bad,     // it will not
    Skipped, // could not be looked at, or makes no sense here
};

// What can be pressed. Nothing is done that is not said here.
struct Fix {
    std::string id{};                    // what the one who made the check knows it by
    std::string title{};                 // "Use containerd", "Start Docker"
    std::vector<std::string> commands{}; // what it will run, as one would type it; empty: it changes a parameter
};

struct Check {
    std::string id{};
    std::string title{};                 // "Container engine"
    std::string subject{};               // which host; empty where there is one
    CheckState state = CheckState::Waiting;
    std::string words{};                 // what was found: "Docker 20.10.24 answers"
    std::string why{};                   // of Careful and Bad: what would happen, and what to do
    std::string evidence{};              // the other side's own words
    std::vector<Fix> fixes{};
};

// Of checks that are bad: Invalid, with what each found, and the first one's way out. `one`: what a single one means: "a host is not ready to become a node".
std::optional<Error> refusal(const std::vector<Check> &checks, const std::string &one);

} // namespace timonier::form
