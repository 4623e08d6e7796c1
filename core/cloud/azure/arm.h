// Calls to Azure's resource manager: signed in, sent, tried again, followed to their end, their refusals put into words. Blocking; any thread.
//
// All of its calls may be sent twice: PUT and DELETE say what there is to be, and names are ours. So a lost answer is asked for again.
#pragma once

#include "base/clock.h"
#include "cloud/azure/cloud.h"
#include "cloud/azure/credentials.h"
#include "net/http.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace timonier::azure {

struct ArmCall {
    std::string method = "GET";
    std::string path{};    // "/subscriptions/…"
    std::string version{}; // api-version
    std::string filter{};  // $filter
    std::string body{};    // JSON
    std::string action{};  // the permission that it takes: "Microsoft.ContainerService/managedClusters/write"
};

struct ArmSettings {
    std::shared_ptr<HttpClient> http{};
    std::shared_ptr<TokenSource> tokens{};
    std::shared_ptr<const Clock> clock{};
    Cloud cloud{};
    int attempts = 7;
    std::chrono::milliseconds firstPause{500}; // its double is the limit of the second
    std::chrono::seconds longestPause{15};     // between two looks at what is running, where Azure does not say
};

class Arm
{
public:
    explicit Arm(ArmSettings settings) : m_settings(std::move(settings)) {}
    const Cloud &cloud() const { return m_settings.cloud; }
    const ArmSettings &settings() const { return m_settings; }

    // The answer's body. Errors: those of armError(), HttpClient, TokenSource.
    Result<std::string> send(const ArmCall &call, std::stop_token stop);
    // All pages of a list, as one JSON array.
    Result<std::string> list(ArmCall call, std::stop_token stop);
    // Until what it began is over; the thing as it then is ("" where it is gone). While something else of the same thing is going on, it waits for that first.
    // `heard`: what is waited for, now and then. Errors: those of send(), operationError(), Timeout.
    Result<std::string> change(const ArmCall &call, std::chrono::minutes limit, const std::function<void(const std::string &)> &heard, std::stop_token stop);

    // How much Azure's clock is before ours, by its last answer (to the second).
    std::chrono::seconds clockSkew() const { return std::chrono::seconds(m_skew.load()); }

private:
    Result<HttpAnswer> answer(const ArmCall &call, const std::string &url, bool anyStatus, std::stop_token stop);
    Result<std::string> follow(const ArmCall &call, HttpAnswer begun, std::chrono::milliseconds end, std::stop_token stop);
    std::string urlOf(const ArmCall &call) const;
    void noteClock(const HttpAnswer &answer);

    const ArmSettings m_settings;
    std::atomic<std::int64_t> m_skew{0};
};

// A client by the machine's own sign-in. Asks nothing yet. Errors: Invalid (no such cloud, addresses that are none).
Result<std::shared_ptr<Arm>> armFor(const SignIn &signIn, const std::string &cloud, const Machine &machine);

} // namespace timonier::azure
