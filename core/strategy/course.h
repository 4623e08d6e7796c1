// A roll-out as it is drawn: how many pods are in which state at which moment, single pods as bars, named stages. From an
// Outcome, for whoever paints it (the window, the SVG writer). Pure; any thread.
#pragma once

#include "strategy/outcome.h"

namespace timonier::strategy {

// From `at` until the next moment.
struct Moment {
    Time at{0};
    int oldReady = 0, newReady = 0;
    int starting = 0;      // not ready, of either version: new ones that start, old ones that are not well
    int terminating = 0;
    double newShare = 0;   // of the requests, 0 to 1
    double failing = 0;    // share that nobody answers
    int serving = 0;       // pods that answer
    int pods() const { return oldReady + newReady + starting + terminating; }
};

enum class PodState : std::uint8_t { Waiting, Starting, Ready, Terminating }; // Waiting: for a node with room

struct Bar {
    Time from, to;
    PodState state;
};
struct Lane {
    bool isNew = false;
    int number = 0; // of its version, from 1
    std::vector<Bar> bars;
};

struct Course {
    Time end{0};           // of what is worth drawing: nothing of it is left to do, or it is known that it stands still
    std::vector<Moment> moments; // at least one, at 0
    std::vector<Lane> lanes;     // empty where there are more pods than were asked for
    std::vector<Stage> stages;
    int most = 0;          // pods at once
    bool ends = false;     // done, or given up; else it stands still
};

inline constexpr int mostLanes = 40;

Course courseOf(const Outcome &outcome, int lanesUpTo = mostLanes);
const Moment &momentAt(const Course &course, Time at);

} // namespace timonier::strategy
