// What a person orders: which Deployment, which new version, by which strategy, and what must be true on the way. From a file
// (plan_read.cpp) or from the preview's parameters; kept in the cluster while it runs. Plain data; any thread.
#pragma once

#include "base/result.h"
#include "strategy/parameters.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace timonier::rollout {

using strategy::Amount;
using strategy::Strategy;
using strategy::Time;

// What splits the requests. Service: the number of pods behind it, always there. The others where their kinds are served.
enum class Router { Auto, Service, Gateway, Istio, Nginx };
std::string_view key(Router router);
std::string title(Router router); // for people

// Whom an A/B test chooses.
struct Rule {
    enum class By { Header, Cookie, Country, Device } by = By::Header;
    std::string name = "x-timonier-version";  // of the header or the cookie; of the header that holds the country
    std::string value = "next";               // exact; the country's code; "mobile" or "desktop"
    bool operator==(const Rule &) const = default;
};
// The User-Agent of a device, as a regular expression (RE2: Gateway API, Istio; PCRE: nginx).
std::string userAgentPattern(std::string_view device);

struct HttpCheck {
    std::string path = "/";   // asked of pods of the new version, through the API server's proxy; below 400 is good
    int port = 0;             // 0: the first port that the container names
    bool operator==(const HttpCheck &) const = default;
};
struct PrometheusCheck {
    std::string address;      // "NAMESPACE/SERVICE:PORT", asked through the API server's proxy
    std::string query;        // gives one number
    double most = 0;          // above it the check fails
    bool operator==(const PrometheusCheck &) const = default;
};
// Looked at as long as pods of the new version run. All pods ready is always asked for.
struct Checks {
    int restarts = 0;         // of the new version's containers, all together: more is a failure
    int failures = 3;         // in a row: then it goes back by itself
    Time every{5'000};
    std::optional<HttpCheck> http;
    std::optional<PrometheusCheck> prometheus;
    bool operator==(const Checks &) const = default;
};

struct Plan {
    std::string ns, deployment;
    std::map<std::string, std::string> images{}; // container -> image; "" is the first container
    std::string change{};                      // what else is new in the pod template: a strategic merge patch, JSON; "": nothing
    Strategy strategy = Strategy::Rolling;
    std::optional<Amount> maxSurge{}, maxUnavailable{}; // while it is rolled; else what the Deployment says
    std::optional<Time> minReady{};
    std::vector<int> steps = {10, 25, 50};     // canary, % of the requests
    std::optional<Time> pause = Time(300'000); // after each; none: until somebody promotes
    std::optional<Time> check = Time(60'000);  // blue/green: before the switch; none: until somebody promotes
    std::optional<Time> keep = Time(600'000);  // and how long the old colour is kept after it
    int share = 100;                           // % of the replicas that run the new version (A/B, shadow), and of what is mirrored
    std::optional<Time> duration = Time(3'600'000);
    Rule rule{};
    Router router = Router::Auto;
    Checks checks{};
    bool operator==(const Plan &) const = default;
};

// YAML or JSON. Invalid, with file, line and the field; a field there is not is told with the nearest one.
Result<Plan> readPlan(const std::string &text, const std::string &file);
// As one JSON object that readPlan() takes.
std::string planText(const Plan &plan);
// What the preview assumed, as an order. `image`: of the first container.
Plan planOf(const strategy::Parameters &parameters, Strategy strategy, std::string ns, std::string image);

} // namespace timonier::rollout
