// A private key of a file, in the formats that OpenSSH writes (its own, PEM, PKCS#8): ed25519, ECDSA, RSA. Blocking; any thread.
#pragma once

#include "base/result.h"
#include "base/secret.h"

#include <memory>
#include <string>

struct ssh_key_struct;

namespace timonier::remote {

struct SshKeyFree {
    void operator()(ssh_key_struct *key) const;
};
using SshKey = std::unique_ptr<ssh_key_struct, SshKeyFree>;

struct KeyFile {
    std::string path{};
    Secret text{};
    bool encrypted = false;    // a passphrase is needed

    // Errors: NotFound; Forbidden (not ours to read; others may read it: OpenSSH refuses it, and so do we); Invalid (a public key, PuTTY's format, no key at all).
    static Result<KeyFile> read(const std::string &path);
    // Its public half, as far as that can be had without the passphrase: of OpenSSH's format, or of the file beside it (.pub). Null: not to be had.
    SshKey publicKey() const;
    // Errors: Unauthorized (the passphrase is wrong), Invalid (of a kind that is not supported, or damaged).
    Result<SshKey> privateKey(const Secret &passphrase) const;
};

// A new key pair, ed25519, without a passphrase: `path` for its owner only (0600, its folder 0700) and at once on the disk, `path`.pub beside it. What is there is not
// overwritten. The public half, as authorized_keys has it. Errors: Conflict (there is such a file), Io, Internal.
Result<std::string> makeKeyFile(const std::string &path, const std::string &comment);

} // namespace timonier::remote
