// What the cluster looks like at one moment, as far as a roll-out is concerned: read anew at every turn, never remembered.
// Included by the executor's own files only.
#pragma once

#include "strategy/executor/record.h"

namespace timonier::rollout {

// How a Deployment stands, from its status.
struct Standing {
    std::int64_t wanted = 0, pods = 0, updated = 0, ready = 0, available = 0;
    bool observed = false;      // the status is of the newest spec
    bool deadline = false;      // ProgressDeadlineExceeded
    std::string refused{};      // ReplicaFailure: its message (a quota, an admission webhook)
    bool complete() const { return observed && updated == wanted && pods == wanted && available == wanted; }
};
Standing standingOf(const Json &deployment);

struct World {
    Json own;                   // the Deployment; null: it has been deleted
    std::optional<Json> next;   // the one beside it
    std::vector<Json> services; // of the record, that are still there
    Json sets = Json::array();  // ReplicaSets that it or the one beside it owns
    // The ReplicaSet's hash and ready pods, for a Deployment's newest template or for an old one.
    std::string newestHash(const Json &deployment) const;
    std::int64_t ready(const std::string &hash) const;
    // pods that are ready, of the old version and of the new one
    std::int64_t readyOld(const Record &record) const;
    std::int64_t readyNew(const Record &record) const;
};

// Errors: those of the calls.
Result<World> look(const Api &api, const Record &record);

// Names and paths.
struct Names {
    explicit Names(const Plan &plan);
    std::string next;                    // of the Deployment (and Service) beside it
    std::string track;                   // value of the label that its pods alone have
    std::string deployments, services, replicaSets, pods; // paths of the collections
    std::string own() const { return deployments + "/" + ownName; }
    std::string nextPath() const { return deployments + "/" + next; }
    std::string ownName;
};
inline constexpr const char *trackLabel = "timonier.dev/rollout";
inline constexpr const char *hashLabel = "pod-template-hash";
inline constexpr const char *markNote = "timonier.dev/rollout"; // the annotation on the Deployment

// "a=b,c=d" of a matchLabels or a Service's selector.
std::string selectorText(const Json &labels);
// Every label of `selector` is one of `labels`.
bool selects(const Json &selector, const Json &labels);
// The template that the Deployment beside it gets.
Json nextTemplate(const Record &record);

} // namespace timonier::rollout
