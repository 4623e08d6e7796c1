// What programs of somebody else's do for an application, as steps of its plans.
#include "catalog/app_deployment.h"

#include "base/say.h"

namespace timonier::catalog {

namespace {

using plan::StepContext;

std::string placeOf(const Ground &ground, const SetName &set) { return ground.context + "/" + set.ns + "/" + set.name; }

} // namespace

Result<std::optional<Filling>> keptFilling(const Ground &ground, const Entry &entry, const SetName &set, std::stop_token stop)
{
    const auto record = TRY(readRecord(*ground.transport, set, std::move(stop)));
    if (!record || record->entry != entry.id)
        return std::optional<Filling>();
    return std::optional(Filling{.name = set.name, .ns = set.ns, .values = merged(entry, record->values, {})});
}

Result<bool> Deployment::isWorkDone(std::size_t work, StepContext &context)
{
    const std::shared_ptr<const Prepared> prepared = TRY(preparedOnce(context.stop()));
    const ToolWorker worker(*prepared->entry, prepared->filling, m_ground.tools, placeOf(m_ground, set()));
    const ToolWork &one = prepared->entry->works[work];
    return !worker.applies(one) || TRY(worker.missing(one, context.stop())).empty();
}

Result<> Deployment::doWork(std::size_t work, StepContext &context)
{
    const std::shared_ptr<const Prepared> prepared = TRY(preparedOnce(context.stop()));
    const ToolWorker worker(*prepared->entry, prepared->filling, m_ground.tools, placeOf(m_ground, set()));
    auto done = worker.run(prepared->entry->works[work], m_request.patience, context);
    return done ? done : std::unexpected(withKnownFix(std::move(done).error()));
}

std::vector<plan::Step> undoWorks(const Ground &ground, const Entry &entry, const SetName &set)
{
    std::vector<plan::Step> steps;
    for (std::size_t i = entry.works.size(); i-- > 0;) {
        if (entry.works[i].undo.empty())
            continue;
        const auto with = [ground, entry, set, i](StepContext &context, auto &&use) -> Result<bool> {
            const auto filling = TRY(keptFilling(ground, entry, set, context.stop()));
            if (!filling)
                return true;
            const ToolWorker worker(entry, *filling, ground.tools, placeOf(ground, set));
            return worker.applies(entry.works[i]) ? use(worker, entry.works[i]) : Result<bool>(true);
        };
        steps.push_back({.id = fmt::format("undo.{}", i + 1), .title = say("Core", "Take back: {}", entry.works[i].title), .needs = steps.empty() ? std::vector<std::string>() : std::vector{steps.back().id},
                         .estimate = std::chrono::seconds(60), .measure = fmt::format("undo/{}/{}", entry.id, i + 1),
                         .check = [with](StepContext &context) {
                             return with(context, [&](const ToolWorker &worker, const ToolWork &work) -> Result<bool> {
                                 return worker.isGone(work, context.stop());
                             });
                         },
                         .apply = [with](StepContext &context) -> Result<> {
                             const auto undone = with(context, [&](const ToolWorker &worker, const ToolWork &work) -> Result<bool> {
                                 TRY(worker.undo(work, context));
                                 return true;
                             });
                             return undone ? Result<>() : std::unexpected(undone.error());
                         }});
    }
    return steps;
}

std::vector<WorkState> workStates(const Ground &ground, const Entry &entry, const Filling &filling, std::stop_token stop)
{
    std::vector<WorkState> states;
    const ToolWorker worker(entry, filling, ground.tools, placeOf(ground, {filling.ns, filling.name}));
    for (const ToolWork &work : entry.works)
        if (worker.applies(work) && !work.asks.empty()) {
            const auto missing = worker.missing(work, stop);
            states.push_back({work.title, missing ? *missing : missing.error().text()});
        }
    return states;
}

void clearAfterWorks(const Ground &ground, const SetName &set)
{
    const Entry none;
    const Filling nothing;
    ToolWorker(none, nothing, ground.tools, placeOf(ground, set)).clearAway();
}

} // namespace timonier::catalog
