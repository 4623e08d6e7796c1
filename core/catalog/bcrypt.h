// Passwords as Dex, Apache and others keep them (Provos and Mazières, "A Future-Adaptable Password Scheme", USENIX 1999; the "$2b$" form
// of OpenBSD). OpenSSL has Blowfish but not this. Any thread; takes a quarter of a second, which is its purpose.
#pragma once

#include "base/result.h"
#include "base/secret.h"

#include <string>
#include <string_view>

namespace timonier::catalog {

// "$2b$12$" + salt + hash; 2^cost rounds. Beyond 72 bytes nothing of a password counts: that is Invalid, as is one that holds a zero byte.
// Errors: Internal (no random numbers).
Result<std::string> bcrypt(const Secret &password, int cost = 12);

// Whether `hash` is one of this password; false for what is no such hash.
bool bcryptMatches(const Secret &password, std::string_view hash);

} // namespace timonier::catalog
