// What a subscription of Azure really offers, for the form's fields: subscriptions, regions, versions, machines, and what is there to be used. Asked of who is signed in already; nobody
// is asked to. Blocking; any thread.
#pragma once

#include "form/parameter.h"

#include <stop_token>
#include <string>
#include <vector>

namespace timonier {

struct AzureAccount {
    std::string account{}, tenant{}, cloud{}; // as in aks::Spec
    auto operator<=>(const AzureAccount &) const = default;
};

struct AzureOffers {
    std::vector<form::Choice> tenants{}, subscriptions{}, regions{}, versions{}, sizes{}; // a size that cannot be had says why; empty: not known
    std::vector<form::Choice> groups{}, registries{}, identities{}, subnets{}; // that are there: ids, of groups their names; subnets of the region alone
};

// Each answer is asked for once, and again a minute after a failure: fields are looked at with each key. `subscription` and `location` may be empty, or half typed.
AzureOffers azureOffers(const AzureAccount &account, const std::string &subscription, const std::string &location, std::stop_token stop);

} // namespace timonier
