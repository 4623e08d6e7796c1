// "Find what is left": what an account has of one plan, ledger or no ledger. Blocking; any thread.
#pragma once

#include "cloud/aws/client.h"
#include "cloud/aws/xml.h"
#include "form/trace.h"

#include <string>
#include <vector>

namespace timonier::amazon {

// How a person asks the same account by AWS' own program: "aws --region eu-west-3 --profile work".
struct AwsTool {
    std::string region{}, profile{};
    std::string command(const std::string &rest) const;
};

// All of EC2 that carries the target's tag. Errors: those of the client.
Result<std::vector<form::Trace>> ec2Traces(const std::string &target, const AwsTool &tool, aws::Client &client, std::stop_token stop);
// One thing of EC2, by its id: what it is called there, what it costs (`described`: what EC2 says of it; may be empty), how it goes. Pure.
form::Trace ec2Trace(const std::string &type, const std::string &id, const aws::Xml &described, const AwsTool &tool);

} // namespace timonier::amazon
