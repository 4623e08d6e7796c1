#include "kube/stream_connection.h"

#include "base/say.h"
#include "kube/curl_options.h"
#include "kube/sockets.h"
#include "kube/websocket_handshake.h"

#include <curl/curl.h>
#include <sys/socket.h>

#include <array>

namespace timonier {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t pieceSize = 64u << 10;

// Not SocketTable's: that lives on the network thread, and limits data that is not acknowledged (sockets.h).
curl_socket_t openSocket(void *, curlsocktype, curl_sockaddr *address)
{
    const int socket = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (socket >= 0 && address->socktype == SOCK_STREAM)
        keepAlive(socket, false);
    return socket;
}

std::unexpected<Error> cancelled() { return fail(ErrorKind::Cancelled, say("Core", "cancelled")); }

} // namespace

StreamConnection::StreamConnection(Endpoint endpoint, ServerUrl server)
    : m_endpoint(std::move(endpoint)), m_server(std::move(server)), m_multi(curl_multi_init()), m_easy(curl_easy_init()),
      m_words(CURL_ERROR_SIZE, '\0')
{
}

StreamConnection::~StreamConnection()
{
    curl_multi_remove_handle(m_multi, m_easy);
    curl_easy_cleanup(m_easy);
    curl_multi_cleanup(m_multi);
    wipeList(m_connectTo);
}

Error StreamConnection::failure(int code, bool answered) const
{
    return connectionError(m_easy, code, m_words.c_str(), answered, m_endpoint, m_server);
}

Result<> StreamConnection::connect(const Credential &credential, std::stop_token stop, StreamTimes times)
{
    const auto set = [this](CURLoption option, auto value) { curl_easy_setopt(m_easy, option, value); };
    set(CURLOPT_URL, m_server.base.c_str());
    set(CURLOPT_CONNECT_ONLY, 1L);
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1)); // with h2 in ALPN the answer would be HTTP/2
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(times.connect.count()));
    set(CURLOPT_ERRORBUFFER, m_words.data());
    set(CURLOPT_OPENSOCKETFUNCTION, openSocket);
    setConnectionOptions(m_easy, m_endpoint, m_server, credential, m_connectTo);
    set(CURLOPT_HTTPPROXYTUNNEL, 1L); // also to a server without TLS: this is no request that a proxy could make

    curl_multi_add_handle(m_multi, m_easy);
    for (;;) {
        int running = 0;
        curl_multi_perform(m_multi, &running);
        int left = 0;
        if (const CURLMsg *message = curl_multi_info_read(m_multi, &left); message && message->msg == CURLMSG_DONE) {
            if (message->data.result != CURLE_OK)
                return std::unexpected(failure(message->data.result, false));
            break;
        }
        if (stop.stop_requested())
            return cancelled();
        curl_multi_poll(m_multi, nullptr, 0, 1000, nullptr);
    }
    curl_socket_t socket = CURL_SOCKET_BAD;
    curl_easy_getinfo(m_easy, CURLINFO_ACTIVESOCKET, &socket);
    m_socket = static_cast<int>(socket);
    return {};
}

Result<StreamConnection::Opened> StreamConnection::upgrade(const StreamAccess &access, const Credential &credential,
                                                           const std::string &path, const std::vector<std::string> &protocols,
                                                           std::stop_token stop, StreamTimes times)
{
    ServerUrl server = TRY(ServerUrl::of(access.endpoint));
    std::vector<std::string> headers = TRY(identityHeaders(access.endpoint, server, access.userAgent, credential));
    const std::size_t authority = server.base.find("://") + 3;
    const std::size_t prefix = std::min(server.base.find('/', authority), server.base.size());
    UpgradeRequest request{.target = server.base.substr(prefix) + path,
                           .host = server.base.substr(authority, prefix - authority),
                           .headers = std::move(headers),
                           .key = TRY(webSocketKey()),
                           .protocols = protocols};
    std::unique_ptr<StreamConnection> connection(new StreamConnection(access.endpoint, std::move(server)));
    const auto woken = [&] { connection->wake(); };
    const std::stop_callback wakes(stop, woken);
    if (auto connected = connection->connect(credential, stop, times); !connected)
        return std::unexpected(std::move(connected).error());

    std::string text = upgradeText(request);
    for (std::string &line : request.headers)
        wipe(line);
    std::string_view rest = text;
    UpgradeAnswer answer;
    std::string came, piece;
    const auto end = Clock::now() + times.answer;
    for (bool complete = false; !complete;) {
        if (stop.stop_requested())
            return cancelled();
        if (connection->hasUnsent())
            TRY(connection->flush());
        else if (!rest.empty())
            rest.remove_prefix(TRY(connection->send(rest)));
        if (rest.empty())
            wipe(text);
        const bool any = TRY(connection->receive(piece)) > 0;
        came += piece;
        if (any)
            complete = TRY(answer.take(came));
        if (connection->ended() && !complete) {
            answer.ended();
            if (!answer.headDone())
                return std::unexpected(connection->failure(CURLE_GOT_NOTHING, false));
            break;
        }
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
        if (left.count() <= 0)
            return fail(ErrorKind::Timeout, say("Core", "{} does not answer", connection->shown()),
                        say("Core", "The API server has to reach the node of the pod: is that node well?"));
        if (!complete && !any)
            connection->wait(true, {}, left);
    }
    if (!connection->hasUnsent())
        wipe(connection->m_out); // the request, with its token
    Result<std::string> protocol = answer.accepted(request);
    return Opened{std::move(connection), std::move(protocol), std::move(came)};
}

Result<std::size_t> StreamConnection::receive(std::string &buffer)
{
    buffer.resize(pieceSize);
    std::size_t filled = 0;
    m_more = false;
    while (filled < pieceSize && !m_ended) { // one TLS record, 16 kB, at a time
        std::size_t n = 0;
        const CURLcode code = curl_easy_recv(m_easy, buffer.data() + filled, pieceSize - filled, &n);
        if (code == CURLE_AGAIN)
            break;
        if (code != CURLE_OK && filled == 0) {
            buffer.clear();
            return std::unexpected(failure(code, true));
        }
        m_ended = code == CURLE_OK && n == 0;
        if (code != CURLE_OK)
            break; // it will fail again, when what came before it is taken
        filled += n;
    }
    m_more = filled == pieceSize;
    buffer.resize(filled);
    return filled;
}

Result<std::size_t> StreamConnection::send(std::string_view bytes)
{
    const std::string_view piece = bytes.substr(0, pieceSize);
    m_out.assign(piece);
    m_sent = 0;
    if (auto went = flush(); !went)
        return went;
    return piece.size();
}

Result<std::size_t> StreamConnection::flush()
{
    const std::size_t before = m_sent;
    while (hasUnsent()) {
        std::size_t n = 0;
        const CURLcode code = curl_easy_send(m_easy, m_out.data() + m_sent, unsent(), &n);
        if (code == CURLE_AGAIN)
            break;
        if (code != CURLE_OK) {
            m_unwritable = true;
            return std::unexpected(failure(code, true));
        }
        m_sent += n;
    }
    return m_sent - before;
}

void StreamConnection::wait(bool receives, std::span<WebSocket::Watched> others, std::chrono::milliseconds most)
{
    std::array<curl_waitfd, 8> waits{};
    std::array<WebSocket::Watched *, 8> whose{};
    unsigned count = 0;
    const auto add = [&](int socket, bool reads, bool writes, WebSocket::Watched *watched) {
        if (socket < 0 || !(reads || writes) || count == waits.size())
            return;
        whose[count] = watched;
        waits[count++] = {socket, static_cast<short>((reads ? CURL_WAIT_POLLIN : 0) | (writes ? CURL_WAIT_POLLOUT : 0)), 0};
    };
    add(m_socket, receives && !m_ended, hasUnsent() && !m_unwritable, nullptr);
    for (WebSocket::Watched &watched : others) {
        watched.readable = watched.writable = false;
        add(watched.socket, watched.reads, watched.writes, &watched);
    }
    const bool busy = receives && (m_more || m_ended);
    curl_multi_poll(m_multi, waits.data(), count, busy ? 0 : static_cast<int>(std::min(most.count(), std::chrono::milliseconds::rep(3'600'000))), nullptr);
    for (unsigned i = 0; i < count; ++i) {
        if (whose[i]) {
            whose[i]->readable = whose[i]->reads && (waits[i].revents & CURL_WAIT_POLLIN);
            whose[i]->writable = whose[i]->writes && (waits[i].revents & CURL_WAIT_POLLOUT);
        }
    }
}

void StreamConnection::wake() { curl_multi_wakeup(m_multi); }

std::chrono::milliseconds StreamConnection::sinceAcknowledged() const { return timonier::sinceAcknowledged(m_socket); }

} // namespace timonier
