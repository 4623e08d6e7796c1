// What is asked of the resource manager, whichever the provider: whom, of which subscription, until when, and who hears what is waited for.
#pragma once

#include "cloud/azure/arm.h"

#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace timonier::azure {

using Tags = std::map<std::string, std::string>;
using Heard = std::function<void(const std::string &)>;

struct Calls {
    Arm &arm;
    std::string subscription{};
    std::stop_token stop{};
    Heard heard{}; // may be empty

    std::string subscriptionPath() const { return "/subscriptions/" + subscription; }
    std::string groupPath(const std::string &group) const { return subscriptionPath() + "/resourceGroups/" + group; }
    // None: there is no such thing, or no such group.
    Result<std::optional<std::string>> find(const ArmCall &call) const;
    Result<std::string> change(const ArmCall &call, std::chrono::minutes limit) const { return arm.change(call, limit, heard, stop); }
    // What is gone already is no error. Comes back when it is over.
    Result<> remove(const ArmCall &call, std::chrono::minutes limit) const;
};

} // namespace timonier::azure
