// The identity that Azure gives the machine this runs on: App Service's endpoint, a virtual machine's metadata (learn.microsoft.com/entra/identity/
// managed-identities-azure-resources/how-to-use-vm-token, learn.microsoft.com/azure/app-service/overview-managed-identity). Nothing is kept, and nobody is asked.
#pragma once

#include "base/environment.h"
#include "cloud/azure/sign_in.h"

#include <optional>

namespace timonier::azure {

struct ManagedIdentity {
    std::shared_ptr<HttpClient> http{};
    std::shared_ptr<const Clock> clock{};
    Environment environment{};
    std::string audience{}; // for whom the token is
    std::string client{};   // whose identity: the client id of one that was given to this machine; empty: the machine's own

    // nullopt: this machine has none, which elsewhere than on Azure takes a second at most. Blocking; any thread.
    // Errors: Unauthorized (no such identity here, the endpoint refuses), Unsupported (Azure Arc, Service Fabric), Throttled, Server, Protocol, Cancelled.
    Result<std::optional<Tokens>> token(std::stop_token stop) const;

private:
    Result<std::optional<Tokens>> ofAppService(const std::string &endpoint, std::stop_token stop) const;
    Result<std::optional<Tokens>> ofMachine(std::stop_token stop) const;
    std::string query(const std::string &version) const;
    std::optional<Tokens> read(const HttpAnswer &answer) const;
};

} // namespace timonier::azure
