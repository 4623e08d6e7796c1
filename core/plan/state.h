// Where a step and a run stand. The names are what the journal and JSON hold; they do not change.
#pragma once

#include <cstdint>
#include <string_view>

namespace timonier::plan {

using RunId = std::int64_t;

enum class Direction { Forward, Back };

enum class StepState {
    Waiting,
    Checking,
    Applying,
    Pausing,   // before another attempt
    Done,      // it changed something
    Already,   // there was nothing to change
    Failed,
    Cancelled,
    Undoing,
    Undone,
};

// Of one of the things that a step is about: an object that it applies, a host that it prepares.
enum class PartState {
    Waiting,
    Running,
    Done,
    Already, // nothing had to be changed
    Failed,
    Skipped, // left out, for a reason that is said
};

enum class RunState {
    Running,     // by a process that lives
    Interrupted, // its process is no more: never written, it is what "running" means then
    Finished,
    Failed,
    Cancelled,
    Replaced,    // left unfinished; a later run of the same target took over
};

std::string_view name(Direction direction);
std::string_view name(StepState state);
std::string_view name(PartState state);
std::string_view name(RunState state);
Direction direction(std::string_view name);
StepState stepState(std::string_view name); // Waiting for a word that is none
PartState partState(std::string_view name); // Waiting for a word that is none
RunState runState(std::string_view name);   // Interrupted for a word that is none
bool isOver(StepState state);
bool isOver(PartState state);

} // namespace timonier::plan
