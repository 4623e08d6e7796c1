// The address of an API server and of the proxy before it, taken apart for curl and for error messages. Plain data.
#pragma once

#include "base/result.h"
#include "kube/endpoint.h"

#include <string>

namespace timonier {

struct ServerUrl {
    std::string base;        // what requests are made to: "https://host:6443/prefix", with the TLS server name as host if there is one
    std::string connectTo;   // CURLOPT_CONNECT_TO when the TLS server name is not the host; else empty
    std::string hostHeader;  // "host:6443", set when connectTo is
    std::string shown;       // "host:6443", for people
    std::string proxy;       // for CURLOPT_PROXY; empty: the environment's
    std::string proxyShown;  // without user and password
    bool tls = true;
    bool loopback = false;   // never through the environment's proxy, as Go has it

    // Errors: Invalid.
    static Result<ServerUrl> of(const Endpoint &endpoint);
};

} // namespace timonier
