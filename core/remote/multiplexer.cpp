#include "remote/multiplexer.h"

#include "base/say.h"
#include "remote/channel.h"

#include <libssh/libssh.h>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>

namespace timonier::remote {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

// sshd's MaxSessions is 10 for each connection, and a person may hold one.
constexpr std::size_t mostAtOnce = 8;
constexpr unsigned mostConnections = 3; // for one exchange that never began

// How many commands may run at once: learnt from what the host refuses. It may refuse one for a moment after another has ended, for it looks after that later.
class Room
{
public:
    std::size_t left(std::size_t running) const { return Clock::now() < m_notBefore ? 0 : m_limit - std::min(m_limit, running); }
    void opened()
    {
        m_everOpened = true;
        m_refusals = 0;
    }
    // False: it opens none, and will not.
    bool refused(std::size_t running)
    {
        m_limit = std::max<std::size_t>(1, running);
        m_notBefore = Clock::now() + pauseAfterRefusal;
        return running > 0 || (m_everOpened && ++m_refusals < 50);
    }
    static constexpr std::chrono::milliseconds pauseAfterRefusal{50};

private:
    std::size_t m_limit = mostAtOnce;
    bool m_everOpened = false;
    unsigned m_refusals = 0;
    Clock::time_point m_notBefore{};
};

} // namespace

// A pipe that ends a poll(). Outlives the multiplexer where an exchange does.
struct Multiplexer::Wake {
    int ends[2] = {-1, -1};

    Wake()
    {
        if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) // no descriptors left: it is noticed a second later
            ends[0] = ends[1] = -1;
    }
    ~Wake()
    {
        closeSocket(ends[0]);
        closeSocket(ends[1]);
    }
    Wake(const Wake &) = delete;
    void up() const { [[maybe_unused]] const auto n = ::write(ends[1], "", 1); }
    void drain() const
    {
        char bytes[256];
        while (::read(ends[0], bytes, sizeof bytes) > 0) {}
    }
};

Multiplexer::Multiplexer(std::string name, Liveness liveness, Connect connect)
    : m_name(std::move(name)), m_liveness(liveness), m_connect(std::move(connect)), m_wake(std::make_shared<Wake>()), m_thread([this](std::stop_token stop) { drive(std::move(stop)); })
{
}

Multiplexer::~Multiplexer()
{
    m_thread.request_stop();
    m_wake->up();
    m_thread.join();
}

ExchangePtr Multiplexer::run(std::string commandLine) { return begin(std::make_shared<Exchange>(std::move(commandLine))); }

ExchangePtr Multiplexer::tunnel(std::string host, std::uint16_t port, int socket) { return begin(std::make_shared<Exchange>(std::move(host), port, socket)); }

ExchangePtr Multiplexer::begin(ExchangePtr exchange)
{
    exchange->wake = [wake = m_wake] { wake->up(); };
    {
        const std::scoped_lock lock(m_mutex);
        m_queue.push_back(exchange);
    }
    m_queued.notify_all();
    m_wake->up();
    return exchange;
}

bool Multiplexer::wanted()
{
    const std::scoped_lock lock(m_mutex);
    std::erase_if(m_queue, [](const ExchangePtr &exchange) { return exchange->change([](const Exchange::Side &side) { return side.abandoned; }); });
    return !m_queue.empty();
}

std::vector<ExchangePtr> Multiplexer::takeQueued(std::size_t commands)
{
    wanted(); // without those that were given up
    const std::scoped_lock lock(m_mutex);
    std::vector<ExchangePtr> taken;
    std::erase_if(m_queue, [&](const ExchangePtr &exchange) {
        if (exchange->isCommand() && commands == 0)
            return false;
        commands -= exchange->isCommand();
        taken.push_back(exchange);
        return true;
    });
    return taken;
}

void Multiplexer::endQueued(const Error &error)
{
    std::deque<ExchangePtr> all;
    {
        const std::scoped_lock lock(m_mutex);
        all.swap(m_queue);
    }
    for (const ExchangePtr &exchange : all)
        exchange->end(error);
}

Error Multiplexer::lost() const
{
    return {.kind = ErrorKind::Unreachable, .message = say("Core", "the connection to {} was lost", m_name),
            .hint = say("Core", "What ran there may have ended or may still run: look at it before it is done again"), .context = {{"host", m_name}, {"connection", "lost"}}};
}

void Multiplexer::drive(std::stop_token stop)
{
    while (true) {
        {
            std::unique_lock lock(m_mutex);
            if (!m_queued.wait(lock, stop, [&] { return !m_queue.empty(); }))
                break;
        }
        if (!wanted())
            continue;
        // Connecting ends when nobody waits for it any more. Looked at from a thread of its own, for connecting blocks this one.
        std::stop_source given;
        std::jthread watch([&, over = given.get_token()](std::stop_token done) {
            std::mutex mutex;
            std::condition_variable_any tick;
            std::unique_lock lock(mutex);
            while (!tick.wait_for(lock, done, 50ms, [&] { return done.stop_requested(); }))
                if (stop.stop_requested() || !wanted())
                    given.request_stop();
        });
        auto connection = m_connect(given.get_token());
        watch.request_stop();
        watch.join();
        if (connection)
            serve(**connection, stop);
        else if (connection.error().kind != ErrorKind::Cancelled)
            endQueued(connection.error());
        if (stop.stop_requested())
            break;
    }
    endQueued({.kind = ErrorKind::Cancelled, .message = say("Core", "cancelled")});
}

void Multiplexer::serve(Connection &connection, std::stop_token stop)
{
    ssh_session const session = connection.session();
    const std::unique_ptr<ssh_event_struct, decltype(&ssh_event_free)> event(ssh_event_new(), ssh_event_free);
    if (!event || ssh_event_add_session(event.get(), session) != SSH_OK)
        return endQueued({.kind = ErrorKind::Internal, .message = say("Core", "out of memory")});

    std::vector<std::unique_ptr<Channel>> channels;
    std::vector<pollfd> polled;
    std::uint64_t received = connection.received();
    Clock::time_point heard = Clock::now();
    unsigned asked = 0;
    bool alive = true;
    Room room;
    while (alive && !stop.stop_requested()) {
        const auto commands = [&] { return static_cast<std::size_t>(std::ranges::count_if(channels, [](const auto &channel) { return channel->exchange->isCommand(); })); };
        for (ExchangePtr &exchange : takeQueued(room.left(commands())))
            channels.push_back(std::make_unique<Channel>(session, std::move(exchange)));

        auto patience = std::chrono::milliseconds(1000);
        patience = std::clamp(std::chrono::duration_cast<std::chrono::milliseconds>(heard + m_liveness.interval * (asked + 1) - Clock::now()), 0ms, patience);
        // Each is moved on, and taken out where it has ended.
        bool noRoom = false;
        for (auto &channel : channels) {
            Channel::State state = Channel::State::Ended;
            if (!channel->exchange->change([](const Exchange::Side &side) { return side.abandoned; }))
                state = channel->step();
            if (state == Channel::State::NoRoom) {
                noRoom = true;
                const std::scoped_lock lock(m_mutex);
                m_queue.push_front(channel->exchange);
            }
            if (state == Channel::State::Waiting) {
                patience = std::min(patience, channel->patience());
                if (channel->begun() && channel->exchange->isCommand())
                    room.opened();
            } else {
                channel.reset();
            }
        }
        std::erase(channels, nullptr);
        if (noRoom && !room.refused(commands()))
            endQueued({.kind = ErrorKind::Forbidden, .message = say("Core", "{} opens no channel for a command", m_name), .hint = say("Core", "Its sshd allows none to this user (MaxSessions 0), or is out of processes")});

        polled.assign({pollfd{.fd = connection.socket(), .events = static_cast<short>(POLLIN | (ssh_get_poll_flags(session) & SSH_WRITE_PENDING ? POLLOUT : 0)), .revents = 0}, pollfd{.fd = m_wake->ends[0], .events = POLLIN, .revents = 0}});
        for (const auto &channel : channels)
            if (const short events = channel->socketEvents())
                polled.push_back({.fd = channel->exchange->socket, .events = events, .revents = 0});
        {
            const std::scoped_lock lock(m_mutex);
            const bool may = std::ranges::any_of(m_queue, [&](const ExchangePtr &exchange) { return !exchange->isCommand() || room.left(commands()) > 0; });
            if (!m_queue.empty())
                patience = std::min(patience, may ? 0ms : Room::pauseAfterRefusal);
        }
        ::poll(polled.data(), polled.size(), static_cast<int>(patience.count()));
        if (polled[1].revents)
            m_wake->drain();

        // As much as is there, but not more than a window or two: what was read must be taken.
        for (std::uint64_t before = connection.received(), start = before; alive; before = connection.received()) {
            alive = ssh_event_dopoll(event.get(), 0) != SSH_ERROR && ssh_is_connected(session);
            if (connection.received() == before || connection.received() - start > (512u << 10))
                break;
        }
        const Clock::time_point now = Clock::now();
        if (connection.received() != received) {
            received = connection.received();
            heard = now;
            asked = 0;
        } else if (now - heard >= m_liveness.interval * (asked + 1)) {
            alive = alive && asked < m_liveness.count;
            ++asked;
            if (alive)
                connection.askForLife();
        }
    }

    // What came before the end is still read: a command may have ended just then.
    for (auto &channel : channels) {
        if (!alive && channel->step() != Channel::State::Waiting)
            continue;
        const ExchangePtr &exchange = channel->exchange;
        if (stop.stop_requested()) {
            exchange->end({.kind = ErrorKind::Cancelled, .message = say("Core", "cancelled")});
        } else if (channel->begun() || ++exchange->attempts >= mostConnections) {
            exchange->end(lost());
        } else {
            const std::scoped_lock lock(m_mutex);
            m_queue.push_front(exchange);
        }
    }
    channels.clear();
    ssh_event_remove_session(event.get(), session);
}

} // namespace timonier::remote
