// A WebSocket to an API server, on a connection of its own: exec, attach, port-forward (KEP-4006's channels: the first byte
// of each message says which stream it belongs to). libcurl makes the connection, wslay the frames.
//
// Blocking and single-threaded: whoever opened it turns it, in a loop, on a thread of its own. What is not taken stays at
// the server, what cannot be sent stays with the caller: neither side grows this program's memory.
#pragma once

#include "base/result.h"
#include "kube/credentials.h"
#include "kube/endpoint.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace timonier {

// What a stream's connection is made of: the same as a transport's.
struct StreamAccess {
    Endpoint endpoint{};
    std::shared_ptr<CredentialSource> credentials{}; // null: none are sent
    std::string userAgent{};
};

struct StreamTimes {
    std::chrono::milliseconds connect{15'000};  // DNS, TCP, TLS and proxy together
    std::chrono::milliseconds answer{30'000};   // to the request to upgrade: the API server calls the kubelet before it answers
    std::chrono::milliseconds silence{30'000};  // then a ping, which also keeps the connection known to NATs and balancers
    std::chrono::milliseconds pong{30'000};     // to answer the ping
};

class WebSocket
{
public:
    // A socket of the caller's that is waited for as well. What is neither to be read nor written is not looked at.
    struct Watched {
        int socket = -1;
        bool reads = false;
        bool writes = false;
        bool readable = false;  // out: also at the end, and when it is broken
        bool writable = false;  // out
    };
    enum class State { Open, Closed };
    // Gets the payload of messages in pieces, in order; must not call the WebSocket.
    using Sink = std::function<void(std::uint8_t channel, std::string_view bytes)>;

    // Opens one. `path` as in Request; `protocols` best first. A 401 asks the credential source once more.
    // Errors: Unreachable, Tls, Timeout, Unauthorized, Protocol, Unsupported, Cancelled; what the server refused it with
    // (statusError): Forbidden, NotFound, Server (the kubelet could not be asked) …
    static Result<std::unique_ptr<WebSocket>> open(const StreamAccess &access, const std::string &path,
                                                   const std::vector<std::string> &protocols, std::stop_token stop,
                                                   StreamTimes times = {});
    ~WebSocket();

    const std::string &protocol() const;

    // Queues one message. Look at queued() before: there is no limit here.
    void send(std::uint8_t channel, std::string_view bytes);
    std::size_t queued() const; // bytes that are not yet with the kernel
    // Says goodbye; the other side's answer ends it (Closed).
    void close();

    // One turn: sends what is queued, hands to `sink` what has come (at most some 64 kB; nothing unless `receives`), and
    // waits for something to happen when there was nothing to do, at most for `most`. Closed: the other side said so.
    // Errors: Unreachable (cut without a goodbye), Timeout (it does not answer any more), Protocol, Cancelled (the `stop`
    // it was opened with).
    Result<State> turn(bool receives, std::span<Watched> others, std::chrono::milliseconds most, const Sink &sink);
    // Ends the wait of turn(). Any thread, as long as the object lives.
    void wake();

private:
    struct Impl;
    explicit WebSocket(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace timonier
