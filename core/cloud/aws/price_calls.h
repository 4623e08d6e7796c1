// AWS' own price list, asked for single things (GetProducts of the Price List Query API, docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/price-changes.html). Blocking;
// any thread.
#pragma once

#include "cloud/aws/client.h"

#include <map>
#include <optional>

namespace timonier::aws {

// US dollars an hour, on demand, in the region of `client`, for each of `what`: a type of machine ("t3.large", with Linux, shared), "control plane" (of EKS), "NAT gateway",
// "public IPv4 address", "GiB of gp3". Nothing: the list has no such thing. Of several products that fit the dearest: a plan must not promise too little.
// Errors of each: those of Client (Forbidden: pricing:GetProducts is missing), Protocol, Unsupported (a part of AWS whose list is not in dollars, or not to be asked from there).
std::map<std::string, Result<std::optional<double>>> prices(const Client &client, const std::vector<std::string> &what, std::stop_token stop);

// The list is in three regions alone: the nearest.
std::string priceListRegion(const std::string &region);

} // namespace timonier::aws
