#include "provision/aks/aks_price.h"

#include "base/say.h"

#include <algorithm>
#include <array>

namespace timonier::aks {

namespace {

// A managed disk is billed for as the next size that there is (learn.microsoft.com/azure/virtual-machines/disks-types#premium-ssds): Premium SSD, which AKS takes for machines that can have it.
std::optional<double> diskHour(const form::PriceOf &price, int gib)
{
    const std::string product = diskProduct(gib);
    return product.empty() ? std::nullopt : price(product);
}

} // namespace

std::string diskProduct(int gib)
{
    static constexpr std::array sizes{std::pair{32, "disk P4"}, std::pair{64, "disk P6"}, std::pair{128, "disk P10"}, std::pair{256, "disk P15"}, std::pair{512, "disk P20"}, std::pair{1024, "disk P30"}, std::pair{2048, "disk P40"}};
    const auto found = std::ranges::find_if(sizes, [gib](const auto &size) { return size.first >= gib; });
    return found == sizes.end() ? "" : found->second;
}

form::Costs costsOf(const Spec &spec, const form::PriceOf &price)
{
    form::Costs costs;
    costs.add(spec.tier == "Free" ? say("Core", "Control plane (without an agreed availability)") : say("Core", "Control plane"), spec.tier == "Free" ? 0 : price("control plane, " + spec.tier), 1, false);
    for (const Pool &pool : spec.pools) {
        // What a spot machine costs changes by the hour: its full price is the most that it can be.
        costs.add(pool.spot ? say("Core", "{} × {}, at most (spot)", pool.count, pool.size) : say("Core", "{} × {}", pool.count, pool.size), price(pool.size), pool.count, false);
        costs.add(say("Core", "{} × {} GiB of disk", pool.count, pool.disk), diskHour(price, pool.disk), pool.count, true);
    }
    costs.add(say("Core", "Load balancer, without its traffic"), price("load balancer"), 1, true);
    costs.add(say("Core", "Its public address"), price("public IPv4 address"), 1, true);
    if (!spec.registry.name.empty())
        costs.add(say("Core", "Registry {}", spec.registry.name), price("registry, " + spec.registry.tier), 1, true);
    costs.source = say("Core", "Volumes and traffic are not in it.");
    return costs;
}

} // namespace timonier::aks
