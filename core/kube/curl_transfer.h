// One request on one curl handle: its options, what curl calls back, and the errors it ends with. Network thread only.
#pragma once

#include "kube/credentials.h"
#include "kube/endpoint.h"
#include "kube/network.h"
#include "kube/response_head.h"
#include "kube/server_url.h"
#include "kube/transport.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

struct curl_slist;

namespace timonier {

// What the requests of one transport have in common. Immutable, but for the counters.
struct TransferSettings {
    Endpoint endpoint;
    ServerUrl server;
    std::string userAgent;
    std::uint64_t owner = 0;
    std::chrono::milliseconds connectLimit{15'000}; // DNS, TCP, TLS and proxy together
};

struct TransferCounters {
    std::atomic<std::uint64_t> connections = 0;
    std::atomic<std::uint64_t> requests = 0;
    std::atomic<std::uint64_t> received = 0;
    std::atomic<std::uint64_t> sent = 0;
};

class Transfer final : public NetworkTransfer, public std::enable_shared_from_this<Transfer>
{
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    // The transfer ended by itself. For a 401 `refused` is true: nothing was delivered yet, and deliverRefusal() or
    // another send() may follow.
    struct Host {
        virtual ~Host() = default;
        virtual void ended(Transfer &transfer, bool refused, Result<> result) = 0;
        // It has a connection now. Called by curl: no handle may be added or removed here.
        virtual void connected(Transfer &transfer) = 0;
    };

    Transfer(Host &host, Network &network, std::shared_ptr<const TransferSettings> settings,
             std::shared_ptr<TransferCounters> counters, Request request, std::shared_ptr<Receiver> receiver, bool mayRefresh);
    ~Transfer() override;

    // Puts the request on the wire. `laneName`: requests of one lane share connections, those of others never do.
    // Errors: Invalid (a credential that no header can carry).
    Result<> send(const Credential &credential, unsigned laneName);
    // Takes it off the wire; nothing more comes from curl.
    void stop();
    void resume();
    // Hands the 401 that was held back to the receiver.
    void deliverRefusal();

    // The error when a time limit has passed; otherwise `next` becomes at most the moment of the nearest limit.
    std::optional<Error> overdue(TimePoint now, TimePoint &next) const;

    bool onWire() const { return m_easy != nullptr; }
    bool hadConnection() const { return m_sent != TimePoint(); }
    const ConnectionPtr &connection() const { return m_connection; }
    // It waits for an answer since then; nothing if the head has come or the request is not sent.
    std::optional<TimePoint> unansweredSince() const;
    bool paused() const { return m_paused; }
    const Credential &credential() const { return m_credential; }
    Receiver &receiver() { return *m_receiver; }
    bool refreshed = false;      // sent once more after a 401
    std::optional<unsigned> lane; // whose stream it is (the host's book-keeping)

    void done(int code) override;

private:
    struct Callbacks;
    Result<> setUp(unsigned laneName);
    Result<> setHeaders();
    void leaveConnection();
    void listenToErrors();
    void touched();
    Error failure(int code);

    Host &m_host;
    Network &m_network;
    std::shared_ptr<const TransferSettings> m_settings;
    std::shared_ptr<TransferCounters> m_counters;
    Request m_request;
    std::shared_ptr<Receiver> m_receiver;
    bool m_mayRefresh;
    Credential m_credential;

    void *m_easy = nullptr;
    curl_slist *m_headers = nullptr;
    curl_slist *m_connectTo = nullptr;
    std::array<char, 256> m_errorText{};   // CURL_ERROR_SIZE
    ConnectionPtr m_connection;
    HeadParser m_parser;
    bool m_delivered = false;              // the head has been handed over
    std::string m_refusal;                 // the body of a 401 held back
    bool m_paused = false;
    bool m_resent = false;                 // curl wanted to send it again by itself, and was not let
    TimePoint m_started{};
    TimePoint m_sent{};                    // a connection is there; zero before
    TimePoint m_moved{};                   // the last byte, in either direction
    std::uint64_t m_received = 0;
    std::uint64_t m_sentBytes = 0;
};

} // namespace timonier
