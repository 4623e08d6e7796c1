// The real Transport: one API server through libcurl, on the program's network thread.
//
// All requests share one HTTP/2 connection (a second one from the 91st stream on). A connection that has streams and is
// silent is asked for a sign of life; without one it is cut, so that its streams fail at once and not never.
#pragma once

#include "kube/credentials.h"
#include "kube/endpoint.h"
#include "kube/transport.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace timonier {

class Network;
class Worker;

// When patience ends.
struct TransportTimes {
    std::chrono::milliseconds connect{15'000};     // DNS, TCP, TLS and proxy together
    std::chrono::milliseconds silence{30'000};     // with streams and without a byte: ask GET /version
    std::chrono::milliseconds unanswered{10'000};  // the same when a request waits for its head
    std::chrono::milliseconds answer{15'000};      // to answer the question: any status is alive
};

struct TransportStats {
    std::uint64_t connections = 0;   // opened, since the beginning (every address tried counts)
    std::uint64_t requests = 0;      // sent, those of the liveness probe included
    std::uint64_t bytesReceived = 0; // of bodies, as they were on the wire (compressed)
    std::uint64_t bytesSent = 0;
};

class CurlTransport final : public Transport
{
public:
    // `credentials` null: none are sent. `userAgent` must not begin with "curl/" (the API server would indent its JSON).
    // A server or proxy address that is not one is told by each request (Invalid).
    CurlTransport(Network &network, Endpoint endpoint, std::shared_ptr<CredentialSource> credentials,
                  std::string userAgent = defaultUserAgent(), TransportTimes times = {});
    // Asks the credential source to stop and waits for it; calls under way get finished(Cancelled) soon after.
    ~CurlTransport() override;

    std::unique_ptr<Call> start(Request request, std::shared_ptr<Receiver> receiver) override;
    void distrust() override;
    TransportStats stats() const;

    static std::string defaultUserAgent(); // "timonier/<version>"

private:
    struct Link;
    std::shared_ptr<Link> m_link;
    std::shared_ptr<Worker> m_worker;
};

} // namespace timonier
