// A small server for the transport's tests: HTTP/1.1, or HTTP/2 that never reads a header, over TLS or not, on loopback.
// One thread accepts, one serves each connection; the destructor hangs up and joins. Certificates are made as it runs.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace test {

struct Identity {
    std::shared_ptr<EVP_PKEY> key;
    std::shared_ptr<X509> certificate;

    std::string pem() const { return text([&](BIO *bio) { PEM_write_bio_X509(bio, certificate.get()); }); }
    std::string keyPem() const
    {
        return text([&](BIO *bio) { PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
    }

private:
    static std::string text(const std::function<void(BIO *)> &write)
    {
        const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
        write(bio.get());
        char *data = nullptr;
        const long size = BIO_ctrl(bio.get(), BIO_CTRL_INFO, 0, &data);
        return {data, static_cast<std::size_t>(size)};
    }
};

// Signed by `authority`, or an authority itself when that is null. `sans`: "DNS:a,IP:127.0.0.1". Valid until `days` from now.
inline Identity issue(const std::string &name, const std::string &sans, const Identity *authority, long days = 1)
{
    static std::atomic<long> serial = 1;
    Identity made{{EVP_EC_gen("P-256"), EVP_PKEY_free}, {X509_new(), X509_free}};
    X509 *x = made.certificate.get();
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), serial++);
    X509_gmtime_adj(X509_getm_notBefore(x), -3 * 86400);
    X509_gmtime_adj(X509_getm_notAfter(x), days * 86400);
    X509_set_pubkey(x, made.key.get());
    const void *bytes = name.c_str();
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_UTF8, static_cast<const unsigned char *>(bytes), -1, -1, 0);
    const Identity &signer = authority ? *authority : made;
    X509_set_issuer_name(x, X509_get_subject_name(signer.certificate.get()));
    const auto extend = [&](int nid, const std::string &value) {
        X509V3_CTX context;
        X509V3_set_ctx(&context, signer.certificate.get(), x, nullptr, nullptr, 0);
        X509_EXTENSION *extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
        X509_add_ext(x, extension, -1);
        X509_EXTENSION_free(extension);
    };
    extend(NID_basic_constraints, authority ? "CA:FALSE" : "critical,CA:TRUE");
    if (!sans.empty())
        extend(NID_subject_alt_name, sans);
    X509_sign(x, signer.key.get(), EVP_sha256());
    return made;
}

struct HttpRequest {
    std::string method, path, body;
    std::multimap<std::string, std::string> headers; // names in lower case
    std::string header(const std::string &name) const
    {
        const auto it = headers.find(name);
        return it == headers.end() ? std::string() : it->second;
    }
};

class Connection
{
public:
    Connection(int socket, SSL *tls) : m_socket(socket), m_ssl(tls) {}
    ~Connection()
    {
        SSL_free(m_ssl);
        ::close(m_socket);
    }
    bool write(const std::string &bytes)
    {
        std::size_t sent = 0;
        while (sent < bytes.size()) {
            const int n = m_ssl ? SSL_write(m_ssl, bytes.data() + sent, static_cast<int>(bytes.size() - sent))
                                : static_cast<int>(::send(m_socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL));
            if (n <= 0)
                return false;
            sent += static_cast<std::size_t>(n);
        }
        return true;
    }
    // At least one byte more in `buffer`, or false at the end.
    bool more()
    {
        char bytes[4096];
        const int n = m_ssl ? SSL_read(m_ssl, bytes, sizeof bytes) : static_cast<int>(::recv(m_socket, bytes, sizeof bytes, 0));
        if (n > 0)
            buffer.append(bytes, static_cast<std::size_t>(n));
        return n > 0;
    }
    void reply(int status, const std::string &body, const std::string &headers = "Content-Type: application/json\r\n")
    {
        write("HTTP/1.1 " + std::to_string(status) + " Words\r\n" + headers + "Content-Length: " + std::to_string(body.size())
              + "\r\n\r\n" + body);
    }
    // Says nothing more until the other side or the server hangs up.
    void hold()
    {
        while (more()) {
        }
    }
    void hangUp() { ::shutdown(m_socket, SHUT_RDWR); }
    int socket() const { return m_socket; }
    SSL *ssl() const { return m_ssl; }
    std::string buffer;

private:
    int m_socket;
    SSL *m_ssl;
};

struct ServerOptions {
    const Identity *identity = nullptr;   // null: no TLS
    const Identity *clients = nullptr;    // a client certificate of this authority is required
    bool http2 = false;
    std::string greeting{};               // said before anything is asked, as servers of other protocols do
};

class Server
{
public:
    using Handler = std::function<void(Connection &, const HttpRequest &)>;

    explicit Server(ServerOptions options, Handler handler = {}) : m_options(std::move(options)), m_handler(std::move(handler))
    {
        m_listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        void *generic = &address;
        ::bind(m_listener, static_cast<sockaddr *>(generic), sizeof address);
        ::listen(m_listener, 128);
        socklen_t length = sizeof address;
        ::getsockname(m_listener, static_cast<sockaddr *>(generic), &length);
        m_port = ntohs(address.sin_port);
        if (m_options.identity) {
            m_context = SSL_CTX_new(TLS_server_method());
            SSL_CTX_use_certificate(m_context, m_options.identity->certificate.get());
            SSL_CTX_use_PrivateKey(m_context, m_options.identity->key.get());
            if (m_options.clients) {
                X509_STORE_add_cert(SSL_CTX_get_cert_store(m_context), m_options.clients->certificate.get());
                SSL_CTX_set_verify(m_context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
                const unsigned char id[] = {'t'};
                SSL_CTX_set_session_id_context(m_context, id, sizeof id);
            }
            SSL_CTX_set_alpn_select_cb(m_context, m_options.http2 ? chooseHttp2 : chooseHttp1, nullptr);
        }
        m_thread = std::thread([this] { acceptAll(); });
    }
    ~Server()
    {
        m_stopping = true;
        ::shutdown(m_listener, SHUT_RDWR);
        m_thread.join();
        ::close(m_listener);
        hangUpAll();
        for (std::thread &thread : m_threads)
            thread.join();
        SSL_CTX_free(m_context);
    }

    int port() const { return m_port; }
    int connections() const { return m_connections; }
    int requests() const { return m_requests; }
    // From now on nothing is answered, on old connections and new ones; bytes are still taken.
    void freeze(bool frozen) { m_frozen = frozen; }
    void hangUpAll()
    {
        const std::scoped_lock lock(m_mutex);
        for (const int socket : m_sockets)
            ::shutdown(socket, SHUT_RDWR);
    }

    // The same with a reset: who writes on one of these connections is told at once.
    void resetAll()
    {
        {
            const std::scoped_lock lock(m_mutex);
            for (const int socket : m_sockets) {
                const linger reset{1, 0};
                ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
            }
        }
        hangUpAll();
    }

private:
    static int choose(const unsigned char **out, unsigned char *length, const unsigned char *in, unsigned size, const std::string &wanted)
    {
        for (unsigned at = 0; at < size; at += in[at] + 1u) {
            if (in[at] == wanted.size() && std::equal(wanted.begin(), wanted.end(), in + at + 1)) {
                *out = in + at + 1;
                *length = in[at];
                return SSL_TLSEXT_ERR_OK;
            }
        }
        return SSL_TLSEXT_ERR_NOACK;
    }
    static int chooseHttp2(SSL *, const unsigned char **out, unsigned char *length, const unsigned char *in, unsigned size, void *)
    {
        return choose(out, length, in, size, "h2");
    }
    static int chooseHttp1(SSL *, const unsigned char **out, unsigned char *length, const unsigned char *in, unsigned size, void *)
    {
        return choose(out, length, in, size, "http/1.1");
    }

    void acceptAll()
    {
        for (;;) {
            const int socket = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
            if (socket < 0)
                return;
            ++m_connections;
            const std::scoped_lock lock(m_mutex);
            m_sockets.push_back(socket);
            m_threads.emplace_back([this, socket] { serve(socket); });
        }
    }

    void serve(int socket)
    {
        sigset_t pipe; // SSL_write has no MSG_NOSIGNAL
        sigemptyset(&pipe);
        sigaddset(&pipe, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
        {
            SSL *ssl = nullptr;
            bool ready = true;
            if (m_frozen) { // not even a handshake
                char byte = 0;
                while (::recv(socket, &byte, 1, 0) > 0) {
                }
                ready = false;
            } else if (m_context) {
                ssl = SSL_new(m_context);
                SSL_set_fd(ssl, socket);
                ready = SSL_accept(ssl) == 1;
                if (!ready) { // let the other side read the alert before a reset can overtake it
                    ::shutdown(socket, SHUT_WR);
                    char byte = 0;
                    while (::recv(socket, &byte, 1, 0) > 0) {
                    }
                }
            }
            Connection connection(::dup(socket), ssl);
            connection.write(m_options.greeting);
            if (ready && m_options.http2)
                serveHttp2(connection);
            else if (ready)
                serveHttp1(connection);
        }
        ::shutdown(socket, SHUT_RDWR);
        const std::scoped_lock lock(m_mutex);
        std::erase(m_sockets, socket);
        ::close(socket);
    }

    void serveHttp1(Connection &connection)
    {
        while (!m_stopping) {
            std::size_t end = 0;
            while ((end = connection.buffer.find("\r\n\r\n")) == std::string::npos) {
                if (!connection.more())
                    return;
            }
            const HttpRequest request = parse(connection, end + 4);
            ++m_requests;
            if (m_frozen)
                return connection.hold();
            m_handler(connection, request);
        }
    }

    static HttpRequest parse(Connection &connection, std::size_t headSize)
    {
        HttpRequest request;
        std::string head = connection.buffer.substr(0, headSize);
        connection.buffer.erase(0, headSize);
        const auto first = head.find("\r\n");
        const auto space = head.find(' ');
        request.method = head.substr(0, space);
        request.path = head.substr(space + 1, head.find(' ', space + 1) - space - 1);
        for (std::size_t at = first + 2; at + 2 < head.size();) {
            const auto end = head.find("\r\n", at);
            const auto colon = head.find(':', at);
            if (colon < end) {
                std::string name = head.substr(at, colon - at);
                std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
                request.headers.emplace(name, head.substr(colon + 2, end - colon - 2));
            }
            at = end + 2;
        }
        const std::string length = request.header("content-length");
        const std::size_t size = length.empty() ? 0 : std::stoul(length);
        while (connection.buffer.size() < size && connection.more()) {
        }
        request.body = connection.buffer.substr(0, size);
        connection.buffer.erase(0, size);
        return request;
    }

    // Every stream gets ":status 200" (index 8 of HPACK's static table) and stays open: a watch with nothing to say.
    void serveHttp2(Connection &connection)
    {
        const auto frame = [](int type, int flags, std::uint32_t stream, const std::string &payload) {
            std::string out{'\0', static_cast<char>(payload.size() >> 8), static_cast<char>(payload.size()), static_cast<char>(type),
                            static_cast<char>(flags)};
            for (int shift = 24; shift >= 0; shift -= 8)
                out += static_cast<char>(stream >> shift);
            return out + payload;
        };
        connection.write(frame(4, 0, 0, ""));
        const auto at = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(connection.buffer[i])); };
        while (connection.buffer.size() < 24) {
            if (!connection.more())
                return;
        }
        connection.buffer.erase(0, 24); // the preface
        for (;;) {
            while (connection.buffer.size() < 9 || connection.buffer.size() < 9 + (at(0) << 16 | at(1) << 8 | at(2))) {
                if (!connection.more())
                    return;
            }
            const std::uint32_t size = at(0) << 16 | at(1) << 8 | at(2);
            const std::uint32_t type = at(3);
            const std::uint32_t flags = at(4);
            const std::uint32_t stream = at(5) << 24 | at(6) << 16 | at(7) << 8 | at(8);
            connection.buffer.erase(0, 9 + size);
            if (type == 1)
                ++m_requests;
            if (m_frozen)
                continue;
            if (type == 4 && !(flags & 1))
                connection.write(frame(4, 1, 0, ""));
            else if (type == 1)
                connection.write(frame(1, 4, stream, "\x88"));
        }
    }

    ServerOptions m_options;
    Handler m_handler;
    int m_listener = -1;
    int m_port = 0;
    SSL_CTX *m_context = nullptr;
    std::atomic<bool> m_stopping = false;
    std::atomic<bool> m_frozen = false;
    std::atomic<int> m_connections = 0;
    std::atomic<int> m_requests = 0;
    std::mutex m_mutex;
    std::vector<int> m_sockets;
    std::list<std::thread> m_threads;
    std::thread m_thread;
};

// CONNECT, and nothing else: bytes both ways until one side ends. For use as a Server's handler, on a server without TLS.
inline void relayTo(Connection &client, int port)
{
    const int other = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    void *generic = &address;
    ::connect(other, static_cast<sockaddr *>(generic), sizeof address);
    client.write("HTTP/1.1 200 Connection established\r\nX-From: proxy\r\n\r\n");
    pollfd ends[2] = {{client.socket(), POLLIN, 0}, {other, POLLIN, 0}};
    char bytes[4096];
    while (::poll(ends, 2, -1) > 0) {
        const int from = ends[0].revents ? 0 : 1;
        const ssize_t n = ::recv(ends[from].fd, bytes, sizeof bytes, 0);
        if (n <= 0 || ::send(ends[1 - from].fd, bytes, static_cast<std::size_t>(n), MSG_NOSIGNAL) != n)
            break;
    }
    ::close(other);
    client.hangUp();
}

} // namespace test
