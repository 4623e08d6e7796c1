// Where a roll-out stands. Kept in the cluster, in one ConfigMap beside the Deployment, so that whoever opens the cluster sees it, and
// can go on with it when the program that began it is no more. Included by the executor's own files only.
#pragma once

#include "strategy/executor/api.h"
#include "strategy/executor/plan.h"

#include <cstdint>

namespace timonier::rollout {

// All that is touched, as it was: what going back restores.
struct Before {
    Json spec;                  // of the Deployment: template, replicas, strategy, minReadySeconds
    Json next;                  // its template as it will be: as the server has it, with defaults (from a dry run)
    std::string hash;           // pod-template-hash of its pods
    std::int64_t replicas = 0;  // wanted by the person; follows if somebody scales it in the middle
    bool autoscaled = false;    // an HPA decides replicas: they are left to it
    Router router = Router::Service;
    std::vector<std::string> services; // that lead to its pods
    Json routes = Json::array(); // [{path, kind, name, spec, annotations}] of the routes that are changed
};

enum class Phase { Running, Paused, GoingBack };

struct State {
    Phase phase = Phase::Running;
    std::string why;            // it is paused, or goes back, in words
    int step = 0;               // index into the steps (forward, or back)
    std::int64_t begun = 0;     // wall clock, milliseconds since 1970
    std::int64_t since = 0;     // when this step was come to, or what it waits for came to be
    std::int64_t expected = -1; // replicas of the Deployment as last written by us; -1: never
    int failures = 0;           // checks that failed in a row
    std::string failed;         // the last of them
    std::int64_t checked = 0;   // when
    std::string order;          // that somebody gives from elsewhere: "pause", "resume", "promote", "abort"
    std::string holder;         // who drives it: "ada@desk/4711-8f2c"; empty: nobody does
    std::int64_t renewed = 0;   // when the holder last said so, by its own clock
};

struct Record {
    Plan plan{};
    Before before{};
    State state{};
    std::string revision;       // of the ConfigMap, as read; empty: not there yet
    std::string uid;
};

std::string recordName(const std::string &deployment);
std::string recordPath(const std::string &ns, const std::string &deployment);

// NotFound: no roll-out is under way. Invalid: somebody wrote something else into it.
Result<Record> readRecord(const Api &api, const std::string &ns, const std::string &deployment);
// Writes it and takes over its new revision. Conflict: somebody else wrote meanwhile, or (the first time) began one.
Result<> writeRecord(const Api &api, Record &record);
Record recordOf(const Json &configMap, Result<> &problem);

} // namespace timonier::rollout
