// What goes into a simulated roll-out: plain values, each with the default that Kubernetes 1.36 has. Pure data; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace timonier::strategy {

using Time = std::chrono::milliseconds; // since the roll-out began, or a span
inline constexpr Time never = Time::max();

// maxSurge, maxUnavailable: "25%" or 3.
struct Amount {
    int value = 25;
    bool percent = true;
    bool operator==(const Amount &) const = default;
};

struct Probe {
    Time initialDelay{0};
    Time period{10'000};
    int successes = 1; // in a row
    int failures = 3;
};

// One pod template, as far as time and room go.
struct Version {
    std::string name;
    Time startUp{2'000};               // node chosen -> container running: sandbox, image, init containers
    Time warmUp{0};                    // container running -> it answers
    std::optional<Probe> startup;      // holds readiness back until it has passed
    std::optional<Probe> readiness;    // none: ready as soon as it runs
    bool neverReady = false;           // what if: its readiness never comes
    std::optional<Time> crashAfter;    // what if: the container ends so long after each start
    Time grace{30'000};                // terminationGracePeriodSeconds
    Time preStop{0};                   // how long the preStop hook takes
    Time shutdown{500};                // SIGTERM -> the process has ended
    std::int64_t cpuMilli = 0;         // requests: thousandths of a core, bytes
    std::int64_t memoryBytes = 0;
    Time jitter{0};                    // start-up varies by as much; the seed decides how
    double errorShare = 0;             // what if: this share of its answers is wrong, 0 to 1
};

struct DeploymentSpec {
    int replicas = 1;
    bool recreate = false;
    Amount maxSurge, maxUnavailable;
    Time minReady{0};
    std::optional<Time> progressDeadline = Time(600'000);
    bool paused = false;
};

// What is free on a node, not counting what the simulated application holds already.
struct Node {
    std::string name;
    std::int64_t cpuMilli = 0, memoryBytes = 0;
    int pods = 0;
    int own = 0; // pods of the application that run there now
};

// What the machinery itself takes. The first three were measured on a quiet control plane; qps and burst are the defaults of
// kube-controller-manager's --kube-api-qps and --kube-api-burst, which decide the pace from some hundred replicas on.
struct Delays {
    Time sync{10};          // written -> the controller that waits for it acts
    Time write{5};          // one call to the API server
    Time bind{15};          // pod created -> node chosen
    Time endpoints{1'000};  // pod ready or leaving -> the last client knows
    double qps = 20;
    int burst = 30;
};

struct Cluster {
    std::vector<Node> nodes; // none: there is always room
    Delays delays;
    std::uint64_t seed = 0;  // of the jitter; the rest has no chance in it
    Time clockOffset{0};     // milliseconds into the second at time 0: Kubernetes keeps ready times in whole seconds
};

} // namespace timonier::strategy
