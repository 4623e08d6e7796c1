#include "kube/sockets.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

namespace timonier {

void keepAlive(int socket, [[maybe_unused]] bool limitsUnacknowledged)
{
    // Half a minute of silence, then three questions of the kernel's: finds hosts that are gone. A server that hangs
    // with its kernel alive is found by the liveness probe.
    const auto set = [socket](int level, int option, int value) { setsockopt(socket, level, option, &value, sizeof value); };
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
#if defined(__linux__)
    set(IPPROTO_TCP, TCP_KEEPIDLE, 30);
    set(IPPROTO_TCP, TCP_KEEPINTVL, 5);
    set(IPPROTO_TCP, TCP_KEEPCNT, 3);
    if (limitsUnacknowledged)
        set(IPPROTO_TCP, TCP_USER_TIMEOUT, 45'000);
#endif
}

std::chrono::milliseconds sinceAcknowledged([[maybe_unused]] int socket)
{
#if defined(__linux__)
    tcp_info info{};
    socklen_t size = sizeof info;
    if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) == 0)
        return std::chrono::milliseconds(info.tcpi_last_ack_recv);
#endif
    return std::chrono::milliseconds(0);
}

int SocketTable::open(std::uint64_t owner, int family, int type, int protocol)
{
    const int socket = ::socket(family, type | SOCK_CLOEXEC, protocol); // never inherited by a plugin
    if (socket < 0)
        return -1;
    if (type == SOCK_STREAM && (family == AF_INET || family == AF_INET6))
        keepAlive(socket, true);
    m_open[socket] = std::make_shared<Connection>(Connection{.socket = socket, .owner = owner});
    return socket;
}

int SocketTable::closeCallback(void *table, int socket)
{
    auto &open = static_cast<SocketTable *>(table)->m_open;
    if (const auto it = open.find(socket); it != open.end()) {
        it->second->socket = -1;
        open.erase(it);
    }
    return ::close(socket);
}

ConnectionPtr SocketTable::find(const char *localIp, int localPort) const
{
    for (const auto &[socket, connection] : m_open) {
        sockaddr_storage address{};
        socklen_t length = sizeof address;
        void *generic = &address;
        if (getsockname(socket, static_cast<sockaddr *>(generic), &length) != 0)
            continue;
        char text[INET6_ADDRSTRLEN] = "";
        int port = 0;
        if (address.ss_family == AF_INET) {
            const auto *v4 = static_cast<const sockaddr_in *>(generic);
            port = ntohs(v4->sin_port);
            inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
        } else if (address.ss_family == AF_INET6) {
            const auto *v6 = static_cast<const sockaddr_in6 *>(generic);
            port = ntohs(v6->sin6_port);
            inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
        }
        if (port == localPort && (!localIp || std::strcmp(localIp, text) == 0))
            return connection;
    }
    return nullptr;
}

void SocketTable::cut(Connection &connection)
{
    connection.dead = true;
    if (connection.socket >= 0)
        ::shutdown(connection.socket, SHUT_RDWR);
}

void SocketTable::cutAll(std::uint64_t owner, bool idleOnly)
{
    for (const auto &[socket, connection] : m_open) {
        if (connection->owner == owner && !(idleOnly && connection->streams > 0))
            cut(*connection);
    }
}

} // namespace timonier
