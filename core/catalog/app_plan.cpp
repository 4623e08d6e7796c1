#include "catalog/app_plan.h"

#include "base/pause.h"
#include "base/say.h"
#include "catalog/state.h"
#include "manifest/apply.h"
#include "manifest/remove.h"

#include <chrono>
#include <mutex>
#include <set>

namespace timonier::catalog {

namespace {

using namespace std::chrono_literals;
using Json = nlohmann::ordered_json;
using plan::PartState;
using plan::StepContext;

std::string specOf(const Ground &ground, const AppRequest &request, bool removes, bool withOthers)
{
    Json spec = {{"provider", provider}, {"action", removes ? "remove" : "deploy"}, {"app", request.entry}, {"name", request.set.name}, {"namespace", request.set.ns}, {"context", ground.context}};
    if (!ground.kubeconfig.empty())
        spec["kubeconfig"] = ground.kubeconfig;
    if (removes) {
        spec["withOthers"] = withOthers;
    } else {
        spec["values"] = Json(request.values.texts);
        spec["fresh"] = request.fresh;
        spec["force"] = request.force;
        spec["regardless"] = request.regardless;
        spec["patience"] = request.patience.count() / 1000;
    }
    return spec.dump();
}

std::string partId(const ObjectRef &ref) { return ref.kind + (ref.group.empty() ? "" : "." + ref.group) + "/" + (ref.ns.empty() ? "" : ref.ns + "/") + ref.name; }

// Whoever shows a hint may go on after it.
std::string withoutStop(std::string hint)
{
    while (hint.ends_with('.'))
        hint.pop_back();
    return hint;
}

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

// What the steps of one run share. They run one after another; the mutex is for the runner's threads, not for a race.
class Deployment
{
public:
    Deployment(Ground ground, AppRequest request) : m_ground(std::move(ground)), m_request(std::move(request)) {}

    // "checks": looks at everything, and says what stands against it.
    Result<bool> checks(StepContext &context)
    {
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

    // Whether all of it stands there as it would be sent.
    Result<bool> isApplied(StepContext &context)
    {
        const std::shared_ptr<const Prepared> prepared = TRY(preparedOnce(context.stop()));
        if (prepared->plan.objects.empty())
            return fail(ErrorKind::NotFound, say("Core", "not all kinds of its objects are served"));
        if (!prepared->before || prepared->before->entries.size() < prepared->plan.objects.size() || !prepared->gone.empty())
            return false;
        const auto changes = TRY(previewPlan(*m_ground.transport, prepared->plan, setLabel(set()), m_request.force, context.stop()));
        return std::ranges::all_of(changes, [](const PlannedChange &change) { return change.what == PlannedChange::Leave; });
    }

    Result<> apply(StepContext &context)
    {
        const std::shared_ptr<const Prepared> prepared = TRY(preparedOnce(context.stop()));
        const ApplyPlan &plan = prepared->plan;
        for (const ManifestObject &object : plan.objects)
            context.part(partId(object.ref), title(object.ref), PartState::Waiting);
        TRY(makeSpace(plan, context.stop()));
        AppliedSet now{set(), entriesOf(plan)};
        now.entries.insert(now.entries.end(), prepared->gone.begin(), prepared->gone.end());
        TRY(writeSet(*m_ground.transport, now, context.stop())); // before the first object: whatever happens, what may be there is known
        std::mutex mutex;
        std::size_t over = 0;
        std::set<std::string> told;
        const auto results = applyPlan(*m_ground.transport, plan, {.force = m_request.force, .patience = m_request.patience, .setLabel = setLabel(set())},
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

    Result<bool> isReady(StepContext &context)
    {
        const auto states = TRY(readiness(context));
        return std::ranges::all_of(states, [](const ObjectState &state) { return state.what == ObjectState::Ready; });
    }

    // Looks again until all is ready. What waits for a person is given half a minute: an image may have been pushed just now, a quota raised.
    Result<> awaitReady(StepContext &context)
    {
        const auto grace = std::min<std::chrono::milliseconds>(30s, m_request.patience / 2);
        const auto begun = std::chrono::steady_clock::now();
        std::map<std::string, std::chrono::steady_clock::time_point> stuckSince;
        std::string told;
        for (auto delay = 300ms;; delay = std::min(2'000ms, delay * 3 / 2)) {
            const auto states = TRY(readiness(context));
            const auto now = std::chrono::steady_clock::now();
            const ObjectState *worst = nullptr;
            for (const ObjectState &state : states) {
                if (state.what == ObjectState::Ready)
                    continue;
                if (state.what != ObjectState::Stuck)
                    stuckSince.erase(state.path);
                else if (now - stuckSince.try_emplace(state.path, now).first->second > grace)
                    return std::unexpected(errorOf(state, ErrorKind::Invalid));
                if (!worst || state.what == ObjectState::Stuck)
                    worst = &state;
            }
            if (!worst)
                return {};
            if (const std::string line = title(worst->ref) + ": " + worst->why; line != told) {
                context.print(line + "\n");
                told = line;
            }
            if (now - begun > m_request.patience)
                return std::unexpected(errorOf(*worst, ErrorKind::Timeout));
            if (!pause(delay, context.stop()))
                return fail(ErrorKind::Cancelled, say("Core", "it was cancelled; what was sent stays, and is known"));
        }
    }

    Result<bool> open(StepContext &context)
    {
        const std::shared_ptr<const Prepared> prepared = TRY(preparedOnce(context.stop()));
        for (const Way &way : TRY(waysIn(*m_ground.transport, *prepared->entry, prepared->filling, context.stop())))
            context.print(way.title + ": " + (way.url.empty() ? way.command : way.url) + "\n");
        for (const std::string &note : notesOf(*prepared->entry, prepared->filling))
            context.print(note + "\n");
        return true;
    }

    const SetName &set() const { return m_request.set; }

private:
    Result<std::shared_ptr<const Prepared>> prepareNow(std::stop_token stop)
    {
        auto prepared = std::make_shared<const Prepared>(TRY(prepare(*m_ground.transport, *m_ground.catalog, m_ground.supplier, m_request, stop)));
        const std::scoped_lock lock(m_mutex);
        m_prepared = prepared;
        return prepared;
    }
    Result<std::shared_ptr<const Prepared>> preparedOnce(std::stop_token stop)
    {
        {
            const std::scoped_lock lock(m_mutex);
            if (m_prepared)
                return m_prepared;
        }
        return prepareNow(stop);
    }

    // The set's list lies in the namespace: so that comes before all else.
    Result<> makeSpace(const ApplyPlan &plan, std::stop_token stop)
    {
        ApplyPlan first;
        for (std::size_t i = 0; i < plan.objects.size(); ++i)
            if (plan.objects[i].ref == ObjectRef{"", "Namespace", "", set().ns}) {
                first.objects.push_back(plan.objects[i]);
                first.paths.push_back(plan.paths[i]);
            }
        if (first.objects.empty())
            return {};
        first.ownKind = {false};
        first.order = {.needs = {{}}, .settles = {true}, .rank = {0}};
        const auto results = applyPlan(*m_ground.transport, first, {.force = m_request.force, .setLabel = setLabel(set())}, [](const ApplyNews &) {}, stop);
        if (auto failure = failureOf(first, results))
            return std::unexpected(std::move(*failure));
        return {};
    }

    Result<> prune(StepContext &context, const Prepared &prepared)
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

    // Of the objects that a person waits for.
    Result<std::vector<ObjectState>> readiness(StepContext &context)
    {
        const std::shared_ptr<const Prepared> prepared = TRY(preparedOnce(context.stop()));
        std::vector<SetEntry> waited;
        for (const SetEntry &entry : entriesOf(prepared->plan))
            if ((runsPods(entry.ref) && entry.ref.kind != "CronJob") || entry.ref.kind == "PersistentVolumeClaim")
                waited.push_back(entry);
        auto states = statesOf(*m_ground.transport, waited, failures(), context.stop());
        std::size_t ready = 0;
        for (const ObjectState &state : states) {
            ready += state.what == ObjectState::Ready;
            context.part(partId(state.ref), title(state.ref), state.what == ObjectState::Ready ? PartState::Done : state.what == ObjectState::Stuck ? PartState::Failed : PartState::Running, state.why);
        }
        // A claim whose class waits for its first consumer is bound once a pod wants it: it is no reason to wait by itself.
        // A Job that is done may have been cleared away (ttlSecondsAfterFinished).
        std::erase_if(states, [](const ObjectState &state) {
            return (state.ref.kind == "PersistentVolumeClaim" && state.what == ObjectState::NotReady) || (state.ref.kind == "Job" && state.what == ObjectState::Missing);
        });
        context.progress(states.empty() ? 1 : double(ready) / double(waited.size()));
        return states;
    }

    std::vector<KnownFailure> failures() const
    {
        std::vector<KnownFailure> all;
        if (const Entry *entry = m_ground.catalog->find(m_request.entry))
            all = entry->failures;
        all.insert(all.end(), m_ground.catalog->failures.begin(), m_ground.catalog->failures.end());
        return all;
    }

    Error withKnownFix(Error error) const
    {
        const auto all = failures();
        if (const KnownFailure *known = knownFailure(all, error.text()); known)
            error.hint = known->cause + ". " + withoutStop(known->fix);
        else if (error.kind == ErrorKind::Conflict && error.hint.empty())
            error.hint = say("Core", "Let the others keep these fields, or take them over with --force-conflicts");
        return error;
    }

    Error errorOf(const ObjectState &state, ErrorKind kind) const
    {
        Error error{.kind = kind, .message = title(state.ref) + ": " + state.why, .hint = withoutStop(state.fix)};
        if (!state.evidence.empty())
            error.context.emplace_back("evidence", state.evidence);
        if (!state.culprit.kind.empty())
            error.context.emplace_back("object", title(state.culprit));
        if (error.hint.empty())
            error.hint = say("Core", "Look at its events and logs");
        return error;
    }

    static std::string removalWords(const Removal &removal)
    {
        switch (removal.what) {
        case Removal::Removed: return say("Core", "removed");
        case Removal::WasGone: return say("Core", "was gone already");
        default: return removal.reason;
        }
    }

    const Ground m_ground;
    const AppRequest m_request;
    std::mutex m_mutex{};
    std::shared_ptr<const Prepared> m_prepared{};
};

std::string targetOf(const Ground &ground, const SetName &set) { return fmt::format("app/{}/{}/{}", ground.context, set.ns, set.name); }

} // namespace

Result<plan::Plan> deployPlan(const Ground &ground, const AppRequest &wanted)
{
    const Entry &entry = *TRY(entryOf(*ground.catalog, wanted.entry));
    const AppRequest request = completed(entry, wanted);
    const auto deployment = std::make_shared<Deployment>(ground, request);
    const auto nothing = [](StepContext &) -> Result<> { return {}; }; // what only looks is over when it has looked
    plan::Plan plan{.provider = std::string(provider), .target = targetOf(ground, request.set), .title = say("Core", "{} in {}", entry.title, request.set.ns), .spec = specOf(ground, request, false, false)};
    plan.steps = {
        {.id = "checks", .title = say("Core", "Look at the cluster"), .estimate = 2s, .check = [deployment](StepContext &context) { return deployment->checks(context); }, .apply = nothing},
        {.id = "apply", .title = say("Core", "Send the objects"), .needs = {"checks"}, .estimate = 5s, .measure = "apply/" + entry.id,
         .retry = {.attempts = 2, .heals = {ErrorKind::Unreachable, ErrorKind::Throttled, ErrorKind::Server}}, // not Timeout: the patience that the person gave has run out
         .check = [deployment](StepContext &context) { return deployment->isApplied(context); }, .apply = [deployment](StepContext &context) { return deployment->apply(context); }},
        {.id = "ready", .title = say("Core", "Wait until all is ready"), .needs = {"apply"}, .estimate = 30s, .measure = "ready/" + entry.id,
         .check = [deployment](StepContext &context) { return deployment->isReady(context); }, .apply = [deployment](StepContext &context) { return deployment->awaitReady(context); }},
        {.id = "open", .title = say("Core", "How to open it"), .needs = {"ready"}, .estimate = 1s, .check = [deployment](StepContext &context) { return deployment->open(context); }, .apply = nothing},
    };
    return plan;
}

namespace {

// Set aside what is left, and say why.
Result<> removeSet(const Ground &ground, const SetName &name, bool withOthers, const std::vector<std::string> &leavings, StepContext &context)
{
    auto set = TRY(readSet(*ground.transport, name, context.stop()));
    if (!set)
        return {};
    for (const SetEntry &entry : set->entries)
        context.part(partId(entry.ref), title(entry.ref), PartState::Waiting);
    std::mutex mutex;
    std::size_t over = 0;
    const auto removals = removeEntries(*ground.transport, set->entries, {.setLabel = setLabel(name), .withOthers = withOthers, .leavings = leavings},
                                        [&](const SetEntry &entry, const Removal &removal) {
                                            const std::scoped_lock lock(mutex);
                                            const bool good = removal.what == Removal::Removed || removal.what == Removal::WasGone;
                                            context.part(partId(entry.ref), title(entry.ref), removal.what == Removal::Removed ? PartState::Done : good ? PartState::Already : removal.what == Removal::NotOurs ? PartState::Skipped : PartState::Failed, removal.reason);
                                            if (!good)
                                                context.print(title(entry.ref) + ": " + removal.reason + "\n");
                                            context.progress(double(++over) / double(set->entries.size()));
                                        }, context.stop());
    AppliedSet left{name, {}};
    std::string why;
    for (std::size_t i = 0; i < removals.size(); ++i)
        if (removals[i].what == Removal::Kept || removals[i].what == Removal::Held || removals[i].what == Removal::Failed) {
            left.entries.push_back(set->entries[i]);
            if (why.empty())
                why = title(set->entries[i].ref) + ": " + removals[i].reason;
        }
    if (left.entries.empty())
        return forgetSet(*ground.transport, name, context.stop());
    if (context.stop().stop_requested())
        return fail(ErrorKind::Cancelled, say("Core", "it was cancelled; what is left is still listed"));
    TRY(writeSet(*ground.transport, left, context.stop()));
    return fail(ErrorKind::Conflict, say("Core", "{} of {} objects are still there: {}", left.entries.size(), set->entries.size(), why), say("Core", "The set goes on listing them; remove again once that is seen to."));
}

} // namespace

Result<plan::Plan> removePlan(const Ground &ground, const AppRequest &wanted, bool withOthers)
{
    // An entry that is no longer in the catalogue can be removed all the same.
    const Entry *entry = ground.catalog->find(wanted.entry);
    const AppRequest request = completed(entry ? *entry : Entry{.id = wanted.entry, .title = wanted.entry}, wanted);
    plan::Plan plan{.provider = std::string(provider), .target = targetOf(ground, request.set), .title = say("Core", "Remove {} from {}", entry ? entry->title : request.set.name, request.set.ns), .spec = specOf(ground, request, true, withOthers)};
    plan.steps = {{.id = "remove", .title = say("Core", "Remove its objects"), .estimate = 10s,
                   .check = [ground, set = request.set](StepContext &context) -> Result<bool> { return !TRY(readSet(*ground.transport, set, context.stop())).has_value(); },
                   .apply = [ground, set = request.set, withOthers, leavings = entry ? entry->leaves : std::vector<std::string>()](StepContext &context) { return removeSet(ground, set, withOthers, leavings, context); }}};
    return plan;
}

Result<KeptSpec> readSpec(const std::string &text)
{
    const auto spec = nlohmann::json::parse(text, nullptr, false);
    const auto word = [&](const char *key) { return spec.is_object() && spec.contains(key) && spec[key].is_string() ? spec[key].get<std::string>() : std::string(); };
    const auto flag = [&](const char *key) { return spec.is_object() && spec.contains(key) && spec[key] == true; };
    KeptSpec kept{.context = word("context"), .kubeconfig = word("kubeconfig"), .request = {.entry = word("app"), .set = {word("namespace"), word("name")}}, .removes = word("action") == "remove", .withOthers = flag("withOthers")};
    if (kept.request.entry.empty() || kept.request.set.name.empty())
        return fail(ErrorKind::Invalid, say("Core", "this is no spec of an application"));
    kept.request.fresh = flag("fresh");
    kept.request.force = flag("force");
    kept.request.regardless = flag("regardless");
    if (spec.contains("patience") && spec["patience"].is_number())
        kept.request.patience = std::chrono::seconds(spec["patience"].get<std::int64_t>());
    if (spec.contains("values") && spec["values"].is_object())
        for (const auto &[id, value] : spec["values"].items())
            if (value.is_string())
                kept.request.values.texts[id] = value.get<std::string>();
    return kept;
}

} // namespace timonier::catalog
