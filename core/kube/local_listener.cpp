#include "kube/local_listener.h"

#include "base/say.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <memory>

namespace timonier {

Result<Listener> listenOn(const std::string &address, std::uint16_t port)
{
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
    addrinfo *found = nullptr;
    if (::getaddrinfo(address == "localhost" ? "127.0.0.1" : address.c_str(), std::to_string(port).c_str(), &hints, &found) != 0)
        return fail(ErrorKind::Invalid, say("Core", "{} is not an IP address", address), say("Core", "Write 127.0.0.1, ::1 or another address of this computer."));
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> info(found, ::freeaddrinfo);
    const int socket = ::socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (socket < 0 || ::bind(socket, info->ai_addr, info->ai_addrlen) != 0 || ::listen(socket, 128) != 0) {
        const int problem = errno;
        if (socket >= 0)
            ::close(socket);
        if (problem == EADDRINUSE)
            return fail(ErrorKind::Conflict, say("Core", "port {} of this computer is taken by another program", port),
                        say("Core", "Choose another local port, or none: then a free one is taken."));
        if (problem == EACCES)
            return fail(ErrorKind::Forbidden, say("Core", "you may not listen on port {} of this computer", port), say("Core", "Choose a local port above 1023."));
        return fail(ErrorKind::Invalid, say("Core", "{} is not an address of this computer", address));
    }
    sockaddr_storage bound{};
    socklen_t length = sizeof bound;
    void *generic = &bound;
    ::getsockname(socket, static_cast<sockaddr *>(generic), &length);
    char service[16] = "";
    ::getnameinfo(static_cast<sockaddr *>(generic), length, nullptr, 0, service, sizeof service, NI_NUMERICSERV);
    Listener listener{socket, port};
    std::from_chars(service, service + std::string_view(service).size(), listener.port);
    return listener;
}

} // namespace timonier
