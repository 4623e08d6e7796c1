// What is wrong with an object, as far as the object itself says: one sentence, the reason, the server's own words. Nothing
// when all is well. Pure.
#pragma once

#include "describe/describe.h"
#include "describe/fields.h"

namespace timonier::describing {

// `now`: Unix seconds.
std::optional<Verdict> verdictOf(const Json &object, std::string_view kind, std::int64_t now);
std::optional<Verdict> podVerdict(const Json &pod, std::int64_t now);
// The reason that stands behind a failed pull, from the words of the container runtime; "" when they do not tell.
std::string pullReason(std::string_view message);

} // namespace timonier::describing
