// What is looked at in an account before anything is made. Each says so where it may not look, and goes on. Blocking; any thread.
#pragma once

#include "cloud/aws/iam_calls.h"
#include "form/check.h"

#include <functional>
#include <string>
#include <vector>

namespace timonier::amazon {

// Who we are; Bad where we are nobody, and `me` is empty then. Errors: Cancelled.
Result<form::Check> identityCheck(aws::Client &client, aws::Identity &me, std::stop_token stop);
// What of `actions` ("ec2:CreateVpc") we may not do, by simulation.
form::Check rightsCheck(aws::Client &client, const aws::Identity &me, const std::vector<std::string> &actions, std::stop_token stop);

struct Asked {
    std::string words{};           // "VPCs"
    std::string service{}, code{}; // as Service Quotas knows it
    int more = 0;
    std::function<Result<int>()> used{};
};
// One check for all quotas that matter. Errors: Cancelled.
Result<form::Check> quotaCheck(const std::vector<Asked> &all, aws::Client &client, std::stop_token stop);
// Nothing is asked of a cluster that stands: what it has counts among what is used.
form::Check quotasOfOneThatStands();

// Whether the account has `least` zones in the region, and the one that is `named` (empty: none is). Errors: Cancelled.
Result<form::Check> zonesCheck(const std::string &region, int least, const std::string &named, aws::Client &client, std::stop_token stop);

} // namespace timonier::amazon
