// One object as a person wants to read it: its JSON without the server's book-keeping. Pure; any thread.
#pragma once

#include "base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <string_view>

namespace timonier {

// Without managedFields (as kubectl leaves them out), and without the copy of a Secret's data that `kubectl apply` leaves
// in an annotation. Keys stay in the server's order. `kind`: what it is when it does not say so itself, as in a list.
// Errors: Protocol (no JSON object), TooLarge (nested deeper than 1,000 levels).
Result<nlohmann::ordered_json> readObject(std::string_view json, std::string_view kind = {});

} // namespace timonier
