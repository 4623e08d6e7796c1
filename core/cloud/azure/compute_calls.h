// Sizes of machines, and how many cores a subscription uses and may use. Blocking; any thread. Errors: those of Arm.
#pragma once

#include "cloud/azure/calls.h"

namespace timonier::azure {

struct Size {
    std::string name{}, family{};     // "Standard_D4s_v3", "standardDSv3Family"
    int cores = 0;
    double memory = 0;                // GiB
    std::vector<std::string> zones{}; // of the region where it was asked for
    std::string refused{};            // why this subscription cannot have it there; empty: it can
};
struct Usage {
    std::string name{}, title{};      // "cores", "Total Regional vCPUs"
    int used = 0, limit = 0;
};

Result<std::vector<Size>> sizesIn(const Calls &calls, const std::string &location);
Result<std::vector<Usage>> usagesIn(const Calls &calls, const std::string &location);

} // namespace timonier::azure
