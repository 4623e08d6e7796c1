#include "provision/eks/eks_price.h"

#include "base/say.h"
#include "form/node_price.h"

#include <QFile>

#include <nlohmann/json.hpp>

namespace timonier::eks {

namespace {

nlohmann::json table(const QString &name)
{
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? nlohmann::json::parse(file.readAll().toStdString(), nullptr, false) : nlohmann::json::object();
}

std::optional<double> priceOf(const nlohmann::json &group, const std::string &name)
{
    const auto at = group.find(name);
    return at != group.end() && at->is_number() ? std::optional(at->get<double>()) : std::nullopt;
}

} // namespace

form::Costs costsOf(const Spec &spec)
{
    static const nlohmann::json parts = table(QStringLiteral(":/eks/eks.json"));
    const auto hour = [](const char *name) { return priceOf(parts["hour"], name); };
    form::Costs costs;
    const auto add = [&](std::string what, std::optional<double> one, double count) {
        costs.each.push_back({.what = std::move(what), .hour = one ? std::optional(*one * count) : std::nullopt});
        costs.hour += one ? *one * count : 0;
        costs.complete = costs.complete && one;
    };
    add(say("Core", "Control plane (six times as much once its version is in extended support)"), hour("control plane"), 1);
    const bool own = spec.network.subnets.empty();
    if (own && spec.network.nat) {
        add(say("Core", "NAT gateway, without its traffic"), hour("NAT gateway"), 1);
        add(say("Core", "Its public address"), hour("public IPv4 address"), 1);
    }
    if (spec.autoNodes) // docs: eks/pricing, "Amazon EKS Auto Mode"
        add(say("Core", "Machines as pods ask for them, each for about an eighth more than its price"), std::nullopt, 1);
    for (const NodeGroup &group : spec.nodes) {
        const double count = group.count;
        // What a spot machine costs changes by the hour: its full price is the most that it can be.
        add(group.spot ? say("Core", "{} × {}, at most (spot)", group.count, group.type) : say("Core", "{} × {}", group.count, group.type), form::nodePrice(group.type), count);
        const auto disk = priceOf(parts["GiB month"], "gp3");
        add(say("Core", "{} × {} GiB of disk", group.count, group.disk), disk ? std::optional(*disk * group.disk / form::hoursOfMonth) : std::nullopt, count);
        if (own && !spec.network.nat)
            add(say("Core", "{} public addresses of nodes", group.count), hour("public IPv4 address"), count);
    }
    costs.source = say("Core", "List prices of {} as of {}, not verified since; other regions cost up to a third more. Load balancers, volumes and traffic are not in it.", parts.value("region", ""), parts.value("as of", ""));
    return costs;
}

} // namespace timonier::eks
