#include "cloud/aws/ec2_calls.h"

#include "base/say.h"
#include "cloud/aws/api_error.h"
#include "cloud/aws/ec2_parameters.h"
#include "cloud/aws/instances.h"

#include <algorithm>
#include <array>

namespace timonier::aws {

Result<Xml> Ec2::ask(const std::string &action, Parameters parameters, bool repeatable) { return m_client.query(ec2, action, std::move(parameters), repeatable, m_stop); }

Result<> Ec2::gone(Result<Xml> answer)
{
    if (!answer && answer.error().kind != ErrorKind::NotFound)
        return std::unexpected(std::move(answer).error());
    return {};
}

Result<std::vector<std::string>> Ec2::all(const std::string &action, Parameters parameters, std::string_view set, std::string_view id)
{
    std::vector<std::string> ids;
    const std::size_t own = parameters.size();
    for (int page = 0; page < 1'000; ++page) {
        const Xml answer = TRY(ask(action, parameters));
        for (const Xml *item : itemsOf(answer, set))
            ids.push_back(item->of(id));
        const std::string &next = answer.of("nextToken");
        if (next.empty())
            break;
        parameters.resize(own);
        parameters.emplace_back("NextToken", next);
    }
    return ids;
}

Result<std::vector<std::string>> Ec2::tagged(const Ec2Kind &kind, const Tags &tags)
{
    Parameters parameters;
    int number = 0;
    for (const auto &[key, value] : tags)
        addFilter(parameters, ++number, "tag:" + key, {value});
    if (kind.type == natKind.type)
        addFilter(parameters, ++number, "state", {"pending", "available"});
    if (kind.type == instanceKind.type)
        addFilter(parameters, ++number, "instance-state-name", liveStates());
    return all(std::string(kind.describe), std::move(parameters), kind.set, kind.id);
}

Result<std::vector<std::pair<std::string, std::string>>> Ec2::withTag(const std::string &key, const std::string &value)
{
    std::vector<std::pair<std::string, std::string>> found;
    Parameters parameters;
    addFilter(parameters, 1, "key", {key});
    addFilter(parameters, 2, "value", {value});
    const std::size_t own = parameters.size();
    for (int page = 0; page < 1'000; ++page) {
        const Xml answer = TRY(ask("DescribeTags", parameters));
        for (const Xml *item : answer.items("tagSet"))
            found.emplace_back(item->of("resourceType"), item->of("resourceId"));
        const std::string &next = answer.of("nextToken");
        if (next.empty())
            break;
        parameters.resize(own);
        parameters.emplace_back("NextToken", next);
    }
    return found;
}

Result<Xml> Ec2::describe(const Ec2Kind &kind, const std::string &id)
{
    const Xml answer = TRY(ask(std::string(kind.describe), {{capital(kind.id) + ".1", id}}));
    const auto items = itemsOf(answer, kind.set);
    if (items.empty())
        return fail(ErrorKind::NotFound, say("Core", "{} is not there", id));
    return *items.front();
}

Result<std::vector<std::string>> Ec2::zones()
{
    Parameters parameters;
    addFilter(parameters, 1, "opt-in-status", {"opt-in-not-required"});
    addFilter(parameters, 2, "zone-type", {"availability-zone"});
    const Xml answer = TRY(ask("DescribeAvailabilityZones", std::move(parameters)));
    std::vector<std::string> names;
    for (const Xml *zone : answer.items("availabilityZoneInfo")) {
        constexpr std::array without{"use1-az3", "usw1-az2", "cac1-az3"};
        if (zone->of("zoneState") == "available" && std::ranges::find(without, zone->of("zoneId")) == without.end())
            names.push_back(zone->of("zoneName"));
    }
    std::ranges::sort(names);
    return names;
}

Result<int> Ec2::vpcCount() { return static_cast<int>(TRY(all("DescribeVpcs", {}, vpcKind.set, vpcKind.id)).size()); }
Result<int> Ec2::addressCount() { return static_cast<int>(TRY(all("DescribeAddresses", {}, addressKind.set, addressKind.id)).size()); }

Result<int> Ec2::runningCpus()
{
    Parameters parameters;
    addFilter(parameters, 1, "instance-state-name", {"pending", "running"});
    const std::size_t own = parameters.size();
    int cpus = 0;
    for (int page = 0; page < 1'000; ++page) {
        const Xml answer = TRY(ask("DescribeInstances", parameters));
        for (const Xml *instance : itemsOf(answer, instanceKind.set))
            if (isStandard(instance->of("instanceType")) && instance->of("instanceLifecycle") != "spot")
                cpus += std::atoi(instance->of("cpuOptions/coreCount").c_str()) * std::max(1, std::atoi(instance->of("cpuOptions/threadsPerCore").c_str()));
        const std::string &next = answer.of("nextToken");
        if (next.empty())
            break;
        parameters.resize(own);
        parameters.emplace_back("NextToken", next);
    }
    return cpus;
}

Result<std::string> Ec2::createVpc(const std::string &cidr, const Tags &tags) { return TRY(ask("CreateVpc", withTags({{"CidrBlock", cidr}}, vpcKind.type, tags), false)).of("vpc/vpcId"); }

Result<> Ec2::nameHosts(const std::string &vpc)
{
    for (const char *attribute : {"EnableDnsSupport.Value", "EnableDnsHostnames.Value"}) // one at a time, says the API
        TRY(ask("ModifyVpcAttribute", {{"VpcId", vpc}, {attribute, "true"}}));
    return {};
}

Result<std::string> Ec2::createSubnet(const std::string &vpc, const std::string &cidr, const std::string &zone, const Tags &tags)
{
    return TRY(ask("CreateSubnet", withTags({{"VpcId", vpc}, {"CidrBlock", cidr}, {"AvailabilityZone", zone}}, subnetKind.type, tags), false)).of("subnet/subnetId");
}

Result<> Ec2::publicAddresses(const std::string &subnet)
{
    TRY(ask("ModifySubnetAttribute", {{"SubnetId", subnet}, {"MapPublicIpOnLaunch.Value", "true"}}));
    return {};
}

Result<std::string> Ec2::createGateway(const Tags &tags) { return TRY(ask("CreateInternetGateway", withTags({}, gatewayKind.type, tags), false)).of("internetGateway/internetGatewayId"); }

Result<> Ec2::attach(const std::string &gateway, const std::string &vpc)
{
    const auto answer = ask("AttachInternetGateway", {{"InternetGatewayId", gateway}, {"VpcId", vpc}});
    if (!answer && codeOf(answer.error()) != "Resource.AlreadyAssociated")
        return std::unexpected(answer.error());
    return {};
}

Result<std::string> Ec2::allocateAddress(const Tags &tags) { return TRY(ask("AllocateAddress", withTags({{"Domain", "vpc"}}, addressKind.type, tags), false)).of("allocationId"); }

Result<std::string> Ec2::createNat(const std::string &subnet, const std::string &address, const std::string &token, const Tags &tags)
{
    return TRY(ask("CreateNatGateway", withTags({{"SubnetId", subnet}, {"AllocationId", address}, {"ClientToken", token}}, natKind.type, tags), false)).of("natGateway/natGatewayId");
}

Result<std::string> Ec2::natState(const std::string &nat)
{
    auto found = describe(natKind, nat);
    if (!found && found.error().kind == ErrorKind::NotFound)
        return std::string("deleted");
    return TRY(std::move(found)).of("state");
}

Result<std::string> Ec2::createRoutes(const std::string &vpc, const std::string &token, const Tags &tags)
{
    return TRY(ask("CreateRouteTable", withTags({{"VpcId", vpc}, {"ClientToken", token}}, routesKind.type, tags), false)).of("routeTable/routeTableId");
}

Result<> Ec2::route(const std::string &routes, const std::string &through, const std::string &target, const std::vector<std::string> &subnets)
{
    const auto made = ask("CreateRoute", {{"RouteTableId", routes}, {"DestinationCidrBlock", "0.0.0.0/0"}, {through, target}});
    if (!made && codeOf(made.error()) != "RouteAlreadyExists")
        return std::unexpected(made.error());
    const Xml table = TRY(describe(routesKind, routes));
    for (const std::string &subnet : subnets) {
        const auto follows = table.items("associationSet");
        if (std::ranges::none_of(follows, [&](const Xml *one) { return one->of("subnetId") == subnet; }))
            TRY(ask("AssociateRouteTable", {{"RouteTableId", routes}, {"SubnetId", subnet}}));
    }
    return {};
}

Result<> Ec2::detach(const std::string &gateway)
{
    auto found = describe(gatewayKind, gateway);
    if (!found)
        return found.error().kind == ErrorKind::NotFound ? Result<>{} : std::unexpected(found.error());
    for (const Xml *attached : found->items("attachmentSet"))
        TRY(gone(ask("DetachInternetGateway", {{"InternetGatewayId", gateway}, {"VpcId", attached->of("vpcId")}})));
    return {};
}

Result<> Ec2::unroute(const std::string &routes)
{
    auto found = describe(routesKind, routes);
    if (!found)
        return found.error().kind == ErrorKind::NotFound ? Result<>{} : std::unexpected(found.error());
    for (const Xml *one : found->items("associationSet"))
        if (one->of("main") != "true")
            TRY(gone(ask("DisassociateRouteTable", {{"AssociationId", one->of("routeTableAssociationId")}})));
    return {};
}

Result<> Ec2::remove(const Ec2Kind &kind, const std::string &id)
{
    struct Removal {
        std::string_view type;
        const char *action, *parameter;
    };
    constexpr std::array removals{Removal{vpcKind.type, "DeleteVpc", "VpcId"},
                                  Removal{subnetKind.type, "DeleteSubnet", "SubnetId"},
                                  Removal{gatewayKind.type, "DeleteInternetGateway", "InternetGatewayId"},
                                  Removal{addressKind.type, "ReleaseAddress", "AllocationId"},
                                  Removal{natKind.type, "DeleteNatGateway", "NatGatewayId"},
                                  Removal{routesKind.type, "DeleteRouteTable", "RouteTableId"},
                                  Removal{securityGroupKind.type, "DeleteSecurityGroup", "GroupId"},
                                  Removal{keyPairKind.type, "DeleteKeyPair", "KeyPairId"},
                                  Removal{instanceKind.type, "TerminateInstances", "InstanceId.1"},
                                  Removal{volumeKind.type, "DeleteVolume", "VolumeId"}};
    const auto removal = std::ranges::find(removals, kind.type, &Removal::type);
    return gone(ask(removal->action, {{removal->parameter, id}}));
}

Result<std::vector<std::string>> Ec2::clusterSecurityGroups(const std::string &cluster)
{
    Parameters byProvider, byController;
    addFilter(byProvider, 1, "tag:kubernetes.io/cluster/" + cluster, {"owned"});
    addFilter(byController, 1, "tag:elbv2.k8s.aws/cluster", {cluster});
    std::vector<std::string> groups = TRY(all("DescribeSecurityGroups", std::move(byProvider), "securityGroupInfo", "groupId"));
    for (std::string &group : TRY(all("DescribeSecurityGroups", std::move(byController), "securityGroupInfo", "groupId")))
        if (std::ranges::find(groups, group) == groups.end())
            groups.push_back(std::move(group));
    return groups;
}

Result<std::vector<std::string>> Ec2::freeInterfaces(const std::vector<std::string> &subnets)
{
    Parameters parameters;
    addFilter(parameters, 1, "subnet-id", subnets);
    addFilter(parameters, 2, "status", {"available"});
    return all("DescribeNetworkInterfaces", std::move(parameters), "networkInterfaceSet", "networkInterfaceId");
}

Result<std::vector<std::string>> Ec2::clusterVolumes(const std::string &cluster)
{
    Parameters parameters;
    addFilter(parameters, 1, "tag:kubernetes.io/cluster/" + cluster, {"owned"});
    return all("DescribeVolumes", std::move(parameters), "volumeSet", "volumeId");
}

Result<> Ec2::removeInterface(const std::string &id) { return gone(ask("DeleteNetworkInterface", {{"NetworkInterfaceId", id}})); }

} // namespace timonier::aws
