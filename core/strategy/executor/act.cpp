#include "strategy/executor/act.h"

#include "base/say.h"
#include "kube/scope.h"
#include "strategy/outcome.h"

namespace timonier::rollout {

namespace {

Turn done() { return {.done = true}; }
Turn wrote() { return {.wrote = true}; }
Turn waits(std::string words) { return {.waiting = std::move(words)}; }

Json set(const char *path, Json value) { return {{"op", "add"}, {"path", path}, {"value", std::move(value)}}; } // "add" replaces as well

// A Deployment that is to have all of its pods; forward, one that does not get there fails.
Turn settled(const Json &deployment, bool forward)
{
    const Standing standing = standingOf(deployment);
    if (standing.complete())
        return done();
    const std::string name = nameOf(deployment);
    if (standing.deadline && forward)
        return {.failed = standing.refused.empty() ? say("Core", "{} has made no progress within its deadline", name)
                                                   : say("Core", "the pods of {} are refused: {}", name, standing.refused)};
    if (!standing.refused.empty())
        return waits(say("Core", "the pods of {} are refused: {}", name, standing.refused));
    return waits(say("Core", "{}: {} of {} pods are available", name, std::min(standing.available, standing.updated), standing.wanted));
}

Result<Turn> mark(const Api &api, const Record &record, const World &world)
{
    const Json &notes = jsonAt(world.own, "/metadata/annotations");
    if (notes.is_object() && notes.value(markNote, "") == recordName(record.plan.deployment))
        return done();
    Json operations = Json::array();
    if (!notes.is_object())
        operations.push_back(set("/metadata/annotations", Json::object()));
    operations.push_back(set("/metadata/annotations/timonier.dev~1rollout", recordName(record.plan.deployment)));
    TRY(api.patch(Names(record.plan).own(), revisionOf(world.own), std::move(operations)));
    return wrote();
}

// Every Service of the record leads to the pods of this hash alone; to all again where it is empty.
Result<Turn> pin(const Api &api, const Record &record, const World &world, const std::string &hash)
{
    for (const Json &service : world.services) {
        const std::string now = jsonAt(service, "/spec/selector").value(hashLabel, "");
        if (now == hash)
            continue;
        const Json change = hash.empty() ? Json{{"op", "remove"}, {"path", "/spec/selector/pod-template-hash"}}
                                         : set("/spec/selector/pod-template-hash", hash);
        TRY(api.patch(Names(record.plan).services + "/" + percentEncoded(nameOf(service)), revisionOf(service), Json::array({change})));
        return wrote();
    }
    return done();
}

Json serviceBeside(const Record &record, const Json &like)
{
    const Names names(record.plan);
    Json ports = Json::array();
    for (const Json &port : jsonAt(like, "/spec/ports")) {
        Json kept;
        for (const char *field : {"name", "port", "protocol", "targetPort", "appProtocol"})
            if (port.contains(field))
                kept[field] = port[field];
        ports.push_back(kept);
    }
    return {{"apiVersion", "v1"}, {"kind", "Service"},
            {"metadata", {{"name", names.next}, {"namespace", record.plan.ns}, {"labels", {{"app.kubernetes.io/managed-by", "timonier"}}},
                          {"annotations", {{markNote, record.plan.deployment}}}}},
            {"spec", {{"selector", {{trackLabel, names.track}}}, {"ports", ports}}}};
}

Json deploymentBeside(const Record &record, std::int64_t replicas)
{
    const Names names(record.plan);
    Json spec = record.before.spec;
    spec["replicas"] = replicas;
    spec["paused"] = false;
    spec["selector"] = {{"matchLabels", {{trackLabel, names.track}}}};
    spec["template"] = nextTemplate(record);
    if (record.plan.minReady)
        spec["minReadySeconds"] = record.plan.minReady->count() / 1000;
    return {{"apiVersion", "apps/v1"}, {"kind", "Deployment"},
            {"metadata", {{"name", names.next}, {"namespace", record.plan.ns}, {"labels", {{"app.kubernetes.io/managed-by", "timonier"}}},
                          {"annotations", {{markNote, record.plan.deployment}}}}},
            {"spec", spec}};
}

Result<Turn> scaleNext(const Api &api, const Record &record, const World &world, std::int64_t replicas)
{
    const Names names(record.plan);
    if (!world.next) {
        TRY(api.create(names.deployments, deploymentBeside(record, replicas)));
        return wrote();
    }
    const bool needsService = isPinned(record.plan, record.before) && !world.services.empty();
    if (needsService && !TRY(api.find(names.services + "/" + names.next))) {
        TRY(api.create(names.services, serviceBeside(record, world.services.front())));
        return wrote();
    }
    if (numberAt(*world.next, "/spec/replicas", 1) != replicas) {
        TRY(api.patch(names.nextPath(), revisionOf(*world.next), Json::array({set("/spec/replicas", replicas)})));
        return wrote();
    }
    return settled(*world.next, true);
}

Result<Turn> scaleOwn(const Api &api, Record &record, const World &world, std::int64_t replicas)
{
    record.state.expected = replicas; // also where the write of an earlier turn was never noted
    if (!record.before.autoscaled && numberAt(world.own, "/spec/replicas", 1) != replicas) {
        TRY(api.patch(Names(record.plan).own(), revisionOf(world.own), Json::array({set("/spec/replicas", replicas)})));
        return wrote();
    }
    return settled(world.own, record.state.phase != Phase::GoingBack);
}

// What the plan wants otherwise than the Deployment has it, for the time of the roll-out.
void addStrategy(const Plan &plan, const Before &before, Json &operations)
{
    if (plan.strategy == Strategy::Recreate) {
        operations.push_back(set("/spec/strategy", {{"type", "Recreate"}}));
    } else {
        const auto amount = [](const std::optional<Amount> &wanted, const Json &had) -> Json {
            if (!wanted)
                return had.is_null() ? Json("25%") : had;
            return wanted->percent ? Json(std::to_string(wanted->value) + "%") : Json(wanted->value);
        };
        operations.push_back(set("/spec/strategy", {{"type", "RollingUpdate"},
                                                    {"rollingUpdate", {{"maxSurge", amount(plan.maxSurge, jsonAt(before.spec, "/strategy/rollingUpdate/maxSurge"))},
                                                                       {"maxUnavailable", amount(plan.maxUnavailable, jsonAt(before.spec, "/strategy/rollingUpdate/maxUnavailable"))}}}}));
    }
    if (plan.minReady)
        operations.push_back(set("/spec/minReadySeconds", plan.minReady->count() / 1000));
}

Result<Turn> becomeNew(const Api &api, const Record &record, const World &world)
{
    if (templateOf(world.own, record) != Whose::New) {
        Json operations = Json::array({set("/spec/template", record.before.next)});
        addStrategy(record.plan, record.before, operations);
        TRY(api.patch(Names(record.plan).own(), revisionOf(world.own), std::move(operations)));
        return wrote();
    }
    if (jsonAt(world.own, "/spec/paused") == true) {
        TRY(api.patch(Names(record.plan).own(), revisionOf(world.own), Json::array({set("/spec/paused", false)})));
        return wrote();
    }
    return settled(world.own, true);
}

Result<Turn> becomeOld(const Api &api, Record &record, const World &world)
{
    if (world.own.is_null())
        return done();
    Json operations = Json::array();
    if (templateOf(world.own, record) == Whose::New) // what somebody else put there is theirs
        operations.push_back(set("/spec/template", record.before.spec["template"]));
    if (jsonAt(world.own, "/spec/paused") == true)
        operations.push_back(set("/spec/paused", false));
    if (!record.before.autoscaled && numberAt(world.own, "/spec/replicas", 1) != record.before.replicas) {
        operations.push_back(set("/spec/replicas", record.before.replicas));
        record.state.expected = record.before.replicas;
    }
    if (!operations.empty()) {
        TRY(api.patch(Names(record.plan).own(), revisionOf(world.own), std::move(operations)));
        return wrote();
    }
    // The users are sent back as soon as the old pods can take them all, not when the last of them has come.
    if (record.plan.strategy == Strategy::BlueGreen && world.readyOld(record) >= record.before.replicas) {
        const Turn turn = TRY(pin(api, record, world, record.before.hash));
        if (turn.wrote)
            return turn;
    }
    return settled(world.own, false);
}

Result<Turn> removeNext(const Api &api, const Record &record, const World &world)
{
    const Names names(record.plan);
    if (const auto service = TRY(api.find(names.services + "/" + names.next)); service && jsonAt(*service, "/metadata/annotations").is_object() &&
        jsonAt(*service, "/metadata/annotations").value(markNote, "") == record.plan.deployment && jsonAt(*service, "/metadata/deletionTimestamp").is_null()) {
        TRY(api.remove(names.services + "/" + names.next, textAt(*service, "/metadata/uid")));
        return wrote();
    }
    if (world.next) {
        if (!jsonAt(*world.next, "/metadata/deletionTimestamp").is_null())
            return waits(say("Core", "{} is being removed", names.next));
        TRY(api.remove(names.nextPath(), textAt(*world.next, "/metadata/uid"), true));
        return wrote();
    }
    return done();
}

Result<Turn> restore(const Api &api, const Record &record, const World &world)
{
    if (world.own.is_null())
        return done();
    Json operations = Json::array();
    const Json &now = world.own["spec"], &before = record.before.spec;
    for (const char *field : {"strategy", "minReadySeconds"}) {
        const Json had = before.value(field, Json()), has = now.value(field, Json());
        if (had == has)
            continue;
        const std::string path = std::string("/spec/") + field;
        operations.push_back(had.is_null() ? Json{{"op", "remove"}, {"path", path}} : set(path.c_str(), had));
    }
    if (operations.empty())
        return done();
    TRY(api.patch(Names(record.plan).own(), revisionOf(world.own), std::move(operations)));
    return wrote();
}

Result<Turn> finish(const Api &api, const Record &record, const World &world)
{
    if (!world.own.is_null() && jsonAt(world.own, "/metadata/annotations").is_object() && world.own["metadata"]["annotations"].contains(markNote)) {
        TRY(api.patch(Names(record.plan).own(), revisionOf(world.own),
                      Json::array({{{"op", "remove"}, {"path", "/metadata/annotations/timonier.dev~1rollout"}}})));
        return wrote();
    }
    TRY(api.remove(recordPath(record.plan.ns, record.plan.deployment), record.uid));
    return done();
}

} // namespace

Whose templateOf(const Json &deployment, const Record &record)
{
    const Json &now = jsonAt(deployment, "/spec/template");
    return now == record.before.next ? Whose::New : now == record.before.spec["template"] ? Whose::Old : Whose::Foreign;
}

Result<> tryNext(const Api &api, const Record &record, const World &world, std::int64_t replicas)
{
    const Names names(record.plan);
    TRY(api.create(names.deployments, deploymentBeside(record, replicas), true));
    if (isPinned(record.plan, record.before) && !world.services.empty())
        TRY(api.create(names.services, serviceBeside(record, world.services.front()), true));
    return {};
}

Result<Turn> route(const Api &api, const Record &record, const World &world, const Step &step); // act_routes.cpp
Result<Turn> unroute(const Api &api, const Record &record, const World &world);

Result<Turn> act(const Api &api, Record &record, const World &world, const Step &step, std::int64_t now)
{
    switch (step.what) {
    case Do::Mark: return mark(api, record, world);
    case Do::Pin: return pin(api, record, world, record.before.hash);
    case Do::ScaleNext: return scaleNext(api, record, world, step.count);
    case Do::ScaleOwn: return scaleOwn(api, record, world, step.count);
    case Do::Route:
    case Do::RouteRule:
    case Do::Mirror: return route(api, record, world, step);
    case Do::Watch: {
        if (record.state.failures > 0)
            return waits(record.state.failed);
        if (!step.span)
            return waits(say("Core", "for somebody to promote it"));
        const Time left(record.state.since + step.span->count() - now);
        return left <= Time(0) ? done() : waits(say("Core", "another {}", strategy::spanText(Time((left.count() + 999) / 1000 * 1000))));
    }
    case Do::Switch: {
        const std::string hash = world.next ? world.newestHash(*world.next) : std::string();
        if (hash.empty() || world.ready(hash) < numberAt(*world.next, "/spec/replicas"))
            return waits(say("Core", "not all pods of the new version are ready"));
        return pin(api, record, world, hash);
    }
    case Do::SwitchBack:
        // The old pods may be fewer now; then TemplateBack sees to it when there are enough.
        return world.readyOld(record) >= record.before.replicas ? pin(api, record, world, record.before.hash) : Result<Turn>(done());
    case Do::Template: return becomeNew(api, record, world);
    case Do::TemplateBack: return becomeOld(api, record, world);
    case Do::Unpin: return pin(api, record, world, {});
    case Do::Unroute: return unroute(api, record, world);
    case Do::RemoveNext: return removeNext(api, record, world);
    case Do::Restore: return restore(api, record, world);
    case Do::Finish: return finish(api, record, world);
    }
    return fail(ErrorKind::Internal, "no such step");
}

} // namespace timonier::rollout
