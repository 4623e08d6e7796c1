#include "kube/forward_connection.h"

#include "base/say.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace timonier {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

// Of the one port of a connection (k8s.io/cri-streaming, portforward/websocket.go): both begin with its number, two bytes.
enum Channel : std::uint8_t { Data = 0, Failure = 1 };
constexpr std::size_t announced = 2;

constexpr std::size_t mostHeld = 256u << 10; // bytes of each direction, besides what the kernel holds
constexpr std::size_t mostWords = 8u << 10;

// What comes of one channel, without the port number before it.
struct Incoming {
    std::size_t skip = announced;
    std::string bytes{};
    void add(std::string_view piece)
    {
        const std::size_t leave = std::min(skip, piece.size());
        skip -= leave;
        bytes.append(piece.substr(leave));
    }
};

} // namespace

Result<> relay(WebSocket &pod, int client, std::chrono::milliseconds linger, std::stop_token stop, ForwardCounters &counters)
{
    Incoming data, failure;
    const auto sink = [&](std::uint8_t channel, std::string_view bytes) {
        if (channel == Data)
            data.add(bytes);
        else if (channel == Failure && failure.bytes.size() < mostWords)
            failure.add(bytes);
    };
    std::string buffer(32u << 10, '\0');
    std::size_t written = 0;          // of data.bytes
    bool any = false;                 // something came from the pod
    std::optional<Clock::time_point> half; // since when the client sends no more, or the pod's last byte after that
    bool over = false;                // the pod has ended
    for (;;) {
        std::array<WebSocket::Watched, 1> others{{{.socket = client, .reads = !half && pod.queued() < mostHeld, .writes = written < data.bytes.size()}}};
        if (over) { // what has come is still the client's
            if (written >= data.bytes.size())
                break;
            pollfd waits{client, POLLOUT, 0};
            if (stop.stop_requested() || ::poll(&waits, 1, 100) < 0)
                break;
            others[0].writable = true;
        } else {
            const auto most = half ? std::clamp(std::chrono::ceil<std::chrono::milliseconds>(*half + linger - Clock::now()), 0ms, linger) : 1h;
            const std::size_t before = data.bytes.size();
            const bool room = data.bytes.size() - written < mostHeld;
            const auto turned = pod.turn(room, others, most, sink);
            if (!turned && (failure.bytes.empty() || any))
                return std::unexpected(turned.error());
            over = !turned || *turned == WebSocket::State::Closed; // a kubelet that has told why may hang up without a goodbye
            if (data.bytes.size() > before) {
                any = true;
                counters.received += data.bytes.size() - before;
                if (half)
                    half = Clock::now();
            }
            if (half && !over && written >= data.bytes.size() && Clock::now() - *half >= linger)
                break;
        }
        if (others[0].readable) {
            const ssize_t n = ::recv(client, buffer.data(), buffer.size(), 0);
            if (n > 0) {
                pod.send(Data, {buffer.data(), static_cast<std::size_t>(n)});
                counters.sent += static_cast<std::uint64_t>(n);
            } else if (n == 0) {
                half = Clock::now();
            } else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
                return {}; // reset: nobody is there to be told
            }
        }
        if (written < data.bytes.size()) {
            const ssize_t n = ::send(client, data.bytes.data() + written, data.bytes.size() - written, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (n > 0)
                written += static_cast<std::size_t>(n);
            else if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
                return {};
            if (written == data.bytes.size() || written >= mostHeld) {
                data.bytes.erase(0, written);
                written = 0;
            }
        }
    }
    if (!failure.bytes.empty() && !any)
        return std::unexpected(Error{.kind = ErrorKind::Unreachable, .message = failure.bytes, .context = {{"cause", "pod"}}});
    return {};
}

void closeClient(int client, bool broken)
{
    if (broken) {
        const linger reset{1, 0};
        ::setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    } else {
        ::shutdown(client, SHUT_WR);
    }
    ::close(client);
}

bool hasHungUp(int client)
{
#ifdef POLLRDHUP
    pollfd waits{client, POLLRDHUP, 0};
#else
    pollfd waits{client, 0, 0};
#endif
    return ::poll(&waits, 1, 0) > 0;
}

} // namespace timonier
