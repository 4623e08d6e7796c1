// Who a host is: known_hosts as sshd(8) has it (SSH_KNOWN_HOSTS FILE FORMAT), and what a key offered means. Blocking file reads; any thread.
//
// libssh's own check leaves out @revoked, reads one file of a person's, stops at a line that it cannot read, and cannot say where a key stands.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace timonier::remote {

struct HostKey {
    std::string type{};        // "ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"
    std::string blob{};        // as it goes over the wire, not base64 (RFC 4253, 6.6)
    std::string base64() const;
    std::string fingerprint() const; // "SHA256:…" as OpenSSH prints it
    bool operator==(const HostKey &) const = default;
};

// Of its type and its base64, as libssh and known_hosts have it.
HostKey hostKeyOf(std::string_view type, std::string_view base64);

enum class HostKeyIs {
    Known,
    Unknown,  // nothing is known of this host
    Changed,  // other keys are
    Revoked,  // exactly this one must not be trusted any more
};

struct HostKeyVerdict {
    HostKeyIs is = HostKeyIs::Unknown;
    HostKey known{};           // Changed: what is known instead, of the same type if there is one
    std::string file{};        // Changed, Revoked: where that stands
    unsigned line = 0;
};

struct KnownHostsFile {
    std::string path{};
    std::string text{};
};

// A host as it stands there: "name", "[name]:2222"; in small letters.
std::string knownHostName(std::string_view host, std::uint16_t port);

// What these files, in this order, say of `key` for that host. `alias`: the name stands for itself, whatever the port is. Where nothing is known of
// "[host]:port", a key that is known for the host at port 22 is known, as with OpenSSH; another one is unknown, not changed. A key of a type of which none is
// known while others are is Changed: the known ones are asked for first, so a host that has them proves it. Lines that cannot be read say nothing.
HostKeyVerdict judge(const std::vector<KnownHostsFile> &files, std::string_view host, std::uint16_t port, bool alias, const HostKey &key);
// The types of which keys are known for that host, first in the file first.
std::vector<std::string> knownTypes(const std::vector<KnownHostsFile> &files, std::string_view host, std::uint16_t port, bool alias);

// Adds a line, at once on the disk. A new file is for its owner only (0600), and so is a new folder (0700). Errors: Io.
Result<> addKnownHost(const std::string &path, const std::string &name, const HostKey &key);

} // namespace timonier::remote
