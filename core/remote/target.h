// Who is to be reached and how, as a person says it; plain data. What ~/.ssh/config adds to it: ssh_config.h.
#pragma once

#include "base/result.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace timonier::remote {

struct Target {
    std::string host{};                  // a name, an address (IPv6 without brackets), or a Host of ~/.ssh/config
    std::uint16_t port = 0;              // 0: as the configuration has it, else 22
    std::string user{};                  // empty: as the configuration has it, else who runs this program
    std::vector<std::string> keyFiles{}; // tried before anything else; empty: as the configuration has it, else ~/.ssh/id_*
    bool agent = true;                   // ask the agent (SSH_AUTH_SOCK, IdentityAgent)
    std::string jump{};                  // "a@first:2222,second", as ssh -J; empty: as the configuration has it; "none": none at all
    // known_hosts files; what is accepted is added to the first. Empty: as the configuration has them, else ~/.ssh/known_hosts, and /etc/ssh/ssh_known_hosts.
    std::vector<std::string> knownHosts{};
    std::string keyName{};               // what known_hosts has it under, whatever its address is (HostKeyAlias); empty: as the configuration has it, else `host`
    bool readsConfig = true;             // ~/.ssh/config and /etc/ssh/ssh_config
    std::string configFile{};            // in place of both

    std::chrono::milliseconds connectTimeout{15'000}; // to the end of the key exchange; a person's answers take no time from it
    // Of that, until the host's kernel answers at all: a lost packet has been sent three times by then (after 1 and 3 s). ConnectTimeout of ~/.ssh/config is both.
    std::chrono::milliseconds answerTimeout{6'000};
    std::chrono::milliseconds aliveInterval{15'000};  // of silence, before the other side is asked for a sign of life
    unsigned aliveCount = 3;                          // unanswered ones, before the connection counts as lost
};

// "host", "user@host", "user@host:port", "[2001:db8::7]:22", "ssh://user@host:port". Errors: Invalid.
Result<Target> parseTarget(std::string_view text);

// Host and user are safe to be shown, to be written into known_hosts and to be put in place of %h and %r of a ProxyCommand. As strict as OpenSSH 9.6
// (ssh.c: valid_hostname, valid_ruser). Errors: Invalid.
Result<> checkHostName(std::string_view host);
Result<> checkUserName(std::string_view user);

} // namespace timonier::remote
