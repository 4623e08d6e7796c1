// Container registries, and their credentials for whoever pushes images. Blocking; any thread. Errors: those of Arm.
#pragma once

#include "base/secret.h"
#include "cloud/azure/calls.h"

namespace timonier::azure {

struct Registry {
    std::string id{}, name{}, state{}, server{}, location{}; // server: "demo.azurecr.io", as images are called
    Tags tags{};
};

Result<std::optional<Registry>> registryOf(const Calls &calls, const std::string &group, const std::string &name);
Result<std::optional<Registry>> registryById(const Calls &calls, const std::string &id);
Result<std::vector<Registry>> registriesOf(const Calls &calls); // all of the subscription
// Comes back when it is there. `tier`: Basic, Standard, Premium.
Result<Registry> putRegistry(const Calls &calls, const std::string &group, const std::string &name, const std::string &location, const std::string &tier, const Tags &tags);
Result<> removeRegistry(const Calls &calls, const std::string &group, const std::string &name);
// "" : nobody has it; or why it cannot be had.
Result<std::string> registryNameProblem(const Calls &calls, const std::string &name);

// A password for `registryUser` at that registry, good for three hours (azure.github.io/acr/AAD-OAuth). It may do there what the caller's roles allow.
// Errors, too: Invalid (no registry of Azure's: it would get our token).
inline constexpr std::string_view registryUser = "00000000-0000-0000-0000-000000000000";
Result<Secret> registryPassword(Arm &arm, const std::string &server, const std::string &tenant, std::stop_token stop);

} // namespace timonier::azure
