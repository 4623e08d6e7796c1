#include "provision/eks/eks_quotas.h"

#include "base/say.h"
#include "cloud/aws/ec2_calls.h"
#include "cloud/aws/eks_calls.h"
#include "cloud/aws/instances.h"
#include "cloud/aws/quota_calls.h"

#include <functional>

namespace timonier::eks {

namespace {

struct Asked {
    std::string words{};           // "VPCs"
    std::string service{}, code{}; // as Service Quotas knows it
    int more = 0;
    std::function<Result<int>()> used{};
};

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
    form::Check check{.id = "quotas", .title = say("Core", "Room in the account"), .state = form::CheckState::Good};
    if (const auto now = aws::Eks(client, stop).cluster(spec.name); now && *now) {
        check.words = say("Core", "the cluster is there already");
        return check;
    }
    aws::Ec2 ec2(client, stop);
    std::string room, unknown;
    for (const Asked &one : askedBy(spec, ec2)) {
        const auto limit = aws::quotaOf(client, one.service, one.code, stop);
        const auto used = limit ? one.used() : std::unexpected(limit.error());
        if (!used) {
            if (used.error().kind == ErrorKind::Cancelled)
                return std::unexpected(used.error());
            unknown = used.error().text();
            continue;
        }
        const std::string words = say("Core", "{}: {} of {} used, {} more wanted", one.words, *used, static_cast<int>(*limit), one.more);
        room += (room.empty() ? "" : "; ") + words;
        if (*used + one.more <= static_cast<int>(*limit))
            continue;
        check.state = form::CheckState::Bad;
        check.why += (check.why.empty() ? "" : "\n") + say("Core", "There is no room for that many {}. Delete what is not used any more, or have the quota raised: {}", one.words, aws::quotaPage(one.service, one.code));
    }
    check.words = room;
    if (room.empty()) {
        check.state = form::CheckState::Skipped;
        check.words = unknown.empty() ? say("Core", "nothing that is counted is made") : unknown;
    }
    return check;
}

} // namespace timonier::eks
