#include "provision/amazon/account_checks.h"

#include "base/say.h"
#include "cloud/aws/ec2_calls.h"
#include "cloud/aws/quota_calls.h"

#include <algorithm>

namespace timonier::amazon {

Result<form::Check> identityCheck(aws::Client &client, aws::Identity &me, std::stop_token stop)
{
    form::Check identity{.id = "identity", .title = say("Core", "Sign-in to AWS"), .state = form::CheckState::Good};
    const auto found = aws::callerIdentity(client, std::move(stop));
    if (found) {
        me = *found;
        identity.words = say("Core", "the account {}, as {}", me.account, me.arn);
        return identity;
    }
    if (found.error().kind == ErrorKind::Cancelled)
        return std::unexpected(found.error());
    identity.state = form::CheckState::Bad;
    identity.words = found.error().text();
    identity.why = found.error().hint;
    return identity;
}

form::Check rightsCheck(aws::Client &client, const aws::Identity &me, const std::vector<std::string> &actions, std::stop_token stop)
{
    form::Check check{.id = "rights", .title = say("Core", "Permissions"), .state = form::CheckState::Good, .words = say("Core", "all that the plan asks for, by IAM's simulation")};
    const auto refused = aws::refusedActions(client, me, actions, std::move(stop));
    if (!refused) {
        check.state = form::CheckState::Skipped;
        check.words = refused.error().text();
    } else if (!refused->empty()) {
        check.state = form::CheckState::Careful; // conditions may allow what the simulation, which knows none, does not
        check.words = say("Core", "it may be that {} of them are missing", refused->size());
        check.why = say("Core", "Have these allowed in IAM by whoever manages this AWS account: {}", fmt::join(*refused, ", "));
    }
    return check;
}

namespace {

form::Check quotas() { return {.id = "quotas", .title = say("Core", "Room in the account"), .state = form::CheckState::Good}; }

} // namespace

form::Check quotasOfOneThatStands()
{
    form::Check check = quotas();
    check.words = say("Core", "the cluster is there already");
    return check;
}

Result<form::Check> quotaCheck(const std::vector<Asked> &all, aws::Client &client, std::stop_token stop)
{
    form::Check check = quotas();
    std::string room, unknown;
    for (const Asked &one : all) {
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

Result<form::Check> zonesCheck(const std::string &region, int least, const std::string &named, aws::Client &client, std::stop_token stop)
{
    form::Check check{.id = "zones", .title = say("Core", "Zones"), .state = form::CheckState::Good};
    const auto zones = aws::Ec2(client, std::move(stop)).zones();
    if (!zones) {
        if (zones.error().kind == ErrorKind::Cancelled)
            return std::unexpected(zones.error());
        check.state = form::CheckState::Skipped;
        check.words = zones.error().text();
        return check;
    }
    check.words = fmt::format("{}", fmt::join(*zones, ", "));
    const bool isMissing = !named.empty() && std::ranges::find(*zones, named) == zones->end(), areFew = static_cast<int>(zones->size()) < least;
    if (!isMissing && !areFew)
        return check;
    check.state = form::CheckState::Bad;
    check.why = isMissing ? say("Core", "It has {}", check.words) : say("Core", "Choose another region, or fewer zones in network.zones where that is more than two: {} is what this account has there.", check.words);
    check.words = isMissing ? say("Core", "{} has no zone {}", region, named) : say("Core", "{} has {} zones, and the spec wants {}", region, zones->size(), least);
    return check;
}

} // namespace timonier::amazon
