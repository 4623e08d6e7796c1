// What a strategy means for the users, the capacity and the bill: figures from a run, each with its unit. Pure; any thread.
#pragma once

#include "strategy/strategies.h"

namespace timonier::strategy {

// From `at` until the next point.
struct TrafficPoint {
    Time at{0};
    double next = 0;    // share of the requests that goes to the new version, 0 to 1
    double failing = 0; // share that nobody answers: sent to a pod that has left, or there is none
    int serving = 0;    // pods that answer, of those that get requests
    int servingNext = 0;
    int pods = 0;       // all that are not gone, those that terminate among them
};

struct Figures {
    Time duration = never;       // until nothing of it is left to do
    Time untilPromoted = never;  // until all users get the new version
    int peakPods = 0, extraPods = 0, leastServing = 0, neverPlaced = 0;
    Time withoutService{0};      // nobody answers
    Time belowCapacity{0};       // fewer pods answer than are wanted
    double leastCapacity = 1;    // the least share of the wanted pods that answered
    double lost = 0;             // requests sent to pods that had left, or to nobody
    double overloaded = 0;       // requests above what the pods can answer (podCapacity)
    double wrongAnswers = 0;     // of the new version (errorShare)
    double onTrial = 0;          // requests that the new version got before it had all of them
    double extraPodHours = 0, cost = 0;
    Time deadlineExceeded = never;
    bool newSeen = false;        // some user got the new version
    int restarts = 0;            // of containers
    Time rollbackAt = never, rollback = never; // from that moment, so long
};

enum class Level { Good, Caution, Bad };
struct Verdict {
    Level level = Level::Good;
    std::string summary;
    std::vector<std::string> reasons;
    std::string users; // what they notice
};

struct Outcome {
    Strategy strategy = Strategy::Rolling;
    Run run;
    std::vector<TrafficPoint> traffic;
    Figures figures;
    Verdict verdict;
};

std::vector<TrafficPoint> traffic(const Parameters &parameters, const Run &run);
Figures figures(const Parameters &parameters, const Run &run, const std::vector<TrafficPoint> &traffic);
Verdict verdict(const Parameters &parameters, Strategy strategy, const Run &run, const Figures &figures); // verdict.cpp

// All of it, the way back included (a second run).
Outcome foretell(const Parameters &parameters, Strategy strategy);

// "1 min 20 s", for people.
std::string spanText(Time span);

} // namespace timonier::strategy
