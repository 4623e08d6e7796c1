// What the resource manager refuses, in words: which permission, which quota, which policy, which request. Pure.
#pragma once

#include "base/result.h"
#include "cloud/azure/cloud.h"
#include "net/http.h"

#include <optional>
#include <string>
#include <string_view>

namespace timonier::azure {

// Of an answer that is not 2xx. In the context: "action" ("Microsoft.ContainerService/managedClusters/write"), "code", "correlation id", "request id";
// "permission" of a right that is missing. Kinds: Unauthorized, Forbidden (a right, a quota or a policy), NotFound, Conflict (there already, busy),
// Throttled, Server, Invalid (the request), Protocol (no answer of Azure's).
Error armError(const Cloud &cloud, const std::string &action, const HttpAnswer &answer);
// Of a long operation that failed: `body` is its status, or the thing in the state it ended in.
Error operationError(const Cloud &cloud, const std::string &action, const HttpAnswer &answer);

// Azure's own name of it: "ResourceGroupNotFound"; "" where there is none.
std::string_view codeOf(const Error &error);
// Something of the same thing is still going on: later.
bool isBusy(const Error &error);

// "Current Limit: 4, Current Usage: 0, Additional Required: 8" of "Total Regional Cores quota".
struct Quota {
    std::string what{}, location{};
    int limit = 0, used = 0, asked = 0;
};
std::optional<Quota> quotaIn(const std::string &words);

} // namespace timonier::azure
