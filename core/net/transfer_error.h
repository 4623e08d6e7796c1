// What libcurl's failures mean, in words. For net's own files.
#pragma once

#include "base/environment.h"
#include "base/result.h"

#include <initializer_list>
#include <string>

namespace timonier {

// Of a transfer on `easy` (a CURL) that ended with the CURLcode `code`; `words`: its error buffer, may be empty.
Error transferError(void *easy, int code, const char *words, const std::string &url);

// "host:port" of an address, without its user.
std::string hostOf(const std::string &url);

// The first of `names` that is set, in small letters first, as curl and Go read them.
std::string ofEnvironment(const Environment &environment, std::initializer_list<const char *> names);

} // namespace timonier
