// What an account may have at most (docs.aws.amazon.com/servicequotas/2019-06-24/apireference). Blocking; any thread. Errors: those of Client.
#pragma once

#include "cloud/aws/client.h"

#include <string>

namespace timonier::aws {

// `service`, `code`: "vpc", "L-F678F1CE".
Result<double> quotaOf(Client &client, const std::string &service, const std::string &code, std::stop_token stop);
// Where a person has it raised.
std::string quotaPage(const std::string &service, const std::string &code);

} // namespace timonier::aws
