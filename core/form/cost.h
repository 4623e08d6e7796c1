// What something costs while it runs, before it is made. Plain data.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace timonier::form {

// What one of something costs an hour, in US dollars ("t3.large", "NAT gateway": the names of core/cloud/prices); nothing: it is not known.
using PriceOf = std::function<std::optional<double>(const std::string &what)>;

struct Cost {
    std::string what{};             // "Control plane", "2 × t3.large"
    std::optional<double> hour{};   // US dollars; nothing: the table does not have it
    bool whileStopped = false;      // also while the cluster is stopped
};

struct Costs {
    std::vector<Cost> each{};
    double hour = 0;                // of those that are known
    double stoppedHour = 0;         // of those that go on while it is stopped; 0: it cannot be, or nothing does
    bool complete = true;
    std::string source{};           // for people: of when, where, how far to trust it, and what is not in it
    std::string from{}, asOf{};     // for programs: "list" (asked just now), "kept", "bundled"; of when: "2026-11-27", "2024"

    // One more line: `count` of what costs `one` an hour.
    void add(std::string what, std::optional<double> one, double count, bool whileStopped = false)
    {
        each.push_back({.what = std::move(what), .hour = one ? std::optional(*one * count) : std::nullopt, .whileStopped = whileStopped});
        hour += one ? *one * count : 0;
        stoppedHour += one && whileStopped ? *one * count : 0;
        complete = complete && one;
    }
};

inline constexpr double hoursOfMonth = 730; // as the clouds reckon

} // namespace timonier::form
