#include "plan/state.h"

#include "plan/resource.h"

#include <array>
#include <utility>

namespace timonier::plan {

namespace {

constexpr std::array stepNames = {
    std::pair(StepState::Waiting, std::string_view("waiting")),     std::pair(StepState::Checking, std::string_view("checking")),
    std::pair(StepState::Applying, std::string_view("applying")),   std::pair(StepState::Pausing, std::string_view("pausing")),
    std::pair(StepState::Done, std::string_view("done")),           std::pair(StepState::Already, std::string_view("already")),
    std::pair(StepState::Failed, std::string_view("failed")),       std::pair(StepState::Cancelled, std::string_view("cancelled")),
    std::pair(StepState::Undoing, std::string_view("undoing")),     std::pair(StepState::Undone, std::string_view("undone")),
};
constexpr std::array partNames = {
    std::pair(PartState::Waiting, std::string_view("waiting")), std::pair(PartState::Running, std::string_view("running")),
    std::pair(PartState::Done, std::string_view("done")),       std::pair(PartState::Already, std::string_view("already")),
    std::pair(PartState::Failed, std::string_view("failed")),   std::pair(PartState::Skipped, std::string_view("skipped")),
};
constexpr std::array runNames = {
    std::pair(RunState::Interrupted, std::string_view("interrupted")), std::pair(RunState::Running, std::string_view("running")),
    std::pair(RunState::Finished, std::string_view("finished")),       std::pair(RunState::Failed, std::string_view("failed")),
    std::pair(RunState::Cancelled, std::string_view("cancelled")),     std::pair(RunState::Replaced, std::string_view("replaced")),
};
constexpr std::array resourceNames = {
    std::pair(ResourceState::Intended, std::string_view("intended")),
    std::pair(ResourceState::Made, std::string_view("made")),
    std::pair(ResourceState::Gone, std::string_view("gone")),
};

template <class Names, class T>
std::string_view nameIn(const Names &names, T value)
{
    for (const auto &[one, word] : names)
        if (one == value)
            return word;
    return {};
}

template <class Names>
auto valueIn(const Names &names, std::string_view word)
{
    for (const auto &[one, its] : names)
        if (its == word)
            return one;
    return names.front().first;
}

} // namespace

std::string_view name(Direction direction) { return direction == Direction::Forward ? "forward" : "back"; }
std::string_view name(StepState state) { return nameIn(stepNames, state); }
std::string_view name(PartState state) { return nameIn(partNames, state); }
std::string_view name(RunState state) { return nameIn(runNames, state); }
std::string_view name(ResourceState state) { return nameIn(resourceNames, state); }
Direction direction(std::string_view name) { return name == "back" ? Direction::Back : Direction::Forward; }
StepState stepState(std::string_view name) { return valueIn(stepNames, name); }
PartState partState(std::string_view name) { return valueIn(partNames, name); }
RunState runState(std::string_view name) { return valueIn(runNames, name); }
ResourceState resourceState(std::string_view name) { return valueIn(resourceNames, name); }

bool isOver(StepState state)
{
    return state == StepState::Done || state == StepState::Already || state == StepState::Failed || state == StepState::Cancelled ||
           state == StepState::Undone;
}

bool isOver(PartState state) { return state != PartState::Waiting && state != PartState::Running; }

} // namespace timonier::plan
