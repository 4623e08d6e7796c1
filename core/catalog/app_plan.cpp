#include "catalog/app_plan.h"

#include "base/say.h"
#include "catalog/app_deployment.h"

#include <mutex>

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

std::string targetOf(const Ground &ground, const SetName &set) { return fmt::format("app/{}/{}/{}", ground.context, set.ns, set.name); }

} // namespace

Result<plan::Plan> deployPlan(const Ground &ground, const AppRequest &wanted, FoundView *found)
{
    const Entry &entry = *TRY(entryOf(*ground.catalog, wanted.entry));
    const AppRequest request = completed(entry, wanted);
    const auto deployment = std::make_shared<Deployment>(ground, request);
    if (found)
        *found = [deployment] { return deployment->found(); };
    const auto nothing = [](StepContext &) -> Result<> { return {}; }; // what only looks is over when it has looked
    plan::Plan plan{.provider = std::string(provider), .target = targetOf(ground, request.set), .title = say("Core", "{} in {}", entry.title, request.set.ns), .spec = specOf(ground, request, false, false)};
    plan.steps = {
        {.id = "checks", .title = say("Core", "Look at the cluster"), .estimate = 2s, .check = [deployment](StepContext &context) { return deployment->checks(context); }, .apply = nothing},
        {.id = "apply", .title = say("Core", "Send the objects"), .needs = {entry.deliveries.empty() ? "checks" : "model"}, .estimate = 5s, .measure = "apply/" + entry.id,
         .retry = {.attempts = 2, .heals = {ErrorKind::Unreachable, ErrorKind::Throttled, ErrorKind::Server}}, // not Timeout: the patience that the person gave has run out
         .check = [deployment](StepContext &context) { return deployment->isApplied(context); }, .apply = [deployment](StepContext &context) { return deployment->apply(context); }},
        {.id = "ready", .title = say("Core", "Wait until all is ready"), .needs = {"apply"}, .estimate = 30s, .measure = "ready/" + entry.id,
         .check = [deployment](StepContext &context) { return deployment->isReady(context); }, .apply = [deployment](StepContext &context) { return deployment->awaitReady(context); }},
        {.id = "open", .title = say("Core", "How to open it"), .needs = {entry.questions.empty() ? "ready" : "question"}, .estimate = 1s, .check = [deployment](StepContext &context) { return deployment->open(context); }, .apply = nothing},
    };
    // Of a volume, a connection that is cut costs the upload from its beginning; a store keeps what has arrived whole.
    if (!entry.deliveries.empty())
        plan.steps.insert(plan.steps.begin() + 1, {.id = "model", .title = say("Core", "Bring the model to where it is read"), .needs = {"checks"}, .estimate = 20s, .measure = "model/" + entry.id,
                                                   .retry = {.attempts = 3, .pause = 2s, .heals = {ErrorKind::Unreachable, ErrorKind::Throttled, ErrorKind::Timeout}},
                                                   .check = [deployment](StepContext &context) { return deployment->isDelivered(context); }, .apply = [deployment](StepContext &context) { return deployment->deliver(context); }});
    if (std::ranges::any_of(entry.deliveries, [](const Delivery &one) { return one.store.has_value(); }))
        plan.steps.insert(plan.steps.end() - 1, {.id = "tidy", .title = say("Core", "Clear away the model before this one"), .needs = {"ready"}, .estimate = 2s, .retry = {.attempts = 2, .pause = 2s},
                                                 .check = [deployment](StepContext &context) { return deployment->isTidy(context); }, .apply = [deployment](StepContext &context) { return deployment->tidy(context); }});
    if (!entry.questions.empty())
        plan.steps.insert(plan.steps.end() - 1, {.id = "question", .title = say("Core", "Ask whether it answers"), .needs = {"ready"}, .estimate = 2s,
                                                 .check = [deployment](StepContext &context) { return deployment->hasNoQuestion(context); }, .apply = [deployment](StepContext &context) { return deployment->ask(context); }});
    // After the objects: those tell what is on its way here, should it be cut off.
    std::string last = "apply";
    for (std::size_t i = 0; i < entry.works.size(); ++i) {
        const ToolWork &work = entry.works[i];
        plan::Step step{.id = fmt::format("command.{}", i + 1), .title = work.title, .needs = {last}, .estimate = work.run.empty() ? 600s : 30s, .measure = fmt::format("command/{}/{}", entry.id, i + 1),
                        .check = [deployment, i](StepContext &context) { return deployment->isWorkDone(i, context); }, .apply = [deployment, i](StepContext &context) { return deployment->doWork(i, context); }};
        last = step.id;
        const auto ready = std::ranges::find(plan.steps, "ready", &plan::Step::id);
        ready->needs = {last};
        plan.steps.insert(ready, std::move(step));
    }
    return plan;
}

namespace {

// Set aside what is left, and say why.
Result<> removeSet(const Ground &ground, const SetName &name, bool withOthers, const std::vector<std::string> &leavings, StepContext &context)
{
    auto set = TRY(readSet(*ground.transport, name, context.stop()));
    if (!set)
        return {};
    for (const SetEntry &entry : set->entries) {
        context.part(partId(entry.ref), title(entry.ref), PartState::Waiting);
        if (entry.ref.group.empty() && entry.ref.kind == "PersistentVolumeClaim")
            context.print(say("Core", "{} goes too, and what lies in it with it, unless its StorageClass retains volumes", title(entry.ref)) + "\n");
    }
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
    for (std::size_t i = 0; i < removals.size(); ++i) // one that took a file, and whose run was cut off
        if (set->entries[i].ref.kind == "Pod" && (removals[i].what == Removal::Removed || removals[i].what == Removal::WasGone))
            TRY(context.gone("pod", set->entries[i].ref.ns + "/" + set->entries[i].ref.name));
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
    if (entry) {
        plan.steps = undoWorks(ground, *entry, request.set);
        for (plan::Step &step : undoStores(ground, *entry, request.set)) {
            if (!plan.steps.empty())
                step.needs = {plan.steps.back().id};
            plan.steps.push_back(std::move(step));
        }
    }
    const std::vector<std::string> before = plan.steps.empty() ? std::vector<std::string>() : std::vector{plan.steps.back().id};
    plan.steps.push_back({.id = "remove", .title = entry && !entry->deliveries.empty() ? say("Core", "Remove its objects, and its volumes with what lies in them") : say("Core", "Remove its objects"), .needs = before, .estimate = 10s,
                   .check = [ground, set = request.set](StepContext &context) -> Result<bool> { return !TRY(readSet(*ground.transport, set, context.stop())).has_value(); },
                   .apply = [ground, set = request.set, withOthers, leavings = entry ? entry->leaves : std::vector<std::string>(), works = entry && !entry->works.empty()](StepContext &context) -> Result<> {
                       TRY(removeSet(ground, set, withOthers, leavings, context));
                       if (works)
                           clearAfterWorks(ground, set);
                       return {};
                   }});
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
