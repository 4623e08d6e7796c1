// One question to the simulator: which application, which new version, on which cluster, by which strategy. From a Deployment
// (manifest.h), changed by "key=value" (settings.cpp). Plain data; any thread.
#pragma once

#include "base/result.h"
#include "strategy/spec.h"

#include <array>
#include <string_view>

namespace timonier::strategy {

enum class Strategy { Recreate, Rolling, BlueGreen, Canary, AB, Shadow };
inline constexpr std::array allStrategies = {Strategy::Recreate, Strategy::Rolling, Strategy::BlueGreen,
                                             Strategy::Canary,   Strategy::AB,      Strategy::Shadow};
std::string_view key(Strategy strategy); // "blue-green": what a machine reads
std::string title(Strategy strategy);    // for people
// Invalid, with the names there are.
Result<Strategy> strategyOf(std::string_view key);

// What somebody does to the Deployment in the middle.
struct Change {
    Time at{0};
    std::optional<int> replicas{};
    std::optional<bool> paused{};
};

struct Parameters {
    std::string name;          // of the Deployment
    DeploymentSpec spec;
    Version current, next;
    int unhealthy = 0;         // current pods that are not ready, and never will be
    Cluster cluster;
    std::vector<Change> changes; // for recreate and rolling
    Time limit{86'400'000};    // nothing is simulated beyond

    double requestsPerSecond = 0;
    double podCapacity = 0;    // requests per second that one pod can answer; 0: the load of all replicas is spread evenly
    double nodeHour = 0;       // price; the currency is the person's own
    Node nodeSize{"", 4'000, 16ll << 30, 110, 0}; // where no node is known

    std::vector<int> canarySteps = {10, 25, 50}; // % of the traffic
    Time canaryPause{300'000};
    bool weighted = false;     // a router splits the traffic; else the number of pods does
    Time blueGreenCheck{60'000}, blueGreenKeep{600'000}; // looked at before the switch; the old ones kept after it
    int abShare = 20;          // % of the users whom the rule chooses
    Time abDuration{3'600'000};
    int shadowShare = 100;     // % of the requests that are mirrored
    Time shadowDuration{600'000};
    std::optional<Time> rollbackAt; // none: half way, or when it is noticed that it does not go on
};

// "maxSurge", "2": one thing changed. Invalid, naming the key and what it takes; NotFound for a key there is not, with the nearest.
Result<> set(Parameters &parameters, std::string_view key, std::string_view value);
// The keys, each with what it means (translated).
std::vector<std::pair<std::string, std::string>> settings();

// "250m", "512Mi": the value x 1000. Invalid for what is no quantity.
Result<std::int64_t> parseQuantity(std::string_view text);
// "90s", "5m", "1h30m", "250ms", or seconds. Invalid otherwise.
Result<Time> parseTime(std::string_view text);

} // namespace timonier::strategy
