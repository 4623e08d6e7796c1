// Whole objects as JSON or YAML, one after another as they arrive: no list is ever held.
#pragma once

#include "ctl/kinds.h"

#include <cstdio>
#include <stop_token>
#include <string_view>

namespace timonier::ctl {

enum class ObjectFormat { Json, Yaml };

// One object, without its managedFields (as kubectl leaves them out). Errors: Protocol.
Result<> printObject(std::FILE *out, std::string_view json, ObjectFormat format);
// A v1 List of everything the target means, in the server's order. Errors: those of stream(); Protocol.
Result<> printObjects(std::FILE *out, const Target &target, ObjectFormat format, std::stop_token stop);

} // namespace timonier::ctl
