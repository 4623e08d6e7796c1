// What sudo says when it does not do what it is asked to, and what that means. Pure.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace timonier::remote {

// `words`: its errors, in English. `asked`: how often it asked for a password; `answered`: how often it got one. Kinds: Unauthorized (a password is missing or wrong), Forbidden (not in
// sudoers, needs a terminal, expired), NotFound (no sudo), Process (anything else). `host` is for people: "user@host".
Error sudoRefusal(std::string_view words, bool missing, unsigned asked, unsigned answered, const std::string &host, const std::string &user);

} // namespace timonier::remote
