// Azure's own price list: the Retail Prices API (learn.microsoft.com/rest/api/cost-management/retail-prices), which asks nobody who they are. Blocking; any thread.
#pragma once

#include "cloud/azure/cloud.h"
#include "net/http.h"

#include <map>
#include <optional>
#include <stop_token>

namespace timonier::azure {

// US dollars an hour, as one goes, in a region ("westeurope"), for each of `what`: a size of machine ("Standard_D4s_v3", with Linux, no spot), "control plane, Standard" (AKS with its
// uptime SLA), "disk P10" (Premium SSD, as it is billed), "load balancer" (Standard, five rules), "public IPv4 address" (Standard), "registry, Basic". Nothing: the list has no
// such thing. Of several that fit the dearest: a plan must not promise too little.
// Errors of each: those of HttpClient, Throttled, Server, Protocol, Unsupported (this cloud has no such list).
std::map<std::string, Result<std::optional<double>>> retailPrices(HttpClient &http, const Cloud &cloud, const std::string &region, const std::vector<std::string> &what, std::stop_token stop);

// As the list calls a region: "UK South" is "uksouth".
std::string priceRegion(const std::string &location);

} // namespace timonier::azure
