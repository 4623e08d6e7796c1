// What is asked of EC2, for networks (ec2_calls.cpp) and for machines (ec2_machines.cpp): looked for by tags, made, wired, taken away. Blocking; any thread. Errors: those of Client.
#pragma once

#include "cloud/aws/client.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace timonier::aws {

using Tags = std::map<std::string, std::string>;

// A kind of thing in EC2's API.
struct Ec2Kind {
    std::string_view type{};     // "vpc": in tags
    std::string_view describe{}; // "DescribeVpcs"
    std::string_view set{};      // "vpcSet"; "reservationSet/instancesSet": a list in each item of a list
    std::string_view id{};       // "vpcId"
};

inline constexpr Ec2Kind vpcKind{"vpc", "DescribeVpcs", "vpcSet", "vpcId"};
inline constexpr Ec2Kind subnetKind{"subnet", "DescribeSubnets", "subnetSet", "subnetId"};
inline constexpr Ec2Kind gatewayKind{"internet-gateway", "DescribeInternetGateways", "internetGatewaySet", "internetGatewayId"};
inline constexpr Ec2Kind addressKind{"elastic-ip", "DescribeAddresses", "addressesSet", "allocationId"};
inline constexpr Ec2Kind natKind{"natgateway", "DescribeNatGateways", "natGatewaySet", "natGatewayId"};
inline constexpr Ec2Kind routesKind{"route-table", "DescribeRouteTables", "routeTableSet", "routeTableId"};
inline constexpr Ec2Kind securityGroupKind{"security-group", "DescribeSecurityGroups", "securityGroupInfo", "groupId"};
inline constexpr Ec2Kind keyPairKind{"key-pair", "DescribeKeyPairs", "keySet", "keyPairId"};
inline constexpr Ec2Kind instanceKind{"instance", "DescribeInstances", "reservationSet/instancesSet", "instanceId"};
inline constexpr Ec2Kind volumeKind{"volume", "DescribeVolumes", "volumeSet", "volumeId"};

struct Instance {
    std::string id{}, type{};
    std::string state{};          // "pending", "running", "stopping", "stopped"
    std::string publicAddress{};  // empty: it has none (any more)
    std::string privateAddress{};
    Tags tags{};
};

struct Image {
    std::string id{}, name{}, created{};
    std::string rootDevice{};     // "/dev/xvda"
    std::string architecture{};   // "x86_64", "arm64"
    int disk = 0;                 // GiB of its root: none may be smaller
};

struct InstanceWish {
    Image image{};
    std::string type{}, subnet{}, group{}, keyPair{};
    int disk = 20;                // GiB, gp3; goes with the instance
};

// Who may come in.
struct Rule {
    std::string protocol{};       // "tcp", "udp"; "-1": everything
    int from = 0, to = 0;         // ports; 0 of everything
    std::string who{};            // "203.0.113.7/32"; the group's own id: its members
    auto operator<=>(const Rule &) const = default;
};

class Ec2
{
public:
    Ec2(Client &client, std::stop_token stop) : m_client(client), m_stop(std::move(stop)) {}

    // Ids of that kind which carry all of the tags; NAT gateways and instances that are being deleted are none.
    Result<std::vector<std::string>> tagged(const Ec2Kind &kind, const Tags &tags);
    // Ids of all kinds that carry that tag, with their kinds: "vpc" "vpc-…". What was deleted is listed for some time.
    Result<std::vector<std::pair<std::string, std::string>>> withTag(const std::string &key, const std::string &value);
    // One by its id; NotFound where it is gone.
    Result<Xml> describe(const Ec2Kind &kind, const std::string &id);
    // Zones where an EKS control plane can be, sorted (docs.aws.amazon.com/eks/latest/userguide/network-reqs.html).
    Result<std::vector<std::string>> zones();

    // What of a quota is used up in this region: VPCs, elastic addresses, vCPUs of running on-demand instances of the standard families (A, C, D, H, I, M, R, T, Z).
    Result<int> vpcCount();
    Result<int> addressCount();
    Result<int> runningCpus();

    // Each gives the new id. None is sent twice, not those with a client token either, which not every endpoint minds: look for its tags first.
    Result<std::string> createVpc(const std::string &cidr, const Tags &tags);
    Result<> nameHosts(const std::string &vpc); // DNS support and host names, which EKS needs
    Result<std::string> createSubnet(const std::string &vpc, const std::string &cidr, const std::string &zone, const Tags &tags);
    Result<> publicAddresses(const std::string &subnet);
    Result<std::string> createGateway(const Tags &tags);
    Result<> attach(const std::string &gateway, const std::string &vpc); // there already: no error
    Result<std::string> allocateAddress(const Tags &tags);
    Result<std::string> createNat(const std::string &subnet, const std::string &address, const std::string &token, const Tags &tags);
    Result<std::string> natState(const std::string &nat); // "pending", "available", "failed", "deleting", "deleted"
    Result<std::string> createRoutes(const std::string &vpc, const std::string &token, const Tags &tags);
    // 0.0.0.0/0 through a gateway ("GatewayId") or a NAT gateway ("NatGatewayId"); the subnets follow it.
    Result<> route(const std::string &routes, const std::string &through, const std::string &target, const std::vector<std::string> &subnets);

    // Machines. An image of an owner (an account's number) by the pattern of its name: the newest. Errors: NotFound (none).
    Result<Image> newestImage(const std::string &owner, const std::string &pattern, const std::string &architecture);
    Result<Image> image(const std::string &id);
    Result<std::string> importKey(const std::string &name, const std::string &publicLine, const Tags &tags);
    Result<std::string> createSecurityGroup(const std::string &vpc, const std::string &name, const std::string &words, const Tags &tags);
    Result<std::vector<Rule>> rules(const std::string &group);
    Result<> allow(const std::string &group, const Rule &rule);  // there already: no error
    Result<> refuse(const std::string &group, const Rule &rule);
    // With IMDSv2 alone, and no way from pods to it. The tags are its volumes' too.
    Result<std::string> createInstance(const InstanceWish &wish, const std::string &token, const Tags &tags);
    // Those that carry all of the tags and are not gone.
    Result<std::vector<Instance>> instances(const Tags &tags);
    Result<std::string> instanceState(const std::string &id); // "terminated" of one that nobody knows
    Result<> start(const std::vector<std::string> &ids);
    Result<> halt(const std::vector<std::string> &ids);
    // What it wrote on its console at the last start, as far as it is kept; empty: nothing yet.
    Result<std::string> console(const std::string &instance);
    Result<> takeAddress(const std::string &allocation, const std::string &instance);
    Result<std::string> addressOf(const std::string &allocation); // "203.0.113.7"
    // Whether it may send what does not come from its own address: pod networks without an envelope do.
    Result<> forwards(const std::string &instance);

    // What is gone already is no error. What others hang on fails with Conflict.
    Result<> detach(const std::string &gateway);
    Result<> unroute(const std::string &routes); // its subnets follow the VPC's own again
    Result<> remove(const Ec2Kind &kind, const std::string &id);

    // What Kubernetes made for a cluster and did not take away: security groups with its tag (the cloud provider's, or the AWS
    // Load Balancer Controller's), interfaces that are not in use, volumes.
    Result<std::vector<std::string>> clusterSecurityGroups(const std::string &cluster);
    Result<std::vector<std::string>> freeInterfaces(const std::vector<std::string> &subnets);
    Result<std::vector<std::string>> clusterVolumes(const std::string &cluster);
    Result<> removeInterface(const std::string &id);

private:
    Result<Xml> ask(const std::string &action, Parameters parameters, bool repeatable = true);
    Result<std::vector<std::string>> all(const std::string &action, Parameters parameters, std::string_view set, std::string_view id);
    Result<> gone(Result<Xml> answer);

    Client &m_client;
    const std::stop_token m_stop;
};

} // namespace timonier::aws
