// "Find what is left": what an account has of one plan, ledger or no ledger. Blocking; any thread.
#pragma once

#include "cloud/aws/client.h"

#include <string>
#include <vector>

namespace timonier::amazon {

// "vpc vpc-0123": all of EC2 that carries the target's tag. Errors: those of the client.
Result<std::vector<std::string>> ec2Traces(const std::string &target, aws::Client &client, std::stop_token stop);

} // namespace timonier::amazon
