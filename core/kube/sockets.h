// The sockets that curl has open, so that a dead connection can be shut down and a transfer knows which one it is on.
// curl's multi interface offers neither. Network thread only.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace timonier {

struct Connection {
    using TimePoint = std::chrono::steady_clock::time_point;
    int socket = -1;                 // -1: closed
    std::uint64_t owner = 0;         // the transport that opened it
    TimePoint received{};            // when the last byte came (or the first stream of an idle connection began)
    TimePoint probed{};              // when a liveness probe last asked after it
    unsigned streams = 0;            // transfers on it
    bool dead = false;               // we cut it; nothing new goes there
};

// Finds hosts that are gone while nothing is sent. `limitsUnacknowledged`: data that nobody acknowledges ends the
// connection too, after 45 s; not where the other side may have no room for so long, for the kernel takes both for one.
void keepAlive(int socket, bool limitsUnacknowledged);
// How long ago the other side's kernel last acknowledged anything; zero where this system does not tell.
std::chrono::milliseconds sinceAcknowledged(int socket);

using ConnectionPtr = std::shared_ptr<Connection>;

class SocketTable
{
public:
    // For CURLOPT_OPENSOCKETFUNCTION: a socket with TCP keep-alive; -1 when there is none to be had.
    int open(std::uint64_t owner, int family, int type, int protocol);
    // For CURLOPT_CLOSESOCKETFUNCTION (its data pointer is the table: a connection outlives the transfer that made it).
    static int closeCallback(void *table, int socket);
    // The open socket with this local address, as CURLOPT_PREREQFUNCTION tells it; null if it is not known.
    ConnectionPtr find(const char *localIp, int localPort) const;
    // Cuts one connection: every stream on it fails at once, and the next request makes a new one.
    static void cut(Connection &connection);
    // Cuts what `owner` opened; `idleOnly`: only connections without a stream.
    void cutAll(std::uint64_t owner, bool idleOnly);

private:
    std::map<int, ConnectionPtr> m_open;
};

} // namespace timonier
