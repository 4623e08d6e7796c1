// The secrets of an application: given, read back from where an earlier deployment put them, or made up. They exist in this process's
// memory and in the cluster's Secrets, nowhere else. Blocking: worker threads only.
#pragma once

#include "base/result.h"
#include "catalog/template.h"
#include "kube/transport.h"

#include <stop_token>

namespace timonier::catalog {

// `count` letters and digits, each of 62 as likely; from OpenSSL's generator. Errors: Internal.
Result<Secret> generated(int count);

// Fills in the secrets of `filling` for each place: what was given is hashed where the entry wants that; else what stands where the entry says
// that it does (`from`); else what an earlier deployment put there; else made up where the parameter says so. What is still missing then stays so, and problemsOf() says it.
// Errors: those of fetch(), but NotFound and Forbidden (then there is nothing to be read back); Internal.
Result<> fillSecrets(Transport &transport, const Entry &entry, const std::vector<SecretPlace> &places, Filling &filling, std::stop_token stop);

} // namespace timonier::catalog
