// How one follows what takes its time, in the resource manager's three ways (learn.microsoft.com/azure/azure-resource-manager/management/async-operations):
// an Azure-AsyncOperation that has a status, a Location that answers 202 until it is done, the thing's own provisioningState. Pure.
#pragma once

#include "net/http.h"

#include <chrono>
#include <optional>
#include <string>

namespace timonier::azure {

struct Follow {
    enum How { Nothing, Status, Location, State } how = Nothing; // Nothing: it is over already
    std::string url{};                                           // of Status and Location
};
// Of the answer to a PUT, POST, PATCH or DELETE.
Follow followOf(const std::string &method, const HttpAnswer &answer);

enum class Course { Running, Done, Failed };
// Of an answer to what is followed, whatever its status.
Course courseOf(const Follow &follow, const HttpAnswer &answer);
// Of a thing: "Creating", "Succeeded" …
Course courseOfState(const std::string &state);

// How long to wait, where it is said in seconds, as Azure does.
std::optional<std::chrono::milliseconds> retryAfter(const HttpAnswer &answer);

} // namespace timonier::azure
