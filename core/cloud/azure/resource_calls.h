// Subscriptions, what they offer and may use, resource groups, what lies in them, what the caller may do. Blocking; any thread. Errors: those of Arm.
#pragma once

#include "cloud/azure/calls.h"

namespace timonier::azure {

struct Subscription {
    std::string id{}, name{}, tenant{}, state{}; // "Enabled", "Disabled", "Warned", "PastDue"
};
struct Tenant {
    std::string id{}, name{}, domain{}; // "contoso.onmicrosoft.com"
};
struct Region {
    std::string name{}, title{}; // "uksouth", "UK South"
};
// A group, or something in one.
struct Thing {
    std::string id{}, name{}, type{}, location{}, state{};
    Tags tags{};
};

// Those that the account is in, as a guest too; its subscriptions are those of one.
Result<std::vector<Tenant>> tenants(Arm &arm, std::stop_token stop);
Result<std::vector<Subscription>> subscriptions(Arm &arm, std::stop_token stop);
Result<Subscription> subscriptionOf(const Calls &calls);
Result<std::vector<Region>> regionsOf(const Calls &calls);

// Whether the subscription may make things of a provider ("Microsoft.ContainerService"), and having it so (some minutes, the first time).
Result<bool> isRegistered(const Calls &calls, const std::string &provider);
Result<> registerProvider(const Calls &calls, const std::string &provider);

Result<std::optional<Thing>> groupOf(const Calls &calls, const std::string &name);
Result<std::vector<Thing>> groupsOf(const Calls &calls);
Result<> putGroup(const Calls &calls, const std::string &name, const std::string &location, const Tags &tags);
Result<> removeGroup(const Calls &calls, const std::string &name); // and all that lies in it
Result<std::vector<Thing>> thingsIn(const Calls &calls, const std::string &group);
// Groups and what lies in groups.
Result<std::vector<Thing>> taggedThings(const Calls &calls, const std::string &key, const std::string &value);

// Which of `actions` the caller may not do there, by his roles; of a group that is not there, by those on the subscription.
Result<std::vector<std::string>> missingActions(const Calls &calls, const std::string &scope, const std::vector<std::string> &actions);
// Whether a role's "Microsoft.ContainerService/*/read" is meant by an action. Pure.
bool actionMatches(std::string_view pattern, std::string_view action);

} // namespace timonier::azure
