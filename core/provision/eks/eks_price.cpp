#include "provision/eks/eks_price.h"

#include "base/say.h"
#include "form/node_price.h"
#include "provision/amazon/part_price.h"

namespace timonier::eks {

form::Costs costsOf(const Spec &spec)
{
    form::Costs costs;
    const auto hour = [](const char *name) { return amazon::partPrice("hour", name); };
    costs.add(say("Core", "Control plane (six times as much once its version is in extended support)"), hour("control plane"), 1);
    const bool own = spec.network.subnets.empty();
    if (own && spec.network.nat) {
        costs.add(say("Core", "NAT gateway, without its traffic"), hour("NAT gateway"), 1);
        costs.add(say("Core", "Its public address"), hour("public IPv4 address"), 1);
    }
    if (spec.autoNodes) // docs: eks/pricing, "Amazon EKS Auto Mode"
        costs.add(say("Core", "Machines as pods ask for them, each for about an eighth more than its price"), std::nullopt, 1);
    for (const NodeGroup &group : spec.nodes) {
        const double count = group.count;
        // What a spot machine costs changes by the hour: its full price is the most that it can be.
        costs.add(group.spot ? say("Core", "{} × {}, at most (spot)", group.count, group.type) : say("Core", "{} × {}", group.count, group.type), form::nodePrice(group.type), count);
        costs.add(say("Core", "{} × {} GiB of disk", group.count, group.disk), amazon::diskPrice(group.disk), count);
        if (own && !spec.network.nat)
            costs.add(say("Core", "{} public addresses of nodes", group.count), hour("public IPv4 address"), count);
    }
    costs.source = say("Core", "List prices of {} as of {}, not verified since; other regions cost up to a third more. Load balancers, volumes and traffic are not in it.", amazon::pricesRegion(), amazon::pricesAsOf());
    return costs;
}

} // namespace timonier::eks
