#include "remote/channel.h"

#include "base/say.h"
#include "remote/host_words.h"

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <openssl/crypto.h>

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <utility>

namespace timonier::remote {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t chunk = 32u << 10;
// A command that has ended may leave a daemon behind that keeps its output open, and with it the channel (RFC 4254, 6.10 says nothing of it; ssh hangs then).
constexpr auto lingering = 1s;

// RFC 4254, 6.10; the numbers are Linux's, as a shell has them in $? beyond 128.
int signalNumber(std::string_view name)
{
    constexpr std::pair<std::string_view, int> numbers[] = {{"HUP", 1}, {"INT", 2}, {"QUIT", 3}, {"ILL", 4}, {"ABRT", 6}, {"FPE", 8}, {"KILL", 9}, {"USR1", 10}, {"SEGV", 11}, {"USR2", 12}, {"PIPE", 13}, {"ALRM", 14}, {"TERM", 15}};
    const auto *it = std::ranges::find(numbers, name.substr(0, name.find('@')), &std::pair<std::string_view, int>::first);
    return it == std::end(numbers) ? 0 : it->second;
}

// Passwords go this way, and keys.
void wipe(std::string &bytes)
{
    OPENSSL_cleanse(bytes.data(), bytes.size());
    bytes.clear();
}

} // namespace

struct Channel::Callbacks {
    ssh_channel_callbacks_struct table{};
    std::optional<int> exitCode{};

    Callbacks()
    {
        ssh_callbacks_init(&table);
        table.userdata = this;
        table.channel_exit_status_function = [](ssh_session, ssh_channel, int status, void *self) { static_cast<Callbacks *>(self)->exitCode = status; };
        table.channel_exit_signal_function = [](ssh_session, ssh_channel, const char *name, int, const char *, const char *, void *self) { static_cast<Callbacks *>(self)->exitCode = 128 + signalNumber(name ? name : ""); };
    }
};

Channel::Channel(ssh_session_struct *session, ExchangePtr whose)
    : exchange(std::move(whose)), m_session(session), m_channel(ssh_channel_new(session)), m_callbacks(std::make_unique<Callbacks>()), m_lastMoved(std::chrono::steady_clock::now())
{
    if (m_channel)
        ssh_set_channel_callbacks(m_channel, &m_callbacks->table);
}

Channel::~Channel()
{
    wipe(m_pending);
    if (!m_channel)
        return;
    ssh_remove_channel_callbacks(m_channel, &m_callbacks->table);
    ssh_channel_free(m_channel);
}

Channel::State Channel::step()
{
    if (!m_channel) {
        exchange->end({.kind = ErrorKind::Internal, .message = say("Core", "out of memory")});
        return State::Ended;
    }
    if (m_phase == Phase::Opening)
        if (const State state = open(); m_phase == Phase::Opening)
            return state;
    if (m_phase == Phase::Requesting)
        if (const State state = request(); m_phase == Phase::Requesting)
            return state;
    return exchange->host.empty() ? run() : pump();
}

Channel::State Channel::open()
{
    const bool tunnel = !exchange->host.empty();
    const int state = tunnel ? ssh_channel_open_forward(m_channel, exchange->host.c_str(), exchange->port, "127.0.0.1", 0) : ssh_channel_open_session(m_channel);
    if (state == SSH_AGAIN)
        return State::Waiting;
    if (state == SSH_OK) {
        m_phase = tunnel ? Phase::Running : Phase::Requesting;
        if (tunnel)
            exchange->change([](Exchange::Side &side) { side.started = true; });
        return State::Waiting;
    }
    if (!ssh_is_connected(m_session))
        return State::Waiting; // the whole connection is gone, which is told elsewhere
    if (!tunnel)
        return State::NoRoom;
    const std::string words = hostWords(ssh_get_error(m_session));
    const bool forbidden = words.find("dministratively") != words.npos || words.find("error (1)") != words.npos;
    exchange->end(forbidden ? Error{.kind = ErrorKind::Forbidden, .message = say("Core", "the jump host lets no connection through to {}", exchange->host),
                                    .hint = say("Core", "Its sshd must allow forwarding (AllowTcpForwarding, PermitOpen)"), .context = {{"libssh", words}}}
                            : Error{.kind = ErrorKind::Unreachable, .message = say("Core", "the jump host cannot reach {} at port {}", exchange->host, exchange->port),
                                    .hint = say("Core", "The name is looked up there, not here. Is it right, and does an sshd listen at that port?"), .context = {{"libssh", words}}});
    return State::Ended;
}

Channel::State Channel::request()
{
    const int state = ssh_channel_request_exec(m_channel, exchange->command.c_str());
    if (state == SSH_AGAIN || !ssh_is_connected(m_session))
        return State::Waiting;
    if (state != SSH_OK) {
        exchange->end({.kind = ErrorKind::Forbidden, .message = say("Core", "the host runs no commands for this user"), .hint = say("Core", "Its sshd may allow file transfer only (ForceCommand, a restricted key)")});
        return State::Ended;
    }
    m_phase = Phase::Running;
    m_lastMoved = std::chrono::steady_clock::now();
    exchange->change([](Exchange::Side &side) { side.started = true; });
    return State::Waiting;
}

bool Channel::takeOutput(bool errors)
{
    static thread_local std::array<char, 256u << 10> buffer;
    bool moved = false;
    while (true) {
        const auto room = exchange->change([&](Exchange::Side &side) { return Exchange::window - std::min(Exchange::window, (errors ? side.err : side.out).size()); });
        m_heldBack = m_heldBack || room == 0;
        if (room == 0)
            return moved;
        const int got = ssh_channel_read_nonblocking(m_channel, buffer.data(), static_cast<std::uint32_t>(buffer.size()), errors);
        if (got <= 0)
            return moved;
        moved = true;
        exchange->change([&](Exchange::Side &side) { (errors ? side.err : side.out).append(buffer.data(), static_cast<std::size_t>(got)); });
    }
}

bool Channel::giveInput()
{
    bool moved = false;
    while (!m_eofSent) {
        if (m_sent == m_pending.size()) {
            wipe(m_pending);
            m_sent = 0;
            m_inputEnds = exchange->change([&](Exchange::Side &side) {
                std::swap(m_pending, side.in);
                return side.inputEnds;
            });
            if (m_pending.empty()) {
                if (m_inputEnds) {
                    m_eofSent = true;
                    ssh_channel_send_eof(m_channel);
                }
                return moved;
            }
        }
        const int taken = ssh_channel_write(m_channel, m_pending.data() + m_sent, static_cast<std::uint32_t>(std::min(chunk, m_pending.size() - m_sent)));
        if (taken <= 0)
            return moved;
        m_sent += static_cast<std::size_t>(taken);
        moved = true;
    }
    return moved;
}

Channel::State Channel::run()
{
    const auto now = std::chrono::steady_clock::now();
    m_heldBack = false;
    const bool out = takeOutput(false);
    const bool err = takeOutput(true);
    const bool in = giveInput();
    if (out || err || in)
        m_lastMoved = now;
    if (m_heldBack || !ssh_is_connected(m_session))
        return State::Waiting;
    const bool closed = ssh_channel_is_closed(m_channel);
    const bool left = m_callbacks->exitCode && now - m_lastMoved >= lingering;
    if (!closed && !left)
        return State::Waiting;
    if (out || err) // there may be more behind it
        return step();
    if (m_callbacks->exitCode)
        exchange->change([&](Exchange::Side &side) {
            side.exitCode = *m_callbacks->exitCode;
            side.ended = true;
        });
    else
        exchange->end({.kind = ErrorKind::Protocol, .message = say("Core", "the host ended the command without saying how"), .hint = say("Core", "Its sshd, or the whole host, may be going down")});
    return State::Ended;
}

Channel::State Channel::pump()
{
    static thread_local std::array<char, chunk> buffer;
    for (bool moved = true; moved;) {
        moved = false;
        // From the host to the socket.
        if (m_given == m_toSocket.size()) {
            m_toSocket.clear();
            m_given = 0;
            if (const int got = ssh_channel_read_nonblocking(m_channel, buffer.data(), buffer.size(), 0); got > 0)
                m_toSocket.assign(buffer.data(), static_cast<std::size_t>(got));
        }
        if (m_given < m_toSocket.size()) {
            const ssize_t sent = ::send(exchange->socket, m_toSocket.data() + m_given, m_toSocket.size() - m_given, MSG_NOSIGNAL);
            if (sent > 0)
                m_given += static_cast<std::size_t>(sent), moved = true;
            else if (sent < 0 && errno != EAGAIN && errno != EINTR)
                m_socketEnded = true, m_given = m_toSocket.size();
        }
        // From the socket to the host.
        if (m_sent == m_pending.size() && !m_socketEnded) {
            m_pending.clear();
            m_sent = 0;
            const ssize_t got = ::recv(exchange->socket, buffer.data(), buffer.size(), 0);
            if (got > 0)
                m_pending.assign(buffer.data(), static_cast<std::size_t>(got));
            else if (got == 0 || (errno != EAGAIN && errno != EINTR))
                m_socketEnded = true;
        }
        if (m_sent < m_pending.size())
            if (const int taken = ssh_channel_write(m_channel, m_pending.data() + m_sent, static_cast<std::uint32_t>(m_pending.size() - m_sent)); taken > 0)
                m_sent += static_cast<std::size_t>(taken), moved = true;
    }
    const bool drained = m_given == m_toSocket.size();
    const bool over = (m_socketEnded && m_sent == m_pending.size()) || ((ssh_channel_is_eof(m_channel) || ssh_channel_is_closed(m_channel)) && drained);
    if (!over || !ssh_is_connected(m_session))
        return State::Waiting;
    exchange->change([](Exchange::Side &side) { side.ended = true; });
    closeSocket(std::exchange(exchange->socket, -1));
    return State::Ended;
}

short Channel::socketEvents() const
{
    if (m_phase != Phase::Running || exchange->host.empty())
        return 0;
    return static_cast<short>((m_sent == m_pending.size() && !m_socketEnded ? POLLIN : 0) | (m_given < m_toSocket.size() ? POLLOUT : 0));
}

std::chrono::milliseconds Channel::patience() const
{
    return m_callbacks->exitCode ? 50ms : 1s;
}

} // namespace timonier::remote
