#include "provision/eks/eks_price.h"

#include "base/say.h"
#include "provision/amazon/disk_price.h"

namespace timonier::eks {

form::Costs costsOf(const Spec &spec, const form::PriceOf &price)
{
    form::Costs costs;
    costs.add(say("Core", "Control plane (six times as much once its version is in extended support)"), price("control plane"), 1);
    const bool own = spec.network.subnets.empty();
    if (own && spec.network.nat) {
        costs.add(say("Core", "NAT gateway, without its traffic"), price("NAT gateway"), 1);
        costs.add(say("Core", "Its public address"), price("public IPv4 address"), 1);
    }
    if (spec.autoNodes) // docs: eks/pricing, "Amazon EKS Auto Mode"
        costs.add(say("Core", "Machines as pods ask for them, each for about an eighth more than its price"), std::nullopt, 1);
    for (const NodeGroup &group : spec.nodes) {
        const double count = group.count;
        // What a spot machine costs changes by the hour: its full price is the most that it can be.
        costs.add(group.spot ? say("Core", "{} × {}, at most (spot)", group.count, group.type) : say("Core", "{} × {}", group.count, group.type), price(group.type), count);
        costs.add(say("Core", "{} × {} GiB of disk", group.count, group.disk), amazon::diskPrice(price, group.disk), count);
        if (own && !spec.network.nat)
            costs.add(say("Core", "{} public addresses of nodes", group.count), price("public IPv4 address"), count);
    }
    costs.source = say("Core", "Load balancers, volumes and traffic are not in it.");
    return costs;
}

} // namespace timonier::eks
