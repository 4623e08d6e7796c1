// A port of this computer that leads to a port in a pod, as long as this object lives: each connection to it becomes one
// WebSocket (v4.channel.k8s.io, which the API server hands to the kubelet: no SPDY). A pod that is replaced costs the
// connections that were under way; the next one goes to a pod that is ready, and waits a while for one.
//
// One thread listens, one serves each connection. A connection that is closed for writing only (half-closed) is closed
// altogether when the pod has been silent for some seconds: this protocol cannot tell the pod.
#pragma once

#include "base/error.h"
#include "kube/port_target.h"
#include "kube/websocket.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace timonier {

struct ForwardOptions {
    std::string address = "127.0.0.1";            // where to listen: an IP address of this computer
    std::uint16_t port = 0;                       // 0: any that is free
    std::chrono::milliseconds patience{60'000};   // how long a connection waits for a ready pod, or for the API server
    std::chrono::milliseconds linger{5'000};      // what a half-closed connection waits for the pod to say more
    StreamTimes times{};
};

enum class ForwardState {
    Listening,   // nobody is connected
    Connecting,  // a connection is being made
    Active,      // bytes can go
    Waiting,     // for a pod that is ready, or for the API server: `problem` says why
    Refused,     // the rights are missing
    PortClosed,  // nothing in the pod listens on that port
    Broken,      // the last connection failed otherwise
};

std::string_view name(ForwardState state); // "Listening"

struct ForwardStatus {
    ForwardState state = ForwardState::Listening;
    unsigned active = 0;               // connections at this moment
    std::uint64_t connections = 0;     // accepted since the beginning
    std::uint64_t received = 0;        // bytes from pods
    std::uint64_t sent = 0;            // bytes to pods
    PodPort pod{};                     // where the last connection went, or where one will
    std::string unready{};             // why no pod was ready when one was looked for last; empty: one was
    std::optional<Error> problem{};    // of Waiting, Refused, PortClosed, Broken
};

class PortForward
{
public:
    virtual ~PortForward() = default;  // closes everything and joins: milliseconds, but not for a GUI thread
    virtual std::string address() const = 0;    // where it listens
    virtual std::uint16_t port() const = 0;
    virtual ForwardStatus status() const = 0;   // any thread
};

// Looks the target up, checks the right to open streams to pods, and listens. Blocks. `wake` is called on any thread when the
// status has changed, but for its byte counts; it must only wake.
// Errors: those of PortResolver::find; Forbidden (told with the rights it takes), Conflict (the local port is taken), Invalid.
Result<std::unique_ptr<PortForward>> forwardPort(std::shared_ptr<Transport> transport, StreamAccess access, PortTarget target,
                                                 ForwardOptions options, std::function<void()> wake, std::stop_token stop);

std::string portForwardPath(const std::string &ns, const PodPort &pod);

} // namespace timonier
