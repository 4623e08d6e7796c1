// What an object says of others: what it uses, serves, brings. Included by .cpp files only. Pure; any thread.
#pragma once

#include "manifest/manifest_object.h"

#include <nlohmann/json_fwd.hpp>

namespace timonier {

// Tolerant: what has not the shape that the server wants is left out; the server will say so.
ObjectFacts factsOf(const ObjectRef &ref, const nlohmann::json &object);

} // namespace timonier
