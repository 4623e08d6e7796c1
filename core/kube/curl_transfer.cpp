#include "kube/curl_transfer.h"

#include "base/say.h"
#include "kube/curl_options.h"

#include <curl/curl.h>
#include <fmt/format.h>

namespace timonier {

namespace {

constexpr std::size_t refusalLimit = 64 * 1024;
static_assert(CURL_ERROR_SIZE <= 256);

} // namespace

// What curl calls. Each gets the transfer, except what outlives it (SocketTable::closeCallback).
struct Transfer::Callbacks {
    static std::size_t header(char *data, std::size_t, std::size_t size, void *self)
    {
        auto &t = *static_cast<Transfer *>(self);
        t.touched();
        if (t.m_parser.line({data, size}) && !(t.m_mayRefresh && t.m_parser.head().status == 401)) {
            t.m_delivered = true;
            t.m_receiver->head(t.m_parser.head());
        }
        return size;
    }

    static std::size_t body(char *data, std::size_t, std::size_t size, void *self)
    {
        auto &t = *static_cast<Transfer *>(self);
        if (t.m_paused)
            return CURL_WRITEFUNC_PAUSE; // comes again after resume()
        t.touched();
        if (!t.m_delivered)
            t.m_refusal.append(data, std::min(size, refusalLimit - std::min(refusalLimit, t.m_refusal.size())));
        else if (t.m_receiver->data({data, size}) == Flow::Pause)
            t.m_paused = true;
        return size;
    }

    static int progress(void *self, curl_off_t, curl_off_t down, curl_off_t, curl_off_t up)
    {
        auto &t = *static_cast<Transfer *>(self);
        const auto received = static_cast<std::uint64_t>(down);
        const auto sent = static_cast<std::uint64_t>(up);
        if (received != t.m_received || sent != t.m_sentBytes)
            t.m_moved = std::chrono::steady_clock::now();
        if (received > t.m_received)
            t.m_counters->received += received - t.m_received;
        if (sent > t.m_sentBytes)
            t.m_counters->sent += sent - t.m_sentBytes;
        t.m_received = received; // both begin again at zero when curl sends the request again
        t.m_sentBytes = sent;
        return 0;
    }

    static curl_socket_t open(void *self, curlsocktype, curl_sockaddr *address)
    {
        auto &t = *static_cast<Transfer *>(self);
        t.listenToErrors();
        const int socket = t.m_network.sockets().open(t.m_settings->owner, address->family, address->socktype, address->protocol);
        if (socket >= 0)
            ++t.m_counters->connections;
        return socket;
    }

    // A connection is there, and the request is about to go out on it.
    static int connected(void *self, char *, char *localIp, int, int localPort)
    {
        auto &t = *static_cast<Transfer *>(self);
        const bool again = t.m_sent != TimePoint();
        // curl sends a request again by itself when a reused connection breaks before the answer. A connection we cut
        // must fail at once, and what changes something must not be done twice.
        if (again && (t.m_request.method != "GET" || (t.m_connection && t.m_connection->dead))) {
            t.m_resent = true;
            return CURL_PREREQFUNC_ABORT;
        }
        t.listenToErrors();
        t.leaveConnection();
        t.m_connection = t.m_network.sockets().find(localIp, localPort);
        t.m_sent = t.m_moved = std::chrono::steady_clock::now();
        if (t.m_connection && t.m_connection->streams++ == 0)
            t.m_connection->received = t.m_sent; // silence without a stream is not silence
        t.m_host.connected(t);
        return CURL_PREREQFUNC_OK;
    }
};

Transfer::Transfer(Host &host, Network &network, std::shared_ptr<const TransferSettings> settings,
                   std::shared_ptr<TransferCounters> counters, Request request, std::shared_ptr<Receiver> receiver, bool mayRefresh)
    : m_host(host), m_network(network), m_settings(std::move(settings)), m_counters(std::move(counters)),
      m_request(std::move(request)), m_receiver(std::move(receiver)), m_mayRefresh(mayRefresh)
{
}

Transfer::~Transfer() { stop(); }

Result<> Transfer::send(const Credential &credential, unsigned laneName)
{
    stop();
    m_credential = credential;
    m_parser = {};
    m_refusal.clear();
    m_errorText[0] = '\0';
    m_received = m_sentBytes = 0;
    m_sent = {};
    m_started = m_moved = std::chrono::steady_clock::now();
    m_easy = curl_easy_init();
    if (auto ready = setUp(laneName); !ready) {
        stop();
        return ready;
    }
    ++m_counters->requests;
    m_network.add(m_easy);
    return {};
}

Result<> Transfer::setUp(unsigned laneName)
{
    CURL *easy = m_easy;
    const auto set = [easy](CURLoption option, auto value) { curl_easy_setopt(easy, option, value); };
    const Endpoint &endpoint = m_settings->endpoint;
    const ServerUrl &server = m_settings->server;

    set(CURLOPT_PRIVATE, static_cast<NetworkTransfer *>(this));
    set(CURLOPT_URL, (server.base + m_request.path).c_str());
    set(CURLOPT_FOLLOWLOCATION, 0L); // an API server does not redirect; whoever does must not get the token
    set(CURLOPT_PATH_AS_IS, 1L);
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    set(CURLOPT_PIPEWAIT, 1L); // wait for the connection being made instead of making another
    set(CURLOPT_MAXAGE_CONN, 60L); // an idle connection older than this may have been forgotten by a NAT
    // For curl to share out among the addresses of a name; ours (overdue) covers waiting for a shared connection too.
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(m_settings->connectLimit.count()));
    set(CURLOPT_BUFFERSIZE, m_request.stall.count() > 0 ? 64L * 1024 : 16L * 1024);
    if (!endpoint.disableCompression)
        set(CURLOPT_ACCEPT_ENCODING, "gzip");

    set(CURLOPT_HEADERFUNCTION, Callbacks::header);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_WRITEFUNCTION, Callbacks::body);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_XFERINFOFUNCTION, Callbacks::progress);
    set(CURLOPT_XFERINFODATA, this);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_OPENSOCKETFUNCTION, Callbacks::open);
    set(CURLOPT_OPENSOCKETDATA, this);
    set(CURLOPT_CLOSESOCKETFUNCTION, SocketTable::closeCallback);
    set(CURLOPT_CLOSESOCKETDATA, &m_network.sockets());
    set(CURLOPT_PREREQFUNCTION, Callbacks::connected);
    set(CURLOPT_PREREQDATA, this);

    // The method and the body (which stays with us as long as the handle lives).
    if (m_request.method == "HEAD") {
        set(CURLOPT_NOBODY, 1L);
    } else if (!m_request.body.empty() || (m_request.method != "GET" && m_request.method != "DELETE")) {
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(m_request.body.size()));
        set(CURLOPT_POSTFIELDS, m_request.body.c_str());
    }
    set(CURLOPT_CUSTOMREQUEST, m_request.method.c_str());

    if (server.tls) {
        // curl shares a connection among requests of equal TLS settings. OpenSSL skips cipher names that it does not
        // know, so such a name keeps the lanes of all transports apart and changes nothing else.
        set(CURLOPT_SSL_CIPHER_LIST, fmt::format("DEFAULT:timonier-{}-{}", m_settings->owner, laneName).c_str());
    }
    setConnectionOptions(easy, endpoint, server, m_credential, m_connectTo);
    return setHeaders();
}

Result<> Transfer::setHeaders()
{
    std::vector<std::string> lines =
        TRY(identityHeaders(m_settings->endpoint, m_settings->server, m_settings->userAgent, m_credential));
    if (!m_request.accept.empty())
        lines.push_back("Accept: " + m_request.accept);
    if (!m_request.body.empty() && !m_request.contentType.empty())
        lines.push_back("Content-Type: " + m_request.contentType);
    lines.push_back("Expect:"); // no 100-continue round trip before a large body
    for (std::string &line : lines) {
        m_headers = curl_slist_append(m_headers, line.c_str());
        wipe(line);
    }
    curl_easy_setopt(m_easy, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE)); // none of them for a proxy
    curl_easy_setopt(m_easy, CURLOPT_HTTPHEADER, m_headers);
    return {};
}

void Transfer::stop()
{
    if (m_easy) {
        m_network.remove(m_easy); // harmless when it is not on the multi any more
        curl_easy_cleanup(m_easy);
        m_easy = nullptr;
    }
    wipeList(std::exchange(m_headers, nullptr));
    curl_slist_free_all(std::exchange(m_connectTo, nullptr));
    leaveConnection();
}

void Transfer::leaveConnection()
{
    if (m_connection && m_connection->streams > 0)
        --m_connection->streams;
    m_connection = nullptr;
}

// Not before the transfer has a connection of its own: while curl looks for one, it also closes those that others have cut,
// and tells this transfer what went wrong with that. Only the first thing told is kept.
void Transfer::listenToErrors() { curl_easy_setopt(m_easy, CURLOPT_ERRORBUFFER, m_errorText.data()); }

void Transfer::touched()
{
    m_moved = std::chrono::steady_clock::now();
    if (m_connection)
        m_connection->received = m_moved;
}

void Transfer::resume()
{
    if (!m_paused)
        return;
    m_paused = false;
    m_moved = std::chrono::steady_clock::now();
    if (m_easy)
        curl_easy_pause(m_easy, CURLPAUSE_CONT); // may call body() at once
}

void Transfer::deliverRefusal()
{
    m_delivered = true;
    m_receiver->head(m_parser.head());
    if (!m_refusal.empty())
        m_receiver->data(m_refusal);
    m_refusal.clear();
}

std::optional<Transfer::TimePoint> Transfer::unansweredSince() const
{
    if (!onWire() || m_sent == TimePoint() || m_parser.complete())
        return std::nullopt;
    return m_sent;
}

std::optional<Error> Transfer::overdue(TimePoint now, TimePoint &next) const
{
    if (!onWire())
        return std::nullopt;
    const std::string &host = m_settings->server.shown;
    if (m_sent == TimePoint()) {
        const TimePoint limit = m_started + m_settings->connectLimit;
        if (now < limit) {
            next = std::min(next, limit);
            return std::nullopt;
        }
        curl_off_t looked = 0;
        curl_off_t joined = 0;
        curl_easy_getinfo(m_easy, CURLINFO_NAMELOOKUP_TIME_T, &looked);
        curl_easy_getinfo(m_easy, CURLINFO_CONNECT_TIME_T, &joined);
        std::string message = joined > 0 ? say("Core", "{} accepted the connection and then did not go on", host)
            : looked > 0                 ? say("Core", "{} does not answer", host)
                                         : say("Core", "no connection to {} came about in time", host);
        return Error{.kind = ErrorKind::Timeout, .message = std::move(message),
                     .hint = say("Core", "Check the network; is a VPN needed, or does a firewall drop the packets?")}
            .with("host", host);
    }
    if (m_request.stall.count() <= 0 || m_paused)
        return std::nullopt;
    if (now < m_moved + m_request.stall) {
        next = std::min(next, m_moved + m_request.stall);
        return std::nullopt;
    }
    std::string message = m_parser.complete() ? say("Core", "the answer of {} stopped in the middle", host)
                                              : say("Core", "{} took the request and does not answer", host);
    return Error{.kind = ErrorKind::Timeout, .message = std::move(message),
                 .hint = say("Core", "Try again; the server may be overloaded.")}
        .with("host", host);
}

void Transfer::done(int code)
{
    const auto self = shared_from_this(); // the host lets go of it
    const bool refused = code == CURLE_OK && m_mayRefresh && m_parser.head().status == 401;
    Result<> result;
    if (code != CURLE_OK)
        result = std::unexpected(failure(code));
    else if (!m_parser.complete()) // HTTP/0.9, or nothing
        result = std::unexpected(failure(CURLE_WEIRD_SERVER_REPLY));
    stop();
    m_host.ended(*this, refused, std::move(result));
}

Error Transfer::failure(int code)
{
    const std::string &host = m_settings->server.shown;
    if (m_connection && m_connection->dead) {
        return Error{.kind = ErrorKind::Timeout, .message = say("Core", "the connection to {} was dead: nothing came any more", host),
                     .hint = say("Core", "Check the network; the next request makes a new connection.")}
            .with("host", host);
    }
    if (m_resent) {
        return Error{.kind = ErrorKind::Unreachable, .message = say("Core", "{} cut the connection before it answered", host),
                     .hint = say("Core", "Look whether the change was made before you try again.")}
            .with("host", host);
    }
    return connectionError(m_easy, code, m_errorText.data(), m_parser.complete(), m_settings->endpoint, m_settings->server);
}

} // namespace timonier
