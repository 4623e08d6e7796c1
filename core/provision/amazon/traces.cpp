#include "provision/amazon/traces.h"

#include "provision/amazon/owner.h"

namespace timonier::amazon {

Result<std::vector<std::string>> ec2Traces(const std::string &target, aws::Client &client, std::stop_token stop)
{
    aws::Ec2 ec2(client, std::move(stop));
    std::vector<std::string> traces;
    // Its tags outlive a thing for an hour: what is not described any more is gone.
    for (const auto &[type, id] : TRY(ec2.withTag(targetTag, target))) {
        bool there = true;
        for (const aws::Ec2Kind &kind : {aws::vpcKind, aws::subnetKind, aws::gatewayKind, aws::addressKind, aws::natKind, aws::routesKind, aws::securityGroupKind, aws::keyPairKind, aws::instanceKind, aws::volumeKind})
            if (kind.type == type) {
                const auto found = ec2.describe(kind, id);
                if (!found && found.error().kind != ErrorKind::NotFound)
                    return std::unexpected(found.error());
                there = found && found->of("state") != "deleted" && found->of("instanceState/name") != "terminated";
            }
        if (there)
            traces.push_back(type + " " + id);
    }
    return traces;
}

} // namespace timonier::amazon
