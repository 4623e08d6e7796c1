#include "provision/amazon/traces.h"

#include "provision/amazon/owner.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace timonier::amazon {

namespace {

// Of each kind that plans make: its command in AWS' own program, and what one costs; "" : nothing.
struct Known {
    const aws::Ec2Kind *kind = nullptr;
    const char *removal = "", *price = "";
};
constexpr std::array all{Known{&aws::vpcKind, "delete-vpc --vpc-id"},
                         Known{&aws::subnetKind, "delete-subnet --subnet-id"},
                         Known{&aws::gatewayKind, "delete-internet-gateway --internet-gateway-id"},
                         Known{&aws::addressKind, "release-address --allocation-id", "public IPv4 address"},
                         Known{&aws::natKind, "delete-nat-gateway --nat-gateway-id", "NAT gateway"},
                         Known{&aws::routesKind, "delete-route-table --route-table-id"},
                         Known{&aws::securityGroupKind, "delete-security-group --group-id"},
                         Known{&aws::keyPairKind, "delete-key-pair --key-pair-id"},
                         Known{&aws::instanceKind, "terminate-instances --instance-ids"},
                         Known{&aws::volumeKind, "delete-volume --volume-id"}};

const Known *known(const std::string &type)
{
    const auto found = std::ranges::find(all, type, [](const Known &one) { return one.kind->type; });
    return found == all.end() ? nullptr : &*found;
}

} // namespace

std::string AwsTool::command(const std::string &rest) const { return "aws --region " + region + (profile.empty() ? "" : " --profile " + profile) + " " + rest; }

form::Trace ec2Trace(const std::string &type, const std::string &id, const aws::Xml &described, const AwsTool &tool)
{
    form::Trace trace{.kind = type, .id = id};
    const Known *kind = known(type);
    if (!kind) {
        trace.priced = {{std::string(), 1}};
        return trace;
    }
    trace.removal = tool.command(std::string("ec2 ") + kind->removal + " " + id);
    if (*kind->price)
        trace.priced = {{kind->price, 1}};
    if (kind->kind == &aws::instanceKind && described.of("instanceState/name") != "stopped") // its disk goes on costing, and is listed by itself
        trace.priced = {{described.of("instanceType"), 1}};
    if (kind->kind == &aws::volumeKind)
        trace.priced = {{described.of("volumeType") == "gp3" ? "GiB of gp3" : "", std::atof(described.of("size").c_str())}};
    return trace;
}

Result<std::vector<form::Trace>> ec2Traces(const std::string &target, const AwsTool &tool, aws::Client &client, std::stop_token stop)
{
    aws::Ec2 ec2(client, std::move(stop));
    std::vector<form::Trace> traces;
    // Its tags outlive a thing for an hour: what is not described any more is gone.
    for (const auto &[type, id] : TRY(ec2.withTag(targetTag, target))) {
        const Known *kind = known(type);
        const auto found = kind ? ec2.describe(*kind->kind, id) : Result<aws::Xml>{};
        if (!found && found.error().kind != ErrorKind::NotFound)
            return std::unexpected(found.error());
        if (found && found->of("state") != "deleted" && found->of("instanceState/name") != "terminated")
            traces.push_back(ec2Trace(type, id, *found, tool));
    }
    return traces;
}

} // namespace timonier::amazon
