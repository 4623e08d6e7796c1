#include "session/azure_offers.h"

#include "base/say.h"
#include "cloud/azure/aks_calls.h"
#include "cloud/azure/arm.h"
#include "cloud/azure/compute_calls.h"
#include "cloud/azure/network_calls.h"
#include "cloud/azure/registry_calls.h"
#include "cloud/azure/resource_calls.h"
#include "cloud/azure/role_calls.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <tuple>

#include <fmt/ranges.h>

namespace timonier {

namespace {

using Clock = std::chrono::steady_clock;
using Choices = std::vector<form::Choice>;

constexpr std::chrono::minutes patience{1}; // before what failed is asked again

class Memory
{
public:
    using Key = std::tuple<AzureAccount, std::string, std::string, std::string>; // what, of which subscription, where

    // One at a time: whoever comes second finds what the first one was told.
    Choices get(const Key &key, std::stop_token stop, const std::function<Result<Choices>()> &ask)
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_kept.find(key);
        if (found != m_kept.end() && (found->second.good || Clock::now() - found->second.at < patience))
            return found->second.choices;
        auto told = ask();
        if (stop.stop_requested())
            return {};
        Kept &kept = m_kept[key];
        kept = {.good = told.has_value(), .at = Clock::now(), .choices = told ? std::move(*told) : Choices()};
        return kept.choices;
    }

private:
    struct Kept {
        bool good = false;
        Clock::time_point at{};
        Choices choices{};
    };
    std::mutex m_mutex;
    std::map<Key, Kept> m_kept;
};

bool isOneOf(const std::string &value, const Choices &all) { return std::ranges::find(all, value, &form::Choice::value) != all.end(); }

Result<Choices> tenantChoices(const azure::Calls &calls)
{
    Choices all;
    for (const azure::Tenant &one : TRY(azure::tenants(calls.arm, calls.stop)))
        all.push_back({.value = one.id, .title = one.name.empty() ? one.domain : one.name});
    return all;
}

Result<Choices> subscriptionChoices(const azure::Calls &calls)
{
    Choices all;
    for (const azure::Subscription &one : TRY(azure::subscriptions(calls.arm, calls.stop)))
        if (one.state.empty() || one.state == "Enabled")
            all.push_back({.value = one.id, .title = one.name});
    return all;
}

Result<Choices> regionChoices(const azure::Calls &calls)
{
    Choices all;
    for (const azure::Region &one : TRY(azure::regionsOf(calls)))
        all.push_back({.value = one.name, .title = one.title});
    return all;
}

Result<Choices> versionChoices(const azure::Calls &calls, const std::string &location)
{
    Choices all;
    for (const azure::AksVersion &one : TRY(azure::aksVersions(calls, location)))
        all.push_back({.value = one.minor, .title = one.isPreview ? say("Core", "a preview") : one.isDefault ? say("Core", "what AKS takes by itself") : std::string()});
    std::ranges::reverse(all); // the newest first
    return all;
}

Result<Choices> sizeChoices(const azure::Calls &calls, const std::string &location)
{
    Choices all;
    for (const azure::Size &one : TRY(azure::sizesIn(calls, location)))
        if (one.cores >= 2) // AKS takes no smaller ones
            all.push_back({.value = one.name, .title = say("Core", "{} vCPU, {} GiB", one.cores, one.memory), .refused = one.refused});
    return all;
}

// What lies in a group; the group tells it from another of that name.
template <class Thing>
Choices thingChoices(const std::vector<Thing> &things)
{
    Choices all;
    for (const Thing &one : things)
        all.push_back({.value = one.id, .title = one.name});
    return all;
}

Result<Choices> groupChoices(const azure::Calls &calls)
{
    Choices all;
    for (const azure::Thing &one : TRY(azure::groupsOf(calls)))
        all.push_back({.value = one.name, .title = one.location});
    return all;
}

Result<Choices> registryChoices(const azure::Calls &calls) { return thingChoices(TRY(azure::registriesOf(calls))); }
Result<Choices> identityChoices(const azure::Calls &calls) { return thingChoices(TRY(azure::identitiesOf(calls))); }

Result<Choices> subnetChoices(const azure::Calls &calls, const std::string &location)
{
    Choices all;
    for (const azure::Subnet &one : TRY(azure::subnetsOf(calls)))
        if (one.location == location) // nodes are where their network is
            all.push_back({.value = one.id, .title = fmt::format("{}/{} {}", one.network, one.name, fmt::join(one.prefixes, ", "))});
    return all;
}

} // namespace

AzureOffers azureOffers(const AzureAccount &account, const std::string &subscription, const std::string &location, std::stop_token stop)
{
    static Memory memory;
    std::shared_ptr<azure::Arm> arm; // made when the first thing is asked: with most keys all is known
    const auto told = [&](const char *what, const std::string &of, const std::string &where, const auto &choices) {
        return memory.get({account, what, of, where}, stop, [&]() -> Result<Choices> {
            if (!arm)
                arm = TRY(azure::armFor({.account = account.account, .tenant = account.tenant}, account.cloud, azure::systemMachine()));
            return choices(azure::Calls{.arm = *arm, .subscription = of, .stop = stop});
        });
    };
    AzureOffers offers{.tenants = told("tenants", {}, {}, tenantChoices), .subscriptions = told("subscriptions", {}, {}, subscriptionChoices)};
    if (!isOneOf(subscription, offers.subscriptions))
        return offers;
    offers.regions = told("regions", subscription, {}, regionChoices);
    offers.groups = told("groups", subscription, {}, groupChoices);
    offers.registries = told("registries", subscription, {}, registryChoices);
    offers.identities = told("identities", subscription, {}, identityChoices);
    if (!isOneOf(location, offers.regions))
        return offers;
    offers.versions = told("versions", subscription, location, [&](const azure::Calls &calls) { return versionChoices(calls, location); });
    offers.sizes = told("sizes", subscription, location, [&](const azure::Calls &calls) { return sizeChoices(calls, location); });
    offers.subnets = told("subnets", subscription, location, [&](const azure::Calls &calls) { return subnetChoices(calls, location); });
    return offers;
}

} // namespace timonier
