// What a person may have to be asked. One question at a time, on any thread that may block (a connection's, or the one that runs a command); `stop` says that nobody waits
// for the answer any more.
#pragma once

#include "base/secret.h"

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace timonier::remote {

struct UnknownHostKey {
    std::string host{};        // "user@host:port", for people
    std::string through{};     // the jump host that it is reached by; empty: none
    std::string type{};        // "ssh-ed25519"
    std::string fingerprint{}; // "SHA256:…"
    std::string file{};        // where it is written when it is accepted
};

enum class SecretKind {
    Password,   // the user's, on that host
    Passphrase, // of a key file
    Sudo,       // what sudo asks for there; mostly the user's password
    Answer,     // to a question of the host's own: a code, a token
};

struct SecretQuestion {
    SecretKind kind = SecretKind::Password;
    std::string host{};        // "user@host:port"
    std::string about{};       // Passphrase: the file; Answer: the host's words
    unsigned attempt = 0;      // how many answers were wrong already
};

struct Questions {
    // Whether this key may be trusted from now on. Not set: no.
    std::function<bool(const UnknownHostKey &, std::stop_token stop)> acceptHostKey{};
    // Nothing: there is no answer. An answer is kept in memory and not asked for again, unless it was wrong; the same wrong one given twice ends it.
    std::function<std::optional<Secret>(const SecretQuestion &, std::stop_token stop)> secret{};
};

} // namespace timonier::remote
