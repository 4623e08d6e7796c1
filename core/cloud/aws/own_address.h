// By which address AWS sees this computer: whom a firewall is to let in. Blocking; any thread.
#pragma once

#include "cloud/aws/client.h"

namespace timonier::aws {

// "203.0.113.7", from checkip.amazonaws.com. Errors: those of HttpClient; Protocol (no address of IPv4).
Result<std::string> ownAddress(Client &client, std::stop_token stop);

} // namespace timonier::aws
