// Azure's clouds, and where each of them is. Pure.
#pragma once

#include "base/environment.h"
#include "base/result.h"

#include <string>
#include <vector>

namespace timonier::azure {

// Of resources/cloud/azure-clouds.json.
struct Cloud {
    std::string name{};       // "AzureCloud", "AzureChinaCloud", "AzureUSGovernment": as `az cloud list` has them
    std::string authority{};  // where one signs in; without a slash at its end, as all of them
    std::string manager{};    // the resource manager
    std::string audience{};   // for whom its tokens are
    std::string registries{}; // "azurecr.io"
    std::string portal{};
    std::string prices{};     // the retail prices' API; empty: it has none in US dollars
};

// None, where the table is damaged.
std::vector<Cloud> clouds();
// Of the table's text. Errors: Internal (it is damaged).
Result<std::vector<Cloud>> readClouds(const std::string &json);

// `name` empty: the public one. Addresses that somebody gave instead: AZURE_AUTHORITY_HOST as azure-identity has it, AZURE_RESOURCE_MANAGER_ENDPOINT and
// AZURE_RESOURCE_MANAGER_AUDIENCE as Azure Service Operator has them (azure.github.io/azure-service-operator/guide/authentication); AZURE_RETAIL_PRICES_ENDPOINT is ours.
// Errors: Invalid (no such cloud, an address that is none), Internal (the table is damaged).
Result<Cloud> cloudOf(const std::string &name, const Environment &environment);

} // namespace timonier::azure
