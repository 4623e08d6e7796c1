// The six strategies, as scripts over the simulation: what is done when, and who gets which requests. Recreate and rolling are
// one Deployment; the others add a second one, which is gone at the end. Pure; any thread.
#pragma once

#include "strategy/parameters.h"
#include "strategy/timeline.h"

namespace timonier::strategy {

// `weight` of the requests (the weights of a routing add up to 1) goes to the ready pods of these Deployments, evenly.
struct Route {
    double weight = 1;
    std::vector<int> deployments;
};
struct Routing {
    Time at{0};
    std::vector<Route> routes;
};
struct Stage {
    Time at{0};
    std::string words;
};

struct Run {
    Timeline timeline;
    std::vector<Version> versions; // as the timeline numbers them; 0 is the current one
    std::vector<Routing> routing;
    std::vector<Stage> stages;
    Time finished = never;   // everything is of the new version, and what was added for the roll-out is gone
    Time promoted = never;   // from here on all users are meant to get the new version
    Time aborted = never;    // it was given up, by itself or because it was asked to
    Time rolledBack = never; // then: all is again as it was, for the users
};

// `abortAt`: somebody goes back then.
Run run(const Parameters &parameters, Strategy strategy, std::optional<Time> abortAt = {});

// How many pods each version gets for a share (in %) of the traffic where pods are all there is to split it by:
// CalculateReplicaCountsForBasicCanary of Argo Rollouts.
struct CanaryCounts {
    int canary = 0, stable = 0;
};
CanaryCounts canaryCounts(int replicas, int percent, bool surge);

} // namespace timonier::strategy
