// status.conditions in words. Pure.
#pragma once

#include "describe/describe.h"
#include "describe/fields.h"

namespace timonier::describing {

// For the common types it is known which of True and False is the good one; for all others neither is.
std::vector<Condition> conditionsOf(const Json &object, std::string_view kind);
// The condition of that type; null when there is none.
const Json &condition(const Json &object, std::string_view type);
bool conditionIs(const Json &object, std::string_view type, std::string_view status);

} // namespace timonier::describing
