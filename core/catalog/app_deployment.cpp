#include "catalog/app_deployment.h"

#include "base/say.h"
#include "manifest/apply.h"

#include <set>

namespace timonier::catalog {

namespace {

using plan::PartState;
using plan::StepContext;

PartState partOf(ApplyState state)
{
    switch (state) {
    case ApplyState::Waiting: return PartState::Waiting;
    case ApplyState::Retrying:
    case ApplyState::Settling: return PartState::Running;
    case ApplyState::Created:
    case ApplyState::Changed: return PartState::Done;
    case ApplyState::Unchanged: return PartState::Already;
    case ApplyState::Failed: return PartState::Failed;
    case ApplyState::Skipped: return PartState::Skipped;
    }
    return PartState::Waiting;
}

} // namespace

std::string partId(const ObjectRef &ref) { return ref.kind + (ref.group.empty() ? "" : "." + ref.group) + "/" + (ref.ns.empty() ? "" : ref.ns + "/") + ref.name; }

std::string withoutStop(std::string hint)
{
    while (hint.ends_with('.'))
        hint.pop_back();
    return hint;
}

std::string removalWords(const Removal &removal)
{
    switch (removal.what) {
    case Removal::Removed: return say("Core", "removed");
    case Removal::WasGone: return say("Core", "was gone already");
    default: return removal.reason;
    }
}

Result<bool> Deployment::checks(StepContext &context)
{
    context.print(say("Core", "its objects are put together, and the cluster is asked what it has") + "\n");
    const std::shared_ptr<const Prepared> prepared = TRY(prepareNow(context.stop()));
    for (const form::Check &check : prepared->checks) {
        const bool bad = check.state == form::CheckState::Bad;
        context.part(check.id + "/" + check.subject, check.title, bad ? PartState::Failed : check.state == form::CheckState::Skipped ? PartState::Skipped : PartState::Already, check.why.empty() ? check.words : check.words + ": " + check.why);
    }
    const form::Check *obstacle = prepared->obstacle();
    if (!obstacle || m_request.regardless)
        return true;
    std::string hint = obstacle->why;
    for (const form::Fix &fix : obstacle->fixes)
        hint += (hint.empty() ? "" : " ") + fix.title + (fix.commands.empty() ? "." : ": `" + fix.commands.front() + "`.");
    return fail(ErrorKind::Invalid, obstacle->title + ": " + obstacle->words, withoutStop(hint));
}

Result<bool> Deployment::isApplied(StepContext &context)
{
    const std::shared_ptr<const Prepared> prepared = TRY(preparedOnce(context.stop()));
    if (prepared->plan.objects.empty())
        return fail(ErrorKind::NotFound, say("Core", "not all kinds of its objects are served"));
    if (!prepared->before || prepared->before->entries.size() < prepared->plan.objects.size() || !prepared->gone.empty())
        return false;
    const auto changes = TRY(previewPlan(*m_ground.transport, prepared->plan, setLabel(set()), m_request.force, context.stop()));
    return std::ranges::all_of(changes, [](const PlannedChange &change) { return change.what == PlannedChange::Leave; });
}

Result<> Deployment::apply(StepContext &context)
{
    const std::shared_ptr<const Prepared> prepared = TRY(preparedOnce(context.stop()));
    const ApplyPlan &plan = prepared->plan;
    for (const ManifestObject &object : plan.objects)
        context.part(partId(object.ref), title(object.ref), PartState::Waiting);
    TRY(makeSpace(plan, context.stop()));
    TRY(list(*prepared, {}, context.stop()));
    std::mutex mutex;
    std::size_t over = 0;
    std::set<std::string> told;
    // A webhook whose pod cannot start would be waited for until the patience is spent, with no word of why.
    const auto behind = [this](const ManifestObject &service, std::stop_token stop) -> Result<std::string> {
        const ObjectState state = stateBehind(*m_ground.transport, service.ref, service.facts.selector, failures(), std::move(stop));
        if (state.what != ObjectState::Stuck)
            return state.why;
        Error stuck = errorOf(state, ErrorKind::Invalid);
        stuck.message = state.why; // whose it is, the failure of the whole says
        return std::unexpected(std::move(stuck));
    };
    const auto results = applyPlan(*m_ground.transport, plan, {.force = m_request.force, .patience = m_request.patience, .setLabel = setLabel(set()), .behind = behind},
                                   [&](const ApplyNews &news) {
                                       const ObjectRef &ref = plan.objects[news.object].ref;
                                       const std::scoped_lock lock(mutex);
                                       context.part(partId(ref), title(ref), partOf(news.state), news.reason);
                                       if (!news.reason.empty() && told.insert(news.reason).second) // fifty objects that wait for one webhook are told of once
                                           context.print(title(ref) + ": " + news.reason + "\n");
                                       if (isOver(news.state))
                                           context.progress(double(++over) / double(plan.objects.size()));
                                   }, context.stop());
    if (context.stop().stop_requested())
        return fail(ErrorKind::Cancelled, say("Core", "it was cancelled; what was sent stays, and is known"));
    for (const AppliedResult &result : results)
        for (const std::string &warning : result.warnings)
            if (told.insert(warning).second)
                context.print(say("Core", "The server warns: {}", warning) + "\n");
    if (auto failure = failureOf(plan, results))
        return std::unexpected(withKnownFix(std::move(*failure)));
    return prune(context, *prepared); // only after all went in: what replaces it may be missing otherwise
}

Result<std::shared_ptr<const Prepared>> Deployment::prepareNow(std::stop_token stop)
{
    auto prepared = std::make_shared<const Prepared>(TRY(prepare(m_ground.transport, m_ground.streams, *m_ground.catalog, m_ground.supplier, m_ground.tools, m_request, stop)));
    const std::scoped_lock lock(m_mutex);
    m_prepared = prepared;
    return prepared;
}
std::shared_ptr<const Prepared> Deployment::found()
{
    const std::scoped_lock lock(m_mutex);
    return m_prepared;
}
Result<std::shared_ptr<const Prepared>> Deployment::preparedOnce(std::stop_token stop)
{
    if (auto prepared = found())
        return prepared;
    return prepareNow(stop);
}

Result<> Deployment::applyFirst(const ApplyPlan &plan, const std::function<bool(const ObjectRef &)> &which, std::stop_token stop)
{
    ApplyPlan first;
    for (std::size_t i = 0; i < plan.objects.size(); ++i)
        if (which(plan.objects[i].ref)) {
            first.objects.push_back(plan.objects[i]);
            first.paths.push_back(plan.paths[i]);
            first.ownKind.push_back(false);
            first.order.needs.emplace_back();
            first.order.settles.push_back(plan.objects[i].ref.kind == "Namespace");
            first.order.rank.push_back(0);
        }
    if (first.objects.empty())
        return {};
    const auto results = applyPlan(*m_ground.transport, first, {.force = m_request.force, .setLabel = setLabel(set())}, [](const ApplyNews &) {}, std::move(stop));
    if (auto failure = failureOf(first, results))
        return std::unexpected(withKnownFix(std::move(*failure)));
    return {};
}

Result<> Deployment::makeSpace(const ApplyPlan &plan, std::stop_token stop)
{
    return applyFirst(plan, [this](const ObjectRef &ref) { return ref == ObjectRef{"", "Namespace", "", set().ns}; }, std::move(stop));
}

Result<> Deployment::list(const Prepared &prepared, const std::vector<SetEntry> &passing, std::stop_token stop)
{
    AppliedSet now{set(), entriesOf(prepared.plan)};
    now.entries.insert(now.entries.end(), prepared.gone.begin(), prepared.gone.end());
    const auto more = entriesGone(passing, now.entries);
    now.entries.insert(now.entries.end(), more.begin(), more.end());
    return writeSet(*m_ground.transport, now, std::move(stop));
}

Result<> Deployment::prune(StepContext &context, const Prepared &prepared)
{
    if (prepared.gone.empty())
        return {};
    const auto removals = removeEntries(*m_ground.transport, prepared.gone, {.setLabel = setLabel(set()), .leavings = prepared.entry->leaves},
                                        [&](const SetEntry &entry, const Removal &removal) { context.print(title(entry.ref) + ": " + removalWords(removal) + "\n"); }, context.stop());
    AppliedSet after{set(), entriesOf(prepared.plan)};
    std::string left;
    for (std::size_t i = 0; i < removals.size(); ++i)
        if (removals[i].what == Removal::Kept || removals[i].what == Removal::Held || removals[i].what == Removal::Failed) {
            after.entries.push_back(prepared.gone[i]);
            left = title(prepared.gone[i].ref) + ": " + removals[i].reason;
        }
    TRY(writeSet(*m_ground.transport, after, context.stop()));
    return left.empty() ? Result<>() : fail(ErrorKind::Conflict, say("Core", "what is no longer wanted could not all be removed: {}", left), say("Core", "The set goes on listing it."));
}

} // namespace timonier::catalog
