#include "provision/eks/eks_quotas.h"

#include "base/say.h"
#include "cloud/aws/ec2_calls.h"
#include "cloud/aws/eks_calls.h"
#include "cloud/aws/instances.h"
#include "provision/amazon/account_checks.h"

namespace timonier::eks {

namespace {

using amazon::Asked;

std::vector<Asked> askedBy(const Spec &spec, aws::Ec2 &ec2)
{
    std::vector<Asked> all;
    if (spec.network.subnets.empty()) {
        all.push_back({say("Core", "VPCs"), "vpc", "L-F678F1CE", 1, [&] { return ec2.vpcCount(); }});
        if (spec.network.nat)
            all.push_back({say("Core", "elastic addresses"), "ec2", "L-0263D0A3", 1, [&] { return ec2.addressCount(); }});
    }
    int cpus = 0;
    for (const NodeGroup &group : spec.nodes)
        if (const auto type = aws::instanceType(group.type); type && !group.spot && aws::isStandard(group.type))
            cpus += group.count * type->cpus;
    if (cpus)
        all.push_back({say("Core", "vCPUs of instances"), "ec2", "L-1216C47A", cpus, [&] { return ec2.runningCpus(); }});
    return all;
}

} // namespace

Result<form::Check> quotaCheck(const Spec &spec, aws::Client &client, std::stop_token stop)
{
    if (const auto now = aws::Eks(client, stop).cluster(spec.name); now && *now)
        return amazon::quotasOfOneThatStands();
    aws::Ec2 ec2(client, stop);
    return amazon::quotaCheck(askedBy(spec, ec2), client, stop);
}

} // namespace timonier::eks
