#include "cloud/azure/compute_calls.h"

#include "base/say.h"
#include "cloud/azure/json.h"

#include <cstdlib>

namespace timonier::azure {

namespace {

std::string capability(const Json &sku, const char *name)
{
    for (const Json &one : fieldOf(sku, "capabilities"))
        if (textOf(one, "name") == name)
            return textOf(one, "value");
    return {};
}

} // namespace

Result<std::vector<Size>> sizesIn(const Calls &calls, const std::string &location)
{
    const Json all = readJson(TRY(calls.arm.list({.path = calls.subscriptionPath() + "/providers/Microsoft.Compute/skus", .version = "2021-07-01", .filter = "location eq '" + location + "'", .action = "Microsoft.Compute/skus/read"}, calls.stop)));
    std::vector<Size> sizes;
    for (const Json &sku : all) {
        if (textOf(sku, "resourceType") != "virtualMachines")
            continue;
        Size size{.name = textOf(sku, "name"), .family = textOf(sku, "family"), .cores = std::atoi(capability(sku, "vCPUs").c_str()), .memory = std::atof(capability(sku, "MemoryGB").c_str())};
        for (const Json &where : fieldOf(sku, "locationInfo"))
            for (const Json &zone : fieldOf(where, "zones"))
                if (zone.is_string())
                    size.zones.push_back(zone.get<std::string>());
        for (const Json &one : fieldOf(sku, "restrictions")) {
            if (textOf(one, "type") == "Location")
                size.refused = textOf(one, "reasonCode") == "QuotaId" ? say("Core", "the subscription's offer does not have it") : say("Core", "the subscription cannot have it there");
            for (const Json &zone : textOf(one, "type") == "Zone" ? fieldOf(one, "restrictionInfo", "zones") : Json::array())
                std::erase(size.zones, zone.is_string() ? zone.get<std::string>() : std::string());
        }
        sizes.push_back(std::move(size));
    }
    return sizes;
}

Result<std::vector<Usage>> usagesIn(const Calls &calls, const std::string &location)
{
    const Json all = readJson(TRY(calls.arm.list({.path = calls.subscriptionPath() + "/providers/Microsoft.Compute/locations/" + location + "/usages", .version = "2024-07-01", .action = "Microsoft.Compute/locations/usages/read"}, calls.stop)));
    std::vector<Usage> usages;
    for (const Json &one : all)
        usages.push_back({.name = textOf(one, "name", "value"), .title = textOf(one, "name", "localizedValue"), .used = numberOf(one, "currentValue"), .limit = numberOf(one, "limit")});
    return usages;
}

} // namespace timonier::azure
