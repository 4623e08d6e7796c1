// A plan of thirty steps, some of them side by side, on a World; with a hook at each place where a process may die or be cancelled.
#pragma once

#include "base/pause.h"
#include "plan/plan.h"
#include "world.h"

namespace timonier::plan::test {

inline constexpr int stepCount = 30;

// Called with a step's id and "check", "begin", "middle", "end", or "undo-begin", "undo-middle", "undo-end".
using Hook = std::function<void(const std::string &step, const std::string &place)>;

inline std::string idOf(int i) { return "s" + std::to_string(i); }

inline std::vector<std::string> needsOf(int i)
{
    if (i == 0)
        return {};
    if (i <= 6)
        return {idOf(0)};
    if (i <= 18)
        return {idOf(i - 6)}; // six chains
    std::vector<std::string> needs;
    if (i == 19 || i == 29)
        for (int other = i == 19 ? 13 : 20; other < i; ++other)
            needs.push_back(idOf(other));
    else
        needs.push_back(idOf(19));
    return needs;
}

inline Result<> goOn(StepContext &context)
{
    if (context.stop().stop_requested())
        return fail(ErrorKind::Cancelled, "cancelled");
    return {};
}

// What the step's object is to hold: what those it needs hold, which are there.
inline Result<std::string> valueOf(const World &world, int i)
{
    std::size_t hash = std::hash<std::string>()(idOf(i));
    for (const std::string &need : needsOf(i)) {
        const auto objects = world.named(need);
        if (objects.size() != 1 || !objects.front().ready)
            return fail(ErrorKind::Internal, idOf(i) + " began before " + need + " was there");
        hash = hash * 31 + std::hash<std::string>()(objects.front().value);
    }
    return std::to_string(hash);
}

inline Result<> make(World &world, StepContext &context, int i, const std::string &name, const std::string &value, const Hook &hook)
{
    Resource resource;
    if (name == idOf(i)) { // Step::creates says so: it is in the ledger already
        const std::optional<Resource> known = TRY(context.find("object", name));
        if (!known)
            return fail(ErrorKind::Internal, name + " was not in the ledger before it was asked for");
        resource = *known;
    } else {
        resource = TRY(context.intend("object", name));
    }
    std::string id;
    if (i % 2) { // by client token
        id = world.createOnce(name, resource.token);
    } else { // by tag
        for (const Object &object : world.named(name))
            if (object.tag == resource.token)
                id = object.id;
        if (id.empty())
            id = world.create(name, resource.token);
    }
    hook(idOf(i), "middle");
    pause(std::chrono::milliseconds(2), context.stop());
    TRY(goOn(context)); // asked for, and left there
    if (i % 3) // the others leave that to the runner
        TRY(context.made("object", name, id));
    world.finish(id, value);
    return {};
}

inline Step stepOf(World &world, int i, const Hook &hook)
{
    const std::string id = idOf(i);
    const bool two = i % 5 == 0; // a second object, that the step finds out about while it runs
    std::vector<std::string> names{id};
    if (two)
        names.push_back(id + "-extra");
    Step step{.id = id, .title = "Make " + id, .needs = needsOf(i), .creates = {{"object", id}}, .estimate = Span(5)};
    step.group = i >= 20 && i <= 28 ? "last" : "";
    step.host = i >= 1 && i <= 18 ? "host" + std::to_string(i % 3) : "";
    step.check = [&world, hook, id, names](StepContext &) -> Result<bool> {
        hook(id, "check");
        return std::ranges::all_of(names, [&](const std::string &name) {
            const auto objects = world.named(name);
            return objects.size() == 1 && objects.front().ready;
        });
    };
    step.apply = [&world, hook, id, names, i](StepContext &context) -> Result<> {
        hook(id, "begin");
        TRY(goOn(context));
        context.print("making " + id + " with token=secret-of-" + id + "\n");
        const std::string value = TRY(valueOf(world, i));
        for (const std::string &name : names)
            context.part(name, "Object " + name, PartState::Waiting);
        for (const std::string &name : names) {
            context.part(name, "Object " + name, PartState::Running, "asked for");
            TRY(make(world, context, i, name, value, hook));
            context.part(name, "Object " + name, PartState::Done);
        }
        hook(id, "end");
        return {};
    };
    step.undo = [&world, hook, id](StepContext &context) -> Result<> {
        hook(id, "undo-begin");
        TRY(goOn(context));
        for (const std::string &name : {id, id + "-extra"}) {
            const std::optional<Resource> resource = TRY(context.find("object", name));
            for (const Object &object : world.named(name))
                if (resource && object.tag == resource->token)
                    world.destroy(object.id);
            hook(id, "undo-middle");
        }
        hook(id, "undo-end");
        return {};
    };
    return step;
}

inline Plan thirtySteps(World &world, const Hook &hook)
{
    Plan plan{.provider = "test", .target = "test/thirty", .title = "Thirty steps", .spec = "steps: 30\n"};
    for (int i = 0; i < stepCount; ++i)
        plan.steps.push_back(stepOf(world, i, hook));
    plan.limits.groups["last"] = 3;
    return plan;
}

} // namespace timonier::plan::test
