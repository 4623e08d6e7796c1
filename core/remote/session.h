// A host, reached over ssh, as an effect: a test brings its own (a played one, or a real sshd).
//
// What is asked for is an argument list; it is quoted in one place (quote.h). Every remote command runs under a POSIX shell whatever
// the login shell is, with LC_ALL=C.UTF-8 (C where that is missing) and without LANGUAGE: what it prints is read by us.
#pragma once

#include "base/process.h"
#include "base/result.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace timonier::remote {

struct HostCommand {
    std::vector<std::string> arguments{};      // never a secret: every process there can read them
    bool root = false;                         // by sudo where the user is not root; its password goes over standard input, never an argument
    std::vector<std::pair<std::string, std::string>> set{}; // environment; no secret either
    std::string input{};                       // its standard input; may be a secret
    std::size_t outLimit = 16u << 20;          // bytes kept of its output: the first ones
    std::size_t errLimit = 256u << 10;         // bytes kept of its errors: the last ones, where the reason is
    std::chrono::milliseconds timeout{0};      // for the whole; zero: none
    std::chrono::milliseconds stall{0};        // without a byte on either stream; zero: none
    // Hears what it prints while it runs, in pieces of any size (base/lines.h cuts them). On the thread of run().
    std::function<void(ProcessStream, std::string_view)> heard{};
};

struct Upload {
    std::string path{};      // absolute; its folder is made if it is missing (0755)
    std::string content{};   // may be a secret: it travels over standard input
    unsigned mode = 0644;
    std::string owner{};     // "root:root"; empty: whoever writes it
    bool root = false;
};

// One host. Any thread, several commands at once (each is a channel of one connection). The connection is opened at the first use
// and again after it was lost, but a command that was running then is not repeated: it ends as Unreachable, with "connection" =
// "lost" in the context, and whoever asked checks what is so before asking again.
struct Session {
    virtual ~Session() = default;
    // "user@host" or "user@host:port", for people and for messages.
    virtual std::string name() const = 0;
    // An exit code is a result, not an error. Errors: Unreachable (no route, refused, lost), Unauthorized (no key or password is
    // accepted; sudo asks for a password that we do not have, or refuses it), Forbidden (not in sudoers; no shell), NotFound (no sudo there),
    // Process (sudo itself fails), Tls (the host key is not known or not the known one: "known" and "offered" fingerprints are in the
    // context), Timeout, Cancelled.
    virtual Result<ProcessOutput> run(const HostCommand &command, std::stop_token stop) = 0;
    // Written beside it under a name of ours, made durable, renamed: the file is the old one or the new one, never half of it.
    virtual Result<> put(const Upload &upload, std::stop_token stop) = 0;
    // The local file `from` (of any size: an archive of images) streamed to `to` in the same manner; `progress` hears bytes sent, bytes in all.
    virtual Result<> send(const std::string &from, const Upload &to, const std::function<void(std::uint64_t, std::uint64_t)> &progress, std::stop_token stop) = 0;
    // NotFound where there is none. `limit` in bytes: Invalid if it is larger.
    virtual Result<std::string> read(const std::string &path, bool root, std::size_t limit, std::stop_token stop) = 0;
};

// The connection was cut while a command ran: it says nothing of the host, and the next command makes a new one.
inline bool isLost(const Error &error)
{
    return std::ranges::any_of(error.context, [](const auto &pair) { return pair.first == "connection" && pair.second == "lost"; });
}

} // namespace timonier::remote
