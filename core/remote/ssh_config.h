// ~/.ssh/config and /etc/ssh/ssh_config, read as ssh_config(5) has it, and what they make of a target. Any thread.
//
// libssh has a reader too, but its ProxyJump is a child process `ssh`, it knows no HostKeyAlias and no IdentitiesOnly, runs what "Match exec" says, and lets
// StrictHostKeyChecking weaken its own check. Here nothing does: that keyword is not read. "Match exec" never matches: a file is read, not run.
#pragma once

#include "remote/target.h"

#include <functional>
#include <optional>

namespace timonier::remote {

// Everything that is needed to sign in somewhere, with nothing left open.
struct Destination {
    std::string host{};                  // where to connect to: HostName
    std::uint16_t port = 22;
    std::string user{};
    std::string keyName{};               // what known_hosts has it under: HostKeyAlias, else host ("[host]:port" is made of it there)
    bool hasAlias = false;               // HostKeyAlias: the port is no part of its name
    std::vector<std::string> keyFiles{}; // in this order
    bool keysAreNamed = false;           // by the target, or by IdentityFile: one that is not there is told
    bool agent = true;
    std::string agentSocket{};           // IdentityAgent; empty: SSH_AUTH_SOCK
    std::vector<std::string> knownHosts{};       // the first is added to
    std::vector<std::string> globalKnownHosts{}; // read only
    std::vector<std::string> jumps{};    // "user@host:port", from here outwards
    std::string proxyCommand{};          // its % are replaced
    // Algorithms, as they stand there ("+x", "-x", "^x" too); empty: libssh's own.
    std::string hostKeyAlgorithms{}, keyExchanges{}, ciphers{}, macs{}, publicKeyAlgorithms{};
    bool publicKey = true, password = true, interactive = true;
    std::chrono::milliseconds connectTimeout{}, answerTimeout{};
    std::chrono::milliseconds aliveInterval{};
    unsigned aliveCount = 3;

    std::string name() const;            // "user@host", "user@host:2222"
};

// What a target is looked at from.
struct Surroundings {
    std::string home{};
    std::string localUser{};
    std::string localHost{};
    std::function<std::string(const std::string &)> variable{}; // of the environment; "" where it is not set
    // A file's text; nothing where it cannot be read. And the files that a pattern names, in the order of the alphabet.
    std::function<std::optional<std::string>(const std::string &)> file{};
    std::function<std::vector<std::string>(const std::string &)> glob{};
};
Surroundings thisComputer();

// Errors: Invalid (a name that is none; a line that cannot be understood, with "file" and "line").
Result<Destination> resolve(const Target &target, const Surroundings &surroundings);

} // namespace timonier::remote
