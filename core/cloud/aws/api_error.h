// What a service of AWS refuses, in words: which permission, which quota, which request. Pure.
#pragma once

#include "base/result.h"
#include "cloud/aws/service.h"
#include "net/http.h"

#include <string>
#include <string_view>

namespace timonier::aws {

// Of an answer that is not 2xx. In the context: "code", "action" ("ec2:CreateVpc"), "request id"; "permission" of a right that is missing.
// Kinds: Unauthorized (keys unknown, expired, or signed wrongly), Forbidden (a right or a quota is missing), NotFound, Conflict (in use, there
// already, others hang on it), Throttled, Server, Invalid (the request), Protocol (no answer of AWS').
Error apiError(const Service &service, const std::string &action, const HttpAnswer &answer);

// AWS' own name of it: "InvalidVpcID.NotFound"; "" where there is none.
std::string_view codeOf(const Error &error);

// The code says that the clock may be off; what the service's clock shows, where its answer says so, decides (client.cpp).
bool mayBeClock(std::string_view code);
// The keys were good and are not any more.
bool isExpired(std::string_view code);

} // namespace timonier::aws
