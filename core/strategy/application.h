// What a roll-out is foretold for: an application on its cluster, and how much of that is known rather than assumed. Read from
// a file here, from a cluster in live.h. Plain data; any thread.
#pragma once

#include "strategy/parameters.h"

#include <string_view>

namespace timonier::strategy {

struct Application {
    Parameters parameters;
    std::string ns;                  // empty: a file that does not say
    std::string object;              // the Deployment as it was read, JSON
    std::string file;                // empty: it was read from a cluster
    int measuredPods = 0;            // its start-up was measured from so many; 0: it is worked out from its probes
    std::string instanceType{};      // of all its nodes, if its price is known
    int nodes = 0;                   // whose free room is known; 0: it is assumed that there is room
    std::vector<std::string> stated; // the settings (settings.cpp) that the Deployment itself says; others are defaults
};

// JSON of one Deployment. What nobody can read from it is assumed: requests per second and the price of a node.
// Errors: those of readDeployment().
Result<Application> readApplication(std::string object, std::string_view image = {});
// From a file's text. Errors: those of readDeploymentFile(); the message begins with the file and the line where it is known.
Result<Application> readApplicationFile(const std::string &text, const std::string &file, std::string_view image = {});

// Where the value of a setting comes from, for people: "from the Deployment", "measured from 5 pods", "assumed".
std::string sourceOf(const Application &application, std::string_view setting);

} // namespace timonier::strategy
