// Virtual networks that are there, and their subnets. Blocking; any thread. Errors: those of Arm.
#pragma once

#include "cloud/azure/calls.h"

namespace timonier::azure {

struct Subnet {
    std::string id{}, name{}, network{}, location{}; // network: the name of its virtual network, whose location it has
    std::vector<std::string> prefixes{};             // "10.1.0.0/16"
    int used = 0;                                    // addresses that something has
};

// Of all networks of the subscription.
Result<std::vector<Subnet>> subnetsOf(const Calls &calls);
// `id` may be of another subscription.
Result<std::optional<Subnet>> subnetById(const Calls &calls, const std::string &id);

} // namespace timonier::azure
