// The bytes below a WebSocket: a connection that libcurl makes (CURLOPT_CONNECT_ONLY: proxy, TLS, client certificate) and
// that is then read and written directly. Debian's libcurl 7.88 has no WebSocket of its own. Single-threaded, but for wake().
#pragma once

#include "kube/server_url.h"
#include "kube/websocket.h"

#include <memory>
#include <string>

struct curl_slist;

namespace timonier {

class StreamConnection
{
public:
    struct Opened {
        std::unique_ptr<StreamConnection> connection;
        Result<std::string> protocol;  // the subprotocol, or how the server refused
        std::string first{};           // bytes that came behind the answer
    };
    // Connects and asks for the upgrade. Errors: as of WebSocket::open, but for what the server refused it with.
    static Result<Opened> upgrade(const StreamAccess &access, const Credential &credential, const std::string &path,
                                  const std::vector<std::string> &protocols, std::stop_token stop, StreamTimes times);
    ~StreamConnection();
    StreamConnection(const StreamConnection &) = delete;

    const std::string &shown() const { return m_server.shown; } // "host:6443", for people
    // Fills `buffer` anew with what is there, at most 64 kB; nothing: not yet, or the end (ended()). Errors: Unreachable.
    Result<std::size_t> receive(std::string &buffer);
    bool ended() const { return m_ended; }
    // Takes some of the bytes; what the kernel does not take at once is kept here, and nothing more is taken before it is
    // gone. Errors: Unreachable.
    Result<std::size_t> send(std::string_view bytes);
    Result<std::size_t> flush(); // how many bytes went
    std::size_t unsent() const { return m_out.size() - m_sent; }
    bool hasUnsent() const { return unsent() > 0; }
    // Until the connection (to be read if `receives`, written if something is unsent) or one of the others is ready, or
    // wake() is called.
    void wait(bool receives, std::span<WebSocket::Watched> others, std::chrono::milliseconds most);
    void wake(); // any thread
    std::chrono::milliseconds sinceAcknowledged() const;

private:
    StreamConnection(Endpoint endpoint, ServerUrl server);
    Result<> connect(const Credential &credential, std::stop_token stop, StreamTimes times);
    Error failure(int code, bool answered) const;

    Endpoint m_endpoint;
    ServerUrl m_server;
    void *m_multi = nullptr;
    void *m_easy = nullptr;
    curl_slist *m_connectTo = nullptr;
    std::string m_words;      // curl's error buffer
    int m_socket = -1;
    std::string m_out;        // sent up to m_sent; these bytes do not move until all are gone
    std::size_t m_sent = 0;
    bool m_ended = false;
    bool m_unwritable = false;
    bool m_more = false;      // the last read filled its buffer: TLS may hold more that no socket tells of
};

} // namespace timonier
