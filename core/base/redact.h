// Takes out of a text what looks like a secret, before it is logged or shown. Any thread.
//
// Rather too much than too little, but the prose of tools stays readable: "could not get token: unauthorized" is kept.
#pragma once

#include <string>
#include <string_view>

namespace timonier {

// The text with each of these replaced by "[redacted]": private keys in PEM; JWTs, EKS and bootstrap tokens; what follows
// "Bearer" and "Authorization:"; values of keys such as token, password, secret, client-key-data, however they are
// written (YAML, JSON, environment, command line, query of a URL); user and password of a URL.
std::string redact(std::string_view text);

} // namespace timonier
