#include "kube/websocket.h"

#include "base/say.h"
#include "kube/stream_connection.h"

#include <openssl/rand.h>
#include <wslay/wslay.h>

#include <algorithm>

namespace timonier {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

// A host whose kernel has acknowledged nothing for so long is gone. A window that stays shut is asked after at most every
// two minutes, so that it must be more than that.
constexpr auto unacknowledged = 150s;

} // namespace

struct WebSocket::Impl {
    Impl(std::unique_ptr<StreamConnection> c, std::string p, std::string first, StreamTimes t, std::stop_token s)
        : connection(std::move(c)), protocol(std::move(p)), in(std::move(first)), times(t), stop(std::move(s)), wakes(stop, Waker{*connection})
    {
        const wslay_event_callbacks callbacks{receive, transmit, mask, frameBegins, framePiece, nullptr, message};
        wslay_event_context_client_init(&frames, &callbacks, this);
        wslay_event_config_set_no_buffering(frames, 1); // a message is handed on as it comes, however long it is
    }
    ~Impl() { wslay_event_context_free(frames); }
    Impl(const Impl &) = delete;

    struct Waker {
        StreamConnection &connection;
        void operator()() const { connection.wake(); }
    };

    // --- what wslay calls ---
    static ssize_t receive(wslay_event_context_ptr context, std::uint8_t *to, std::size_t size, int, void *self)
    {
        Impl &i = *static_cast<Impl *>(self);
        const std::size_t n = std::min(size, i.in.size() - i.taken);
        if (n == 0) {
            wslay_event_set_error(context, WSLAY_ERR_WOULDBLOCK);
            return -1;
        }
        std::copy_n(i.in.data() + i.taken, n, to);
        i.taken += n;
        return static_cast<ssize_t>(n);
    }
    static ssize_t transmit(wslay_event_context_ptr context, const std::uint8_t *from, std::size_t size, int, void *self)
    {
        // Into a buffer of ours: TLS wants a write that did not go through repeated with the very same bytes.
        Impl &i = *static_cast<Impl *>(self);
        if (i.connection->hasUnsent()) {
            wslay_event_set_error(context, WSLAY_ERR_WOULDBLOCK);
            return -1;
        }
        const void *bytes = from;
        const Result<std::size_t> sent = i.connection->send({static_cast<const char *>(bytes), size});
        if (!sent) {
            i.broken = sent.error();
            wslay_event_set_error(context, WSLAY_ERR_CALLBACK_FAILURE);
            return -1;
        }
        return static_cast<ssize_t>(*sent);
    }
    static int mask(wslay_event_context_ptr context, std::uint8_t *to, std::size_t size, void *)
    {
        if (RAND_bytes(to, static_cast<int>(size)) == 1)
            return 0;
        wslay_event_set_error(context, WSLAY_ERR_CALLBACK_FAILURE);
        return -1;
    }
    static void frameBegins(wslay_event_context_ptr, const wslay_event_on_frame_recv_start_arg *frame, void *self)
    {
        Impl &i = *static_cast<Impl *>(self);
        i.control = wslay_is_ctrl_frame(frame->opcode);
        if (!i.control && frame->opcode != WSLAY_CONTINUATION_FRAME)
            i.channel.reset(); // the first byte of a message says it
    }
    static void framePiece(wslay_event_context_ptr, const wslay_event_on_frame_recv_chunk_arg *piece, void *self)
    {
        Impl &i = *static_cast<Impl *>(self);
        if (i.control || piece->data_length == 0)
            return;
        const void *data = piece->data;
        std::string_view bytes(static_cast<const char *>(data), piece->data_length);
        if (!i.channel) {
            i.channel = static_cast<std::uint8_t>(bytes.front());
            bytes.remove_prefix(1);
        }
        if (!bytes.empty())
            (*i.sink)(*i.channel, bytes);
    }
    static void message(wslay_event_context_ptr, const wslay_event_on_msg_recv_arg *received, void *self)
    {
        if (received->opcode == WSLAY_CONNECTION_CLOSE)
            static_cast<Impl *>(self)->closed = true;
    }

    // --- one turn ---
    Result<> takeWhatCame()
    {
        if (taken == in.size()) {
            taken = 0;
            const std::size_t n = TRY(connection->receive(in));
            moved = moved || n > 0;
            if (n > 0) {
                heard = Clock::now();
                pinged.reset();
                sentSince = false;
            }
        }
        if (taken < in.size()) {
            if (wslay_event_recv(frames) != 0)
                return fail(ErrorKind::Protocol, say("Core", "{} sent something that is no WebSocket frame", connection->shown()));
            moved = true;
        }
        if (!wslay_event_get_read_enabled(frames) && !closed)
            return fail(ErrorKind::Protocol, say("Core", "{} sent something that is no WebSocket frame", connection->shown()));
        if (connection->ended() && taken == in.size() && !closed)
            return broken ? std::unexpected(*broken) : fail(ErrorKind::Unreachable, say("Core", "{} cut the connection", connection->shown()),
                        say("Core", "Try again; the server may be restarting."));
        return {};
    }
    // What fails here is not told before all that has come is read: a server that has said its last word (a command's exit
    // code) hangs up and reads no more.
    void sendWhatWaits()
    {
        while (!broken && (connection->hasUnsent() || wslay_event_want_write(frames))) {
            if (connection->hasUnsent()) {
                const Result<std::size_t> went = connection->flush();
                if (!went)
                    broken = went.error();
                if (!went || *went == 0)
                    return;
            }
            moved = true;
            if (wslay_event_send(frames) != 0 && !broken)
                broken = Error{.kind = ErrorKind::Internal, .message = say("Core", "out of memory")};
        }
    }
    // Silence is asked after. Who is still busy with what was sent before the question cannot answer it: then only its
    // kernel's silence counts.
    Result<> lookAfter(bool receives, Clock::time_point now)
    {
        if (!receives) {
            heard = now; // nobody listened
            pinged.reset();
            return {};
        }
        const auto dead = [&] {
            return fail(ErrorKind::Timeout, say("Core", "the connection to {} was dead: nothing came any more", connection->shown()),
                        say("Core", "Check the network; the next request makes a new connection."));
        };
        if (pinged && now - *pinged >= times.pong) {
            if (!sentSince || connection->sinceAcknowledged() >= unacknowledged)
                return dead();
            pinged.reset();
            heard = now - times.silence;
        }
        if (!pinged && now - heard >= times.silence) {
            const wslay_event_msg ping{WSLAY_PING, nullptr, 0};
            wslay_event_queue_msg(frames, &ping);
            pinged = now;
        }
        return {};
    }
    std::chrono::milliseconds patience(bool receives, std::chrono::milliseconds most, Clock::time_point now) const
    {
        if (moved || taken < in.size())
            return 0ms;
        if (!receives)
            return most;
        const auto due = pinged ? *pinged + times.pong : heard + times.silence;
        return std::clamp(std::chrono::ceil<std::chrono::milliseconds>(due - now), 0ms, most);
    }

    const std::unique_ptr<StreamConnection> connection;
    const std::string protocol;
    std::string in;                      // what has come and was not yet cut into frames, from `taken` on
    std::size_t taken = 0;
    const StreamTimes times;
    const std::stop_token stop;
    const std::stop_callback<Waker> wakes;
    wslay_event_context_ptr frames = nullptr;
    const Sink *sink = nullptr;          // during a turn
    std::optional<Error> broken;         // why nothing can be sent any more
    std::optional<std::uint8_t> channel; // of the message that is coming
    bool control = false;                // the frame that is coming is not part of a message
    bool closed = false;
    bool moved = false;
    bool sentSince = false;              // something but a ping, since the last byte came
    Clock::time_point heard = Clock::now();
    std::optional<Clock::time_point> pinged;
};

WebSocket::WebSocket(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
WebSocket::~WebSocket() = default;

Result<std::unique_ptr<WebSocket>> WebSocket::open(const StreamAccess &access, const std::string &path,
                                                   const std::vector<std::string> &protocols, std::stop_token stop, StreamTimes times)
{
    std::optional<Credential> credential;
    for (bool again = false;; again = true) {
        if (access.credentials) {
            // Another connection may have had a new one made since this one was refused.
            auto known = access.credentials->cached();
            if (!known || (again && *known == *credential)) {
                Credential resolved = TRY(access.credentials->resolve(again, stop));
                known = std::move(resolved);
            }
            credential = std::move(known);
        }
        auto opened = TRY(StreamConnection::upgrade(access, credential.value_or(Credential{}), path, protocols, stop, times));
        if (opened.protocol)
            return std::unique_ptr<WebSocket>(new WebSocket(std::make_unique<Impl>(
                std::move(opened.connection), std::move(*opened.protocol), std::move(opened.first), times, std::move(stop))));
        if (again || !access.credentials || opened.protocol.error().kind != ErrorKind::Unauthorized)
            return std::unexpected(std::move(opened.protocol).error());
    }
}

const std::string &WebSocket::protocol() const { return m_impl->protocol; }

void WebSocket::send(std::uint8_t channel, std::string_view bytes)
{
    std::string framed;
    framed.reserve(bytes.size() + 1);
    framed += static_cast<char>(channel);
    framed += bytes;
    const void *data = framed.data();
    const wslay_event_msg message{WSLAY_BINARY_FRAME, static_cast<const std::uint8_t *>(data), framed.size()};
    wslay_event_queue_msg(m_impl->frames, &message); // it copies
    m_impl->sentSince = true;
}

std::size_t WebSocket::queued() const
{
    return wslay_event_get_queued_msg_length(m_impl->frames) + m_impl->connection->unsent();
}

void WebSocket::close() { wslay_event_queue_close(m_impl->frames, WSLAY_CODE_NORMAL_CLOSURE, nullptr, 0); }

Result<WebSocket::State> WebSocket::turn(bool receives, std::span<Watched> others, std::chrono::milliseconds most, const Sink &sink)
{
    Impl &i = *m_impl;
    if (i.stop.stop_requested())
        return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
    i.moved = false;
    i.sink = &sink;
    if (receives) {
        if (auto took = i.takeWhatCame(); !took)
            return std::unexpected(std::move(took).error());
    }
    i.sendWhatWaits();
    if (i.closed)
        return State::Closed;
    const auto now = Clock::now();
    if (auto alive = i.lookAfter(receives, now); !alive)
        return std::unexpected(std::move(alive).error());
    // A ping that was queued just now goes out in the next turn, at once.
    const auto wait = !i.broken && wslay_event_want_write(i.frames) && !i.connection->hasUnsent() ? 0ms : i.patience(receives, most, now);
    i.connection->wait(receives, others, wait);
    return State::Open;
}

void WebSocket::wake() { m_impl->connection->wake(); }

} // namespace timonier
