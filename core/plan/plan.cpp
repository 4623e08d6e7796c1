#include "plan/plan.h"

#include "base/say.h"

#include <set>

namespace timonier::plan {

namespace {

Result<> validateStep(const Step &step, const std::set<std::string> &ids)
{
    for (const std::string &need : step.needs)
        if (!ids.contains(need))
            return fail(ErrorKind::Invalid, say("Core", "the step {} needs {}, which is no step of this plan", step.id, need));
    if (!step.check || !step.apply)
        return fail(ErrorKind::Invalid, say("Core", "the step {} cannot be checked and applied", step.id));
    if (step.creates.empty() != !step.undo) // what it makes must be undone, and only what the ledger knows is
        return fail(ErrorKind::Invalid, say("Core", "the step {} creates what it cannot undo, or undoes what it does not create", step.id));
    return {};
}

} // namespace

Result<> validate(const Plan &plan)
{
    if (plan.target.empty() || plan.provider.empty())
        return fail(ErrorKind::Invalid, say("Core", "the plan has no target or no provider"));
    std::set<std::string> ids;
    for (const Step &step : plan.steps)
        if (step.id.empty() || !ids.insert(step.id).second)
            return fail(ErrorKind::Invalid, say("Core", "the plan has a step without a name of its own: “{}”", step.id));
    for (const Step &step : plan.steps)
        if (auto good = validateStep(step, ids); !good)
            return good;
    // What can be taken away step by step has no circle.
    std::set<std::string> placed;
    for (bool moved = true; moved;) {
        moved = false;
        for (const Step &step : plan.steps)
            if (!placed.contains(step.id) && std::ranges::all_of(step.needs, [&](const auto &need) { return placed.contains(need); }))
                moved = placed.insert(step.id).second;
    }
    for (const Step &step : plan.steps)
        if (!placed.contains(step.id))
            return fail(ErrorKind::Invalid, say("Core", "the step {} needs itself, by way of other steps", step.id));
    return {};
}

std::vector<std::vector<std::size_t>> before(const Plan &plan, Direction direction)
{
    std::map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < plan.steps.size(); ++i)
        places[plan.steps[i].id] = i;
    std::vector<std::vector<std::size_t>> all(plan.steps.size());
    for (std::size_t i = 0; i < plan.steps.size(); ++i)
        for (const std::string &need : plan.steps[i].needs) {
            const std::size_t other = places[need];
            direction == Direction::Forward ? all[i].push_back(other) : all[other].push_back(i);
        }
    return all;
}

} // namespace timonier::plan
