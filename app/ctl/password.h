// A password from a person at a terminal, unseen, or from the standard input.
#pragma once

#include "base/result.h"
#include "base/secret.h"

#include <string>

namespace timonier::ctl {

// One line of the standard input; where that is a terminal, `prompt` is shown on stderr and nothing that is typed is. Errors: Invalid (nothing
// was given).
Result<Secret> askPassword(const std::string &prompt);

} // namespace timonier::ctl
