// Asking Microsoft Entra for tokens (learn.microsoft.com/entra/identity-platform/v2-protocols): by a client's secret, by a device's code, by a refresh
// token. Blocking; any thread. No token gets into an error or a log.
#pragma once

#include "base/clock.h"
#include "base/secret.h"
#include "cloud/azure/cloud.h"
#include "net/http.h"

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>

namespace timonier::azure {

// The public client that azure-identity and Azure CLI sign people in as: one of one's own would have to be allowed in every tenant.
inline constexpr std::string_view publicClient = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

struct Tokens {
    Secret access{};
    Secret refresh{};             // of people alone; empty: none
    std::chrono::seconds life{0}; // of the access token, from now on. Not a time of day: this computer's clock may be wrong
};

// What a person is to do. It ends by itself.
struct DeviceCode {
    std::string code{}, page{};      // "HTQ7WXYZ1", "https://microsoft.com/devicelogin"
    Secret device{};
    std::chrono::seconds interval{5}, life{900};
};

struct Entra {
    std::shared_ptr<HttpClient> http{};
    std::shared_ptr<const Clock> clock{};
    Cloud cloud{};
    std::string tenant{};            // its id or a domain; "organizations": whichever the person is of

    // Errors, of all: Unauthorized (with Entra's code, "AADSTS7000215", in the context, and what to do), Invalid (no such tenant), Protocol, those of HttpClient.
    Result<Tokens> byClientSecret(const std::string &client, const Secret &secret, std::stop_token stop) const;
    Result<Tokens> byRefreshToken(const Secret &refresh, std::stop_token stop) const;
    Result<DeviceCode> askDeviceCode(std::stop_token stop) const;
    // Asks until the person has typed the code in (RFC 8628, 3.5). Errors: Forbidden (declined), Timeout (nobody did), those above.
    Result<Tokens> awaitDeviceCode(const DeviceCode &code, std::stop_token stop) const;

private:
    Result<HttpAnswer> post(const std::string &what, std::vector<std::pair<std::string, std::string>> form, std::stop_token stop) const;
    Result<Tokens> tokens(std::vector<std::pair<std::string, std::string>> form, std::stop_token stop) const;
    std::string scope(bool forPeople) const;
};

} // namespace timonier::azure
