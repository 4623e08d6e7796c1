// Who the user is to an API server: what a kubeconfig user resolves to, and the source that resolves it when asked.
#pragma once

#include "base/result.h"
#include "base/secret.h"

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>

namespace timonier {

struct Credential {
    std::optional<Secret> bearer;               // Authorization: Bearer …
    std::optional<std::pair<std::string, Secret>> basic; // user and password (proxies of old clusters)
    std::string certificatePem;                 // client certificate chain; empty for none
    Secret keyPem;                              // its private key
    std::optional<std::chrono::system_clock::time_point> expires;
    bool operator==(const Credential &) const = default;
};

// Resolves a credential; implementations cache what may be cached and run one resolution at a time (single flight).
struct CredentialSource {
    virtual ~CredentialSource() = default;
    // Blocking (a plugin may take seconds): worker threads only. `afterRejection` is true when the server answered 401 to
    // the last credential: whatever was cached is not used again.
    // Errors: Unauthorized (a plugin refused; its stderr is in the context), Process, Io, Timeout, Cancelled, Invalid.
    virtual Result<Credential> resolve(bool afterRejection, std::stop_token stop) = 0;
    // The credential if it can be had without waiting: a certificate, a token, an unexpired cached answer. Any thread.
    virtual std::optional<Credential> cached() = 0;
};

} // namespace timonier
