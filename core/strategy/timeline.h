// What comes out of a simulated roll-out: everything that happened, in order. Plain data; any thread.
#pragma once

#include "strategy/spec.h"

#include <vector>

namespace timonier::strategy {

enum class PodEvent : std::uint8_t { Created, Scheduled, Started, Ready, NotReady, Available, Crashed, Terminating, Gone };

struct PodChange {
    Time at;
    int pod;
    PodEvent event;
};

// The first time of each, `never` where it did not come. Those that were there at the beginning have been so since before 0.
struct PodRecord {
    int set = 0, node = -1; // node -1: none was found
    int restarts = 0;
    Time created = never, scheduled = never, started = never, ready = never, available = never, terminating = never, gone = never;
};

// A ReplicaSet's spec.replicas or status has changed; these are all of its numbers then.
struct SetChange {
    Time at;
    int set;
    int spec, replicas, ready, available, terminating;
};

struct ScaleStep {
    Time at;
    int set, from, to;
};

struct SetInfo {
    int deployment, version;
};

struct Timeline {
    std::vector<PodRecord> pods;
    std::vector<PodChange> changes;
    std::vector<SetInfo> setInfo; // by the number of the set
    std::vector<SetChange> sets;
    std::vector<ScaleStep> steps;
    Time deadlineExceeded = never; // a Deployment reported ProgressDeadlineExceeded
    int unschedulable = 0;         // pods that found no room at their first try
};

} // namespace timonier::strategy
