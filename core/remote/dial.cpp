#include "remote/dial.h"

#include "base/say.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

namespace timonier::remote {

namespace {

using Clock = std::chrono::steady_clock;
using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

struct Lookup {
    std::mutex mutex;
    std::condition_variable_any done;
    std::optional<int> code{};
    Addresses found{nullptr, ::freeaddrinfo};
};

// getaddrinfo() cannot be told to stop, and a dead name server keeps it for half a minute: it has a thread of its own, which is left to end when it will.
Result<Addresses> lookUp(const std::string &host, std::uint16_t port, Clock::time_point until, std::stop_token stop)
{
    const auto lookup = std::make_shared<Lookup>();
    std::thread([lookup, host, port] {
        addrinfo hints{};
        hints.ai_family = AF_UNSPEC;
        hints.ai_socktype = SOCK_STREAM;
        hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
        addrinfo *found = nullptr;
        int code = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
        if (code != 0) { // AI_ADDRCONFIG leaves out loopback where there is nothing else
            hints.ai_flags = AI_NUMERICSERV;
            code = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
        }
        const std::scoped_lock lock(lookup->mutex);
        lookup->code = code;
        lookup->found.reset(code == 0 ? found : nullptr);
        lookup->done.notify_all();
    }).detach();
    std::unique_lock lock(lookup->mutex);
    if (!lookup->done.wait_until(lock, stop, until, [&] { return lookup->code.has_value(); })) {
        if (stop.stop_requested())
            return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
        return fail(ErrorKind::Timeout, say("Core", "the name {} could not be looked up in time", host), say("Core", "See that a name server answers here, or give the host's address"));
    }
    if (*lookup->code != 0)
        return std::unexpected(Error{.kind = ErrorKind::Unreachable, .message = say("Core", "there is no host {} to be found", host),
                                     .hint = say("Core", "Is the name right? Give its address, or a Host of ~/.ssh/config"), .context = {{"resolver", ::gai_strerror(*lookup->code)}}});
    return std::move(lookup->found);
}

// The error number of a connection that was tried: 0, or why not. Negative: told to stop.
int tryOne(int socket, const addrinfo &address, Clock::time_point until, std::stop_token stop)
{
    if (::connect(socket, address.ai_addr, address.ai_addrlen) == 0)
        return 0;
    if (errno != EINPROGRESS)
        return errno;
    while (true) {
        if (stop.stop_requested())
            return -1;
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
        if (left <= 0)
            return ETIMEDOUT;
        pollfd one{.fd = socket, .events = POLLOUT, .revents = 0};
        if (::poll(&one, 1, static_cast<int>(std::min<std::int64_t>(left, 50))) > 0)
            break;
    }
    int problem = 0;
    socklen_t size = sizeof problem;
    ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &problem, &size);
    return problem;
}

Error unreachable(int problem, const std::string &host, std::uint16_t port)
{
    switch (problem) {
    case ECONNREFUSED:
        return {.kind = ErrorKind::Unreachable, .message = say("Core", "{} refuses connections to port {}", host, port),
                .hint = say("Core", "Is sshd installed and running there (systemctl status ssh), and is {} its port?", port)};
    case ETIMEDOUT:
        return {.kind = ErrorKind::Timeout, .message = say("Core", "{} does not answer at port {}", host, port),
                .hint = say("Core", "Is it switched on, is the address right, and does no firewall stand between?")};
    case EHOSTUNREACH:
    case ENETUNREACH:
        return {.kind = ErrorKind::Unreachable, .message = say("Core", "there is no way from here to {}", host),
                .hint = say("Core", "Is the address right, and is this computer in that network (VPN)? A jump host may help")};
    default:
        return {.kind = ErrorKind::Unreachable, .message = say("Core", "{} cannot be reached at port {}: {}", host, port, std::generic_category().message(problem))};
    }
}

} // namespace

Result<int> dial(const std::string &host, std::uint16_t port, std::chrono::milliseconds lookup, std::chrono::milliseconds answer, std::stop_token stop)
{
    const Addresses found = TRY(lookUp(host, port, Clock::now() + lookup, stop));
    const auto until = Clock::now() + answer;
    std::size_t left = 0;
    for (const addrinfo *a = found.get(); a; a = a->ai_next)
        ++left;
    int problem = EHOSTUNREACH;
    for (const addrinfo *a = found.get(); a; a = a->ai_next, --left) {
        const int socket = ::socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (socket < 0) {
            problem = errno;
            continue;
        }
        const auto set = [socket](int level, int option, int value) { ::setsockopt(socket, level, option, &value, sizeof value); };
        set(IPPROTO_TCP, TCP_NODELAY, 1);
        set(SOL_SOCKET, SO_KEEPALIVE, 1);
        const int code = tryOne(socket, *a, Clock::now() + (until - Clock::now()) / static_cast<int>(left), stop);
        if (code == 0)
            return socket;
        ::close(socket);
        if (code < 0)
            return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
        problem = code;
    }
    return std::unexpected(unreachable(problem, host, port).with("host", host));
}

Result<std::pair<int, int>> socketPair()
{
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
        return fail(ErrorKind::Internal, say("Core", "no more connections can be made: {}", std::generic_category().message(errno)));
    return std::pair(ends[0], ends[1]);
}

void closeSocket(int socket)
{
    if (socket >= 0)
        ::close(socket);
}

} // namespace timonier::remote
