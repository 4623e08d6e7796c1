#include "strategy/executor/world.h"

#include "kube/scope.h"

namespace timonier::rollout {

namespace {

const char *revisionNote = "deployment.kubernetes.io/revision";

std::string noteOf(const Json &object, const char *key)
{
    const Json &notes = jsonAt(object, "/metadata/annotations");
    return notes.is_object() ? notes.value(key, "") : "";
}

std::string hashOf(const Json &set) { return jsonAt(set, "/metadata/labels").is_object() ? jsonAt(set, "/metadata/labels").value(hashLabel, "") : ""; }

bool owned(const Json &object, const std::string &uid)
{
    for (const Json &owner : jsonAt(object, "/metadata/ownerReferences"))
        if (owner.value("controller", false) && owner.value("uid", "") == uid)
            return true;
    return false;
}

} // namespace

Standing standingOf(const Json &deployment)
{
    Standing standing{.wanted = numberAt(deployment, "/spec/replicas", 1), .pods = numberAt(deployment, "/status/replicas"),
                      .updated = numberAt(deployment, "/status/updatedReplicas"), .ready = numberAt(deployment, "/status/readyReplicas"),
                      .available = numberAt(deployment, "/status/availableReplicas"),
                      .observed = numberAt(deployment, "/status/observedGeneration") >= numberAt(deployment, "/metadata/generation", 1)};
    for (const Json &condition : jsonAt(deployment, "/status/conditions")) {
        const std::string type = condition.value("type", ""), status = condition.value("status", "");
        if (type == "Progressing" && status == "False" && condition.value("reason", "") == "ProgressDeadlineExceeded")
            standing.deadline = standing.observed;
        if (type == "ReplicaFailure" && status == "True")
            standing.refused = condition.value("message", "");
    }
    return standing;
}

std::string World::newestHash(const Json &deployment) const
{
    const std::string uid = textAt(deployment, "/metadata/uid"), revision = noteOf(deployment, revisionNote);
    for (const Json &set : sets)
        if (owned(set, uid) && noteOf(set, revisionNote) == revision)
            return hashOf(set);
    return {};
}

std::int64_t World::ready(const std::string &hash) const
{
    std::int64_t ready = 0;
    for (const Json &set : sets)
        if (hashOf(set) == hash)
            ready += numberAt(set, "/status/readyReplicas");
    return ready;
}

std::int64_t World::readyOld(const Record &record) const { return ready(record.before.hash); }

std::int64_t World::readyNew(const Record &record) const
{
    std::int64_t all = 0;
    for (const Json &set : sets)
        all += numberAt(set, "/status/readyReplicas");
    return all - readyOld(record);
}

Result<World> look(const Api &api, const Record &record)
{
    const Names names(record.plan);
    World world;
    world.own = TRY(api.find(names.own())).value_or(Json()); // null: somebody deleted it
    world.next = TRY(api.find(names.nextPath()));
    if (world.next && noteOf(*world.next, markNote) != record.plan.deployment)
        world.next.reset(); // of the same name, and not ours: preflight has seen to it that we never need it
    const std::string own = textAt(world.own, "/metadata/uid"), next = world.next ? textAt(*world.next, "/metadata/uid") : std::string();
    const Json sets = TRY(api.list(names.replicaSets + "?labelSelector=" + percentEncoded(selectorText(jsonAt(world.own, "/spec/selector/matchLabels")))));
    for (const Json &set : sets)
        if (owned(set, own) || (!next.empty() && owned(set, next)))
            world.sets.push_back(set);
    for (const std::string &service : record.before.services)
        if (auto found = TRY(api.find(names.services + "/" + percentEncoded(service))))
            world.services.push_back(std::move(*found));
    return world;
}

Names::Names(const Plan &plan) : next(plan.deployment + "-next"), ownName(percentEncoded(plan.deployment))
{
    const std::string ns = percentEncoded(plan.ns);
    track = plan.deployment.substr(0, 63); // of a label's value; one may end in neither - nor .
    while (!track.empty() && (track.back() == '-' || track.back() == '.'))
        track.pop_back();
    deployments = "/apis/apps/v1/namespaces/" + ns + "/deployments";
    replicaSets = "/apis/apps/v1/namespaces/" + ns + "/replicasets";
    services = "/api/v1/namespaces/" + ns + "/services";
    pods = "/api/v1/namespaces/" + ns + "/pods";
}

std::string selectorText(const Json &labels)
{
    std::string text;
    if (labels.is_object())
        for (const auto &[key, value] : labels.items())
            text += (text.empty() ? "" : ",") + key + "=" + value.get<std::string>();
    return text;
}

bool selects(const Json &selector, const Json &labels)
{
    if (!selector.is_object() || selector.empty() || !labels.is_object())
        return false;
    for (const auto &[key, value] : selector.items())
        if (!labels.contains(key) || labels[key] != value)
            return false;
    return true;
}

Json nextTemplate(const Record &record)
{
    Json made = record.before.next;
    made["metadata"]["labels"][trackLabel] = Names(record.plan).track;
    return made;
}

} // namespace timonier::rollout
