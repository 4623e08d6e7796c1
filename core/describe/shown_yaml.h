// The YAML that a person reads: values of Secrets masked, texts of great length cut. Pure.
#pragma once

#include "describe/fields.h"

#include <string>

namespace timonier::describing {

// `revealed`: the values of a Secret stand there; those that are text as stringData, which means the same and can be read.
std::string shownYaml(Json object, std::string_view kind, bool revealed);

} // namespace timonier::describing
